"""The reviewer's own word on a requirement, kept by its text."""

import streamlit as st

from analysis.compare import Row
from analysis.coverage import Coverage
from domain.document import Facts
from index import Library, Verdict
from ui import access
from ui.access import Role
from ui.charts import SIGNS
from ui.marks import plain
from ui.state import State


def show(library: Library, source: Facts, row: Row, state: State) -> None:
    """Status, note and name, filled with what was said before."""
    text, said = state.wording, row.verdict
    if not access.may(Role.REVIEWER):
        if said:
            st.caption(text("compare.saved_by", by=plain(said.by or "—"), at=plain(text.day(said.at[:10]))))
        return
    name = f"{row.source.id}_{row.local.id}"
    with st.form(f"verdict_{name}_{text.language}", border=True):
        first, second, third = st.columns([3, 4, 2], gap="medium")
        status = first.segmented_control(
            text("compare.your_verdict"),
            list(Coverage),
            default=Coverage(said.status) if said else row.status,
            format_func=lambda each: f"{SIGNS[each]} {text.name(each)}",
            required=True,
        )
        note = second.text_input(
            text("compare.note"),
            said.note if said else "",
            key=f"note_{name}_{text.language}",
            placeholder=text("compare.note_placeholder"),
        )
        by = third.text_input(text("compare.by"), value=said.by if said else state.reviewer)
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            saved = st.form_submit_button(text("compare.save"), type="primary")
            if said:
                st.caption(text("compare.saved_by", by=plain(said.by or "—"), at=plain(text.day(said.at[:10]))), width="content")
    if saved and status:
        state.reviewer = by.strip()
        library.record_verdict(
            Verdict(
                source.id,
                row.local.id,
                row.source.text,
                status.value,
                by.strip(),
                note=note.strip(),
                match_text=row.matches[0].statement.text if row.matches else None,
                machine_status=row.status.value,
            )
        )
        st.toast(text("compare.saved"))
        st.rerun()
