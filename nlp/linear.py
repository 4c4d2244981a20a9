"""A sparse linear classifier over hashed n-grams, in numpy alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]

_GOLDEN = np.uint32(2654435761)  # Knuth's multiplicative hash: 2^32 / golden ratio
_STEP = np.uint32(16777619)  # the FNV prime


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows of features: `columns` and `values` of row i stand in [offsets[i], offsets[i + 1]).

    Columns uint32 below the model's number of buckets, values float32, offsets int64 with one more entry than rows.
    """

    columns: Ints
    values: Floats
    offsets: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1


def hash_ngrams(
    symbols: Ints, rows: npt.NDArray[np.int64], sizes: Sequence[int], salt: int
) -> tuple[Ints, npt.NDArray[np.int64]]:
    """The hashes of all n-grams of `symbols` that lie within one row, and the row of each.

    `rows` gives the row of each symbol, ascending. Returns (hashes uint32, rows int64), by size and then by position.
    """
    hashes, owners = [], []
    running = np.full(len(symbols), salt, dtype=np.uint32)
    for size in range(1, max(sizes, default=0) + 1):
        length = len(symbols) - size + 1
        if length <= 0:
            break
        running = (running[:length] * _STEP) ^ (symbols[size - 1 :] * _GOLDEN)
        if size in sizes:
            whole = rows[:length] == rows[size - 1 :]
            hashes.append(running[whole] * np.uint32(size * 2 + 1))
            owners.append(rows[:length][whole])
    if not hashes:
        return np.zeros(0, np.uint32), np.zeros(0, np.int64)
    return np.concatenate(hashes), np.concatenate(owners)


def bucket(hashes: Ints, bits: int) -> Ints:
    """The bucket of each hash, below 2 ** bits."""
    mixed = (hashes ^ (hashes >> np.uint32(15))) * _GOLDEN
    return mixed >> np.uint32(32 - bits)


def sparse_rows(
    columns: Ints, owners: npt.NDArray[np.int64], count: int, scale: npt.NDArray[np.float32] | float = 1.0
) -> SparseRows:
    """Each row's distinct columns, with equal values such that the row has length `scale`; rows count from 0 to `count`."""
    keys = (owners.astype(np.uint64) << np.uint64(32)) | columns.astype(np.uint64)
    keys.sort()  # faster than np.unique, which hashes
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]]
    owner = (keys >> np.uint64(32)).astype(np.int64)
    filled = np.bincount(owner, minlength=count)
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(filled, out=offsets[1:])
    length = np.broadcast_to(np.asarray(scale, dtype=np.float32), (count,)) / np.sqrt(np.maximum(filled, 1)).astype(np.float32)
    return SparseRows((keys & np.uint64(0xFFFFFFFF)).astype(np.uint32), length[owner].astype(np.float32), offsets)


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Weights float32, shape (buckets, classes), and bias, shape (classes,)."""

    weights: Floats
    bias: Floats

    def scores(self, blocks: Sequence[SparseRows]) -> Floats:
        """The sum of the blocks' scores: float32, shape (rows, classes)."""
        total = np.tile(self.bias, (len(blocks[0]), 1))
        for rows in blocks:
            total += self._block(rows)
        return total

    def _block(self, rows: SparseRows) -> Floats:
        sums = np.zeros((len(rows), len(self.bias)), dtype=np.float32)
        filled = rows.offsets[:-1] < rows.offsets[1:]  # reduceat knows no empty rows
        if filled.any():
            products = self.weights[rows.columns] * rows.values[:, None]
            sums[filled] = np.add.reduceat(products, rows.offsets[:-1][filled], axis=0)
        return sums


def softmax(scores: Floats) -> Floats:
    """Probabilities along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares
