"""Late interaction: how well a statement's tokens, and stretches of them, meet a query; for encoders made of token vectors."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dense import decoded
from index.encoder import Encoder, Vectors

TOKENS_FILE, STARTS_FILE, SPREAD_FILE = "tokens.npy", "token_starts.npy", "token_spread.npy"
BATCH = 4096
HALF_STRETCH = 6

Ints = NDArray[np.int64]
Places = NDArray[np.int64]
Scores = NDArray[np.float32]


class TokenEncoder:
    """The tokens of a static encoder and their vectors: `matrix` float16 or float32, shape (vocabulary, dim)."""

    def __init__(self, tokenizer: Any, matrix: NDArray[Any]) -> None:
        self._tokenizer = tokenizer
        self._matrix = matrix

    @property
    def vocabulary(self) -> int:
        """How many tokens there are."""
        return len(self._matrix)

    def vectors(self, tokens: NDArray[Any]) -> tuple[Vectors, Scores]:
        """The vectors of some tokens, float32, shape (n, dim), and their lengths, float32."""
        chosen = self._matrix[tokens]
        vectors = decoded(chosen) if chosen.dtype == np.float16 and len(chosen) else chosen.astype(np.float32)
        return vectors, np.maximum(np.linalg.norm(vectors, axis=1), 1e-9).astype(np.float32)

    def tokens(self, texts: Sequence[str]) -> list[Ints]:
        """The token ids of each text, int64."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, np.int64) for encoding in encodings]


def token_encoder(encoder: Encoder) -> TokenEncoder | None:
    """The tokens behind an encoder; None for one whose vectors are not means of token vectors."""
    tokenizer, matrix = getattr(encoder, "_tokenizer", None), getattr(encoder, "_matrix", None)
    return TokenEncoder(tokenizer, matrix) if tokenizer is not None and matrix is not None else None


class TokenIndex:
    """The tokens of every statement of a snapshot; breadcrumbs are left out."""

    def __init__(self, folder: Path) -> None:
        self.tokens: NDArray[np.uint32] = np.load(folder / TOKENS_FILE, mmap_mode="r")
        self.starts: Ints = np.load(folder / STARTS_FILE, mmap_mode="r")
        spread = np.load(folder / SPREAD_FILE)
        count = max(1, len(self.starts) - 1)
        self.rarity: Scores = np.log1p((count - spread + 0.5) / (spread + 0.5)).astype(np.float32)

    def meet(self, asked: Ints, vector: Vectors, places: Places, encoder: TokenEncoder) -> tuple[Scores, Scores]:
        """How the statements at some places meet tokens and, in a stretch, a vector: two float32 arrays of shape (n,).

        First the mean over the tokens `asked` of the best cosine with a token of the statement (Khattab and Zaharia 2020, with
        static vectors); a token counts by the length of its vector, which training makes long for telling words, and by
        its rarity here. Then the best cosine of `vector` with the mean of twelve tokens in a row: of a long statement it
        is often a clause that answers.
        """
        lengths = np.maximum(self.starts[places + 1] - self.starts[places], 0)
        kinds, at = np.unique(gathered(self.tokens, self.starts[places], lengths), return_inverse=True)
        vectors, norms = encoder.vectors(kinds)
        return self._best_tokens(asked, vectors / norms[:, None], at, lengths, encoder), best_stretches(
            vectors, at, lengths, vector
        )

    def _best_tokens(self, asked: Ints, unit: Vectors, at: Ints, lengths: Ints, encoder: TokenEncoder) -> Scores:
        scores, filled = np.zeros(len(lengths), np.float32), np.flatnonzero(lengths)
        if len(asked) and len(filled):
            wanted, norms = encoder.vectors(asked)
            cosines = (wanted / norms[:, None]) @ unit.T
            best = np.maximum.reduceat(cosines[:, at], (np.cumsum(lengths) - lengths)[filled], axis=1)
            rare = norms * self.rarity[asked]
            scores[filled] = rare @ best / max(float(rare.sum()), 1e-9)
        return scores


def best_stretches(vectors: Vectors, at: Ints, lengths: Ints, query: Vectors) -> Scores:
    """The best cosine of the query with a stretch of each of some token sequences, 0 for an empty one.

    `vectors[at]` are the tokens of all, one after the other; stretches begin at every sixth token.
    """
    halves = -(-lengths // HALF_STRETCH)
    scores, filled = np.zeros(len(lengths), np.float32), np.flatnonzero(lengths)
    if not len(filled):
        return scores
    of = np.repeat(np.arange(len(lengths)), halves)
    within = np.arange(len(of)) - np.repeat(np.cumsum(halves) - halves, halves)
    sums = np.add.reduceat(vectors[at], (np.cumsum(lengths) - lengths)[of] + HALF_STRETCH * within, axis=0)
    whole = sums.copy()
    whole[:-1][of[:-1] == of[1:]] += sums[1:][of[:-1] == of[1:]]
    cosines = whole @ query / np.maximum(np.linalg.norm(whole, axis=1), 1e-9)
    kept = (within < halves[of] - 1) | (halves[of] == 1)  # the last half has been counted with the one before
    cosines[~kept] = -1
    scores[filled] = np.maximum.reduceat(cosines, (np.cumsum(halves) - halves)[filled])
    return scores


def gathered(values: NDArray[np.uint32], starts: Ints, lengths: Ints) -> NDArray[np.uint32]:
    """The stretches of an array that begin at `starts`, one after the other."""
    ends = np.cumsum(lengths)
    offsets = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    found: NDArray[np.uint32] = values[np.repeat(starts, lengths) + offsets]
    return found


def write_tokens(
    folder: Path, encoder: TokenEncoder, previous: TokenIndex | None, kept: Ints, texts: Callable[[Ints], Iterable[str]]
) -> None:
    """Write the tokens of statements; `kept` says where each stands in `previous`, -1 for new ones, whose `texts` are read."""
    lengths = np.zeros(len(kept), np.int64)
    new = np.flatnonzero(kept < 0)
    fresh: list[NDArray[np.uint32]] = []
    for at in range(0, len(new), BATCH):
        part = new[at : at + BATCH]
        for place, ids in zip(part, encoder.tokens(list(texts(part))), strict=True):
            lengths[place] = len(ids)
            fresh.append(ids.astype(np.uint32))
    old = np.flatnonzero(kept >= 0)
    if previous is not None and len(old):
        lengths[old] = previous.starts[kept[old] + 1] - previous.starts[kept[old]]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    tokens = np.zeros(starts[-1], np.uint32)
    if previous is not None and len(old):
        tokens[stretches(starts[old], lengths[old])] = gathered(previous.tokens, previous.starts[kept[old]], lengths[old])
    if fresh:
        tokens[stretches(starts[new], lengths[new])] = np.concatenate(fresh)
    owners = np.repeat(np.arange(len(kept)), lengths)
    once = np.unique(owners * encoder.vocabulary + tokens) % encoder.vocabulary
    np.save(folder / TOKENS_FILE, tokens)
    np.save(folder / STARTS_FILE, starts)
    np.save(folder / SPREAD_FILE, np.bincount(once, minlength=encoder.vocabulary))


def stretches(starts: Ints, lengths: Ints) -> Ints:
    """The positions of stretches that begin at `starts`."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)
