"""The requirements as a table: filters, the selection by id, downloads."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import streamlit as st

from analysis.compare import Comparison, Row, section_of
from analysis.coverage import Coverage, Finding
from analysis.ladder import Relation
from analysis.report import write_comparison
from ui import collection
from ui.charts import SIGNS
from ui.state import State
from ui.wording import Wording

RowId: TypeAlias = tuple[str, str]
FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "json": "application/json",
}
LABELS = {"xlsx": "compare.excel", "html": "compare.html", "json": "compare.json"}
TALL, SHORT, WIDE = 400, 215, 330
MARKS: dict[str, Callable[[Row], bool]] = {
    "weaker": lambda row: row.target_relation is Relation.WEAKER,
    "stronger": lambda row: row.target_relation is Relation.STRONGER,
    "reviewed": lambda row: row.verdict is not None,
}


def show(comparison: Comparison, state: State) -> Row | None:
    """Filters, downloads and table; gives the row in hand, or None. The row is held by id, so that no filter moves it."""
    text = state.wording
    rows = narrowed(comparison.rows, text)
    ids = [row_id(row) for row in rows]
    chosen = ids.index(state.comparing.row) if state.comparing.row in ids else None
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        turn_pages(ids, chosen, len(comparison.rows), state)
        downloads(comparison, text)
    if rows:
        table(rows, ids, chosen, state)
    return rows[chosen] if chosen is not None else None


def narrowed(rows: Sequence[Row], text: Wording) -> list[Row]:
    """The rows that pass the filters above the table."""
    first, between, second = st.columns(3, gap="small")
    statuses = first.pills(
        text("compare.status"),
        list(Coverage),
        selection_mode="multi",
        help=text("compare.missing_note"),
        format_func=lambda s: f"{SIGNS[s]} {text.name(s)}",
        key=f"status_{text.language}",
        persist_state="session",
    )
    marks = between.pills(
        text("compare.marks"),
        list(MARKS),
        selection_mode="multi",
        format_func=lambda mark: text(f"compare.mark_{mark}"),
        key=f"marks_{text.language}",
        persist_state="session",
    )
    found = {sector for row in rows if row.source.tags for sector in row.source.tags.sectors}
    sectors = second.multiselect(
        text("facet.sectors"),
        sorted(found, key=list(type(next(iter(found)))).index) if found else [],
        format_func=text.name,
        key=f"sector_filter_{text.language}",
        persist_state="session",
        placeholder=text("facet.any"),
        select_all=False,
    )
    return [
        row
        for row in rows
        if (not statuses or row.status in statuses)
        and (not marks or any(MARKS[mark](row) for mark in marks))
        and (not sectors or (row.source.tags and set(sectors) & set(row.source.tags.sectors)))
    ]


def table(rows: Sequence[Row], ids: Sequence[RowId], chosen: int | None, state: State) -> None:
    """The rows; a click on one takes it in hand."""
    text = state.wording
    key = f"rows_{text.language}_{hash(tuple(ids))}"
    if chosen is not None and selected(key) != chosen:
        st.session_state[key] = {"selection": {"rows": [chosen], "columns": [], "cells": []}}

    def take() -> None:
        position = selected(key)
        state.comparing.row = ids[position] if position is not None else None

    st.dataframe(
        [record(row, text, several=len({row.local.id for row in rows}) > 1) for row in rows],
        key=key,
        hide_index=True,
        height=min(TALL if chosen is None else SHORT, 38 + 35 * len(rows)),
        on_select=take,
        selection_mode=["single-row", "single-cell"],
        placeholder="",
        column_config={
            text("compare.requirement"): st.column_config.TextColumn(width=WIDE),
            text("compare.answer"): st.column_config.TextColumn(width=WIDE),
            text("compare.score"): st.column_config.NumberColumn(format="%.2f"),
            text("compare.verbatim"): st.column_config.NumberColumn(format="percent"),
        },
    )


def selected(key: str) -> int | None:
    """The position of the row that is selected in the table with this key, or of the cell that was clicked."""
    picked = st.session_state.get(key)
    if not picked:
        return None
    return next((row for row, _ in picked["selection"]["cells"]), next(iter(picked["selection"]["rows"]), None))


def turn_pages(ids: Sequence[RowId], chosen: int | None, total: int, state: State) -> None:
    """How many rows there are, and the way to the one before or after, by button or by key."""
    text = state.wording

    def go(to: int) -> None:
        state.comparing.row = ids[to]

    here = -1 if chosen is None else chosen
    with st.container(horizontal=True, gap="small", vertical_alignment="center", width="content"):
        st.button(text("compare.previous"), key="previous", on_click=go, args=(here - 1,), shortcut="Alt+Up", disabled=here <= 0)
        last = here + 1 >= len(ids)
        st.button(text("compare.next"), key="next", on_click=go, args=(here + 1,), shortcut="Alt+Down", disabled=last)
        shown = text("compare.shown", n=len(ids), total=total)
        place = "" if chosen is None else text("compare.position", n=chosen + 1, total=len(ids))
        st.caption(
            "  ·  ".join(part for part in (place, shown if not place or len(ids) < total else "") if part), width="content"
        )


def row_id(row: Row) -> RowId:
    """What a row is known by."""
    return row.source.id, row.local.id


def record(row: Row, text: Wording, *, several: bool) -> dict[str, Any]:
    """A row as the table shows it."""
    place = {text("compare.place"): row.local.place or row.local.title} if several else {}
    return {
        text("compare.status"): f"{SIGNS[row.status]} {text.name(row.status)}",
        text("compare.verdict"): " / ".join(dict.fromkeys(text.name(Finding(each.status)) for each in row.verdicts)) or None,
        **place,
        text("compare.requirement"): flat(row.source.text),
        text("compare.answer"): flat(row.matches[0].statement.text) if row.matches else None,
        text("compare.score"): row.matches[0].score if row.matches else None,
        text("compare.verbatim"): round(row.verbatim, 2) if row.matches else None,
        text("compare.relation"): text.name(row.target_relation) if row.target_relation is not Relation.NONE else None,
        text("compare.section"): section_of(row.source),
    }


def flat(words: str) -> str:
    """The words on one line."""
    return " ".join(words.split())


def downloads(comparison: Comparison, text: Wording) -> None:
    """The whole comparison as a file, made when it is asked for; sheets and report hold what only the local plans have too."""
    whole = collection.whole(comparison)

    def maker(kind: str) -> Callable[[], bytes]:
        def make() -> bytes:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"comparison.{kind}"
                write_comparison(comparison if kind == "json" else whole(), kind, path)
                return path.read_bytes()

        return make

    with st.container(horizontal=True, gap="small", width="content"):
        for kind, mime in FORMATS.items():
            st.download_button(
                text(LABELS[kind]),
                maker(kind),
                f"comparison.{kind}",
                mime,
                key=f"download_{kind}",
                type="tertiary",
                on_click="ignore",
            )
