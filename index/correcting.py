"""Corrections put in the place of what the machine said, each time a document is read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from domain.codebook import Element, Genre, Instrument, Language, Level, Sector, Stringency
from domain.document import Document, Facts
from domain.place import place_named
from domain.statement import Statement, Tags
from index.records import Correction
from index.rows import read_target

ByText = dict[str, list[Correction]]
FACTS: dict[str, Any] = {"title": str, "number": str, "issuer": str, "date": str, "place": str, "level": Level, "genre": Genre}
FACTS["language"] = Language


def by_text(corrections: Iterable[Correction]) -> ByText:
    """The corrections of each text, or of each document's facts by its id, oldest first."""
    gathered: ByText = defaultdict(list)
    for correction in corrections:
        gathered[correction.text].append(correction)
    return gathered


def with_facts(document: Document, given: Mapping[str, str | None]) -> Document:
    """The document with facts that a person states in place of those that were read; "" or None says that there is none."""
    changes: dict[str, Any] = {name: kind(given[name]) if given[name] else None for name, kind in FACTS.items() if name in given}
    if "place" in changes:
        found = place_named(changes["place"]) if changes["place"] else None
        changes["place_code"] = found.code if found else None
    facts: Facts = replace(document.facts, **changes)
    return replace(document, facts=facts)


def corrected(document: Document, corrections: ByText) -> Document:
    """The document with every correction to its facts and texts in place; of several to one field the last counts."""
    document = with_facts(document, {c.field: c.value for c in corrections.get(document.facts.id, ())})
    if not corrections:
        return document
    return replace(document, statements=tuple(corrected_statement(s, corrections.get(s.text, ())) for s in document.statements))


def corrected_statement(statement: Statement, corrections: Iterable[Correction]) -> Statement:
    """The statement with the corrections in place; the coder's name becomes the evidence."""
    tags = statement.tags
    if tags is None:
        return statement
    for correction in corrections:
        tags = replace(tags, **changes(tags, correction))
    return replace(statement, tags=tags)


def changes(tags: Tags, correction: Correction) -> dict[str, Any]:
    """What a correction changes, as fields of Tags."""
    evidence = f"corrected by {correction.by}"
    value = correction.value
    if correction.field == "element":
        return {"element": Element(value), "element_score": 1.0, "element_evidence": evidence}
    noted = {**tags.evidence, correction.field: evidence}
    if correction.field == "sectors":
        return {"sectors": tuple(Sector(each) for each in value), "evidence": noted}
    if correction.field == "instruments":
        return {"instruments": tuple(Instrument(each) for each in value), "evidence": noted}
    if correction.field == "stringency":
        return {"stringency": Stringency(value) if value else None, "evidence": noted}
    if correction.field in ("actors", "labels"):
        return {correction.field: tuple(value), "evidence": noted}
    if correction.field == "targets":
        return {"targets": tuple(read_target(each) for each in value), "evidence": noted}
    return {}
