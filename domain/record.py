"""The record of a statement: the flat form in which it leaves the program, the same in every command and format."""

from typing import Any, TypeAlias

from domain.document import Facts
from domain.statement import Statement
from domain.target import Target

Record: TypeAlias = dict[str, Any]
CITATION = ("document_id", "source_file", "document_title", "document_number", "issuer", "date", "genre", "level", "place")
FIELDS = (
    "statement_id",
    *CITATION,
    "language",
    "page",
    "char_start",
    "char_end",
    "heading_path",
    "text",
    "element",
    "element_score",
    "element_evidence",
    "sectors",
    "instruments",
    "stringency",
    "actors",
    "targets",
)
TARGET_FIELDS = ("indicator", "comparator", "value", "value_max", "unit", "year", "baseline_year", "direction", "quote")


def target_record(target: Target) -> Record:
    """A target as plain values; whole numbers are integers, so that 20 does not read 20.0."""
    return {
        "indicator": target.indicator,
        "comparator": target.comparator.value,
        "value": plain_number(target.value),
        "value_max": plain_number(target.value_max),
        "unit": target.unit,
        "year": target.year,
        "baseline_year": target.baseline_year,
        "direction": target.direction.value,
        "quote": target.quote,
    }


def statement_record(statement: Statement, facts: Facts) -> Record:
    """A tagged statement with the facts of its document, keys in the order of FIELDS."""
    tags = statement.tags
    if tags is None:
        raise ValueError(f"statement {statement.id} has not been tagged")
    return {
        "statement_id": statement.id,
        **citation(facts),
        "language": statement.language.value,
        "page": statement.page,
        "char_start": statement.char_start,
        "char_end": statement.char_end,
        "heading_path": list(statement.heading_path),
        "text": statement.text,
        "element": tags.element.value,
        "element_score": round(tags.element_score, 4),
        "element_evidence": tags.element_evidence,
        "sectors": [sector.value for sector in tags.sectors],
        "instruments": [instrument.value for instrument in tags.instruments],
        "stringency": tags.stringency.value if tags.stringency else None,
        "actors": list(tags.actors),
        "targets": [target_record(target) for target in tags.targets],
    }


def citation(facts: Facts) -> Record:
    """What a statement is cited by, as plain values, keys in the order of CITATION."""
    return {
        "document_id": facts.id,
        "source_file": facts.source_file,
        "document_title": facts.title,
        "document_number": facts.number,
        "issuer": facts.issuer,
        "date": facts.date,
        "genre": facts.genre.value if facts.genre else None,
        "level": facts.level.value if facts.level else None,
        "place": facts.place,
    }


def facts_record(facts: Facts) -> Record:
    """The facts of a document as plain values, as `compare` shows its source and local documents."""
    return {**citation(facts), "language": facts.language.value}


def plain_number(value: float | None) -> float | int | None:
    """A number without a needless fraction."""
    return int(value) if value is not None and float(value).is_integer() and abs(value) < 1e15 else value


def breadcrumb(statement: Statement, facts: Facts) -> list[str]:
    """The heading path without the document's own title and without a heading said twice on end."""
    parts: list[str] = []
    for part in statement.heading_path:
        bare = "".join(part.split())
        if bare != "".join(facts.title.split()) and (not parts or bare != "".join(parts[-1].split())):
            parts.append(part)
    return parts
