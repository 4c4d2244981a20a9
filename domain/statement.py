"""The statement: the unit that is tagged, embedded, searched, aligned and exported."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2s

from domain.codebook import Element, Instrument, Language, Sector, Stringency
from domain.target import Target


class Kind(StrEnum):
    """The form in which a statement stands in its document."""

    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"
    HEADING = "heading"
    CONTENTS = "contents"
    REFERENCE = "reference"
    FOOTNOTE = "footnote"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in PDF points, origin at the top left; `page` counts from 1."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Tags:
    """What the tagger says of one statement, each with its evidence.

    `element_score` is a calibrated probability in 0..1. `evidence` maps a tag ("element", "sector:energy",
    "stringency", a label of a user's codebook as "label:NAME") to the rule id, heading or model score behind it.
    """

    element: Element
    element_score: float
    element_evidence: str
    sectors: tuple[Sector, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    stringency: Stringency | None = None
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    labels: tuple[str, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0.0 <= self.element_score <= 1.0:
            raise ValueError(f"element_score {self.element_score} is not between 0 and 1")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item or table row, at its place in a document.

    `char_start` and `char_end` are code points, half-open, into the document's text, and `text` is what stands there.
    `heading_path` is the breadcrumb from the outermost section inwards; for a table row it ends with the table's
    caption. `column_heads` are those of a row's cells, in cell order (cells are joined by a tab in `text`).
    `page` counts from 1, None in formats without pages. `tags` is None until the tagger has been there.
    """

    id: str
    document_id: str
    text: str
    char_start: int
    char_end: int
    kind: Kind
    language: Language
    heading_path: tuple[str, ...] = ()
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    column_heads: tuple[str, ...] = ()
    tags: Tags | None = None

    def __post_init__(self) -> None:
        if self.char_end - self.char_start != len(self.text):
            raise ValueError(
                f"statement {self.id}: offsets {self.char_start}..{self.char_end} do not fit {len(self.text)} characters"
            )


def statement_id(document_id: str, text: str, occurrence: int) -> str:
    """The id of the `occurrence`-th statement (from 0) with this text in its document; it does not depend on position."""
    digest = blake2s(f"{occurrence}\x1f{text}".encode(), digest_size=5).hexdigest()
    return f"{document_id}-{digest}"
