"""The columns: what filters and facets ask of every statement, as arrays. Derived from the catalogue."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from domain.codebook import Element, Instrument, Language, Sector, Stringency
from domain.statement import Kind
from index.catalogue import Catalogue, Row
from index.ragged import mapped

ELEMENTS, SECTORS, INSTRUMENTS = tuple(Element), tuple(Sector), tuple(Instrument)
STRINGENCIES, LANGUAGES, KINDS = tuple(Stringency), tuple(Language), tuple(Kind)
NONE = 255
HEADING = ELEMENTS.index(Element.HEADING)


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry a statement, by ascending catalogue row; statements of a document stand together in reading order.

    `row` int64; `seq` int64, the document's; `element`, `kind`, `language`, `stringency` uint8, the member's place in
    its set, 255 for none; `sectors` uint16 and `instruments` uint8, one bit a member; `length` uint16, characters;
    `since` int64. `due_row` int64 and `due_year` int16 pair rows with the years of their targets.
    """

    row: NDArray[np.int64]
    seq: NDArray[np.int64]
    element: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    language: NDArray[np.uint8]
    stringency: NDArray[np.uint8]
    sectors: NDArray[np.uint16]
    instruments: NDArray[np.uint8]
    length: NDArray[np.uint16]
    since: NDArray[np.int64]
    due_row: NDArray[np.int64]
    due_year: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.row)

    def positions(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where rows stand, int64 of the same length, -1 for those that are not here."""
        if not len(self.row):
            return np.full(len(rows), -1, np.int64)
        found = np.minimum(np.searchsorted(self.row, rows), len(self.row) - 1)
        return np.where(self.row[found] == rows, found, -1)

    def save(self, folder: Path) -> None:
        """Write each column to its own file."""
        for column in fields(self):
            np.save(folder / f"{column.name}.npy", getattr(self, column.name))

    @classmethod
    def load(cls, folder: Path) -> "Columns":
        """The columns that `save` wrote, mapped rather than read."""
        return cls(**{column.name: mapped(folder / f"{column.name}.npy") for column in fields(cls)})


def empty_columns() -> Columns:
    """No statements."""
    return columns_of(0, [])


def brought_up_to_date(columns: Columns, seqs: Iterable[int], catalogue: Catalogue) -> Columns:
    """The columns of the documents `seqs`: those that are here already are kept, new ones read from the catalogue."""
    wanted = np.fromiter(sorted(seqs), np.int64)
    held = np.unique(columns.seq)
    new = np.setdiff1d(wanted, held)
    if len(np.setdiff1d(held, wanted)):
        columns = only(columns, wanted)
    if not len(new):
        return columns
    return joined([columns, *(columns_of(int(seq), catalogue.stored(int(seq))) for seq in new)])


def only(columns: Columns, seqs: NDArray[np.int64]) -> Columns:
    """The columns of some documents."""
    keep = np.isin(columns.seq, seqs)
    due = np.isin(columns.due_row, columns.row[keep])
    return Columns(
        **{
            column.name: getattr(columns, column.name)[due if column.name.startswith("due_") else keep]
            for column in fields(columns)
        }
    )


def joined(parts: Sequence[Columns]) -> Columns:
    """All of them, those with the lower rows first."""
    return Columns(**{column.name: np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Columns)})


def columns_of(seq: int, stored: Sequence[Row]) -> Columns:
    """Columns of the rows that `Catalogue.stored` gives for a document, by ascending row."""
    coded = [(seq, *coded_statement(row)) for row in stored]
    due = [(code[1], year) for code in coded for year in code[-1]]

    def column(place: int, kind: type[np.generic]) -> NDArray[np.generic]:
        return np.fromiter((code[place] for code in coded), kind, len(coded))

    return Columns(
        seq=column(0, np.int64),  # type: ignore[arg-type]
        row=column(1, np.int64),  # type: ignore[arg-type]
        element=column(2, np.uint8),  # type: ignore[arg-type]
        kind=column(3, np.uint8),  # type: ignore[arg-type]
        language=column(4, np.uint8),  # type: ignore[arg-type]
        stringency=column(5, np.uint8),  # type: ignore[arg-type]
        sectors=column(6, np.uint16),  # type: ignore[arg-type]
        instruments=column(7, np.uint8),  # type: ignore[arg-type]
        length=column(8, np.uint16),  # type: ignore[arg-type]
        since=column(9, np.int64),  # type: ignore[arg-type]
        due_row=np.fromiter((row for row, _ in due), np.int64, len(due)),
        due_year=np.fromiter((year for _, year in due), np.int16, len(due)),
    )


def coded_statement(stored: Row) -> tuple[int, int, int, int, int, int, int, int, int, tuple[int, ...]]:
    """One row of `Catalogue.stored` as numbers: row, element, kind, language, ..., and the due years of its targets."""
    row, text, place, tags, since = stored
    _, _, _, kind, language, *_ = json.loads(place)
    value = json.loads(tags) if tags else {}
    return (
        row,
        ELEMENTS.index(value["element"]) if value else untagged_element(kind),
        KINDS.index(kind),
        LANGUAGES.index(language),
        STRINGENCIES.index(value["stringency"]) if value.get("stringency") else NONE,
        sum(1 << SECTORS.index(sector) for sector in value.get("sectors", ())),
        sum(1 << INSTRUMENTS.index(instrument) for instrument in value.get("instruments", ())),
        min(len(text), 65535),
        since,
        tuple(sorted({target["year"] for target in value.get("targets", ()) if target["year"] is not None})),
    )


def untagged_element(kind: str) -> int:
    """What a statement that no tagger has seen counts as."""
    return HEADING if kind in (Kind.HEADING, Kind.CONTENTS) else ELEMENTS.index(Element.CONTEXT)
