"""The forward index: the words of every statement, for what is asked of a few statements rather than of all. Derived."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.lexical import Clause, Field, Worded
from index.ragged import Growing, Ints, Ragged, renewed

WORDS, AROUND = "words", "around"
FREQUENCY, LENGTH = 1.2, 0.75  # k1 and b of BM25, tantivy's

Keys = NDArray[np.uint32]


class ForwardIndex:
    """Each statement's own words in order, and around them the words of its breadcrumb and its pairs of characters.

    Words are kept as 32-bit checksums: two in a million statements may be taken for one another.
    """

    def __init__(self, folder: Path) -> None:
        self.words = Ragged.load(folder, WORDS)
        self.around = Ragged.load(folder, AROUND)

    @cached_property
    def _mean_length(self) -> float:
        return max(1.0, len(self.words.values) / max(1, len(self.words.starts) - 1))

    def scores(self, asked: Sequence[str], rarity: Sequence[float], places: Ints) -> NDArray[np.float32]:
        """BM25 of each asked word in the statements' own words, float32, shape (n, words); 0 where it does not stand."""
        lengths = self.words.lengths(places)
        keys, column = np.unique([word_key(word) for word in asked], return_inverse=True)
        at, found = standing(self.words.of(places), keys.astype(np.uint32))
        owner = np.repeat(np.arange(len(places)), lengths)[at]
        counts = np.bincount(owner * len(keys) + found, minlength=len(places) * len(keys)).reshape(len(places), len(keys))
        norm = FREQUENCY * (1 - LENGTH + LENGTH * lengths / self._mean_length)
        saturated = counts * (1 + FREQUENCY) / (counts + norm[:, None])
        scores: NDArray[np.float32] = (saturated[:, column] * np.asarray(rarity)).astype(np.float32)
        return scores

    def match(self, clauses: Collection[Clause], places: Ints) -> NDArray[np.bool_]:
        """Which statements the lexical index finds by one of some clauses."""
        single = [clause for clause in clauses if len(clause.words) == 1]
        found = self._hold(self.words, [word_key(word) for field, (word,) in single if field is Field.TEXT], places)
        open_ = np.flatnonzero(~found)
        path, pairs = ([word for field, (word,) in single if field is wanted] for wanted in (Field.PATH, Field.GRAMS))
        found[open_] = self._hold(self.around, around_keys(path, pairs), places[open_])
        together = [clause.words for clause in clauses if len(clause.words) > 1]
        several = sorted({word for words in together for word in words})
        open_ = np.flatnonzero(~found)
        stands = self.scores(several, [1.0] * len(several), places[open_]) > 0
        for words in together:
            found[open_] |= stands[:, [several.index(word) for word in words]].all(axis=1)
        return found

    def _hold(self, held: Ragged, keys: Sequence[int], places: Ints) -> NDArray[np.bool_]:
        at, _ = standing(held.of(places), np.unique(np.array(keys, np.uint32)))
        return np.bincount(np.repeat(np.arange(len(places)), held.lengths(places))[at], minlength=len(places)) > 0


def standing(values: Keys, keys: Keys) -> tuple[Ints, Ints]:
    """Where any of some sorted keys stands among values, and which: two int64 arrays of the same length."""
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    seldom = np.zeros(1 << 16, bool)
    seldom[keys & 0xFFFF] = True
    at = np.flatnonzero(seldom[values & 0xFFFF])
    found = np.minimum(np.searchsorted(keys, values[at]), len(keys) - 1)
    same = keys[found] == values[at]
    return at[same], found[same]


@lru_cache(maxsize=1 << 18)
def word_key(word: str) -> int:
    """The number of a word."""
    return crc32(word.encode())


def around_keys(path: Iterable[str], parts: Iterable[str]) -> list[int]:
    """The numbers of the words of a breadcrumb and of the pairs among the parts of a text, each once."""
    wanted = {f"/{word}" for word in path} | {part for part in parts if len(part) == 2}
    return [word_key(each) for each in wanted]


class FreshWords:
    """Collects the words of new statements on their way into the lexical index."""

    def __init__(self) -> None:
        self._words, self._around = Growing("I"), Growing("I")

    def noted(self, statement: Worded) -> Worded:
        """Note the words of the next statement."""
        self._words.add(map(word_key, statement.words))
        self._around.add(around_keys(statement.path, statement.grams))
        return statement

    def write(self, folder: Path, previous: ForwardIndex | None, kept: Ints) -> None:
        """Write the words of all statements; `kept` says where each stands in `previous`, -1 for the noted ones."""
        renewed(previous.words if previous else None, kept, self._words.ragged()).save(folder, WORDS)
        renewed(previous.around if previous else None, kept, self._around.ragged()).save(folder, AROUND)
