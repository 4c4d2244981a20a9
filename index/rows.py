"""Documents and statements as rows of the catalogue, and back."""

import json
from hashlib import blake2b
from typing import Any

import orjson

from domain.codebook import Comparator, Direction, Element, Genre, Instrument, Language, Level, Sector, Stringency
from domain.document import Document, Dropped, Facts, Page, Section
from domain.record import TARGET_FIELDS, Record, plain_number
from domain.statement import Box, Kind, Statement, Tags
from domain.target import Target


def to_json(value: object) -> str:
    """Compact JSON, readable Chinese."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text_key(text: str) -> str:
    """What a text is known by wherever it stands: white space does not count."""
    return blake2b("".join(text.split()).encode(), digest_size=16).hexdigest()


def passage_key(passage: str) -> bytes:
    """What the vector of a passage is kept by: 16 bytes."""
    return blake2b(passage.encode(), digest_size=16).digest()


def facts_row(facts: Facts) -> str:
    """The facts of a document as JSON."""
    return to_json({name: getattr(facts, name) for name in Facts.__slots__})


def read_facts(row: str) -> Facts:
    """The facts that `facts_row` wrote."""
    value = orjson.loads(row)
    period = value.pop("period")
    return Facts(
        language=Language(value.pop("language")),
        genre=optional(Genre, value.pop("genre")),
        level=optional(Level, value.pop("level")),
        period=tuple(period) if period else None,
        **value,
    )


def body_row(document: Document) -> str:
    """What a document has beside its facts and statements, as JSON."""
    return to_json(
        {
            "text": document.text,
            "sections": [[s.title, s.depth, s.char_start, s.char_end, s.parent] for s in document.sections],
            "pages": [[p.number, p.width, p.height, p.char_start, p.char_end, p.problems] for p in document.pages],
            "dropped": [[d.page, d.text, d.reason] for d in document.dropped],
            "attachments": document.attachments,
        }
    )


def read_document(facts: Facts, body: str, statements: tuple[Statement, ...]) -> Document:
    """The document whose body `body_row` wrote."""
    value = orjson.loads(body)
    return Document(
        facts=facts,
        text=value["text"],
        statements=statements,
        sections=tuple(Section(*section) for section in value["sections"]),
        pages=tuple(read_page(*page) for page in value["pages"]),
        dropped=tuple(Dropped(*dropped) for dropped in value["dropped"]),
        attachments=tuple(value["attachments"]),
    )


def read_page(number: int, width: float, height: float, start: int, end: int, problems: list[str]) -> Page:
    """A page from its plain values."""
    return Page(number, width, height, start, end, tuple(problems))


def place_row(statement: Statement) -> str:
    """Where and in what form a statement stands in its document, as JSON."""
    boxes = [[b.page, b.x0, b.top, b.x1, b.bottom] for b in statement.boxes]
    return to_json(
        [
            statement.document_id,
            statement.char_start,
            statement.char_end,
            statement.kind,
            statement.language,
            statement.heading_path,
            statement.page,
            boxes,
            statement.column_heads,
        ]
    )


def tags_row(tags: Tags | None) -> str | None:
    """The tags of a statement as JSON."""
    if tags is None:
        return None
    plain = {name: getattr(tags, name) for name in Tags.__slots__ if name != "targets"}
    plain["targets"] = [{name: getattr(target, name) for name in Target.__slots__} for target in tags.targets]
    return to_json(plain)


def read_statement(id: str, text: str, place: str, tags: str | None) -> Statement:
    """The statement whose rows `place_row` and `tags_row` wrote."""
    document_id, start, end, kind, language, path, page, boxes, heads = orjson.loads(place)
    return Statement(
        id=id,
        document_id=document_id,
        text=text,
        char_start=start,
        char_end=end,
        kind=Kind(kind),
        language=Language(language),
        heading_path=tuple(path),
        page=page,
        boxes=tuple(Box(*box) for box in boxes),
        column_heads=tuple(heads),
        tags=read_tags(tags),
    )


def read_record(cited: Record, id: str, text: str, place: str, tags: str | None) -> Record:
    """What `domain.record.statement_record` gives for the statement, straight from its rows: millions leave a library."""
    if tags is None:
        raise ValueError(f"statement {id} has not been tagged")
    _, start, end, _, language, path, page, _, _ = orjson.loads(place)
    said = orjson.loads(tags)
    for target in said["targets"]:
        target["value"], target["value_max"] = plain_number(target["value"]), plain_number(target["value_max"])
    return {
        "statement_id": id,
        **cited,
        "language": language,
        "page": page,
        "char_start": start,
        "char_end": end,
        "heading_path": path,
        "text": text,
        "element": said["element"],
        "element_score": round(said["element_score"], 4),
        "element_evidence": said["element_evidence"],
        "sectors": said["sectors"],
        "instruments": said["instruments"],
        "stringency": said["stringency"],
        "actors": said["actors"],
        "targets": [{name: target[name] for name in TARGET_FIELDS} for target in said["targets"]],
    }


def read_tags(row: str | None) -> Tags | None:
    """The tags that `tags_row` wrote."""
    if row is None:
        return None
    value: dict[str, Any] = orjson.loads(row)
    return Tags(
        element=Element(value["element"]),
        element_score=value["element_score"],
        element_evidence=value["element_evidence"],
        sectors=tuple(map(Sector, value["sectors"])),
        instruments=tuple(map(Instrument, value["instruments"])),
        stringency=optional(Stringency, value["stringency"]),
        actors=tuple(value["actors"]),
        places=tuple(value["places"]),
        targets=tuple(map(read_target, value["targets"])),
        labels=tuple(value["labels"]),
        evidence=value["evidence"],
    )


def read_target(value: dict[str, Any]) -> Target:
    """A target from its plain values."""
    return Target(**value | {"comparator": Comparator(value["comparator"]), "direction": Direction(value["direction"])})


def optional(kind: Any, value: Any) -> Any:
    """The member that a word names, None for None."""
    return None if value is None else kind(value)
