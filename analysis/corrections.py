"""Corrections that coders made outside come back into the library, by statement and text, nothing overwritten in silence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.coded import COLUMNS, LISTS, coded_rows
from analysis.writers import cell, fitted
from domain.document import Facts
from domain.errors import NotFoundError
from domain.record import Record, statement_record
from domain.statement import Tags
from index import Correction, Library
from index.correcting import by_text, corrected

Key = tuple[str, str]  # text and field


@dataclass(slots=True)
class ImportReport:
    """What became of the rows: `conflicts` are a line each, of rows whose text or id is not the library's, or whose value
    another coder, or another row, has set otherwise; `uncoded` rows are those that a coder left empty."""

    rows: int = 0
    unchanged: int = 0
    uncoded: int = 0
    corrections: list[Correction] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def import_corrections(library: Library, path: Path, *, by: str) -> ImportReport:
    """Take in the tags that differ from the library's, under the coder's name (the one in the file, where it has one)."""
    report = ImportReport()
    facts = {each.id: each for each in library.facts()}
    kept: dict[Key, list[Correction]] = {}
    for correction in library.corrections():
        kept.setdefault((correction.text, correction.field), []).append(correction)
    for line, row in coded_rows(path, library):
        report.rows += 1
        where = f"{path.name}, row {line}"
        try:
            statement = library.statement(row["statement_id"])
        except NotFoundError:
            report.conflicts.append(f"{where}: no statement {row['statement_id'] or repr(row['text'][:40])} in the library")
            continue
        if row["text"] not in (statement.text, fitted(statement.text)):
            report.conflicts.append(f"{where}: the text is not that of {statement.id}; left as it is")
            continue
        if row.get("element", "") is None:
            report.uncoded += 1
            continue
        machine = {**statement_record(statement, facts[statement.document_id]), "labels": labels_of(statement.tags)}
        made = list(differences(row, machine, row.get("by") or by))
        for correction in made:
            key = correction.text, correction.field
            other = next((o for o in kept.get(key, ()) if o.by != correction.by and o.value != correction.value), None)
            if other:
                said = f"{correction.field} is {other.value} by {other.by}, not {correction.value} by {correction.by}"
                report.conflicts.append(f"{where}: {said}; left as it is")
            else:
                report.corrections.append(correction)
                kept.setdefault(key, []).append(correction)
        report.unchanged += not made
    library.record_corrections(report.corrections)
    bring_up_to_date(library, {str(c.statement_id).rsplit("-", 1)[0] for c in report.corrections})
    return report


def correct_facts(library: Library, facts: Facts, given: Mapping[str, str], *, by: str) -> bool:
    """Put what a person states of a document ("" for none) in place of what was read of it; says whether anything changed."""
    made = [
        Correction(facts.id, name, value, by, getattr(facts, name))
        for name, value in given.items()
        if value != (getattr(facts, name) or "")
    ]
    library.record_corrections(made)
    bring_up_to_date(library, {facts.id} if made else set())
    return bool(made)


def labels_of(tags: Tags | None) -> list[str]:
    """The labels of a user's own codebook, as plain values."""
    return list(tags.labels) if tags else []


def bring_up_to_date(library: Library, document_ids: set[str]) -> None:
    """Put the corrections into the tags of these documents, and of every other that holds a corrected text on its next build."""
    corrections = by_text(library.corrections())
    for document_id in sorted(document_ids):
        library.add(corrected(library.document(document_id), corrections))
    if document_ids:
        library.commit()


def differences(row: Record, machine: Record, by: str) -> Iterator[Correction]:
    """A correction for each tag of the row that says something else than the library."""
    for name in COLUMNS:
        if name in row and not same(name, row[name], machine[name]):
            yield Correction(machine["text"], name, row[name], by, machine[name], machine["statement_id"])


def same(name: str, value: object, held: object) -> bool:
    """Whether two values of a tag say the same: lists in any order, and as a cell shows them."""
    if name in LISTS and isinstance(value, list) and isinstance(held, list):
        return sorted(value) == sorted(held) or cell(value, name) == cell(held, name)
    return value == held
