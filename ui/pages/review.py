"""Review: the tags that the machine is least sure of, one decision each."""

import streamlit as st

from domain.codebook import Element, Language
from domain.statement import Statement
from index import Correction, Library
from ui import collection, frame
from ui.hits import source_line
from ui.marks import plain
from ui.state import State, current
from ui.tags import element_chip

DECISIONS = tuple(element for element in Element if element is not Element.HEADING)
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    """Serve the page."""
    state, library = current(), collection.library()
    text = state.wording
    frame.page_title(text("review.title"), text("review.lead"))
    left, right = st.columns([2, 1], gap="large")
    with right:
        threshold = st.select_slider(
            text("review.threshold"),
            THRESHOLDS,
            value=0.7,
            format_func=lambda share: f"{share:.0%}",
            key="threshold",
            persist_state="session",
        )
        languages = st.pills(
            text("facet.languages"),
            list(Language),
            selection_mode="multi",
            format_func=text.name,
            key=f"review_languages_{text.language}",
            persist_state="session",
        )
        state.reviewer = st.text_input(text("review.by"), value=state.reviewer, key="reviewer_name").strip()
        with st.expander(text("review.codebook"), expanded=True):
            for element in DECISIONS:
                st.markdown(f"{element_chip(element, text)} {text(f'review.{element}')}")
    judged = {correction.text for correction in library.corrections() if correction.field == "element"}
    queue = [
        (name, said)
        for name, said, language in doubtful(str(collection.folder()), collection.stamp(), threshold)
        if name not in state.reviewed and said not in judged and (not languages or language in languages)
    ]
    with left:
        st.caption("  ·  ".join((text("review.queue", n=len(queue)), text("review.done", n=len(state.reviewed)))))
        if queue:
            decide(library, library.statement(queue[0][0]), state)
        else:
            st.markdown(text("review.empty"))


@st.cache_resource(max_entries=8, show_spinner=False)
def doubtful(folder: str, stamp: str, threshold: float) -> list[tuple[str, str, Language]]:
    """Id, text and language of the statements whose element is less sure than this, least sure first."""
    tagged = ((s.tags.element_score, s.id, s) for s in collection.opened(folder).statements() if s.tags)
    return [(name, s.text, s.language) for _, name, s in sorted(item for item in tagged if item[0] < threshold)]


def decide(library: Library, statement: Statement, state: State) -> None:
    """One statement between its neighbours, and a button with a key for each element."""
    text, tags = state.wording, statement.tags
    if tags is None:
        return
    st.caption(source_line(statement, collection.titles()[statement.document_id], text))
    for neighbour in library.neighbours(statement.id, n=1):
        if neighbour.id == statement.id:
            with st.container(border=True, key=f"text_review_{statement.id}"):
                st.markdown(plain(statement.text))
        else:
            st.markdown(f":gray[{plain(neighbour.text)}]")
    said = text("review.machine", name=text.name(tags.element), score=f"{tags.element_score:.0%}")
    st.caption(f"{said}  ·  {text('table.evidence')} {plain(text.said(tags.element_evidence))}")
    st.markdown(f"**{text('review.what')}**")
    with st.container(horizontal=True, gap="small"):
        for n, element in enumerate(DECISIONS, start=1):
            st.button(
                text.name(element),
                key=f"decide_{element}",
                type="primary" if element is tags.element else "secondary",
                shortcut=str(n),
                on_click=settle,
                args=(library, statement, element, state),
            )
        st.button(text("review.skip"), key="skip", type="tertiary", shortcut="0", on_click=skip, args=(statement, state))


def settle(library: Library, statement: Statement, element: Element, state: State) -> None:
    """Keep the decision."""
    machine = statement.tags.element.value if statement.tags else None
    library.record_correction(
        Correction(statement.text, "element", element.value, state.reviewer, machine_value=machine, statement_id=statement.id)
    )
    state.reviewed[statement.id] = None


def skip(statement: Statement, state: State) -> None:
    """Leave it for another day."""
    state.reviewed[statement.id] = None


main()
