"""Search: a query against a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.codebook import Language
from index.encoder import Vectors
from index.glossary import Expansion
from index.lexical import Matches, Term
from index.query import Query
from index.ranking import DOWN_FACTOR, Ranked, fuse, ranked_down
from index.results import Mode
from index.selection import Mask, Selection
from index.snapshot import Snapshot
from index.tokenizer import words

NEAREST = 1000
CANDIDATES = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: candidates best first, and how many there are in all."""

    ranked: Ranked
    total: int
    similarities: dict[int, float]


def find(
    snapshot: Snapshot,
    query: Query,
    vector: Vectors | None,
    selection: Selection,
    mask: Mask,
    *,
    mode: Mode,
    k: int,
    expansions: Sequence[Expansion],
) -> Found:
    """Search the snapshot; `mask` is over its own columns, `vector` float32 of shape (dim,) or None for words only."""
    depth = max(CANDIDATES, k)
    terms = [Term((word,)) for word in query.words]
    terms += [Term(tuple(dict.fromkeys(words(each.term))), 0.5) for each in expansions if words(each.term)]
    nothing = Matches(np.empty(0, np.int64), np.empty(0, np.float32), 0)
    lexical = nothing if mode is Mode.DENSE else snapshot.lexical.search(terms, query.phrases, selection, k=depth)
    similar: dict[int, float] = {}
    nearest: NDArray[np.int64] = np.empty(0, np.int64)
    if vector is not None and mode is not Mode.LEXICAL:
        found = snapshot.dense.search(vector, None if bool(mask.all()) else mask, k=min(NEAREST, len(mask)))
        nearest = found.rows
        similar = dict(zip(found.rows.tolist(), found.scores.tolist(), strict=True))
    if query.phrases and mode is Mode.HYBRID:
        nearest = nearest[np.isin(nearest, lexical.rows)]
    total = lexical.count + len(nearest) - (snapshot.lexical.count(terms, query.phrases, nearest) if lexical.count else 0)
    if mode is Mode.HYBRID:
        weights = (1.0, 1.0) if query.language is Language.ZH else (0.5, 1.0)
        ranked = fuse(lexical.rows, nearest, lexical_weight=weights[0], dense_weight=weights[1])
    elif mode is Mode.LEXICAL:
        ranked = single(lexical.rows, lexical.scores, lexical=True)
    else:
        ranked = single(found.rows, found.scores, lexical=False) if vector is not None else single(*empty(), lexical=False)
    return Found(lowered(ranked, snapshot) if mode is Mode.HYBRID else ranked, total, similar)


def empty() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """No rows and no scores."""
    return np.empty(0, np.int64), np.empty(0, np.float32)


def single(rows: NDArray[np.int64], scores: NDArray[np.float32], *, lexical: bool) -> Ranked:
    """One part alone."""
    ranks = np.arange(1, len(rows) + 1)
    none = np.zeros(len(rows), np.int64)
    return Ranked(rows, scores, ranks if lexical else none, none if lexical else ranks)


def lowered(ranked: Ranked, snapshot: Snapshot) -> Ranked:
    """The same with headings, contents lines and references at half their score."""
    at = snapshot.columns.positions(ranked.rows)
    factors = np.array([DOWN_FACTOR if ranked_down(snapshot.columns, int(place)) else 1.0 for place in at], np.float32)
    scores = ranked.scores * factors
    order = np.lexsort((ranked.rows, -scores))
    return Ranked(ranked.rows[order], scores[order], ranked.lexical_rank[order], ranked.dense_rank[order])
