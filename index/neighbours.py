"""The nearest neighbours of every vector among all the others: the graph that families of statements are found in."""

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

EXACT_UP_TO = 20_000
PROBES = 16
SEED = 1409


def nearest_neighbours(vectors: Vectors, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Positions and cosines of the `k` nearest other vectors of each, nearest first; both of shape (n, k).

    The vectors are float32, shape (n, dim), rows of unit length. Exact up to 20,000, above that among the nearest cells.
    Where there are fewer than `k` others the rest is -1 and 0.
    """
    import faiss

    count, dim = vectors.shape
    if count == 0:
        return np.full((0, k), -1, np.int64), np.zeros((0, k), np.float32)
    flat = faiss.IndexFlatIP(dim)
    if count <= EXACT_UP_TO:
        flat.add(vectors)
        cosines, found = flat.search(vectors, min(k + 1, count))
        return without_self(found, cosines, k)
    cells = faiss.IndexIVFFlat(flat, dim, int(4 * count**0.5), faiss.METRIC_INNER_PRODUCT)
    cells.cp.niter, cells.cp.seed, cells.cp.spherical, cells.nprobe = 8, SEED, True, PROBES
    cells.train(vectors)
    cells.add(vectors)
    cosines, found = cells.search(vectors, k + 1)
    return without_self(found, cosines, k)


def without_self(found: NDArray[np.int64], cosines: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The first `k` columns once each row's own position is taken out, filled up with -1 and 0."""
    n = len(found)
    other = found != np.arange(n)[:, None]
    order = np.argsort(~other, axis=1, kind="stable")  # self, if found, moves to the end; the rest keeps its order
    rows = np.arange(n)[:, None]
    kept = other[rows, order] & (found[rows, order] >= 0)
    positions = np.where(kept, found[rows, order], -1)[:, :k]
    likeness = np.where(kept, cosines[rows, order], 0.0)[:, :k].astype(np.float32)
    short = k - positions.shape[1]
    if short > 0:
        positions = np.pad(positions, ((0, 0), (0, short)), constant_values=-1)
        likeness = np.pad(likeness, ((0, 0), (0, short)))
    return positions, likeness
