"""How concrete a title is: whether it says enough of an action for another place to copy it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.titles import LONGEST
from domain.codebook import Language
from index import load_encoder
from index.encoder import Vectors

WEIGHTS = Path(__file__).with_name("concrete_model.npz")
ORDER = tuple(Language)


def title_features(titles: Sequence[str], languages: Sequence[Language]) -> Vectors:
    """Float32, shape (n, dim + languages + 1): what a title means, its language, its length in those of a full title.

    The bundled encoder reads it, whatever encoder a library has: the weights were learnt on that.
    """
    tongues = np.array([[language is each for each in ORDER] for language in languages], np.float32)
    lengths = [[len(title) / LONGEST[language]] for title, language in zip(titles, languages, strict=True)]
    return np.hstack([load_encoder().encode_passages(titles), tongues, np.array(lengths, np.float32)])


def concreteness(titles: Sequence[str], languages: Sequence[Language]) -> NDArray[np.float32]:
    """The probability that a reader finds each title concrete enough to copy; float32, shape (n,)."""
    if not titles:
        return np.zeros(0, np.float32)
    with np.load(WEIGHTS) as stored:
        scores = title_features(titles, languages) @ stored["weights"].astype(np.float32) + stored["bias"]
    return np.asarray(1 / (1 + np.exp(-scores)), np.float32)
