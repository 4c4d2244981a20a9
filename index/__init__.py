"""Statements to a library on disk: the catalogue (SQLite), the lexical and the dense index, and search over them."""

from index.encoder import Encoder, load_encoder, passage_text
from index.filters import Filters
from index.library import Library, open_library
from index.records import Correction, Refusal, RunCard, SavedSearch, Verdict
from index.results import Facets, Group, Grouping, Hit, Mode, RankedDown, Searched, SearchResult, Status, Why
from index.table import Framed, Kind, Statements, Table, statements_table

__all__ = [
    "Correction",
    "Encoder",
    "Facets",
    "Filters",
    "Framed",
    "Group",
    "Grouping",
    "Hit",
    "Kind",
    "Library",
    "Mode",
    "RankedDown",
    "Refusal",
    "RunCard",
    "SavedSearch",
    "SearchResult",
    "Searched",
    "Statements",
    "Status",
    "Table",
    "Verdict",
    "Why",
    "load_encoder",
    "open_library",
    "passage_text",
    "statements_table",
]
