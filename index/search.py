"""Search: a query against a snapshot."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.codebook import Language
from domain.document import Facts
from index.dense import Nearest, nothing_near
from index.encoder import Vectors
from index.features import Features, cheap_score, features_of, lexical_shares
from index.glossary import Expansion
from index.late import TokenEncoder
from index.lexical import Matches, Term
from index.query import Query
from index.ranking import DOWN, Ranked, down_mask, fuse, ranks_in, weighed
from index.results import Mode
from index.selection import Mask, Selection
from index.snapshot import Snapshot

NEAREST = 1000
MATCHES, FROM_DENSE, FROM_LEXICAL, LOOKED_AT = 250, 100, 60, 60
EXPANSION_WEIGHT = 0.5
ACROSS_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a snapshot: the query as read, its vector (None: words only), what the glossary adds, what may be given.

    `mask` is over the snapshot's columns; `documents` are the facts by seq.
    """

    query: Query
    vector: Vectors | None
    expansions: tuple[Expansion, ...]
    selection: Selection
    mask: Mask
    documents: dict[int, Facts]
    tokens: TokenEncoder | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates best first, how many there are in all, and the cosine of those that were compared."""

    ranked: Ranked
    total: int
    similarities: dict[int, float] = field(default_factory=dict)


def find(snapshot: Snapshot, asked: Asked, *, mode: Mode, k: int) -> Found:
    """Search the snapshot for at least the `k` best, or all there are."""
    if mode is Mode.LEXICAL:
        return find_words(snapshot, asked, k)
    if mode is Mode.DENSE:
        return find_meaning(snapshot, asked)
    return find_both(snapshot, asked, k)


def find_words(snapshot: Snapshot, asked: Asked, k: int) -> Found:
    """The lexical part alone, bare."""
    terms = [Term((word,)) for word in asked.query.words]
    matches = snapshot.lexical.search(terms, asked.query.phrases, asked.selection, k=max(NEAREST, k))
    ranks = np.arange(1, len(matches.rows) + 1)
    return Found(Ranked(matches.rows, matches.scores, ranks, np.zeros_like(ranks)), matches.count)


def find_meaning(snapshot: Snapshot, asked: Asked) -> Found:
    """The dense part alone, bare."""
    nearest = nearest_to(snapshot, asked)
    ranks = np.arange(1, len(nearest.rows) + 1)
    return Found(Ranked(nearest.rows, nearest.scores, np.zeros_like(ranks), ranks), len(nearest.rows), cosines(nearest))


def find_both(snapshot: Snapshot, asked: Asked, k: int) -> Found:
    """Both parts: the most promising of both in the order of their features; the others follow, fused by rank."""
    terms = terms_of(asked)
    matches = snapshot.lexical.search(terms, asked.query.phrases, asked.selection, k=max(MATCHES, k))
    nearest = nearest_to(snapshot, asked)
    if asked.query.phrases:
        nearest = nearest.only(np.isin(nearest.rows, matches.rows))
    total = matches.count + len(nearest.rows) - matching(snapshot, terms, matches, nearest)
    rows, scores, similarities = looked_at(snapshot, asked, matches, nearest)
    if k > len(rows):
        weight = ACROSS_WEIGHT if asked.query.language is Language.EN else 1.0
        others, fused = fuse(matches.rows, nearest.rows, lexical_weight=weight)
        behind = ~np.isin(others, rows)
        floor = float(scores.min(initial=0)) - 1.0
        rows, scores = np.concatenate([rows, others[behind]]), np.concatenate([scores, floor + fused[behind]])
    ranks = ranks_in(rows, matches.rows), ranks_in(rows, nearest.rows)
    return Found(Ranked(rows, scores, *ranks), total, cosines(nearest) | similarities)


def terms_of(asked: Asked) -> list[Term]:
    """The words of the query, and those that the glossary adds."""
    added = [Term(each.words, EXPANSION_WEIGHT) for each in asked.expansions if each.words]
    return [Term((word,)) for word in asked.query.words] + added


def matching(snapshot: Snapshot, terms: list[Term], matches: Matches, nearest: Nearest) -> int:
    """How many of the nearest statements also match a word; they are asked for it only where not all matches are at hand."""
    open_ = nearest.places[~np.isin(nearest.rows, matches.rows)]
    known = len(nearest.rows) - len(open_)
    if matches.count == len(matches.rows):
        return known
    return known + int(np.count_nonzero(snapshot.forward.match(snapshot.lexical.clauses(terms), open_)))


def looked_at(
    snapshot: Snapshot, asked: Asked, matches: Matches, nearest: Nearest
) -> tuple[NDArray[np.int64], NDArray[np.float32], dict[int, float]]:
    """The most promising rows of both parts in the order of their features, their scores, and the cosine by row."""
    near, features = closer_look(snapshot, asked, matches.rows, nearest.rows)
    scores = weighed(features) - DOWN * down_mask(snapshot.columns, snapshot.columns.positions(near))
    if asked.query.language is None:  # a number has no meaning to go by
        scores -= DOWN * (features.words == 0)
    order = np.lexsort((near, -scores))
    similarities = dict(zip(near.tolist(), features.meaning.tolist(), strict=True))
    return near[order], scores[order].astype(np.float32), similarities


def closer_look(
    snapshot: Snapshot, asked: Asked, matches: NDArray[np.int64], nearest: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Features]:
    """The rows worth a closer look and their features."""
    vector = asked.vector
    if vector is None:
        raise ValueError("a closer look needs the vector of the query")
    near = np.union1d(nearest[:FROM_DENSE], matches[:FROM_LEXICAL])
    places = snapshot.columns.positions(near)
    meaning = snapshot.dense.similarities(vector, places)
    found, added = lexical_shares(snapshot, asked.query, asked.expansions, places)
    first = np.lexsort((near, -cheap_score(meaning, found, added)))[:LOOKED_AT]
    features = features_of(
        snapshot, asked.query, vector, places[first], meaning[first], found[first], added[first],
        asked.documents, asked.expansions, asked.tokens,
    )  # fmt: skip
    return near[first], features


def nearest_to(snapshot: Snapshot, asked: Asked) -> Nearest:
    """The nearest 1,000 statements that pass."""
    if asked.vector is None:
        return nothing_near()
    mask = None if asked.selection.count == len(asked.mask) else asked.mask
    return snapshot.dense.search(asked.vector, mask, k=NEAREST)


def cosines(nearest: Nearest) -> dict[int, float]:
    """Cosine by row."""
    return dict(zip(nearest.rows.tolist(), nearest.scores.tolist(), strict=True))
