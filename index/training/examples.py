"""What an encoder learns to tell apart: anchors, what each must find, and what must not count as wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.ragged import Ints, runs
from index.training.bags import Bags, stack

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Match:
    """Anchors that must find candidates: `found[i]` is the candidate of anchor i.

    `anchor_groups` and `candidate_groups` are int64: an anchor's other candidates of its own group are not counted as wrong.
    """

    anchors: Bags
    candidates: Bags
    found: Ints
    anchor_groups: Ints
    candidate_groups: Ints


@dataclass(frozen=True, slots=True)
class Translations:
    """Pairs of texts, drawn by weight; each text must find its own partner."""

    zh: Bags
    en: Bags
    chances: NDArray[np.float64]

    def draw(self, rng: Rng, size: int) -> list[Match]:
        """`size` pairs, both ways."""
        rows = _draw(rng, self.chances, size)
        zh, en = self.zh.take(rows), self.en.take(rows)
        zh_groups, en_groups = group_equal(zh), group_equal(en)
        found = np.arange(len(rows))
        return [Match(zh, en, found, en_groups, en_groups), Match(en, zh, found, zh_groups, zh_groups)]


@dataclass(frozen=True, slots=True)
class Questions:
    """Policy statements in two languages, with their headings where known and a query in each language.

    Of each text a share of the words is left out at random, so that no single word decides.
    """

    zh: Bags
    en: Bags
    zh_headings: Bags
    en_headings: Bags
    query_zh: Bags
    query_en: Bags
    headed: float = 0.7
    left_out: float = 0.15

    def draw(self, rng: Rng, size: int) -> list[Match]:
        """`size` statements: queries and translations find statements of both languages, statements find queries."""
        rows = rng.choice(len(self.zh), min(size, len(self.zh)), replace=False).astype(np.int64)
        zh, en, query_zh, query_en = (
            _thin(rng, bags.take(rows), self.left_out) for bags in (self.zh, self.en, self.query_zh, self.query_en)
        )
        below_zh, below_en = (
            _drop(rng, headings.take(rows), 1 - self.headed).before(text)
            for headings, text in ((self.zh_headings, zh), (self.en_headings, en))
        )
        queries = stack([query_zh, query_en])
        statements = stack([below_zh, below_en])
        n, order = len(rows), np.arange(len(rows))
        two = np.tile(order, 2)
        same, cross = np.concatenate([order, order + n]), np.concatenate([order + n, order])
        return [
            Match(queries, statements, same, two, two),
            Match(queries, statements, cross, two, two),
            Match(stack([zh, en]), statements, cross, two, two),
            Match(statements, queries, same, two, two),
            Match(statements, queries, cross, two, two),
        ]


@dataclass(frozen=True, slots=True)
class Clozes:
    """Passages of documents: a heading, a neighbour or a few words of a statement must find it."""

    texts: Bags
    headings: Bags
    last_headings: Bags
    sections: Ints
    span: tuple[int, int] = (3, 10)

    def draw(self, rng: Rng, size: int) -> list[Match]:
        """`size` passages, a third of them for each kind of anchor."""
        third = size // 3
        return [self._by_heading(rng, third), self._by_neighbour(rng, third), self._by_words(rng, third)]

    def _by_heading(self, rng: Rng, size: int) -> Match:
        rows = rng.integers(len(self.texts), size=4 * size)
        rows = rows[self.last_headings.starts[rows + 1] > self.last_headings.starts[rows]][:size]
        return self._match(self.last_headings.take(rows), self.texts.take(rows), rows)

    def _by_neighbour(self, rng: Rng, size: int) -> Match:
        rows = rng.integers(len(self.texts) - 1, size=4 * size)
        rows = rows[self.sections[rows] == self.sections[rows + 1]][:size]
        below = _drop(rng, self.headings.take(rows + 1), 0.5).before(self.texts.take(rows + 1))
        return self._match(self.texts.take(rows), below, rows)

    def _by_words(self, rng: Rng, size: int) -> Match:
        rows = rng.integers(len(self.texts), size=size)
        texts = self.texts.take(rows)
        lengths = np.diff(texts.starts)
        spans = np.minimum(rng.integers(*self.span, size=size), lengths)
        first = texts.starts[:-1] + (rng.random(size) * (lengths - spans + 1)).astype(np.int64)
        inside = runs(first, spans)
        kept = np.ones(len(texts.tokens), bool)
        kept[inside[np.repeat(rng.random(size) < 0.5, spans)]] = False
        words = Bags(texts.tokens[inside], np.concatenate([[0], np.cumsum(spans)]))
        below = _drop(rng, self.headings.take(rows), 0.3).before(_keep(texts, kept))
        return self._match(words, below, rows)

    def _match(self, anchors: Bags, candidates: Bags, rows: Ints) -> Match:
        groups = self.sections[rows]
        return Match(anchors, candidates, np.arange(len(rows)), groups, groups)


def group_equal(bags: Bags) -> Ints:
    """A number for each text, the same for equal texts."""
    seen: dict[bytes, int] = {}
    return np.array([seen.setdefault(bags.tokens[a:b].tobytes(), len(seen)) for a, b in _spans(bags)], np.int64)


def _spans(bags: Bags) -> Sequence[tuple[int, int]]:
    return list(zip(bags.starts[:-1].tolist(), bags.starts[1:].tolist(), strict=True))


def _draw(rng: Rng, chances: NDArray[np.float64], size: int) -> Ints:
    edges = np.cumsum(chances)
    rows: Ints = np.searchsorted(edges, rng.random(size) * edges[-1])
    return rows


def _drop(rng: Rng, bags: Bags, share: float) -> Bags:
    """The texts, a share of them made empty."""
    return _keep(bags, np.repeat(rng.random(len(bags)) >= share, np.diff(bags.starts)))


def _thin(rng: Rng, bags: Bags, share: float) -> Bags:
    """The texts without a share of their tokens."""
    return _keep(bags, rng.random(len(bags.tokens)) >= share)


def _keep(bags: Bags, kept: NDArray[np.bool_]) -> Bags:
    ends = np.concatenate([[0], np.cumsum(kept)])
    return Bags(bags.tokens[kept], ends[bags.starts])
