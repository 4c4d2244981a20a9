"""What a document is cited by, to be put right by hand."""

import re
from datetime import date
from enum import StrEnum

import streamlit as st

from analysis.corrections import correct_facts
from domain.codebook import Genre, Level
from domain.document import Facts
from index import Library
from ui.marks import plain
from ui.state import State
from ui.wording import Wording

WORDS = ("title", "number", "issuer", "date", "place")
CHOICES: dict[str, type[StrEnum]] = {"level": Level, "genre": Genre}
LABELS = {"title": "documents.name"}
DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def show(library: Library, facts: Facts, state: State) -> None:
    """The form, in a window of its own."""
    text = state.wording
    st.dialog(text("documents.facts"))(fill)(library, facts, state)


def fill(library: Library, facts: Facts, state: State) -> None:
    """A box for each fact; what is saved stays with the document, also when it is read again."""
    text = state.wording
    st.caption(plain(facts.source_file))
    with st.form(f"facts_{facts.id}", border=False):
        given = {name: ask(name, facts, text) for name in WORDS} | {name: choose(name, facts, text) for name in CHOICES}
        saved = st.form_submit_button(text("documents.facts_save"), type="primary")
    if not saved:
        st.caption(text("documents.facts_help"))
    elif not given["title"]:
        st.error(text("documents.facts_title"))
    elif given["date"] and not is_day(given["date"]):
        st.error(text("documents.facts_date"))
    else:
        correct_facts(library, facts, given, by=state.reviewer)
        st.rerun()


def ask(name: str, facts: Facts, text: Wording) -> str:
    """A line of text."""
    hint = text("documents.facts_date") if name == "date" else None
    value = getattr(facts, name) or ""
    return st.text_input(text(LABELS.get(name, f"documents.{name}")), value, key=f"fact_{name}_{facts.id}", help=hint).strip()


def choose(name: str, facts: Facts, text: Wording) -> str:
    """One of a closed set, or none."""
    members, value = list(CHOICES[name]), getattr(facts, name)
    label, at = text(f"documents.{name}"), members.index(value) if value else None
    chosen = st.selectbox(label, members, at, format_func=text.name, key=f"fact_{name}_{facts.id}", placeholder="—")
    return chosen.value if chosen else ""


def is_day(said: str) -> bool:
    """Whether this is a year, a month or a day of the calendar in ISO 8601."""
    found = DAY.fullmatch(said)
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True
