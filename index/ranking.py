"""Ranking: the lexical and the dense list become one."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from domain.statement import Kind
from index.columns import HEADING, KINDS, Columns
from index.features import NAMES, Features
from index.results import RankedDown

RRF_K = 60
WEIGHTS = Path(__file__).parent / "ranking.toml"
DOWN = 6.0
DOWN_KINDS = {
    Kind.CONTENTS: RankedDown.CONTENTS,
    Kind.REFERENCE: RankedDown.REFERENCE,
    Kind.HEADING: RankedDown.HEADING,
}

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first: `rows` int64, `scores` float32, and ranks from 1 in each part, 0 for not found there."""

    rows: Rows
    scores: Scores
    lexical_rank: NDArray[np.int64]
    dense_rank: NDArray[np.int64]


@cache
def weights() -> Scores:
    """The weights of the features, float32, in their order."""
    with WEIGHTS.open("rb") as file:
        table: dict[str, float] = tomllib.load(file)["weights"]
    return np.array([table[feature] for feature in NAMES], np.float32)


def weighed(features: Features) -> Scores:
    """The score of each candidate, float32: its features by the learnt weights."""
    scores: Scores = features.matrix() @ weights()
    return scores


def fuse(lexical: Rows, dense: Rows, *, lexical_weight: float) -> tuple[Rows, Scores]:
    """Reciprocal rank fusion (Cormack et al. 2009, k = 60) of two lists of rows, best first, ties by row."""
    rows = np.union1d(lexical, dense)
    parts = (lexical_weight, ranks_in(rows, lexical)), (1.0, ranks_in(rows, dense))
    scores = sum((np.where(ranks > 0, weight / (RRF_K + ranks), 0.0) for weight, ranks in parts), np.zeros(len(rows)))
    order = np.lexsort((rows, -scores))
    return rows[order], scores[order].astype(np.float32)


def ranks_in(rows: Rows, part: Rows) -> NDArray[np.int64]:
    """The rank from 1 of each of some rows in a list, 0 where it is not in it."""
    if not len(part):
        return np.zeros(len(rows), np.int64)
    order = np.argsort(part)
    at = order[np.minimum(np.searchsorted(part, rows, sorter=order), len(part) - 1)]
    return np.where(part[at] == rows, at + 1, 0)


def down_mask(columns: Columns, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which statements are ranked down for what they are."""
    kinds = np.array([kind in DOWN_KINDS for kind in KINDS])
    down: NDArray[np.bool_] = kinds[columns.kind[places]] | (columns.element[places] == HEADING)
    return down


def ranked_down(columns: Columns, place: int) -> RankedDown | None:
    """Why a statement stands lower than its match, by what it is."""
    kind = KINDS[columns.kind[place]]
    if kind in DOWN_KINDS:
        return DOWN_KINDS[kind]
    return RankedDown.HEADING if columns.element[place] == HEADING else None
