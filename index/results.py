"""What a library answers: hits that say why they are there, counts, and the state of the collection."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.codebook import Element, Genre, Instrument, Language, Level, Sector, Stringency
from domain.document import Facts
from domain.record import Record, statement_record
from domain.statement import Statement
from index.table import STATEMENT_COLUMNS, Framed, Kind, Table


class Mode(StrEnum):
    """How statements are found: by words and meaning fused, or by one of the two alone and bare."""

    HYBRID = "hybrid"
    LEXICAL = "lexical"
    DENSE = "dense"


class RankedDown(StrEnum):
    """Why a hit stands lower than its match would put it."""

    HEADING = "heading"
    CONTENTS = "contents"
    REFERENCE = "reference"


class Grouping(StrEnum):
    """What hits can be gathered by."""

    PLACE = "place"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a hit is there.

    Ranks count from 1 and are None where that part did not find it. `terms` are the words of the query, as they
    stand in the statement, and `expanded` the words that the glossary added and that stand in it. `similarity` is the
    cosine of query and statement.
    """

    lexical_rank: int | None = None
    dense_rank: int | None = None
    terms: tuple[str, ...] = ()
    expanded: tuple[str, ...] = ()
    similarity: float | None = None
    ranked_down: RankedDown | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement found; `rank` counts from 1, `score` falls with it and compares only within one answer."""

    rank: int
    score: float
    statement: Statement
    facts: Facts
    why: Why


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked through: documents and statements that pass the filters, and names of documents without text.

    `held` counts the documents of the library, whatever the filters.
    """

    documents: int
    statements: int
    without_text: tuple[str, ...] = ()
    held: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one place or document, best first; `name` is the place, or the document's title."""

    name: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class SearchResult(Framed):
    """The answer to a query.

    `total` counts the statements that pass the filters and match a word or are among the nearest 1,000; `hits` are
    the best of them. `expanded` is every word that the glossary added to the query; `notes` are what a user should
    know of how the query was read, one plain sentence each.
    """

    query: str
    total: int
    searched: Searched
    hits: tuple[Hit, ...]
    mode: Mode = Mode.HYBRID
    expanded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def table(self) -> Table:
        """A row a hit: rank, score, and the fields of the export."""

        def record(hit: Hit) -> Record:
            return {"rank": hit.rank, "score": hit.score, **statement_record(hit.statement, hit.facts)}

        columns = {"rank": Kind.WHOLE, "score": Kind.NUMBER, **STATEMENT_COLUMNS}
        return Table("hits", columns, lambda: map(record, self.hits))

    def grouped(self, by: Grouping) -> tuple[Group, ...]:
        """The hits gathered by place or document, groups in the order of their best hit."""
        gathered: dict[str, list[Hit]] = {}
        names: dict[str, str] = {}
        for hit in self.hits:
            key = hit.facts.id if by is Grouping.DOCUMENT else hit.facts.place or ""
            names[key] = hit.facts.title if by is Grouping.DOCUMENT else key
            gathered.setdefault(key, []).append(hit)
        return tuple(Group(names[key], tuple(hits)) for key, hits in gathered.items())


@dataclass(frozen=True, slots=True)
class Facets:
    """How many statements that pass the filters bear each value; values without any are left out.

    Each count is the length of the list that is left when the filtered list is narrowed to that value.
    `documents` is keyed by document id.
    """

    total: int
    elements: dict[Element, int] = field(default_factory=dict)
    sectors: dict[Sector, int] = field(default_factory=dict)
    instruments: dict[Instrument, int] = field(default_factory=dict)
    stringencies: dict[Stringency, int] = field(default_factory=dict)
    levels: dict[Level, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    languages: dict[Language, int] = field(default_factory=dict)
    genres: dict[Genre, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    due_years: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a library.

    `statements` counts statements without headings; `without_text` names documents no statement of which can be
    searched; `failed` maps the path of a file that was refused to the reason; `problems` maps a file name to what is
    wrong with its pages, on how many of them; `left_out` maps a file name to the reasons for which lines were left out of
    its text, with how many. `encoder` and `generation` say what the search indexes are made of.
    """

    documents: int
    pages: int
    statements: int
    elements: dict[Element, int]
    languages: dict[Language, int]
    without_text: tuple[str, ...]
    failed: dict[str, str]
    problems: dict[str, dict[str, int]]
    left_out: dict[str, dict[str, int]]
    encoder: str
    generation: int
    bytes_on_disk: int
