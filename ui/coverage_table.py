"""The requirements as a table: counts, filters, the selection by id, downloads."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from analysis.compare import Comparison, Row
from analysis.coverage import Coverage
from analysis.ladder import Relation
from analysis.report import write_comparison
from ui import charts
from ui.marks import plain
from ui.state import State
from ui.wording import Wording

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "json": "application/json",
}
LABELS = {"xlsx": "compare.excel", "html": "compare.html", "json": "compare.json"}
SIGNS = {Coverage.COVERED: "●", Coverage.PARTIAL: "◐", Coverage.MISSING: "○"}
TALL, SHORT, WIDE = 400, 215, 330


def show(comparison: Comparison, state: State) -> Row | None:
    """Counts, chart, filters and table; gives the row in hand, or None."""
    text = state.wording
    summary(comparison, text)
    rows = narrowed(comparison.rows, text)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{text('compare.shown', n=len(rows), total=len(comparison.rows))}  ·  {text('compare.missing_note')}")
        downloads(comparison, text)
    return table(rows, state) if rows else None


def show_overview(comparison: Comparison, text: Wording) -> None:
    """The bars by section and, for several plans, all of them beside one another."""
    with st.expander(text("compare.by_section"), key="overview_sections"):
        pairs = [(section_of(row), row.status) for row in comparison.rows]
        chart = charts.coverage_by_section(pairs, text)
        st.altair_chart(chart, width="stretch", key="chart_sections", alt=text("compare.by_section"))
    if len(comparison.locals) > 1:
        with st.expander(text("compare.matrix"), key="overview_matrix"):
            st.dataframe(matrix(comparison, text), hide_index=True, key=f"matrix_{text.language}")


def summary(comparison: Comparison, text: Wording) -> None:
    """How many requirements have each status, in each local plan."""
    for local in comparison.locals:
        counts = comparison.counts(local)
        total = sum(counts.values())
        judged = sum(row.verdict is not None for row in comparison.rows if row.local.id == local.id)
        with st.container(horizontal=True, gap="medium", vertical_alignment="center", key=f"summary_{local.id}"):
            st.markdown(
                f"**{plain(local.place or local.title)}**"
                if len(comparison.locals) > 1
                else f"**{text('compare.requirements', n=total)}**",
                width="content",
            )
            for status, n in counts.items():
                st.markdown(f"{SIGNS[status]} {text.name(status)} **{text.write(n)}** :gray[{n / total:.0%}]", width="content")
            st.markdown(f":gray[{text('compare.judged', n=judged)}]", width="content")


def narrowed(rows: Sequence[Row], text: Wording) -> list[Row]:
    """The rows that pass the filters above the table."""
    first, second, third = st.columns([2, 3, 2], gap="small")
    statuses = first.pills(
        text("compare.status"),
        list(Coverage),
        selection_mode="multi",
        format_func=lambda s: f"{SIGNS[s]} {text.name(s)}",
        key=f"status_{text.language}",
        persist_state="session",
    )
    sections = second.multiselect(
        text("compare.section"),
        list(dict.fromkeys(section_of(row) for row in rows)),
        key=f"section_filter_{rows[0].source.document_id}",
        persist_state="session",
        placeholder=text("facet.any"),
    )
    found = {sector for row in rows if row.source.tags for sector in row.source.tags.sectors}
    sectors = third.multiselect(
        text("facet.sectors"),
        sorted(found, key=list(type(next(iter(found)))).index) if found else [],
        format_func=text.name,
        key=f"sector_filter_{text.language}",
        persist_state="session",
        placeholder=text("facet.any"),
    )
    return [
        row
        for row in rows
        if (not statuses or row.status in statuses)
        and (not sections or section_of(row) in sections)
        and (not sectors or (row.source.tags and set(sectors) & set(row.source.tags.sectors)))
    ]


def table(rows: list[Row], state: State) -> Row | None:
    """The table; the selected row is held by id, so that a sort or a filter does not move it."""
    text, ids = state.wording, [row_id(row) for row in rows]
    key = f"rows_{text.language}_{hash(tuple(ids))}"
    chosen = ids.index(state.comparing.row) if state.comparing.row in ids else None
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
        selection_mode="single-row",
        placeholder="",
        column_config={
            text("compare.requirement"): st.column_config.TextColumn(width=WIDE),
            text("compare.answer"): st.column_config.TextColumn(width=WIDE),
            text("compare.score"): st.column_config.NumberColumn(format="%.2f"),
        },
    )
    turn_pages(ids, chosen, state)
    return rows[chosen] if chosen is not None else None


def selected(key: str) -> int | None:
    """The position that is selected in the table with this key."""
    picked = st.session_state.get(key)
    return next(iter(picked["selection"]["rows"]), None) if picked else None


def turn_pages(ids: Sequence[tuple[str, str]], chosen: int | None, state: State) -> None:
    """To the row before or after, by button or by key."""
    text = state.wording

    def go(to: int) -> None:
        state.comparing.row = ids[to % len(ids)]

    here = -1 if chosen is None else chosen
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(text("compare.previous"), key="previous", on_click=go, args=(here - 1,), shortcut="Alt+Up", disabled=here <= 0)
        st.button(
            text("compare.next"), key="next", on_click=go, args=(here + 1,), shortcut="Alt+Down", disabled=here + 1 >= len(ids)
        )
        if chosen is not None:
            st.caption(text("compare.position", n=chosen + 1, total=len(ids)), width="content")


def row_id(row: Row) -> tuple[str, str]:
    """What a row is known by."""
    return row.source.id, row.local.id


def section_of(row: Row) -> str:
    """The section of a requirement: the second level of its breadcrumb where there is one."""
    path = row.source.heading_path
    return path[1] if len(path) > 1 else (path[0] if path else "—")


def record(row: Row, text: Wording, *, several: bool) -> dict[str, Any]:
    """A row as the table shows it."""
    place = {text("compare.place"): row.local.place or row.local.title} if several else {}
    return {
        text("compare.status"): f"{SIGNS[row.status]} {text.name(row.status)}",
        text("compare.verdict"): text.name(Coverage(row.verdict.status)) if row.verdict else None,
        **place,
        text("compare.requirement"): flat(row.source.text),
        text("compare.answer"): flat(row.matches[0].statement.text) if row.matches else None,
        text("compare.score"): row.matches[0].score if row.matches else None,
        text("compare.relation"): text.name(row.target_relation) if row.target_relation is not Relation.NONE else None,
        text("compare.section"): section_of(row),
    }


def flat(words: str) -> str:
    """The words on one line."""
    return " ".join(words.split())


def matrix(comparison: Comparison, text: Wording) -> list[dict[str, Any]]:
    """A row per requirement and a column per local plan."""
    names = {local.id: local.place or local.title for local in comparison.locals}
    names = {id: name if list(names.values()).count(name) == 1 else f"{name} ({id[:4]})" for id, name in names.items()}
    rows: dict[str, dict[str, Any]] = {}
    for row in comparison.rows:
        record = rows.setdefault(row.source.id, {text("compare.requirement"): flat(row.source.text)})
        record[names[row.local.id]] = f"{SIGNS[row.status]} {text.name(row.status)}"
    return list(rows.values())


def downloads(comparison: Comparison, text: Wording) -> None:
    """The whole comparison as a file, made when it is asked for."""

    def maker(kind: str) -> Callable[[], bytes]:
        def make() -> bytes:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"comparison.{kind}"
                write_comparison(comparison, kind, path)
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
