"""Coded statements that come back from coders: rows of an exported file, whatever program it went through."""

import csv
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.label_studio import task_rows
from analysis.refi_reader import project_rows
from analysis.writers import LIST_SEPARATOR, plain
from domain.codebook import Element, Instrument, Sector, Stringency
from domain.errors import ExportError
from domain.record import Record
from index import Library
from index.rows import read_target

CLOSED = {"element": Element, "stringency": Stringency, "sectors": Sector, "instruments": Instrument}
LISTS = ("sectors", "instruments", "actors", "labels")
COLUMNS = (*CLOSED, "actors", "targets", "labels")
NEEDED = ("statement_id", "text")
KNOWN = (".csv", ".xlsx", ".jsonl", ".parquet", ".qdpx", ".json")
Rows = Iterator[tuple[int, Record]]


def coded_rows(path: Path, library: Library) -> Rows:
    """The rows of a coded file with their number in it, tags as plain values, for those columns that the file has.

    Raises ExportError where the file cannot be read, a needed column is missing, or a word is not in the codebook.
    """
    for line, row in raw_rows(path, library):
        missing = [name for name in NEEDED if row.get(name) is None]
        if missing:
            raise ExportError(f"{path}, row {line}: {' and '.join(missing)} missing; import a file that was exported")
        if not any(name in row for name in COLUMNS):
            raise ExportError(f"{path}, row {line}: none of {', '.join(COLUMNS)} is there; import a file that was exported")
        where = f"{path.name}, row {line}"
        yield line, {name: value_of(name, value, where) if name in COLUMNS else value for name, value in row.items()}


def raw_rows(path: Path, library: Library) -> Rows:
    """The rows as they stand in the file."""
    suffix = path.suffix.lower()
    if suffix not in KNOWN:
        raise ExportError(f"{path}: cannot read codes from this format; known are {', '.join(KNOWN)}")
    if suffix == ".qdpx":
        return project_rows(path, library)
    return task_rows(path) if suffix == ".json" else sheet_rows(path)


def sheet_rows(path: Path) -> Rows:
    """The rows of a sheet as they stand in it."""
    readers = {".csv": csv_rows, ".xlsx": xlsx_rows, ".jsonl": jsonl_rows, ".parquet": parquet_rows}
    if path.suffix.lower() not in readers:
        raise ExportError(f"{path}: no sheet; known are {', '.join(readers)}")
    return readers[path.suffix.lower()](path)


def value_of(name: str, given: Any, where: str) -> Any:
    """A tag as plain data, from a cell or from data; None where nothing is said."""
    if name == "targets":
        return targets_of(given, where)
    kind: Any = CLOSED.get(name, str)
    try:
        if name in LISTS:
            parts = given.split(LIST_SEPARATOR) if isinstance(given, str) else list(given if given is not None else [])
            return [str(kind(part.strip())) for part in parts if part.strip()]
        return str(kind(given.strip())) if given else None
    except (ValueError, AttributeError):
        known = ", ".join(CLOSED.get(name, ()))
        raise ExportError(f"{where}: {name} {given!r} is not in the codebook; known: {known}") from None


def targets_of(given: Any, where: str) -> list[Record]:
    """Targets from a cell of JSON or from data."""
    try:
        found = json.loads(given) if isinstance(given, str) and given.strip() else list(given or [])
        for target in found:
            read_target(target)
    except (ValueError, TypeError, KeyError) as error:
        raise ExportError(f"{where}: targets cannot be read ({error}); expected the JSON of the export") from None
    return [dict(target) for target in found]


def csv_rows(path: Path) -> Rows:
    """Rows of a CSV file; the quote that defused a formula is taken away."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line, row in enumerate(csv.DictReader(stream), start=2):
                yield line, {name: plain(value or "") for name, value in row.items() if name}
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExportError(f"{path}: not a CSV file in UTF-8 ({error}); save it as 'CSV UTF-8'") from error


def xlsx_rows(path: Path) -> Rows:
    """Rows of the first sheet of a workbook, and of the sheets that go on from it."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ExportError(f"{path}: not a workbook ({error}); import a file that was exported") from error
    first = book.sheetnames[0]
    for name in book.sheetnames:
        if name == first or name.startswith(f"{first} "):
            rows = book[name].iter_rows(values_only=True)
            head = [str(name) for name in next(rows, ())]
            for line, row in enumerate(rows, start=2):
                cells = (*row, *[None] * (len(head) - len(row)))  # cells after a row's last one are not there
                yield line, {name: "" if value is None else value for name, value in zip(head, cells, strict=False)}
    book.close()


def jsonl_rows(path: Path) -> Rows:
    """Objects of a JSON Lines file."""
    with path.open(encoding="utf-8-sig") as stream:
        try:
            for line, text in enumerate(stream, start=1):
                if text.strip():
                    row = json.loads(text)
                    if not isinstance(row, dict):
                        raise ExportError(f"{path}, line {line}: no JSON object; import a file that was exported")
                    yield line, row
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ExportError(f"{path}: not JSON Lines ({error}); import a file that was exported") from error


def parquet_rows(path: Path) -> Rows:
    """Rows of a Parquet file."""
    import pyarrow
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(str(path)) as file:
            yield from enumerate((row for batch in file.iter_batches() for row in batch.to_pylist()), start=1)
    except pyarrow.ArrowInvalid as error:
        raise ExportError(f"{path}: not a Parquet file ({error}); import a file that was exported") from error
