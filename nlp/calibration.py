"""Scores that mean something: how often a tag with a given raw probability is right."""

import numpy as np
import numpy.typing as npt

from nlp.linear import Floats

_HIGHEST = 0.99  # no tag is beyond doubt


def calibration_knots(probability: Floats, right: npt.NDArray[np.bool_], knots: int = 24) -> Floats:
    """A rising line through (raw probability, share right), fitted by isotonic regression: float32, shape (2, knots)."""
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0.05, y_max=_HIGHEST, out_of_bounds="clip")
    model.fit(probability, right.astype(np.float64))
    at = np.unique(np.quantile(probability, np.linspace(0, 1, knots)))
    width = len(probability) // 40
    smooth = [
        float(model.predict(np.sort(probability[np.argsort(np.abs(probability - point))[: max(width, 1)]])).mean())
        for point in at
    ]
    return np.array([at, np.maximum.accumulate(smooth)], dtype=np.float32)


def reliability(score: Floats, right: npt.NDArray[np.bool_], bins: int = 10) -> list[tuple[float, float, int]]:
    """Per bin of equal width that is not empty: the mean score, the share right and the number of tags."""
    place = np.minimum((score * bins).astype(np.int64), bins - 1)
    return [
        (float(score[place == bin_].mean()), float(right[place == bin_].mean()), int((place == bin_).sum()))
        for bin_ in range(bins)
        if (place == bin_).any()
    ]
