"""The dense index: statements by their vectors, exact where that is cheap, FAISS's inverted lists above. Derived."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

EXACT_STATEMENTS = 50_000
EXACT_SELECTED = 20_000
CHUNK = 16_384
KMEANS_ROUNDS, POINTS_PER_LIST, SEED = 8, 25, 1
PROBES, PROBES_FILTERED = 48, 192
STALE_SHARE = 0.2
VECTORS_FILE, LISTS_FILE, LISTED_FILE = "vectors.npy", "lists.faiss", "listed.npy"

Rows = NDArray[np.int64]
Halves = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Nearest:
    """Statements by cosine: `rows` int64 and `scores` float32, best first, ties by row."""

    rows: Rows
    scores: NDArray[np.float32]


class DenseIndex:
    """Opens the vectors of a folder; `rows` are the catalogue rows of the vectors, ascending."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.rows = rows
        self.vectors: Halves = np.load(folder / VECTORS_FILE, mmap_mode="r")
        self._lists: Any = None
        self._listed: Rows = np.empty(0, np.int64)
        if (folder / LISTS_FILE).exists():
            self._lists = read_lists(folder / LISTS_FILE)
            self._listed = np.load(folder / LISTED_FILE)

    def __len__(self) -> int:
        return len(self.rows)

    def search(self, query: Vectors, mask: NDArray[np.bool_] | None, *, k: int) -> Nearest:
        """The `k` rows nearest to a vector (float32, shape (dim,)); `mask`, over `rows`, says which may be given."""
        selected = len(self.rows) if mask is None else int(np.count_nonzero(mask))
        if self._lists is None or selected <= EXACT_SELECTED:
            at = None if selected == len(self.rows) else np.flatnonzero(mask) if mask is not None else None
            return best(self.rows if at is None else self.rows[at], self.similarities(query, at), k)
        return self._search_lists(query, mask, k)

    def similarities(self, query: Vectors, at: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """Cosines of a vector with the vectors at some places (None: all), float32."""
        count = len(self.rows) if at is None else len(at)
        scores = np.empty(count, np.float32)
        for start in range(0, count, CHUNK):
            part = slice(start, start + CHUNK)
            scores[part] = self.vectors[part if at is None else at[part]].astype(np.float32) @ query
        return scores

    def _search_lists(self, query: Vectors, mask: NDArray[np.bool_] | None, k: int) -> Nearest:
        places = np.searchsorted(self.rows, self._listed)
        places = np.minimum(places, len(self.rows) - 1)
        allowed = self.rows[places] == self._listed
        if mask is not None:
            allowed &= mask[places]
        bits = np.packbits(allowed, bitorder="little")
        selector = faiss().IDSelectorBitmap(bits)
        share = np.count_nonzero(allowed) / max(1, len(allowed))
        probes = PROBES if share > 0.5 else PROBES_FILTERED
        parameters = faiss().SearchParametersIVF(sel=selector, nprobe=min(probes, self._lists.nlist))
        scores, ids = self._lists.search(query[None, :], k, params=parameters)
        found = ids[0] >= 0
        rows, similar = self._listed[ids[0][found]], scores[0][found]
        fresh = np.setdiff1d(np.arange(len(self.rows)), places[self.rows[places] == self._listed], assume_unique=True)
        if mask is not None:
            fresh = fresh[mask[fresh]]
        rows = np.concatenate([rows, self.rows[fresh]])
        return best(rows, np.concatenate([similar, self.similarities(query, fresh)]), k)


def faiss() -> Any:
    """The FAISS module, drawn only where inverted lists are used."""
    import faiss as module

    return module


def best(rows: Rows, scores: NDArray[np.float32], k: int) -> Nearest:
    """The `k` best of some rows."""
    if len(rows) > k:
        near = np.argpartition(-scores, k - 1)[:k]
        rows, scores = rows[near], scores[near]
    order = np.lexsort((rows, -scores))
    return Nearest(rows[order], scores[order])


def write_dense(folder: Path, vectors: Halves, rows: Rows, previous: Path | None) -> list[str]:
    """Write vectors and, where they are many, inverted lists; gives back the names of files to take over from `previous`.

    The lists of `previous` serve on until a fifth of the statements has changed.
    """
    np.save(folder / VECTORS_FILE, vectors)
    if len(rows) <= EXACT_STATEMENTS:
        return []
    if previous is not None and (previous / LISTS_FILE).exists():
        listed = np.load(previous / LISTED_FILE)
        if 2 * len(np.setxor1d(listed, rows, assume_unique=True)) <= STALE_SHARE * 2 * len(rows):
            return [LISTS_FILE, LISTED_FILE]
    write_lists(folder / LISTS_FILE, build_lists(vectors))
    np.save(folder / LISTED_FILE, rows)
    return []


def build_lists(vectors: Halves) -> Any:
    """FAISS IVF over fp16 vectors: 4 sqrt(n) lists, spherical k-means on 25 points a list."""
    count, dim = vectors.shape
    lists = int(4 * count**0.5)
    rng = np.random.default_rng(SEED)
    sample = np.sort(rng.choice(count, min(count, POINTS_PER_LIST * lists), replace=False))
    kmeans = faiss().Kmeans(
        dim,
        lists,
        niter=KMEANS_ROUNDS,
        spherical=True,
        seed=SEED,
        max_points_per_centroid=POINTS_PER_LIST,
        min_points_per_centroid=1,
    )
    kmeans.train(vectors[sample].astype(np.float32))
    coarse = faiss().IndexFlatIP(dim)
    coarse.add(kmeans.centroids)
    index = faiss().IndexIVFScalarQuantizer(
        coarse, dim, lists, faiss().ScalarQuantizer.QT_fp16, faiss().METRIC_INNER_PRODUCT, False
    )
    index.is_trained = True
    for start in range(0, count, CHUNK):
        index.add(vectors[start : start + CHUNK].astype(np.float32))
    return index


def write_lists(path: Path, index: Any) -> None:
    """Write a FAISS index through Python, so that any path will do and a full disk is seen."""
    path.write_bytes(faiss().serialize_index(index).tobytes())


def read_lists(path: Path) -> Any:
    """Read what `write_lists` wrote; the lists stay mapped."""
    return faiss().read_index(str(path), faiss().IO_FLAG_MMAP_IFC)
