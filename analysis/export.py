"""Statements out of the library, in the formats that researchers work with."""

import csv
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from analysis.record import FIELDS, statement_record
from analysis.refi import write_codebook, write_project
from domain.errors import ExportError
from index import Filters, Library
from nlp.spacy_docs import write_docbin

Record = dict[str, Any]
LIST_SEPARATOR = "; "
PATH_SEPARATOR = " > "
EXCEL_CELL_LIMIT = 32_767
PARQUET_BATCH = 20_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export(library: Library, path: Path, *, filters: Filters | None = None, format: str | None = None) -> int:
    """Write every statement that passes the filters, headings left out; returns how many.

    The format follows the suffix unless it is named. The file is written aside and put in place when it is whole.
    """
    kind = (format or path.suffix.lstrip(".")).lower()
    known = (*WRITERS, "qdpx", "qdc", "spacy")
    if kind not in known:
        raise ExportError(f"{path}: cannot write {kind or 'a file without suffix'!r}; known formats are {', '.join(known)}")
    chosen = filters or Filters()
    if kind == "qdpx":
        return write_aside(path, lambda aside: write_project(aside, library, chosen))
    if kind == "spacy":
        return write_aside(
            path, lambda aside: write_docbin(aside, [library.document(facts.id) for facts in library.facts(chosen)])
        )
    if kind == "qdc":
        return write_aside(path, write_codebook)
    return write_aside(path, lambda aside: WRITERS[kind](aside, records(library, chosen)))


def records(library: Library, filters: Filters) -> Iterator[Record]:
    """The records of the statements that pass the filters, in the library's order."""
    facts = {each.id: each for each in library.facts()}
    for statement in library.statements(filters):
        yield statement_record(statement, facts[statement.document_id])


def write_aside(path: Path, write: Callable[[Path], int]) -> int:
    """Let `write` fill a file beside `path`, then rename it into place; raises ExportError where that cannot be done."""
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


def write_jsonl(path: Path, rows: Iterable[Record]) -> int:
    """One JSON object a line, UTF-8."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def write_csv(path: Path, rows: Iterable[Record]) -> int:
    """RFC 4180 with a byte order mark, so that Excel reads the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        return write_csv_rows(stream, rows)


def write_csv_rows(stream: TextIO, rows: Iterable[Record]) -> int:
    """A header and a line per record; texts that a spreadsheet would take for a formula get a quote in front."""
    writer = csv.writer(stream)
    writer.writerow(FIELDS)
    count = 0
    for row in rows:
        writer.writerow([defused(cell(row[field], field)) for field in FIELDS])
        count += 1
    return count


def write_xlsx(path: Path, rows: Iterable[Record]) -> int:
    """A sheet of statements and a sheet of their targets, heads frozen and filterable; memory does not grow with the rows."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        statements = book.add_worksheet("statements")
        targets = book.add_worksheet("targets")
        target_fields = ("statement_id", *TARGET_FIELDS)
        widths = {"text": 80, "heading_path": 40, "document_title": 30, "element_evidence": 24, "targets": 40}
        for sheet, fields in ((statements, FIELDS), (targets, target_fields)):
            sheet.freeze_panes(1, 0)
            for column, field in enumerate(fields):
                sheet.set_column(column, column, widths.get(field, 14))
            sheet.write_row(0, 0, fields, head)
        count = targets_count = 0
        for row in rows:
            count += 1
            statements.write_row(count, 0, [fitted(cell(row[field], field)) for field in FIELDS])
            for target in row["targets"]:
                targets_count += 1
                targets.write_row(targets_count, 0, [row["statement_id"], *(target[field] for field in TARGET_FIELDS)])
        statements.autofilter(0, 0, count, len(FIELDS) - 1)
        targets.autofilter(0, 0, targets_count, len(target_fields) - 1)
    return count


def write_parquet(path: Path, rows: Iterable[Record]) -> int:
    """Typed and nested: lists stay lists, targets a list of structs; written in batches."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts, years = pa.list_(pa.string()), pa.int16()
    target = pa.struct(
        [
            *((name, pa.string()) for name in ("indicator", "comparator")),
            *((name, pa.float64()) for name in ("value", "value_max")),
            ("unit", pa.string()),
            *((name, years) for name in ("year", "baseline_year")),
            *((name, pa.string()) for name in ("direction", "quote")),
        ]
    )
    types = {
        "page": pa.int32(),
        "char_start": pa.int64(),
        "char_end": pa.int64(),
        "element_score": pa.float32(),
        **dict.fromkeys(("heading_path", "sectors", "instruments", "actors"), texts),
        "targets": pa.list_(target),
    }
    schema = pa.schema([(field, types.get(field, pa.string())) for field in FIELDS])
    count = 0
    waiting = iter(rows)
    with pq.ParquetWriter(str(path), schema, compression="zstd") as writer:
        while batch := list(islice(waiting, PARQUET_BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


TARGET_FIELDS = ("indicator", "comparator", "value", "value_max", "unit", "year", "baseline_year", "direction", "quote")


def cell(value: Any, field: str) -> Any:
    """A field's value as one cell: lists joined, targets as JSON."""
    if field == "targets":
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, list):
        return (PATH_SEPARATOR if field == "heading_path" else LIST_SEPARATOR).join(value)
    return "" if value is None else value


def defused(value: Any) -> Any:
    """The value, with a quote before a text that a spreadsheet would calculate."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def fitted(value: Any) -> Any:
    """The value, cut with a mark where it is longer than an Excel cell can be."""
    if isinstance(value, str) and len(value) > EXCEL_CELL_LIMIT:
        mark = f"… [{len(value)} characters, cut to what a cell holds]"
        return value[: EXCEL_CELL_LIMIT - len(mark)] + mark
    return value


WRITERS: dict[str, Callable[[Path, Iterable[Record]], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}
