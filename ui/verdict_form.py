"""The reviewer's own word on a requirement, kept by its text."""

import streamlit as st

from analysis.compare import Row
from analysis.coverage import Finding
from domain.document import Facts
from domain.errors import LibraryError
from index import Library, Verdict
from ui import access
from ui.access import Role
from ui.charts import SIGNS
from ui.coverage_table import flat
from ui.marks import plain
from ui.state import State
from ui.wording import Wording

LONGEST = 90  # characters of a statement on one line


def show(library: Library, source: Facts, row: Row, state: State) -> None:
    """What each reviewer has said and, for who may review, status, match, note and name, filled with what was said before."""
    if access.may(Role.REVIEWER):
        ask(library, source, row, state)
    text = state.wording
    for each in row.verdicts:
        found = text.name(Finding(each.status))
        who = text("compare.saved_by", by=plain(each.by or "—"), at=plain(text.day(each.at[:10])))
        st.caption("  ·  ".join(filter(None, [found, who, plain(each.note), plain((each.match_text or "")[:LONGEST])])))


def ask(library: Library, source: Facts, row: Row, state: State) -> None:
    """The form."""
    text = state.wording
    said = next((each for each in reversed(row.verdicts) if not state.reviewer or each.by == state.reviewer), None)
    name = f"{row.source.id}_{row.local.id}"
    with st.form(f"verdict_{name}_{text.language}", border=True):
        first, second, third = st.columns([4, 3, 2], gap="medium")
        status = first.segmented_control(
            text("compare.your_verdict"),
            list(Finding),
            default=Finding(said.status if said else row.status),
            format_func=lambda each: f"{SIGNS.get(each, '–')} {text.name(each)}",
            required=True,
            wrap=True,
        )
        note = second.text_input(
            text("compare.note"),
            said.note if said else "",
            key=f"note_{name}_{text.language}",
            placeholder=text("compare.note_placeholder"),
        )
        by = third.text_input(text("compare.by"), value=said.by if said else state.reviewer)
        picked = pick_match(row, said, text)
        saved = st.form_submit_button(text("compare.save"), type="primary")
    if saved and status:
        state.reviewer = by.strip()
        verdict = Verdict(
            source.id,
            row.local.id,
            row.source.text,
            status.value,
            by.strip(),
            note=note.strip(),
            match_text=picked,
            machine_status=row.status.value,
        )
        keep(library, verdict, text)


def keep(library: Library, verdict: Verdict, text: Wording) -> None:
    """Keep the verdict; where the library cannot take it, the form stays as it is filled in."""
    try:
        library.record_verdict(verdict)
    except LibraryError as error:
        st.error(f"**{text('review.not_kept')}**")
        st.text(text.said(str(error)))
        return
    st.toast(text("compare.saved"))
    st.rerun()


def pick_match(row: Row, said: Verdict | None, text: Wording) -> str | None:
    """The statement that answers the requirement in the reviewer's eyes; the machine's is offered first."""
    texts = list(dict.fromkeys(match.statement.text for match in row.matches))
    if not texts:
        return None
    chosen = said.match_text if said and said.match_text in texts else texts[0]
    return st.selectbox(
        text("compare.pick_match"),
        texts,
        index=texts.index(chosen),
        format_func=lambda each: flat(each)[:LONGEST],
        key=f"picked_{row.source.id}_{row.local.id}_{text.language}",
    )
