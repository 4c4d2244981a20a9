"""The selection: filters as the library's own numbers, for arrays and for the lexical index alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.codebook import Element
from domain.document import Facts
from index.columns import ELEMENTS, HEADING, INSTRUMENTS, LANGUAGES, SECTORS, STRINGENCIES, Columns
from index.filters import Filters, unknown
from index.places import is_in_place, known_places

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Selection:
    """What passes: `mask` over the columns, all True where nothing is asked.

    For the lexical index: one of `tags` of every group, none of `excluded_tags`, a document of `seqs` (None: any) and
    none of `gone`, documents which that index still holds and the catalogue does not. `documents` and `count` are the
    numbers of documents and statements that pass.
    """

    mask: Mask
    seqs: tuple[int, ...] | None = None
    tags: tuple[tuple[str, ...], ...] = ()
    excluded_tags: tuple[str, ...] = ()
    gone: tuple[int, ...] = ()
    documents: int = 0
    count: int = 0


def select(filters: Filters, columns: Columns, documents: dict[int, Facts]) -> Selection:
    """Resolve filters against the library; raises FilterError for a place, document or year that is not there."""
    chosen = chosen_documents(filters, documents)
    masks = list(statement_masks(filters, columns))
    if chosen is not None:
        masks.append(np.isin(columns.seq, np.array(sorted(chosen), np.int64)))
    mask = np.logical_and.reduce(masks) if masks else np.ones(len(columns), bool)
    return Selection(
        mask=mask,
        seqs=None if chosen is None else tuple(sorted(chosen)),
        tags=tuple(tag_groups(filters)),
        excluded_tags=() if shows_headings(filters) else (f"e{HEADING}",),
        documents=len(np.unique(columns.seq[mask])),
        count=int(np.count_nonzero(mask)),
    )


def shows_headings(filters: Filters) -> bool:
    """Whether headings count."""
    return filters.headings or Element.HEADING in filters.elements


def statement_masks(filters: Filters, columns: Columns) -> Iterable[Mask]:
    """One mask for each field of the filters that speaks of the statement itself."""
    if not shows_headings(filters):
        yield columns.element != HEADING
    if filters.elements:
        yield np.isin(columns.element, [ELEMENTS.index(element) for element in filters.elements])
    if filters.sectors:
        yield columns.sectors & sum(1 << SECTORS.index(sector) for sector in set(filters.sectors)) != 0
    if filters.instruments:
        yield columns.instruments & sum(1 << INSTRUMENTS.index(instrument) for instrument in set(filters.instruments)) != 0
    if filters.stringencies:
        yield np.isin(columns.stringency, [STRINGENCIES.index(stringency) for stringency in filters.stringencies])
    if filters.languages:
        yield np.isin(columns.language, [LANGUAGES.index(language) for language in filters.languages])
    if filters.due_years:
        mask = np.zeros(len(columns), bool)
        known = np.unique(columns.due_year).tolist()
        for year in filters.due_years:
            if year not in known:
                raise unknown("due_years", year, known)
            mask[columns.positions(columns.due_row[columns.due_year == year])] = True
        yield mask


def tag_groups(filters: Filters) -> Iterable[tuple[str, ...]]:
    """The same for the lexical index: words of its `tags` field."""
    sets = [
        ("e", ELEMENTS, filters.elements),
        ("s", SECTORS, filters.sectors),
        ("i", INSTRUMENTS, filters.instruments),
        ("g", STRINGENCIES, filters.stringencies),
        ("l", LANGUAGES, filters.languages),
    ]
    for letter, members, values in sets:
        if values:
            yield tuple(f"{letter}{members.index(value)}" for value in values)
    if filters.due_years:
        yield tuple(f"y{year}" for year in filters.due_years)


def chosen_documents(filters: Filters, documents: dict[int, Facts]) -> set[int] | None:
    """The seqs of the documents that pass; None where no field speaks of documents."""
    sets: list[set[int]] = []
    if filters.levels:
        sets.append({seq for seq, facts in documents.items() if facts.level in filters.levels})
    if filters.genres:
        sets.append({seq for seq, facts in documents.items() if facts.genre in filters.genres})
    if filters.years:
        sets.append(documents_of_years(filters.years, documents))
    if filters.places:
        sets.append(documents_of_places(filters.places, documents))
    if filters.documents:
        sets.append(documents_named(filters.documents, documents))
    return set.intersection(*sets) if sets else None


def documents_of_years(years: Sequence[int], documents: dict[int, Facts]) -> set[int]:
    """Documents issued in one of the years."""
    known = sorted({facts.year for facts in documents.values() if facts.year is not None})
    for year in years:
        if year not in known:
            raise unknown("years", year, known)
    return {seq for seq, facts in documents.items() if facts.year in years}


def documents_of_places(places: Sequence[str], documents: dict[int, Facts]) -> set[int]:
    """Documents of one of the places."""
    found: set[int] = set()
    for place in places:
        here = {seq for seq, facts in documents.items() if is_in_place(facts, place)}
        if not here:
            raise unknown("places", place, known_places(documents.values()))
        found |= here
    return found


def documents_named(names: Sequence[str], documents: dict[int, Facts]) -> set[int]:
    """Documents with one of the ids, titles or file names."""
    found: set[int] = set()
    for name in names:
        here = {seq for seq, facts in documents.items() if is_named(facts, name)}
        if not here:
            raise unknown("documents", name, sorted(facts.title or facts.source_file for facts in documents.values()))
        found |= here
    return found


def is_named(facts: Facts, name: str) -> bool:
    """Whether a name is the document's id, title, file name or file name without suffix."""
    stem = facts.source_file.rsplit(".", 1)[0]
    return name.strip() in (facts.id, facts.title, facts.source_file, stem)
