"""Facets: how many statements bear each value."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from domain.document import Facts
from index.columns import ELEMENTS, INSTRUMENTS, LANGUAGES, SECTORS, STRINGENCIES, Columns
from index.results import Facets
from index.selection import Mask

Member = TypeVar("Member", bound=StrEnum)


def count_facets(columns: Columns, mask: Mask, documents: dict[int, Facts]) -> Facets:
    """Count the statements of a mask by every tag and fact."""
    seqs, per_document = np.unique(columns.seq[mask], return_counts=True)
    counted = [(documents[int(seq)], int(count)) for seq, count in zip(seqs, per_document, strict=True)]
    return Facets(
        total=int(np.count_nonzero(mask)),
        elements=by_code(columns.element[mask], ELEMENTS),
        sectors=by_bit(columns.sectors[mask], SECTORS),
        instruments=by_bit(columns.instruments[mask], INSTRUMENTS),
        stringencies=by_code(columns.stringency[mask], STRINGENCIES),
        languages=by_code(columns.language[mask], LANGUAGES),
        levels=by_fact(counted, "level"),
        places=by_fact(counted, "place"),
        documents=by_fact(counted, "id"),
        genres=by_fact(counted, "genre"),
        years=by_fact(counted, "year"),
        due_years=by_due_year(columns, mask),
    )


def by_code(codes: NDArray[np.uint8], members: Sequence[Member]) -> dict[Member, int]:
    """Counts of members in the order of their set."""
    counts = np.bincount(codes, minlength=256)
    return {member: int(counts[place]) for place, member in enumerate(members) if counts[place]}


def by_bit(bits: NDArray[Any], members: Sequence[Member]) -> dict[Member, int]:
    """Counts of members that may stand together."""
    counts = {member: int(np.count_nonzero(bits & (1 << place))) for place, member in enumerate(members)}
    return {member: count for member, count in counts.items() if count}


def by_fact(counted: list[tuple[Facts, int]], name: str) -> dict[Any, int]:
    """Counts by a fact of the documents, ascending."""
    counts: dict[Any, int] = {}
    for facts, count in counted:
        value = getattr(facts, name)
        if value is not None:
            counts[value] = counts.get(value, 0) + count
    return dict(sorted(counts.items()))


def by_due_year(columns: Columns, mask: Mask) -> dict[int, int]:
    """Counts of statements with a target due in each year, ascending."""
    at = columns.positions(columns.due_row)
    years, counts = np.unique(columns.due_year[mask[at]], return_counts=True)
    return {int(year): int(count) for year, count in zip(years, counts, strict=True)}
