"""Late interaction: how well a statement's tokens, and stretches of them, meet a query; for encoders made of token vectors."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dense import CHUNK, decoded
from index.encoder import Encoder, Vectors
from index.ragged import Growing, Ints, Ragged, renewed

TOKENS, STRETCHES, SPREAD_FILE = "tokens", "stretches", "token_spread.npy"
COUNTED, BATCH = 16_384, 64  # larger batches leave the processor's cache
HALF_STRETCH = 6

Scores = NDArray[np.float32]


class TokenEncoder:
    """The tokens of a static encoder and their vectors, float32, shape (vocabulary, dim), with the length of each."""

    def __init__(self, tokenizer: Any, matrix: NDArray[Any]) -> None:
        self._tokenizer = tokenizer
        halves = matrix.astype(np.float16, copy=False)
        self.vectors: Vectors = np.concatenate([decoded(halves[at : at + CHUNK]) for at in range(0, len(halves), CHUNK)])
        self.norms = lengths_of(self.vectors)

    @property
    def vocabulary(self) -> int:
        """How many tokens there are."""
        return len(self.vectors)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]


@lru_cache(maxsize=2)
def token_encoder(encoder: Encoder) -> TokenEncoder | None:
    """The tokens behind an encoder; None for one whose vectors are not means of token vectors."""
    tokenizer, matrix = getattr(encoder, "_tokenizer", None), getattr(encoder, "_matrix", None)
    return TokenEncoder(tokenizer, matrix) if tokenizer is not None and matrix is not None else None


class TokenIndex:
    """The tokens of every statement of a snapshot, and how long the sum of each stretch of them is; breadcrumbs are left out."""

    def __init__(self, folder: Path) -> None:
        self.tokens = Ragged.load(folder, TOKENS)
        self.stretches = Ragged.load(folder, STRETCHES)
        self.spread: Ints = np.load(folder / SPREAD_FILE)
        self.count = len(self.tokens.starts) - 1
        self.rarity: Scores = np.log1p((self.count - self.spread + 0.5) / (self.spread + 0.5)).astype(np.float32)

    def meet(self, asked: Ints, vector: Vectors, places: Ints, encoder: TokenEncoder) -> tuple[Scores, Scores]:
        """How the statements at some places meet tokens and, in a stretch, a vector: two float32 arrays of shape (n,).

        First the mean over the tokens `asked` of the best cosine with a token of the statement (Khattab and Zaharia 2020, with
        static vectors); a token counts by the length of its vector, which training makes long for telling words, and by
        its rarity here. Then the best cosine of `vector` with the mean of twelve tokens in a row: of a long statement it
        is often a clause that answers.
        """
        lengths = self.tokens.lengths(places)
        kinds, at = kinds_of(self.tokens.of(places), encoder.vocabulary)
        wanted = np.vstack([encoder.vectors[asked] / encoder.norms[asked, None], vector])
        products = wanted @ encoder.vectors[kinds].T
        cosines = products[:-1] / encoder.norms[kinds]
        rare = encoder.norms[asked] * self.rarity[asked]
        met = rare @ best_in_row(cosines[:, at], lengths) / max(float(rare.sum()), 1e-9)
        stretches = stretch_sums(products[-1][at], lengths) / self.stretches.of(places)
        return met.astype(np.float32), best_in_row(stretches, self.stretches.lengths(places))


def kinds_of(tokens: NDArray[np.uint32], vocabulary: int) -> tuple[Ints, Ints]:
    """The different tokens, ascending, and where each token stands among them."""
    there = np.zeros(vocabulary, bool)
    there[tokens] = True
    kinds = np.flatnonzero(there)
    places = np.empty(vocabulary, np.int64)
    places[kinds] = np.arange(len(kinds))
    return kinds, places[tokens]


def stretch_sums(values: NDArray[np.float32], lengths: Ints) -> NDArray[np.float32]:
    """Sums over the stretches of rows of values, which stand one after the other: twelve in a row, beginning at every sixth.

    `values` is of shape (n,) or (n, dim). A row that is too short for two stretches has one; an empty one has none.
    """
    if not len(values):
        return values
    halves = -(-lengths // HALF_STRETCH)
    of = np.repeat(np.arange(len(lengths)), halves)
    within = np.arange(len(of)) - (np.cumsum(halves) - halves)[of]
    sums = np.add.reduceat(values, (np.cumsum(lengths) - lengths)[of] + HALF_STRETCH * within, axis=0)
    goes_on = within < halves[of] - 1
    sums[:-1][goes_on[:-1]] += sums[1:][goes_on[:-1]]
    kept: NDArray[np.float32] = sums[goes_on | (halves[of] == 1)]
    return kept


def best_in_row(scores: Scores, lengths: Ints) -> Scores:
    """The best of each row of scores, which stand one after the other along the last axis; 0 for an empty row."""
    best = np.zeros((*scores.shape[:-1], len(lengths)), np.float32)
    filled = np.flatnonzero(lengths)
    if len(filled):
        best[..., filled] = np.maximum.reduceat(scores, (np.cumsum(lengths) - lengths)[filled], axis=-1)
    return best


def lengths_of(vectors: Vectors) -> Scores:
    """The length of each vector, float32, never 0."""
    lengths: Scores = np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), 1e-9).astype(np.float32)
    return lengths


def write_tokens(folder: Path, encoder: TokenEncoder, previous: TokenIndex | None, kept: Ints, texts: Iterable[str]) -> None:
    """Write the tokens of statements; `kept` says where each stands in `previous`, -1 for new ones, whose `texts` are given."""
    new, norms = Growing("I"), Growing("f")
    for batch in in_batches(texts):
        ids = encoder.tokens(batch)
        for row in ids:
            new.add(row)
        each = np.array([len(row) for row in ids], np.int64)
        sums = stretch_sums(encoder.vectors[np.concatenate([np.array(row, np.int64) for row in ids])], each)
        counts = np.maximum(-(-each // HALF_STRETCH) - 1, np.minimum(each, 1))
        for part in np.split(lengths_of(sums), np.cumsum(counts)[:-1]):
            norms.add(part)
    fresh = new.ragged()
    renewed(previous.tokens if previous else None, kept, fresh).save(folder, TOKENS)
    renewed(previous.stretches if previous else None, kept, norms.ragged()).save(folder, STRETCHES)
    standing = spread(fresh, np.arange(len(fresh.starts) - 1), encoder.vocabulary)
    if previous:
        gone = np.setdiff1d(np.arange(previous.count), kept)
        standing += previous.spread - spread(previous.tokens, gone, encoder.vocabulary)
    np.save(folder / SPREAD_FILE, standing)


def spread(tokens: Ragged, places: Ints, vocabulary: int) -> Ints:
    """In how many of the rows at some places each token stands, int64, shape (vocabulary,)."""
    found = np.zeros(vocabulary, np.int64)
    for start in range(0, len(places), COUNTED):
        part = places[start : start + COUNTED]
        standing = np.repeat(np.arange(len(part)), tokens.lengths(part)) * vocabulary + tokens.of(part)
        standing.sort()
        first = np.concatenate([[True], standing[1:] != standing[:-1]]) if len(standing) else np.empty(0, bool)
        found += np.bincount(standing[first] % vocabulary, minlength=vocabulary)
    return found


def in_batches(texts: Iterable[str]) -> Iterable[list[str]]:
    """The texts, some at a time."""
    every = iter(texts)
    while batch := list(islice(every, BATCH)):
        yield batch
