"""Two versions of one plan: what changed, with both wordings side by side."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from analysis.versions import Change, Changed, count_changes, write_changes
from domain.statement import Statement
from ui.coverage_table import FORMATS, SHORT, TALL, WIDE, flat, selected
from ui.marks import marked, plain, shared_words
from ui.state import State
from ui.wording import Wording


def show(changes: Sequence[Changed], state: State) -> None:
    """Counts, a filter by change, the table and, for the row in hand, both wordings."""
    text = state.wording
    counts = count_changes(changes)
    kinds = st.pills(
        text("compare.change"),
        list(Change),
        selection_mode="multi",
        default=[change for change in Change if change is not Change.SAME],
        format_func=lambda change: f"{text.name(change)} {text.write(counts[change])}",
        key=f"changes_{text.language}",
    )
    rows = [each for each in changes if each.change in kinds]
    st.download_button(
        text("compare.excel"), lambda: workbook(changes), "changes.xlsx", FORMATS["xlsx"], key="changes_xlsx", type="tertiary"
    )
    key = f"change_rows_{text.language}_{'_'.join(kinds)}"
    place = selected(key)
    st.dataframe(
        [record(each, text) for each in rows],
        key=key,
        hide_index=True,
        height=min(TALL if place is None else SHORT, 38 + 35 * max(1, len(rows))),
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
        column_config={text(f"compare.{name}"): st.column_config.TextColumn(width=WIDE) for name in ("older", "newer")},
    )
    if place is None or place >= len(rows):
        st.caption(text("compare.pick"))
        return
    each = rows[place]
    for column, name, one, other in zip(
        st.columns(2, gap="large"), ("older", "newer"), (each.old, each.new), (each.new, each.old), strict=True
    ):
        with column:
            st.markdown(f"**{text(f'compare.{name}')}**")
            show_wording(one, other, text)
    if each.reason:
        st.caption(plain(each.reason))


def show_wording(one: Statement | None, other: Statement | None, text: Wording) -> None:
    """One wording, with what the other has too marked."""
    if one is None:
        st.caption(text("compare.not_in_version"))
        return
    st.markdown(marked(one.text, *shared_words(one.text, other.text if other else "")))
    page = text("hit.page", page=str(one.page)) if one.page else ""
    st.caption(plain("  ·  ".join(filter(None, [" > ".join(one.heading_path), page]))))


def record(each: Changed, text: Wording) -> dict[str, Any]:
    """A change as the table shows it."""
    return {
        text("compare.change"): text.name(each.change),
        text("compare.older"): flat(each.old.text) if each.old else None,
        text("compare.newer"): flat(each.new.text) if each.new else None,
        text("compare.reason"): each.reason or None,
    }


def workbook(changes: Sequence[Changed]) -> bytes:
    """The changes as a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changes.xlsx"
        write_changes(changes, "xlsx", path)
        return path.read_bytes()
