"""The library that the session works on, opened once for all sessions and again when its content has changed."""

import gc
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TypeAlias

import streamlit as st

from analysis.compare import Comparison, Progress, compare, with_only_local
from domain.document import Facts
from domain.errors import PilotlightError
from index import Facets, Filters, Library, Status, open_library
from index.snapshot import newest
from ui.marks import plain
from ui.wording import Wording

FOLDER = "folder"
SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"
MOST_COMPARISONS = 16
Comparisons: TypeAlias = dict[tuple[str, tuple[str, ...], bool], Comparison]


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
    library = open_library(Path(name), encoder=os.environ.get("PILOTLIGHT_ENCODER") or None, create=True)
    Thread(target=warm, args=(library,), daemon=True).start()
    return library


def warm(library: Library) -> None:
    """Load model, indexes and word lists while the first page is being read, so that the first search is quick.

    Streamlit collects garbage after every run, while the browser waits: what is loaded to stay is taken out of its sight.
    """
    with suppress(PilotlightError):  # a page shows it when it asks for the same
        library.search("碳 carbon", k=1)
        gc.collect()
        gc.freeze()


def library() -> Library:
    """The session's library."""
    return opened(str(folder()))


def stamp() -> str:
    """What the library held when its search index was last made: the same name, the same answers."""
    made = newest(folder())
    return made.name if made else ""


def status() -> Status:
    """Its state, read once per stamp."""
    return cached_status(str(folder()), stamp())


def documents() -> list[Facts]:
    """The facts of its documents, read once per stamp."""
    return cached_facts(str(folder()), stamp())


def facets(filters: Filters) -> Facets:
    """The counts under these filters, read once per stamp."""
    return cached_facets(str(folder()), stamp(), repr(filters), filters)


def totals(query: str, among: Sequence[Filters], *, expand: bool) -> list[int]:
    """How many statements a query finds under each of several filters, asked once per stamp."""
    return cached_totals(str(folder()), stamp(), query, expand, repr(among), among)


def titles() -> dict[str, Facts]:
    """The facts of its documents by id."""
    return {facts.id: facts for facts in documents()}


@st.cache_resource(max_entries=8, show_spinner=False)
def cached_status(name: str, stamp: str) -> Status:
    """`status` at one stamp."""
    return opened(name).status()


@st.cache_resource(max_entries=8, show_spinner=False)
def cached_facts(name: str, stamp: str) -> list[Facts]:
    """`documents` at one stamp."""
    return opened(name).facts()


@st.cache_resource(max_entries=256, show_spinner=False)
def cached_facets(name: str, stamp: str, key: str, _filters: Filters) -> Facets:
    """`facets` at one stamp."""
    return opened(name).facets(_filters)


@st.cache_resource(max_entries=1024, show_spinner=False)
def cached_totals(name: str, stamp: str, query: str, expand: bool, key: str, _among: Sequence[Filters]) -> list[int]:
    """`totals` at one stamp."""
    return opened(name).totals(query, _among, expand=expand)


def compared(source: str, locals_: Sequence[str], text: Wording, *, only_local: bool = False) -> Comparison:
    """The comparison at this stamp of the library; while it is made, a bar says how far it is."""
    made, asked = comparisons(str(folder()), stamp()), (source, tuple(locals_), only_local)
    if asked in made:
        return made[asked]
    bar = st.progress(0.0, text("compare.running"))

    def report(done: int, total: int, title: str) -> None:
        bar.progress(done / total, text("compare.at", n=min(done + 1, total), total=total, title=plain(title)))

    comparison = kept(made, library(), asked, report)
    bar.empty()
    return comparison


def whole(comparison: Comparison) -> Callable[[], Comparison]:
    """Gives a comparison with what only the local plans have, as it would be made now; may be called after the run has ended."""
    made, held = comparisons(str(folder()), stamp()), library()
    asked = comparison.source.id, tuple(local.id for local in comparison.locals), True
    return lambda: replace(comparison, only_local=kept(made, held, asked).only_local)


def kept(
    made: Comparisons, held: Library, asked: tuple[str, tuple[str, ...], bool], report: Progress | None = None
) -> Comparison:
    """The comparison that is asked for, made where it is not among those that are kept."""
    if asked not in made:
        source, locals_, only_local = asked
        if only_local:
            made[asked] = with_only_local(held, kept(made, held, (source, locals_, False)), progress=report)
        else:
            made[asked] = compare(held, source, locals_, progress=report)
        while len(made) > MOST_COMPARISONS:
            made.pop(next(iter(made)))
    return made[asked]


@st.cache_resource(max_entries=2, show_spinner=False)
def comparisons(name: str, stamp: str) -> Comparisons:
    """Those made at one stamp, oldest first: by source, local documents and whether the other way round too."""
    return {}
