"""Tokenised texts side by side: what an embedding bag takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer

from index.ragged import Ints, runs

CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Bags:
    """The tokens of n texts: `tokens` int32, and `starts` int64 of shape (n + 1,) into them."""

    tokens: NDArray[np.int32]
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, rows: Ints) -> "Bags":
        """The texts of these rows, in their order."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return Bags(self.tokens[runs(self.starts[rows], lengths)], starts)

    def clipped(self, longest: int) -> "Bags":
        """The texts, each cut after `longest` tokens."""
        lengths = np.minimum(np.diff(self.starts), longest)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return Bags(self.tokens[runs(self.starts[:-1], lengths)], starts)

    def before(self, other: "Bags") -> "Bags":
        """Each text followed by the text of `other` in the same row: a passage below its headings."""
        stacked = stack([self, other])
        order = np.arange(len(self))
        pairs = np.stack([order, order + len(self)], axis=1).ravel()
        joined = stacked.take(pairs)
        return Bags(joined.tokens, joined.starts[::2])


def stack(parts: Sequence[Bags]) -> Bags:
    """All texts of the parts, one part after the other."""
    shifts = np.cumsum([0, *(part.starts[-1] for part in parts)])
    starts = [part.starts[:-1] + shift for part, shift in zip(parts, shifts, strict=False)]
    return Bags(np.concatenate([part.tokens for part in parts]), np.concatenate([*starts, shifts[-1:]]).astype(np.int64))


def tokenize(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """The tokens of each text; an empty text has none."""
    tokens: list[NDArray[np.int32]] = []
    lengths: list[int] = []
    for at in range(0, len(texts), CHUNK):
        for encoding in tokenizer.encode_batch_fast(list(texts[at : at + CHUNK]), add_special_tokens=False):
            tokens.append(np.asarray(encoding.ids, np.int32))
            lengths.append(len(encoding.ids))
    flat = np.concatenate(tokens) if tokens else np.zeros(0, np.int32)
    return Bags(flat, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))


def mean_matrix(bags: Bags, vocabulary: int) -> csr_matrix:
    """Shape (texts, vocabulary): times token vectors, the mean of each text, zero for an empty one."""
    lengths = np.diff(bags.starts)
    shares = np.repeat((1 / np.maximum(lengths, 1)).astype(np.float32), lengths)
    return csr_matrix((shares, bags.tokens, bags.starts), shape=(len(bags), vocabulary))
