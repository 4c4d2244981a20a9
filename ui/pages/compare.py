"""Compare: what local plans take up of another plan, requirement by requirement."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from analysis.compare import Comparison, part_of, said_of, section_of
from analysis.versions import Changed, find_changes
from analysis.wording import norm
from domain.codebook import Level
from index import Library
from ui import (
    access,
    address,
    change_table,
    collection,
    coverage_summary,
    coverage_table,
    frame,
    intake_panel,
    pair,
    verdict_form,
)
from ui.access import Role
from ui.hits import title_of
from ui.marks import plain
from ui.state import Comparing, State, current


def main() -> None:
    """Serve the page, then put what was chosen into the address."""
    state = current()
    serve(state)
    if access.may(Role.KEEPER):  # last, so that the answer stands high on the page
        intake_panel.show(collection.folder(), state, is_open=len(collection.documents()) < 2)
    address.write(state, address.comparing_parameters(state.comparing))


def serve(state: State) -> None:
    """The choice of plans and what comes of it."""
    library = collection.library()
    text = state.wording
    follow_link(state)
    begun = state.comparing.source and state.comparing.locals
    with st.container(key="quiet_title" if begun else "title"):
        frame.page_title(text("compare.title"), text("compare.lead"))
    if len(collection.documents()) < 2:
        st.info(text("compare.too_few"))
        return
    choose(state)
    chosen = state.comparing
    if not chosen.source or not chosen.locals:
        return
    left, right = st.columns(2, gap="medium", vertical_alignment="center")
    with left:
        versions = len(chosen.locals) == 1 and choose_versions(state)
    if versions:
        with st.spinner(text("compare.running")):
            changes = changed(str(collection.folder()), collection.stamp(), chosen.source, chosen.locals[0])
        change_table.show(changes, state)
        return
    machine = collection.compared(chosen.source, chosen.locals, text)
    if not machine.rows:
        st.info(text("compare.no_requirements"))
        return
    with right:
        part = choose_part(machine, state)
    comparison = part_of(with_verdicts(library, machine), part)
    coverage_summary.show(comparison, text)
    row = coverage_table.show(comparison, state)
    if row is None:
        st.caption(text("compare.pick"))
    else:
        pair.show(library, row, state)
        verdict_form.show(library, comparison.source, row, state)
    coverage_summary.show_overview(comparison, state)
    coverage_summary.show_only_local(comparison, text)


def choose(state: State) -> None:
    """The two boxes that say what is compared with what."""
    text, titles = state.wording, collection.titles()
    levels = list(Level)  # from the nation down: who compares looks for the plan from above first
    ids = sorted(titles, key=lambda id: (levels.index(titles[id].level or levels[-1]), titles[id].title, id))
    # A document that has gone since must not stand in a box.
    state.comparing.source = state.comparing.source if state.comparing.source in titles else None
    state.comparing.locals = tuple(id for id in state.comparing.locals if id in titles)
    st.session_state["source"], st.session_state["locals"] = state.comparing.source, list(state.comparing.locals)

    def label(id: str) -> str:
        facts = titles[id]
        return " · ".join(part for part in (title_of(facts, text), facts.place, str(facts.year or "")) if part)

    left, right = st.columns(2, gap="medium")
    left.selectbox(
        text("compare.source"),
        ids,
        key="source",
        format_func=label,
        placeholder=text("compare.choose_source"),
        on_change=take,
        args=(state,),
    )
    right.multiselect(
        text("compare.locals"),
        [id for id in ids if id != state.comparing.source],
        key="locals",
        format_func=label,
        placeholder=text("compare.choose_locals"),
        select_all=False,
        on_change=take,
        args=(state,),
    )


def take(state: State) -> None:
    """The choice of the two boxes."""
    source = st.session_state["source"]
    state.comparing = Comparing(source, tuple(id for id in st.session_state["locals"] if id != source))


def choose_versions(state: State) -> bool:
    """The switch that says that the two are versions of one plan."""
    text = state.wording
    st.session_state["versions"] = state.comparing.versions

    def switch() -> None:
        state.comparing.versions = st.session_state["versions"]

    st.toggle(text("compare.versions"), key="versions", help=text("compare.versions_help"), on_change=switch)
    return state.comparing.versions


def choose_part(comparison: Comparison, state: State) -> tuple[str, ...]:
    """The box that says which sections of the source are held; none stands for all."""
    text = state.wording
    known = list(dict.fromkeys(section_of(row.source) for row in comparison.rows))
    key = f"part_{comparison.source.id}"
    st.session_state[key] = [section for section in state.comparing.sections if section in known]

    def narrow() -> None:
        state.comparing.sections = tuple(st.session_state[key])

    chosen = st.multiselect(
        text("compare.part"),
        known,
        key=key,
        placeholder=text("compare.whole"),
        select_all=False,
        label_visibility="collapsed",
        on_change=narrow,
    )
    return tuple(chosen)


def follow_link(state: State) -> None:
    """Take up the comparison of the address bar where a link or the back button put one there."""
    adopted = address.adopt(state, lambda parameters: address.read_comparing(parameters, set(collection.titles())))
    if adopted:
        state.comparing, stale = adopted
        if stale:
            st.info(state.wording("search.stale", names=plain(", ".join(stale))))


@st.cache_resource(max_entries=16, show_spinner=False)
def changed(folder: str, stamp: str, older: str, newer: str) -> Sequence[Changed]:
    """The changes at one stamp of the library."""
    return find_changes(collection.opened(folder), older, newer)


def with_verdicts(library: Library, comparison: Comparison) -> Comparison:
    """The comparison with the verdicts that reviewers have left since it was made."""
    known = {local.id: said_of(library, comparison.source.id, local.id) for local in comparison.locals}
    rows = tuple(replace(row, verdicts=known[row.local.id].get(norm(row.source.text), ())) for row in comparison.rows)
    return replace(comparison, rows=rows)


main()
