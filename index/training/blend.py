"""Fits from different starts made into one: side by side, and of that the directions in which policy texts differ most."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.training.bags import Bags, mean_matrix

Vectors = NDArray[np.float32]


def blend(fits: Sequence[Vectors], texts: Bags, dim: int) -> Vectors:
    """Token vectors, float32, shape (tokens, dim), from fits of the same shape.

    Side by side, two fits give the mean of their cosines. The first `dim` principal axes of `texts` keep nine tenths of
    that, the strongest first, so that a vector can be cut.
    """
    mean = mean_matrix(texts, len(fits[0]))
    beside = np.concatenate([tokens / np.linalg.norm(mean @ tokens, axis=1).mean() for tokens in fits], axis=1)
    vectors = mean @ beside
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    blended: Vectors = (beside @ axes[:, ::-1][:, :dim]).astype(np.float32)
    return blended
