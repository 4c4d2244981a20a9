"""Review: the tags that the machine is least sure of, one decision each."""

import streamlit as st

from analysis.agreement import agreement
from analysis.corrections import bring_up_to_date
from domain.codebook import Element, Language
from domain.errors import LibraryError, NotFoundError
from domain.statement import Statement
from index import Correction, Filters, Library
from ui import access, collection, frame, rule_trial
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
    corrections = [correction for correction in library.corrections() if correction.field == "element"]
    with right:
        threshold, languages = choose(state)
        show_agreement(corrections, library, state)
        with st.expander(text("review.codebook"), expanded=True):
            for element in DECISIONS:
                st.markdown(f"{element_chip(element, text)} {text(f'review.{element}')}")
    judged = {correction.text for correction in corrections}
    queue = [
        name
        for score, name, said, language in doubtful(str(collection.folder()), collection.stamp())
        if score < threshold and name not in state.reviewed and said not in judged and (not languages or language in languages)
    ]
    with left:
        st.caption("  ·  ".join((text("review.queue", n=len(queue)), text("review.done", n=len(state.reviewed)))))
        statement = next_of(queue, library, state)
        if statement:
            decide(library, statement, state)
        else:
            st.markdown(text("review.empty"))
    rule_trial.show(state)


def choose(state: State) -> tuple[float, list[Language]]:
    """What comes into the queue, and who decides."""
    text = state.wording
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
    if not access.is_served():
        state.reviewer = st.text_input(text("review.by"), value=state.reviewer, key="reviewer_name").strip()
    return threshold, languages


@st.cache_resource(max_entries=4, show_spinner=False)
def doubtful(folder: str, stamp: str) -> list[tuple[float, str, str, Language]]:
    """Score, id, text and language of the statements whose element is less sure than the last threshold, least sure first."""
    tagged = ((s.tags.element_score, s.id, s.text, s.language) for s in collection.opened(folder).statements() if s.tags)
    return sorted(item for item in tagged if item[0] < THRESHOLDS[-1])


def next_of(queue: list[str], library: Library, state: State) -> Statement | None:
    """The statement to decide on: the one that was taken up again, else the first of the queue."""
    for name in [*([state.reopened] if state.reopened else []), *queue]:
        try:
            return library.statement(name)
        except NotFoundError:  # its document was taken out meanwhile
            continue
    return None


def decide(library: Library, statement: Statement, state: State) -> None:
    """One statement between its neighbours, and a button with a key for each element."""
    text, tags = state.wording, statement.tags
    if tags is None:
        return
    if state.trouble:
        st.error(f"**{text('review.not_kept')}**")
        st.text(text.said(state.trouble))
    st.caption(source_line(statement, collection.titles()[statement.document_id], text))
    for neighbour in library.neighbours(statement.id, n=1):
        if neighbour.id == statement.id:
            with st.container(border=True, key=f"text_review_{statement.id}"):
                st.markdown(plain(statement.text))
                if statement.column_heads:
                    st.caption(text("hit.heads", heads=plain("\t".join(statement.column_heads))))
        else:
            st.markdown(f":gray[{plain(neighbour.text)}]")
    said = text("review.machine", name=text.name(tags.element), score=f"{tags.element_score:.0%}")
    st.caption(f"{said}  ·  {text('table.evidence')} {plain(text.said(tags.element_evidence))}")
    st.markdown(f"**{text('review.what')}**")
    with st.container(horizontal=True, gap="small", key="decisions"):
        for n, element in enumerate(DECISIONS, start=1):
            st.button(
                text.name(element),
                key=f"decide_{element}",
                type="primary" if element is tags.element else "secondary",
                shortcut=str(n),
                on_click=settle,
                args=(library, statement, element, state),
            )
        st.button(text("review.skip"), key="skip", type="tertiary", shortcut="0", on_click=put_aside, args=(statement, state))
        if state.reviewed and not state.reopened:
            st.button(text("review.back"), key="back", type="tertiary", shortcut="9", on_click=take_up_again, args=(state,))


def settle(library: Library, statement: Statement, element: Element, state: State) -> None:
    """Keep the decision; where the library cannot take it, the statement stays where it is."""
    machine = statement.tags.element if statement.tags else None
    said = Correction(statement.text, "element", element.value, state.reviewer, machine, statement.id)
    try:
        library.record_correction(said)
    except LibraryError as error:
        state.trouble = str(error)
        return
    state.trouble = ""
    if element is not machine:
        state.unwritten[statement.document_id] = None
    put_aside(statement, state)


def put_aside(statement: Statement, state: State) -> None:
    """On to the next; the last one put aside is the first to be taken up again."""
    state.reviewed.pop(statement.id, None)
    state.reviewed[statement.id], state.reopened = None, None


def take_up_again(state: State) -> None:
    """Back to the statement before."""
    state.reopened = next(reversed(state.reviewed))


def show_agreement(corrections: list[Correction], library: Library, state: State) -> None:
    """How far people and machine agree, and what their decisions will change in the library."""
    text, found = state.wording, agreement(corrections)
    if found.share is None:
        return
    looked_at = found.looked_at.total()
    st.markdown(f"**{text('review.agreement', share=f'{found.share:.0%}', n=found.stood.total(), total=looked_at)}**")
    rows = (f"{element_chip(e, text)} {found.stood[e]} / {found.looked_at[e]}" for e in DECISIONS if found.looked_at[e])
    st.markdown("  ".join(rows))
    if state.unwritten and st.button(text("review.write", n=len(state.unwritten)), key="write", help=text("review.write_help")):
        before = collection.facets(Filters()).elements
        with st.spinner(text("review.writing")):
            bring_up_to_date(library, set(state.unwritten))
        state.unwritten.clear()
        after = collection.facets(Filters()).elements
        moved = [e for e in DECISIONS if before.get(e, 0) != after.get(e, 0)]
        st.toast("  ".join(f"{text.name(e)} {before.get(e, 0):,} → {after.get(e, 0):,}" for e in moved))
        st.rerun()


main()
