"""What a library holds, in the formats that researchers work with; the way out for the command line and the app."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from analysis.codes import codebook_table
from analysis.runcard import export_card, write_card
from analysis.tables import TableName, has_labels, labels_table, table_named
from analysis.writers import WRITERS, write_aside, write_parquet, write_xlsx
from domain.errors import ExportError
from domain.record import Record
from index import Filters, Library, Table

Progress = Callable[[int, int, str], None]
T = TypeVar("T")
CODED = ("qdpx", "qdc", "json", "xml", "spacy", "bib", "txt")
KNOWN = (*WRITERS, *CODED)
TICK = 1000


class Telling(Protocol):
    """Gives the things on, and says how far it is."""

    def __call__(self, things: Iterable[T], total: int) -> Iterator[T]: ...


def export(
    library: Library,
    path: Path,
    *,
    filters: Filters | None = None,
    format: str | None = None,
    table: TableName = TableName.STATEMENTS,
    source: str | None = None,
    progress: Progress | None = None,
) -> int:
    """Write every statement that passes the filters, headings left out, or a table about them; returns how many rows.

    The format follows the suffix unless it is named. The file is written aside and put in place when it is whole, and a
    run card beside it says what it was made of. `progress(done, total, name)` is called now and then.
    """
    kind = (format or path.suffix.lstrip(".")).lower()
    if kind not in KNOWN:
        raise ExportError(f"{path}: cannot write {kind or 'a file without suffix'!r}; known formats are {', '.join(KNOWN)}")
    chosen = filters or Filters()
    if kind in CODED and table is not TableName.STATEMENTS:
        raise ExportError(f"{path}: {kind} holds statements, not the table {table}; write that as {', '.join(WRITERS)}")
    card = export_card(library, {"format": kind, "table": table.value, "source": source}, chosen)
    told = telling(progress, table.value)
    if kind in CODED:
        count = write_aside(path, lambda aside: write_coded(aside, library, chosen, kind, card, told))
    else:
        asked = table_named(library, table, chosen, source=source)
        rows = replace(asked, rows=lambda: told(asked, library.count(chosen)))
        beside = sheets_beside(library, chosen, table)
        count = write_aside(path, lambda aside: write_table(aside, rows, kind, card, beside))
    write_card(library, path, card, count)
    return count


def write_table(path: Path, table: Table, kind: str, card: Record, beside: list[Table]) -> int:
    """One table as a file; the formats that can hold it get the run card too."""
    if kind == "xlsx":
        return write_xlsx(path, table, card, beside=beside)
    if kind == "parquet":
        return write_parquet(path, table, card)
    return WRITERS[kind](path, table)


def sheets_beside(library: Library, filters: Filters, table: TableName) -> list[Table]:
    """What a workbook of statements holds beside them."""
    if table is not TableName.STATEMENTS:
        return []
    labels = [labels_table(library, filters)] if has_labels(library) else []
    return [library.statements(filters).targets(), *labels, codebook_table()]


def telling(progress: Progress | None, name: str) -> Telling:
    """What goes through things of which there are so many, with a word about how far it is each thousand of them."""

    def told(things: Iterable[T], total: int) -> Iterator[T]:
        for done, thing in enumerate(things):
            if progress and done % TICK == 0:
                progress(done, max(done, total), name)
            yield thing
        if progress:
            progress(total, total, "")

    return told


def write_coded(path: Path, library: Library, filters: Filters, kind: str, card: Record, told: Telling) -> int:
    """Statements in the format of one kind of software."""
    if kind == "qdpx":
        from analysis.refi import write_project

        return write_project(path, library, told(library.statements(filters), library.count(filters)), filters, card)
    if kind == "qdc":
        from analysis.refi import write_codebook

        return write_codebook(path)
    if kind == "json":
        from analysis.label_studio import write_tasks

        return write_tasks(path, told(library.statements(filters).records(), library.count(filters)))
    if kind == "xml":
        from analysis.label_studio import write_interface

        return write_interface(path)
    facts = library.facts(filters)
    if kind == "spacy":
        from nlp.spacy_docs import write_docbin

        return write_docbin(path, told((library.document(each.id) for each in facts), len(facts)))
    from analysis.references import write_references

    return write_references(path, facts, kind)
