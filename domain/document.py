"""A document as read: its facts, its cleaned text, its heading tree and its statements."""

from dataclasses import dataclass
from hashlib import sha256

from domain.codebook import Genre, Language, Level
from domain.statement import Statement


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person cites a document by.

    `id` comes from the file's bytes. `number` is the 文号. `date` is the day of issue in ISO 8601, shortened where the
    document gives only year or month. `place_code` is the GB/T 2260 code. `period` is the (first, last) year planned for.
    """

    id: str
    source_file: str
    title: str
    language: Language
    number: str | None = None
    issuer: str | None = None
    date: str | None = None
    genre: Genre | None = None
    level: Level | None = None
    place: str | None = None
    place_code: str | None = None
    period: tuple[int, int] | None = None

    @property
    def year(self) -> int | None:
        """Year of issue."""
        return int(self.date[:4]) if self.date else None


PAGE_PROBLEMS = frozenset({"no_text", "ocr", "order_doubtful"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paged format: its size in points, its span in the document's text, and what is wrong with it.

    `problems` holds words of `PAGE_PROBLEMS`.
    """

    number: int
    width: float
    height: float
    char_start: int
    char_end: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the heading tree; `parent` is an index into `Document.sections`, None at the top."""

    title: str
    depth: int
    char_start: int
    char_end: int
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Text that was recognised as page furniture and left out of the document's text."""

    page: int | None
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: `text` is NFC with LF line ends, one paragraph, item, heading or table row a line.

    `statements` stand in reading order and include headings. `attachments` are file names or addresses it links to.
    """

    facts: Facts
    text: str
    statements: tuple[Statement, ...]
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    attachments: tuple[str, ...] = ()


def document_id(content: bytes) -> str:
    """The id of the document in a file with this content: twelve hexadecimal digits."""
    return sha256(content).hexdigest()[:12]
