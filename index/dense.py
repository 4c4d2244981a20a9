"""The dense index: statements by their vectors, exact where that is cheap, above that by short codes first. Derived."""

from dataclasses import dataclass
from errno import EIO
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.threads import one_thread

EXACT_STATEMENTS = 50_000
EXACT_SELECTED = 30_000
GATHERED = 6_000
CHUNK = 1024
SAMPLE, SEED = 20_000, 1
SIGN_AND_REST, BIAS = np.int32(-0x70000001), np.float32(2.0**112)
VALUES_PER_CODE, BITS, LOOKED_AGAIN = 2, 4, 2
STALE_SHARE = 0.01
VECTORS_FILE, CODES_FILE, CODED_FILE = "vectors.faiss", "codes.faiss", "coded.npy"

Rows = NDArray[np.int64]
Places = NDArray[np.int64]
Scores = NDArray[np.float32]
Halves = NDArray[np.float16]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Nearest:
    """Statements by cosine, best first, ties by row: `rows` int64, their `places` among all int64, and `scores` float32."""

    rows: Rows
    places: Places
    scores: Scores

    def only(self, kept: Mask) -> "Nearest":
        """Those that a mask of the same length keeps."""
        return Nearest(self.rows[kept], self.places[kept], self.scores[kept])


def nothing_near() -> Nearest:
    """No statements."""
    return Nearest(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))


class DenseIndex:
    """Opens the vectors of a folder; `rows` are the catalogue rows of the vectors, ascending.

    Which way is cheapest at which number of statements is measured in docs/decisions/search.md.
    """

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.rows = rows
        self._flat = read_index(folder / VECTORS_FILE)
        self._codes: Any = None
        self._coded: Rows = np.empty(0, np.int64)
        if (folder / CODES_FILE).exists():
            self._codes = read_index(folder / CODES_FILE)
            self._coded = np.load(folder / CODED_FILE)

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
            return nothing_near()
        if mask is not None and count <= GATHERED:
            places = np.flatnonzero(mask)
            return self._best(places, self.similarities(query, places), k)
        if self._codes is None or count <= EXACT_SELECTED:
            return self._search_flat(query, mask, min(k, count))
        return self._search_codes(query, mask, count / len(self.rows), min(k, count))

    def similarities(self, query: Vectors, places: Places | None = None) -> Scores:
        """Cosines of a vector with the vectors at some places, or with all, float32."""
        vectors = self.vectors
        scores = np.empty(len(vectors) if places is None else len(places), np.float32)
        for start in range(0, len(scores), CHUNK):
            part = slice(start, start + CHUNK)
            scores[part] = decoded(vectors[part if places is None else places[part]]) @ query
        return scores

    def _search_flat(self, query: Vectors, mask: Mask | None, k: int) -> Nearest:
        parameters = None if mask is None else faiss().SearchParameters(sel=selector(mask))
        scores, places = self._flat.search(query[None, :], k, params=parameters)
        return self._best(places[0], scores[0], k)

    def _search_codes(self, query: Vectors, mask: Mask | None, share: float, k: int) -> Nearest:
        """Among the codes first, then exactly among the most promising; wholly exact where the filter leaves few of those."""
        _, found = self._codes.search(query[None, :], min(int(LOOKED_AGAIN * k / share), self._codes.ntotal))
        coded_at, fresh = self._correspondence
        near = coded_at[found[0]]
        places = np.concatenate([near[near >= 0], fresh])
        places = np.sort(places if mask is None else places[mask[places]])
        if len(places) < k:
            return self._search_flat(query, mask, k)
        return self._best(places, self.similarities(query, places), k)

    def _best(self, places: Places, scores: Scores, k: int) -> Nearest:
        if len(places) > k:
            near = np.argpartition(-scores, k - 1)[:k]
            places, scores = places[near], scores[near]
        order = np.lexsort((places, -scores))
        return Nearest(self.rows[places[order]], places[order], scores[order])

    @cached_property
    def _correspondence(self) -> tuple[Places, Places]:
        """Where each coded statement stands among `rows`, -1 for one that is gone, and the places of those not coded."""
        at = np.minimum(np.searchsorted(self.rows, self._coded), len(self.rows) - 1)
        at = np.where(self.rows[at] == self._coded, at, -1)
        return at, np.setdiff1d(np.arange(len(self.rows)), at[at >= 0], assume_unique=True)


def faiss() -> Any:
    """The FAISS module, drawn only where vectors are read."""
    import faiss as module

    return module


def decoded(halves: Halves) -> Vectors:
    """Finite float16 vectors as float32: sign, exponent and fraction are moved, a power of two makes up for the exponent's bias.

    In parts that stay in the processor's cache this is several times as quick as numpy's and FAISS's own conversion.
    """
    vectors: Vectors = ((halves.view(np.int16).astype(np.int32) << 13) & SIGN_AND_REST).view(np.float32)
    vectors *= BIAS
    return vectors


def selector(mask: Mask) -> Any:
    """FAISS's selector of the places where a mask is set."""
    bits = np.packbits(mask, bitorder="little")
    chosen = faiss().IDSelectorBitmap(bits)
    chosen.bits = bits  # FAISS keeps a bare pointer
    return chosen


def write_dense(folder: Path, vectors: Halves, rows: Rows, previous: Path | None) -> list[str]:
    """Write vectors and, where they are many, codes; gives back the names of files to take over from `previous`.

    The codes of `previous` serve on until one statement in a hundred has changed.
    """
    flat = faiss().IndexScalarQuantizer(vectors.shape[1], faiss().ScalarQuantizer.QT_fp16, faiss().METRIC_INNER_PRODUCT)
    flat.is_trained = True
    if len(rows):
        faiss().copy_array_to_vector(np.ascontiguousarray(vectors).view(np.uint8).ravel(), flat.codes)
        flat.ntotal = len(rows)
    write_index(folder / VECTORS_FILE, flat)
    if len(rows) <= EXACT_STATEMENTS:
        return []
    if previous is not None and (previous / CODES_FILE).exists():
        coded = np.load(previous / CODED_FILE)
        if len(np.setxor1d(coded, rows, assume_unique=True)) <= STALE_SHARE * len(rows):
            return [CODES_FILE, CODED_FILE]
    write_index(folder / CODES_FILE, coded_vectors(vectors))
    np.save(folder / CODED_FILE, rows)
    return []


def coded_vectors(vectors: Halves) -> Any:
    """FAISS's product quantisation in four bits for two values, laid out to be scanned in the processor's registers."""
    count, dim = vectors.shape
    index = faiss().IndexPQFastScan(dim, dim // VALUES_PER_CODE, BITS, faiss().METRIC_INNER_PRODUCT)
    sample = np.sort(np.random.default_rng(SEED).choice(count, min(count, SAMPLE), replace=False))
    with one_thread():  # k-means waits at the end of each of many short rounds
        index.train(vectors[sample].astype(np.float32))
        for start in range(0, count, CHUNK):
            index.add(decoded(vectors[start : start + CHUNK]))
    return index


def write_index(path: Path, index: Any) -> None:
    """Write a FAISS index through Python, so that any path will do and a full disk is seen."""
    try:
        with path.open("wb") as file:
            faiss().write_index(index, faiss().PyCallbackIOWriter(file.write))
    except RuntimeError as error:  # what FAISS makes of it
        raise OSError(EIO, str(error)) from error


def read_index(path: Path) -> Any:
    """Read what `write_index` wrote; what is large stays mapped."""
    return faiss().read_index(str(path), faiss().IO_FLAG_MMAP_IFC)
