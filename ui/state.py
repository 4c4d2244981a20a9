"""What one user has open and chosen; it outlives reruns and changes of page, and is each browser's own."""

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from domain.codebook import Language
from index import Filters, Grouping
from ui.wording import Wording

KEY = "state"
STEP = 10


@dataclass(slots=True)
class Search:
    """The search as it stands: `like` is the id of a statement whose kin are looked for, in place of a query,
    `opened` the id of the hit that is read in its place."""

    query: str = ""
    filters: Filters = field(default_factory=Filters)
    expand: bool = True
    grouping: Grouping | None = None
    like: str | None = None
    shown: int = STEP
    opened: str | None = None

    def open(self, statement_id: str | None) -> None:
        """Read a hit in its place, or none."""
        self.opened = statement_id

    def find_kin(self, statement_id: str | None) -> None:
        """Look for the kin of a statement in place of the query's hits, or leave them."""
        self.like, self.shown = statement_id, STEP

    def show_more(self) -> None:
        """Lengthen the list."""
        self.shown += STEP


@dataclass(slots=True)
class Comparing:
    """The plans being compared, the sections of the source that are held (none for all), whether the two are versions of
    one plan, and the row in hand as (source statement id, local document id)."""

    source: str | None = None
    locals: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    versions: bool = False
    row: tuple[str, str] | None = None


@dataclass(slots=True)
class State:
    """One user's state; everything in it is named by id, never by position.

    `explained` are the hits whose reasons are shown, `narrowing` the filters taken out of the drawer.
    `remembered` is the basket as the browser has it.
    `dropped` are the uploads that were taken up, `selected` the documents that are ticked in their table.
    `reviewed` are the statements decided or skipped in this session, `reopened` is one of them that is decided anew, and
    `unwritten` the documents whose decisions do not stand in their tags yet; `trouble` is why the last one was not kept,
    `trial` what the rules tried last would change.
    """

    language: Language
    search: Search = field(default_factory=Search)
    comparing: Comparing = field(default_factory=Comparing)
    basket: dict[str, None] = field(default_factory=dict)
    remembered: tuple[str, ...] = ()
    explained: set[str] = field(default_factory=set)
    narrowing: set[str] = field(default_factory=set)
    reading: str | None = None
    card: str | None = None
    line: str | None = None
    cards_shown: int = STEP
    told: int = 0
    dropped: set[str] = field(default_factory=set)
    selected: set[str] = field(default_factory=set)
    reviewer: str = ""
    reviewed: dict[str, None] = field(default_factory=dict)
    reopened: str | None = None
    unwritten: dict[str, None] = field(default_factory=dict)
    trouble: str = ""
    trial: dict[str, Any] | None = None
    address: dict[str, list[str]] = field(default_factory=dict)
    page: str = ""
    is_arriving: bool = True

    def arrive(self, page: str) -> None:
        """Note the page that is served, and whether the run before this one served another."""
        self.is_arriving, self.page = page != self.page, page

    def keep_or_drop(self, statement_id: str) -> None:
        """Into the basket, or out of it."""
        if statement_id in self.basket:
            del self.basket[statement_id]
        else:
            self.basket[statement_id] = None

    def close_card(self) -> None:
        """Put the card away that is open."""
        self.card = None

    @property
    def wording(self) -> Wording:
        """The texts in this user's language."""
        return Wording(self.language)


def with_values(filters: Filters, field: str, values: tuple[Any, ...]) -> Filters:
    """The filters with these values in one field; raises FilterError."""
    changed: dict[str, Any] = {field: values}
    return replace(filters, **changed)


def is_begun() -> bool:
    """Whether the browser session has been served before."""
    return KEY in st.session_state


def current() -> State:
    """The state of the browser session that is being served."""
    if not is_begun():
        st.session_state[KEY] = State(language=browser_language())
    state: State = st.session_state[KEY]
    return state


def browser_language() -> Language:
    """Chinese where the browser asks for it first, else English."""
    return Language.ZH if (st.context.locale or "").lower().startswith("zh") else Language.EN
