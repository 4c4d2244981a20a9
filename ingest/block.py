"""What every reader hands on: blocks of text in reading order, with where they stood and how they looked."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.document import Dropped, Page
from domain.statement import Box


class Form(StrEnum):
    """The form of a block as far as its reader can tell; what is plain text may still turn out to be a heading."""

    TEXT = "text"
    HEADING = "heading"
    ROW = "row"
    HEADS = "heads"  # the heads of a table's columns
    CONTENTS = "contents"
    REFERENCE = "reference"
    FOOTNOTE = "footnote"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Span:
    """One printed line of a block: its half-open offsets into the block's text and its rectangle."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row.

    `rank` orders headings that have no number, 1 the highest; `size` is the type size in points, 0 where unknown.
    `column_heads` and `caption` are those of the table that a row stands in.
    """

    text: str
    form: Form = Form.TEXT
    page: int | None = None
    spans: tuple[Span, ...] = ()
    rank: int | None = None
    size: float = 0.0
    bold: bool = False
    centred: bool = False
    column_heads: tuple[str, ...] = ()
    caption: str | None = None


@dataclass(slots=True)
class Reading:
    """A file as its reader left it: `hints` are facts stated outside the text, by the field names of `Facts`."""

    blocks: list[Block]
    pages: list[Page] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    hints: dict[str, str] = field(default_factory=dict)
