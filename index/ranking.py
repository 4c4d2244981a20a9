"""Ranking: the lexical and the dense list become one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.statement import Kind
from index.columns import HEADING, KINDS, Columns
from index.results import RankedDown

RRF_K = 60
DOWN_FACTOR = 0.5
DOWN_KINDS = {
    Kind.CONTENTS: RankedDown.CONTENTS,
    Kind.REFERENCE: RankedDown.REFERENCE,
    Kind.HEADING: RankedDown.HEADING,
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first: `rows` int64, `scores` float32, and ranks from 1 in each part, 0 for not found there."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    lexical_rank: NDArray[np.int64]
    dense_rank: NDArray[np.int64]


def fuse(lexical: NDArray[np.int64], dense: NDArray[np.int64], *, lexical_weight: float, dense_weight: float) -> Ranked:
    """Reciprocal rank fusion (Cormack et al. 2009, k = 60) of two lists of rows, ties by row."""
    rows = np.union1d(lexical, dense)
    ranks = [ranks_in(rows, part) for part in (lexical, dense)]
    scores = sum(
        np.where(rank > 0, weight / (RRF_K + rank), 0.0)
        for rank, weight in zip(ranks, (lexical_weight, dense_weight), strict=True)
    )
    order = np.lexsort((rows, -np.asarray(scores)))
    return Ranked(rows[order], np.asarray(scores, np.float32)[order], ranks[0][order], ranks[1][order])


def ranks_in(rows: NDArray[np.int64], part: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rank from 1 of each of some sorted rows in a list, 0 where it is not in it."""
    ranks = np.zeros(len(rows), np.int64)
    ranks[np.searchsorted(rows, part)] = np.arange(1, len(part) + 1)
    return ranks


def ranked_down(columns: Columns, position: int) -> RankedDown | None:
    """Why a statement stands lower than its match, by what it is."""
    kind = KINDS[columns.kind[position]]
    if kind in DOWN_KINDS:
        return DOWN_KINDS[kind]
    return RankedDown.HEADING if columns.element[position] == HEADING else None
