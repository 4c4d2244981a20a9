"""Documents: add, check how they were read, read them with their tags, remove."""

from pathlib import Path
from typing import Any

import streamlit as st

from domain.document import Facts
from index import Filters, Library
from ui import access, collection, facts_form, frame, intake, intake_panel, query_box
from ui.access import Role
from ui.marks import plain
from ui.state import Comparing, Search, State, current
from ui.wording import Wording


def main() -> None:
    """Serve the page."""
    state, library = current(), collection.library()
    text = state.wording
    frame.page_title(text("documents.title"), text("documents.lead"))
    if access.may(Role.KEEPER):
        intake_panel.show(collection.folder(), state, is_open=not collection.documents())
    documents = collection.documents()
    if documents:
        shelf(library, documents, state)
        health(text)
    elif not intake.of(str(collection.folder())).is_running:
        st.caption(text("documents.empty"))


def shelf(library: Library, documents: list[Facts], state: State) -> None:
    """The table of documents; what is selected can be read, searched, compared or removed."""
    text, counts = state.wording, collection.facets(Filters()).documents
    st.header(text("documents.count", n=len(documents)), anchor=False)
    above = st.container(key="offer")  # filled when the table below it has been asked
    before = [n for n, facts in enumerate(documents) if facts.id in state.selected]
    picked = st.dataframe(
        [row(facts, counts.get(facts.id, 0), text) for facts in documents],
        key=f"shelf_{collection.stamp()}_{text.language}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": before}},
        placeholder="",
        column_config={
            text("documents.name"): st.column_config.TextColumn(width="large"),
            text("documents.statements"): st.column_config.NumberColumn(format="localized"),
        },
    )
    chosen = [documents[n] for n in picked["selection"]["rows"]]
    state.selected = {facts.id for facts in chosen}
    with above:
        if chosen:
            offer(library, chosen, state)
        else:
            st.caption(text("documents.select"))


def row(facts: Facts, statements: int, text: Wording) -> dict[str, Any]:
    """A document as a row of the table."""
    return {
        text("documents.name"): facts.title,
        text("documents.place"): facts.place,
        text("documents.level"): text.name(facts.level) if facts.level else None,
        text("documents.genre"): text.name(facts.genre) if facts.genre else None,
        text("documents.date"): text.day(facts.date),
        text("documents.number"): facts.number,
        text("documents.issuer"): facts.issuer,
        text("documents.language"): text.name(facts.language),
        text("documents.statements"): statements,
        text("documents.file"): facts.source_file,
    }


def offer(library: Library, chosen: list[Facts], state: State) -> None:
    """What can be done with the selected documents."""
    text, one = state.wording, chosen[0]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if len(chosen) == 1:
            if st.button(text("documents.read"), key="read", type="primary"):
                state.reading = one.id
                st.switch_page("ui/pages/read.py", query_params={"at": one.id})
            if st.button(text("documents.compare"), key="compare_from"):
                state.comparing = Comparing(source=one.id)
                st.switch_page("ui/pages/compare.py", query_params={"source": one.id})
            if access.may(Role.KEEPER) and st.button(text("documents.facts"), key="facts"):
                facts_form.show(library, one, state)
        if st.button(text("documents.search_in"), key="search_in"):
            query_box.go(Search(filters=Filters(documents=tuple(facts.id for facts in chosen))), state)
        if access.may(Role.KEEPER):
            offer_removal(library, chosen, text)


def offer_removal(library: Library, chosen: list[Facts], text: Wording) -> None:
    """Take the documents out, when asked twice."""
    with st.popover(text("documents.remove")):
        st.markdown(text("documents.remove_ask", n=len(chosen)))
        if st.button(text("documents.remove_yes"), key="remove", type="primary"):
            library.remove([facts.id for facts in chosen])
            library.commit()
            st.toast(text("documents.removed", n=len(chosen)))
            st.rerun()


def health(text: Wording) -> None:
    """What went wrong in reading: pages without text, doubtful order, files refused."""
    status = collection.status()
    troubles = [
        {
            text("documents.file"): name,
            text("documents.problem"): " · ".join(
                text("documents.health_pages", problem=text(f"problem.{problem}"), n=n) for problem, n in problems.items()
            ),
        }
        for name, problems in status.problems.items()
    ] + [
        {text("documents.file"): name, text("documents.problem"): text("documents.without_text")}
        for name in status.without_text
        if name not in status.problems
    ]
    refused = [
        {text("documents.file"): Path(path).name, text("documents.reason"): text.said(reason)}
        for path, reason in status.failed.items()
    ]
    st.header(text("documents.health"), anchor=False)
    if not troubles and not refused:
        st.caption(text("documents.healthy"))
    if troubles:
        st.dataframe(troubles, hide_index=True, key=f"troubles_{text.language}")
    if left_out := sum(sum(reasons.values()) for reasons in status.left_out.values()):
        st.caption(text("documents.left_out", n=left_out))
    if refused:
        st.markdown(f"**{plain(text('documents.refusals'))}**")
        st.dataframe(refused, hide_index=True, key=f"refused_{text.language}")


main()
