"""Tables as files: CSV, JSON Lines, Parquet and Excel, written aside first, row by row, in bounded memory."""

import csv
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import orjson

from domain.errors import ExportError
from domain.record import Record
from index import Kind, Table

LIST_SEPARATOR = "; "
PATH_SEPARATOR = " > "
EXCEL_CELL_LIMIT = 32_767
EXCEL_ROW_LIMIT = 1_048_576
FORMULA = re.compile(r"'*[=+\-@\t\r]")
DATED = (1980, 1, 1, 0, 0, 0)  # what a zip entry says of its time, the same on every machine
WIDTHS = {
    "text": 80,
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
    with workbook(path) as book:
        count = write_sheets(book, table)
        for other in beside:
            write_sheets(book, other)
        if card is not None:
            write_sheets(book, card_table(card))
    return count


@contextmanager
def workbook(path: Path) -> Iterator[Any]:
    """A workbook whose memory does not grow with its rows and whose bytes do not depend on when it is written."""
    import datetime

    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime.datetime(*DATED[:3])})  # Excel's dates have no zone
        yield book


def write_sheets(book: Any, table: Table) -> int:
    """The table as a sheet, head frozen and filterable; goes on in another sheet where Excel holds no more rows."""
    count, rows, sheet = 0, EXCEL_ROW_LIMIT, None
    names = list(table.columns)
    for row in table:
        if rows >= EXCEL_ROW_LIMIT:
            sheet = new_sheet(book, table, count)
            rows = 1
        write_cells(sheet, rows, [cell(row[name], name) for name in names])
        rows += 1
        count += 1
    if sheet is None:
        sheet = new_sheet(book, table, 0)
        rows = 1
    sheet.autofilter(0, 0, max(rows - 1, 1), len(names) - 1)
    return count


def new_sheet(book: Any, table: Table, done: int) -> Any:
    """A sheet with its head."""
    sheet = book.add_worksheet(table.name if not done else f"{table.name} {done // (EXCEL_ROW_LIMIT - 1) + 1}")
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(table.columns):
        sheet.set_column(column, column, WIDTHS.get(name, 14))
    sheet.write_row(0, 0, list(table.columns), book.add_format({"bold": True, "bottom": 1}))
    return sheet


def write_cells(sheet: Any, line: int, cells: list[Any]) -> None:
    """The cells of a line that are not empty."""
    for column, value in enumerate(cells):
        if value.__class__ is str:
            if value:
                sheet.write_string(line, column, value if len(value) <= EXCEL_CELL_LIMIT else fitted(value))
        else:
            sheet.write_number(line, column, value)


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
    if isinstance(value, str) and len(value) > EXCEL_CELL_LIMIT:
        mark = f"… [{len(value)} characters, cut to what a cell holds]"
        return value[: EXCEL_CELL_LIMIT - len(mark)] + mark
    return value


WRITERS: dict[str, Callable[[Path, Table], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}
