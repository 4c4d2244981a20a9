"""Tables as files: CSV, JSON Lines, Parquet and Excel, written aside first, row by row, in bounded memory."""

import csv
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

import orjson

from analysis.workbook import CELL_LIMIT, Workbook
from domain.errors import ExportError
from domain.record import Record
from index import Kind, Table

LIST_SEPARATOR = "; "
PATH_SEPARATOR = " > "
FORMULA = re.compile(r"'*[=+\-@\t\r]")
WIDTHS = {
    "text": 80,
    "title": 50,
    "document_title": 40,
    "heading_path": 40,
    "targets": 40,
    "element_evidence": 24,
    "definition": 80,
    "indicator": 40,
    "quote": 60,
    "value": 14,
    "setting": 24,
}


def write_aside(path: Path, write: Callable[[Path], int]) -> int:
    """Let `write` fill a file beside `path`, then rename it into place; raises ExportError where that cannot be done."""
    if path.is_dir():
        raise ExportError(f"{path}: is a folder; name a file in it")
    if path.exists() and not path.stat().st_mode & 0o222:
        raise ExportError(f"{path}: is read-only; name another file, or make it writable")
    if any(path.with_name(name).exists() for name in (f".~lock.{path.name}#", f"~${path.name}")):
        raise ExportError(f"{path}: is open in another program; close it there, or name another file")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        os.close(handle)
    except OSError as error:
        raise ExportError(f"{path}: cannot write there ({error.strerror}); choose another folder") from error
    aside = Path(name)
    try:
        count = write(aside)
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as error:
        raise ExportError(f"{path}: cannot write ({error.strerror}); close it where it is open, or free some space") from error
    finally:
        aside.unlink(missing_ok=True)
    return count


def write_text(text: str, output: Path | None) -> None:
    """Write a text to a file, aside first, or to stdout where no file is named."""
    if output is None:
        sys.stdout.write(text)
    else:
        write_aside(output, lambda aside: aside.write_text(text, encoding="utf-8"))


def write_jsonl(path: Path, table: Table) -> int:
    """One JSON object a line, UTF-8."""
    count = 0
    with path.open("wb", buffering=1 << 20) as stream:
        for row in table:
            stream.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    return count


def write_csv(path: Path, table: Table) -> int:
    """RFC 4180 with a byte order mark, so that Excel reads the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        return write_csv_rows(stream, table)


def write_csv_rows(stream: TextIO, table: Table) -> int:
    """A header and a line per record; texts that a spreadsheet would take for a formula get a quote in front."""
    writer = csv.writer(stream)
    writer.writerow(table.columns)
    count = 0
    for row in table:
        writer.writerow([defused(cell(row[name], name)) for name in table.columns])
        count += 1
    return count


def write_parquet(path: Path, table: Table, card: Record | None = None) -> int:
    """Typed and nested, in batches; the run card stands in the file's metadata under "pilotlight"."""
    import pyarrow.parquet as pq

    schema = table.schema()
    if card is not None:
        schema = schema.with_metadata({"pilotlight": json.dumps(card, ensure_ascii=False, sort_keys=True)})
    count = 0
    with pq.ParquetWriter(str(path), schema, compression="zstd") as writer:
        for batch in table.batches():
            writer.write_table(batch.cast(schema))
            count += len(batch)
    return count


def write_xlsx(path: Path, table: Table, card: Record | None = None, *, beside: Sequence[Table] = ()) -> int:
    """A sheet for each table and one for the run card; returns the rows of the first. Texts stay texts, none is calculated."""
    with Workbook(path) as book:
        count = add_sheet(book, table)
        for other in (*beside, *([card_table(card)] if card is not None else [])):
            add_sheet(book, other)
    return count


def add_sheet(book: Workbook, table: Table) -> int:
    """A table as a sheet; texts longer than a cell are cut with a mark."""
    names = list(table.columns)
    rows = ([fitted(cell(row[name], name)) for name in names] for row in table)
    return book.add(table.name, names, rows, [WIDTHS.get(name, 14) for name in names])


def card_table(card: Record) -> Table:
    """A run card as settings and their values."""
    rows = [{"setting": name, "value": as_words(value)} for name, value in card.items()]
    return Table("run", {"setting": Kind.TEXT, "value": Kind.TEXT}, lambda: rows)


def as_words(value: Any) -> str:
    """A value of a run card as one cell."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def cell(value: Any, name: str) -> Any:
    """A column's value as one cell: lists joined, targets as JSON."""
    if value is None:
        return ""
    if isinstance(value, list):
        if name == "targets":
            return json.dumps(value, ensure_ascii=False) if value else ""
        return (PATH_SEPARATOR if name == "heading_path" else LIST_SEPARATOR).join(value)
    return value


def defused(value: Any) -> Any:
    """The value, with a quote before a text that a spreadsheet would calculate; `plain` takes it away again."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def plain(value: str) -> str:
    """A cell without the quote that `defused` put before it."""
    return value[1:] if value.startswith("'") and FORMULA.match(value) else value


def fitted(value: Any) -> Any:
    """The value, cut with a mark where it is longer than an Excel cell can be."""
    if isinstance(value, str) and len(value) > CELL_LIMIT:
        mark = f"… [{len(value)} characters, cut to what a cell holds]"
        return value[: CELL_LIMIT - len(mark)] + mark
    return value


WRITERS: dict[str, Callable[[Path, Table], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}
