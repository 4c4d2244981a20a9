"""The tables that a library gives beside its statements, each with keys to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.compare import Comparison, Row, compare
from analysis.line import is_outcome
from analysis.practices import find_practices
from domain.errors import ExportError
from domain.record import Record
from index import Filters, Kind, Library, Table
from index.table import Framed, columns_of

REQUIREMENT_FIELDS = (
    "requirement_id",
    "source_id",
    "local_id",
    "local_title",
    "requirement",
    "status",
    "confidence",
    "target_relation",
    "match_ids",
    "match_scores",
    "evidence",
    "verdict",
    "verdict_by",
    "verdict_note",
)
PRACTICE_FIELDS = ("practice_id", "title", "statement_id", "voice", "place", "is_outcome", "reprint_ids", "sectors", "conditions")
OWN_CODEBOOK = "codebook.toml"  # in the library's folder
LABEL_FIELDS = ("statement_id", "label", "evidence")


class TableName(StrEnum):
    """The tables that `export --table` knows."""

    STATEMENTS = "statements"
    TARGETS = "targets"
    LABELS = "labels"
    REQUIREMENTS = "requirements"
    PRACTICES = "practices"


def table_named(library: Library, name: TableName, filters: Filters, *, source: str | None = None) -> Table:
    """A table of the statements that pass; requirements need the plan that they are of, as an id, title or file name."""
    if name is TableName.TARGETS:
        return library.statements(filters).targets()
    if name is TableName.LABELS:
        return labels_table(library, filters)
    if name is TableName.PRACTICES:
        return practices_table(library, filters)
    if name is TableName.REQUIREMENTS:
        if source is None:
            raise ExportError("the table of requirements needs the plan that they are of: --source PLAN")
        return requirements_table(library, filters, library.find_document(source).id)
    return library.statements(filters).table()


def has_labels(library: Library) -> bool:
    """Whether a codebook of the user's own was applied to the library, or a coder gave labels."""
    return (library.folder / OWN_CODEBOOK).exists() or any(c.field == "labels" for c in library.corrections())


def labels_table(library: Library, filters: Filters) -> Table:
    """A row for each label of the user's own codebook that a statement bears."""

    def rows() -> Iterator[Record]:
        for statement in library.statements(filters):
            for label in statement.tags.labels if statement.tags else ():
                evidence = statement.tags.evidence.get(f"label:{label}", "") if statement.tags else ""
                yield {"statement_id": statement.id, "label": label, "evidence": evidence}

    return Table("labels", columns_of(LABEL_FIELDS), rows)


@dataclass(frozen=True, slots=True)
class Compared(Framed):
    """A comparison that can be taken as a data frame."""

    comparison: Comparison

    def table(self) -> Table:
        """A row for each requirement against each local plan, nearest statements by key."""
        kinds = {"confidence": Kind.NUMBER, "match_ids": Kind.TEXTS, "match_scores": Kind.TEXTS}
        return Table(
            "requirements", columns_of(REQUIREMENT_FIELDS, **kinds), lambda: map(requirement_record, self.comparison.rows)
        )


def compared(library: Library, source_id: str, local_ids: Sequence[str]) -> Compared:
    """Local plans held against a source plan: what `library.compare` answers."""
    return Compared(compare(library, source_id, local_ids))


def requirement_record(row: Row) -> Record:
    """A requirement against a local plan as plain values."""
    return {
        "requirement_id": row.source.id,
        "source_id": row.source.document_id,
        "local_id": row.local.id,
        "local_title": row.local.title,
        "requirement": row.source.text,
        "status": row.status.value,
        "confidence": round(row.confidence, 4),
        "target_relation": row.target_relation.value,
        "match_ids": [match.statement.id for match in row.matches],
        "match_scores": [f"{match.score:.4f}" for match in row.matches],
        "evidence": row.evidence,
        "verdict": row.verdict.status if row.verdict else None,
        "verdict_by": row.verdict.by if row.verdict else None,
        "verdict_note": row.verdict.note if row.verdict else None,
    }


def requirements_table(library: Library, filters: Filters, source_id: str) -> Table:
    """A row for each requirement of the source against each other document that passes."""
    locals = [facts.id for facts in library.facts(filters) if facts.id != source_id]
    return compared(library, source_id, locals).table()


def practices_table(library: Library, filters: Filters) -> Table:
    """A row for each statement on each practice card: what `library.practices` answers."""

    def rows() -> Iterator[Record]:
        for card in find_practices(library, filters):
            for line in card.lines:
                yield {
                    "practice_id": card.id,
                    "title": card.title,
                    "statement_id": line.statement.id,
                    "voice": line.voice.value,
                    "place": line.place,
                    "is_outcome": "yes" if is_outcome(line) else "no",
                    "reprint_ids": list(line.reprints),
                    "sectors": [sector.value for sector in card.sectors],
                    "conditions": list(card.conditions),
                }

    kinds = dict.fromkeys(("reprint_ids", "sectors", "conditions"), Kind.TEXTS)
    return Table("practices", columns_of(PRACTICE_FIELDS, **kinds), rows)
