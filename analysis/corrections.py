"""Corrections that coders made outside come back into the library, by statement and text, nothing overwritten in silence."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from analysis.export import FORMULA_STARTS, LIST_SEPARATOR
from analysis.record import statement_record
from domain.codebook import Element, Instrument, Sector, Stringency
from domain.errors import ExportError, NotFoundError
from index import Correction, Library
from index.correcting import corrected

CLOSED: dict[str, type[StrEnum]] = {"element": Element, "stringency": Stringency, "sectors": Sector, "instruments": Instrument}
LISTS = ("sectors", "instruments", "actors")
COLUMNS = (*CLOSED, "actors")
NEEDED = ("statement_id", "text")


@dataclass(slots=True)
class ImportReport:
    """What became of the rows: `conflicts` are a line each, of rows whose text or id is not the library's, or whose value
    another coder has set otherwise."""

    rows: int = 0
    unchanged: int = 0
    corrections: list[Correction] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def import_corrections(library: Library, path: Path, *, by: str) -> ImportReport:
    """Take in the tags that differ from the library's, under the coder's name, and bring the documents up to date."""
    report = ImportReport()
    facts = {each.id: each for each in library.facts()}
    others = {(c.text, c.field): c for c in library.corrections() if c.by != by}
    for line, row in rows_of(path):
        report.rows += 1
        try:
            statement = library.statement(row["statement_id"])
        except NotFoundError:
            report.conflicts.append(f"{path.name}, row {line}: no statement {row['statement_id']} in the library")
            continue
        if row["text"] not in (statement.text, f"'{statement.text}"):
            report.conflicts.append(f"{path.name}, row {line}: the text is not that of {statement.id}; left as it is")
            continue
        machine = statement_record(statement, facts[statement.document_id])
        made = [c for c in differences(row, machine, by, f"{path.name}, row {line}") if c.value != c.machine_value]
        for correction in made:
            other = others.get((correction.text, correction.field))
            if other and other.value != correction.value:
                kept = f"{correction.field} is {other.value} by {other.by}, not {correction.value}; left as it is"
                report.conflicts.append(f"{path.name}, row {line}: {kept}")
            else:
                report.corrections.append(correction)
        report.unchanged += not made
    library.record_corrections(report.corrections)
    bring_up_to_date(library, {str(c.statement_id).rsplit("-", 1)[0] for c in report.corrections})
    return report


def bring_up_to_date(library: Library, document_ids: set[str]) -> None:
    """Put the corrections into the tags of these documents, and of every other that holds a corrected text on its next build."""
    corrections = library.corrections()
    for document_id in sorted(document_ids):
        library.add(corrected(library.document(document_id), corrections))
    if document_ids:
        library.commit()


def differences(row: dict[str, Any], machine: dict[str, Any], by: str, where: str) -> Iterator[Correction]:
    """A correction for each tag column of the row; raises ExportError for a word that is not in the codebook."""
    for name in COLUMNS:
        if name not in row:
            continue
        kind = CLOSED.get(name, str)
        given = row[name]
        if name in LISTS:
            given = [part for part in given.split(LIST_SEPARATOR) if part] if isinstance(given, str) else list(given or [])
        try:
            value = [str(kind(part)) for part in given] if name in LISTS else (str(kind(given)) if given else None)
        except ValueError:
            known = ", ".join(member.value for member in CLOSED[name])
            raise ExportError(f"{where}: {name} {given!r} is not in the codebook; known: {known}") from None
        if name == "element" and value is None:
            continue
        yield Correction(machine["text"], name, value, by, machine[name], machine["statement_id"])


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of an exported file with their number in it; raises ExportError where a needed column is missing."""
    readers = {".csv": csv_rows, ".xlsx": xlsx_rows, ".jsonl": jsonl_rows}
    if path.suffix.lower() not in readers:
        raise ExportError(f"{path}: cannot read corrections from this format; known are {', '.join(readers)}")
    for line, row in readers[path.suffix.lower()](path):
        missing = [name for name in NEEDED if not row.get(name)]
        if missing:
            raise ExportError(f"{path}, row {line}: {' and '.join(missing)} missing; import a file that was exported")
        yield line, row


def csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of a CSV file; the quote that defused a formula is taken away."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            yield line, {name: plain(value) for name, value in row.items() if name}


def plain(value: str | None) -> str:
    """A cell without the quote that was put before a formula's start."""
    given = value or ""
    return given[1:] if given.startswith("'") and given[1:].startswith(FORMULA_STARTS) else given


def xlsx_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of the first sheet of a workbook."""
    import zipfile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ExportError(f"{path}: not a workbook ({error}); import a file that was exported") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    head = [str(name) for name in next(rows, ())]
    for line, row in enumerate(rows, start=2):
        yield line, {name: "" if value is None else value for name, value in zip(head, row, strict=False)}


def jsonl_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as stream:
        for line, text in enumerate(stream, start=1):
            if text.strip():
                try:
                    yield line, json.loads(text)
                except json.JSONDecodeError as error:
                    raise ExportError(f"{path}, line {line}: not JSON ({error.msg}); import a file that was exported") from error
