"""The statements that a user keeps, and what becomes of them: a table, citations, an export."""

import re
import tempfile
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

import streamlit as st

from analysis.references import bibtex, gbt_7714
from analysis.writers import WRITERS
from domain.document import Facts
from domain.errors import NotFoundError
from domain.record import statement_record
from domain.statement import Statement
from index import Filters, Library, statements_table
from ui import collection
from ui.hits import source_line
from ui.marks import plain
from ui.state import State

Kept = tuple[Statement, Facts]
MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "jsonl": "application/jsonl",
}
ID = re.compile(r"[0-9a-f]{12}-[0-9a-f]{10}")
MOST_REMEMBERED = 150  # a cookie holds 4,096 bytes
REMEMBERED_FOR = 90 * 24 * 3600  # seconds
LABELS = {"xlsx": "basket.excel", "csv": "basket.csv", "jsonl": "basket.jsonl"}


def show(library: Library, state: State, titles: dict[str, Facts]) -> None:
    """The basket as a popover whose label counts what is in it."""
    text = state.wording
    panel = st.popover(text("basket.title", n=len(state.basket)), width="content", key="basket", on_change="rerun")
    if not panel.open:
        return
    with panel:
        if not state.basket:
            st.caption(text("basket.empty"))
            return
        kept, gone = gather(library, state.basket, titles)
        with st.container(horizontal=True, gap="small"):
            for kind, label in LABELS.items():
                data = file_of(kind, kept)
                st.download_button(text(label), data, f"statements.{kind}", MIMES[kind], key=f"basket_{kind}", on_click="ignore")
            st.download_button(
                text("basket.gbt"), lambda: gbt_7714(kept), "citations.txt", "text/plain", key="basket_gbt", on_click="ignore"
            )
            st.download_button(
                text("basket.bibtex"), lambda: bibtex(kept), "citations.bib", "text/plain", key="basket_bibtex", on_click="ignore"
            )
            st.button(text("basket.clear"), key="basket_clear", type="tertiary", on_click=state.basket.clear)
        if len(state.basket) > MOST_REMEMBERED:
            st.caption(text("basket.beyond", n=MOST_REMEMBERED))
        if gone:
            st.caption(text("basket.gone", n=gone))
        for statement, facts in kept:
            st.markdown(plain(statement.text))
            where, out = st.columns([6, 1], vertical_alignment="center")
            where.caption(source_line(statement, facts, text))
            label, name = text("basket.remove"), statement.id
            out.button(label, key=f"out_{name}", type="tertiary", on_click=state.keep_or_drop, args=(name,))


def recall(state: State) -> None:
    """Take up the basket that this browser kept before the page was loaded anew; what is no id in it is left out."""
    told = str(st.context.cookies.get(cookie(), ""))  # AppTest gives a mock, which is no text
    state.remembered = tuple(dict.fromkeys(ID.findall(told)))
    state.basket = dict.fromkeys(state.remembered)


def remember(state: State) -> None:
    """Tell the browser what is in the basket, where that has changed: the ids only, in a cookie of the library's own."""
    ids = tuple(state.basket)
    if ids != state.remembered:
        held = ".".join(id for id in ids[:MOST_REMEMBERED] if ID.fullmatch(id))
        set_it = f'document.cookie = "{cookie()}={held}; path=/; max-age={REMEMBERED_FOR}; SameSite=Strict"'
        st.html(f"<script>{set_it}</script>", unsafe_allow_javascript=True)
        state.remembered = ids


def cookie() -> str:
    """The name of this library's cookie: ports of one machine share theirs."""
    return f"kept_{sha256(str(collection.folder()).encode()).hexdigest()[:8]}"


def gather(library: Library, ids: Iterable[str], titles: dict[str, Facts]) -> tuple[list[Kept], int]:
    """The kept statements with their documents, and how many are gone."""
    kept: list[Kept] = []
    gone = 0
    for each in ids:
        try:
            statement = library.statement(each)
            kept.append((statement, titles[statement.document_id]))
        except (NotFoundError, KeyError):
            gone += 1
    return kept, gone


def file_of(kind: str, kept: Iterable[Kept]) -> Callable[[], bytes]:
    """A function that makes the file when it is asked for."""

    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"statements.{kind}"
            WRITERS[kind](path, statements_table(statement_record(statement, facts) for statement, facts in kept))
            return path.read_bytes()

    return make


def offer_all(library: Library, filters: Filters, count: int, state: State) -> None:
    """A download of every statement that passes the filters."""

    def make() -> bytes:
        from analysis.export import export

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "statements.xlsx"
            export(library, path, filters=filters)
            return path.read_bytes()

    label = state.wording("basket.all", n=count)
    st.download_button(label, make, "statements.xlsx", MIMES["xlsx"], key="export_all", type="tertiary", on_click="ignore")
