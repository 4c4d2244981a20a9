"""The library that the session works on, opened once for all sessions and again when its content has changed."""

from pathlib import Path
from typing import Any

import streamlit as st

from domain.document import Facts
from index import Facets, Filters, Library, Status, open_library

FOLDER = "folder"
SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"


def use(folder: Path) -> None:
    """Work on this library from the next run on."""
    st.session_state[FOLDER] = folder.resolve()


def folder() -> Path:
    """The library's folder."""
    chosen: Path = st.session_state[FOLDER]
    return chosen


@st.cache_resource(max_entries=8, show_spinner=False)
def opened(name: str) -> Library:
    """The library in this folder, made if it is not there. Raises LibraryError."""
    return open_library(Path(name), create=True)


def library() -> Library:
    """The session's library."""
    return opened(str(folder()))


def status() -> Status:
    """Its state, read once per generation."""
    return cached_status(str(folder()), library().generation)


def documents() -> list[Facts]:
    """The facts of its documents, read once per generation."""
    return cached_facts(str(folder()), library().generation)


def facets(filters: Filters) -> Facets:
    """The counts under these filters, read once per generation."""
    return cached_facets(str(folder()), library().generation, repr(filters), filters)


def titles() -> dict[str, Facts]:
    """The facts of its documents by id."""
    return {facts.id: facts for facts in documents()}


@st.cache_resource(max_entries=8, show_spinner=False)
def cached_status(name: str, generation: Any) -> Status:
    """`status` at one generation."""
    return opened(name).status()


@st.cache_resource(max_entries=8, show_spinner=False)
def cached_facts(name: str, generation: Any) -> list[Facts]:
    """`documents` at one generation."""
    return opened(name).facts()


@st.cache_resource(max_entries=256, show_spinner=False)
def cached_facets(name: str, generation: Any, key: str, _filters: Filters) -> Facets:
    """`facets` at one generation."""
    return opened(name).facets(_filters)
