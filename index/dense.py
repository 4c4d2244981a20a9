"""The dense index: statements by their vectors, exact where that is cheap, FAISS's inverted lists above. Derived."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

EXACT_STATEMENTS = 50_000
EXACT_SELECTED = 20_000
GATHERED = 6_000
CHUNK = 16_384
KMEANS_ROUNDS, POINTS_PER_LIST, SEED = 8, 25, 1
PROBES, PROBES_FILTERED = 256, 384
STALE_SHARE = 0.2
VECTORS_FILE, LISTS_FILE, LISTED_FILE = "vectors.faiss", "lists.faiss", "listed.npy"

Rows = NDArray[np.int64]
Places = NDArray[np.int64]
Scores = NDArray[np.float32]
Halves = NDArray[np.float16]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Nearest:
    """Statements by cosine: `rows` int64 and `scores` float32, best first, ties by row."""

    rows: Rows
    scores: NDArray[np.float32]


class DenseIndex:
    """Opens the vectors of a folder; `rows` are the catalogue rows of the vectors, ascending.

    Which way is cheapest at which number of statements is measured in docs/decisions/search.md.
    """

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.rows = rows
        self._flat = read_index(folder / VECTORS_FILE)
        self._lists: Any = None
        self._listed: Rows = np.empty(0, np.int64)
        if (folder / LISTS_FILE).exists():
            self._lists = read_index(folder / LISTS_FILE)
            self._listed = np.load(folder / LISTED_FILE)

    @property
    def vectors(self) -> Halves:
        """float16, shape (n, dim), rows of unit length: a view of the index's own memory."""
        if not len(self.rows):
            return np.empty((0, self._flat.d), np.float16)
        codes: NDArray[np.uint8] = faiss().rev_swig_ptr(self._flat.codes.data(), len(self.rows) * self._flat.code_size)
        return codes.view("<f2").reshape(len(self.rows), self._flat.d)

    def search(self, query: Vectors, mask: Mask | None, *, k: int) -> Nearest:
        """The `k` rows nearest to a vector (float32, shape (dim,)); `mask`, over `rows`, says which may be given."""
        count = len(self.rows) if mask is None else int(np.count_nonzero(mask))
        if not count:
            return Nearest(np.empty(0, np.int64), np.empty(0, np.float32))
        if mask is not None and count <= GATHERED:
            places = np.flatnonzero(mask)
            return best(self.rows[places], self.similarities(query, places), k)
        if self._lists is None or count <= EXACT_SELECTED:
            return self._search_flat(query, mask, min(k, count))
        return self._search_lists(query, mask, min(k, count))

    def similarities(self, query: Vectors, places: Places) -> Scores:
        """Cosines of a vector with the vectors at some places, float32."""
        scores = np.empty(len(places), np.float32)
        for start in range(0, len(places), CHUNK):
            part = np.ascontiguousarray(self.vectors[places[start : start + CHUNK]]).view(np.uint8)
            scores[start : start + CHUNK] = self._flat.sq.decode(part) @ query
        return scores

    def _search_flat(self, query: Vectors, mask: Mask | None, k: int) -> Nearest:
        parameters = None if mask is None else faiss().SearchParameters(sel=selector(mask))
        scores, places = self._flat.search(query[None, :], k, params=parameters)
        return best(self.rows[places[0]], scores[0], k)

    def _search_lists(self, query: Vectors, mask: Mask | None, k: int) -> Nearest:
        listed_at, still_listed, unlisted = self._correspondence
        allowed = still_listed if mask is None else still_listed & mask[listed_at]
        share = np.count_nonzero(allowed) / max(1, len(allowed))
        probes = min(PROBES if share > 0.5 else PROBES_FILTERED, self._lists.nlist)
        parameters = faiss().SearchParametersIVF(sel=None if allowed.all() else selector(allowed), nprobe=probes)
        scores, ids = self._lists.search(query[None, :], k, params=parameters)
        found = ids[0] >= 0
        fresh = unlisted if mask is None else unlisted[mask[unlisted]]
        rows = np.concatenate([self._listed[ids[0][found]], self.rows[fresh]])
        return best(rows, np.concatenate([scores[0][found], self.similarities(query, fresh)]), k)

    @cached_property
    def _correspondence(self) -> tuple[Places, Mask, Places]:
        """Where each statement of the inverted lists stands among `rows`, whether it still does, and who is not listed."""
        listed_at = np.minimum(np.searchsorted(self.rows, self._listed), len(self.rows) - 1)
        still_listed = self.rows[listed_at] == self._listed
        return listed_at, still_listed, np.setdiff1d(np.arange(len(self.rows)), listed_at[still_listed], assume_unique=True)


def faiss() -> Any:
    """The FAISS module, drawn only where inverted lists are used."""
    import faiss as module

    return module


def decoded(halves: Halves) -> Vectors:
    """float16 vectors as float32, by FAISS, which is ten times faster at it than numpy."""
    quantizer = faiss().ScalarQuantizer(halves.shape[1], faiss().ScalarQuantizer.QT_fp16)
    vectors: Vectors = quantizer.decode(np.ascontiguousarray(halves).view(np.uint8))
    return vectors


def best(rows: Rows, scores: NDArray[np.float32], k: int) -> Nearest:
    """The `k` best of some rows."""
    if len(rows) > k:
        near = np.argpartition(-scores, k - 1)[:k]
        rows, scores = rows[near], scores[near]
    order = np.lexsort((rows, -scores))
    return Nearest(rows[order], scores[order])


def selector(mask: Mask) -> Any:
    """FAISS's selector of the places where a mask is set."""
    bits = np.packbits(mask, bitorder="little")
    chosen = faiss().IDSelectorBitmap(bits)
    chosen.bits = bits  # FAISS keeps a bare pointer
    return chosen


def write_dense(folder: Path, vectors: Halves, rows: Rows, previous: Path | None) -> list[str]:
    """Write vectors and, where they are many, inverted lists; gives back the names of files to take over from `previous`.

    The lists of `previous` serve on until a fifth of the statements has changed.
    """
    flat = faiss().IndexScalarQuantizer(vectors.shape[1], faiss().ScalarQuantizer.QT_fp16, faiss().METRIC_INNER_PRODUCT)
    flat.is_trained = True
    if len(rows):
        faiss().copy_array_to_vector(np.ascontiguousarray(vectors).view(np.uint8).ravel(), flat.codes)
        flat.ntotal = len(rows)
    write_index(folder / VECTORS_FILE, flat)
    if len(rows) <= EXACT_STATEMENTS:
        return []
    if previous is not None and (previous / LISTS_FILE).exists():
        listed = np.load(previous / LISTED_FILE)
        if len(np.setxor1d(listed, rows, assume_unique=True)) <= STALE_SHARE * len(rows):
            return [LISTS_FILE, LISTED_FILE]
    write_index(folder / LISTS_FILE, build_lists(vectors))
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


def write_index(path: Path, index: Any) -> None:
    """Write a FAISS index through Python, so that any path will do and a full disk is seen."""
    with path.open("wb") as file:
        faiss().write_index(index, faiss().PyCallbackIOWriter(file.write))


def read_index(path: Path) -> Any:
    """Read what `write_index` wrote; what is large stays mapped."""
    return faiss().read_index(str(path), faiss().IO_FLAG_MMAP_IFC)
