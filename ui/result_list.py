"""The answer to a search: a line of numbers, the hits, a button for more."""

import streamlit as st

from index import SearchResult
from ui import basket, collection, hits, query_box
from ui.marks import plain
from ui.state import STEP, State

WIDENED = 6  # words shown; the glossary may add dozens


def say(result: SearchResult, state: State) -> None:
    """One line of numbers with the switches beside it, and what a user should know of how the answer came about."""
    text, search = state.wording, state.search
    if search.like:
        say_like(state)
    with st.container(horizontal=True, vertical_alignment="center", key="found"):
        st.caption(numbers(result, state), width="stretch")
        if not search.like and not search.query:
            basket.offer_all(collection.library(), search.filters, result.total, state)
        query_box.switches(state)
    if result.expanded and search.expand:
        first = " ".join(f":blue-background[{plain(word)}]" for word in result.expanded[:WIDENED])
        more = text("search.expanded_more", n=len(result.expanded)) if len(result.expanded) > WIDENED else ""
        st.caption(f"{text('search.expanded')} {first} {more}")
    for note in result.notes:
        st.caption(plain(text.said(note)))
    if result.searched.without_text:
        unread = result.searched.without_text
        st.caption(text("search.without_text", n=len(unread), names=plain(", ".join(unread))))


def say_like(state: State) -> None:
    """The statement whose kin are shown, with the way back."""
    text, search = state.wording, state.search
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="like"):
        statement = collection.library().statement(search.like or "")
        st.markdown(f":gray[{text('search.similar_to')}] {plain(statement.text)}", width="stretch")
        label = text("search.leave_similar")
        st.button(label, key="leave_similar", type="tertiary", on_click=search.find_kin, args=(None,))


def numbers(result: SearchResult, state: State) -> str:
    """How many there are, how many are shown, and what was looked through."""
    text, search, shown = state.wording, state.search, len(result.hits)
    if search.like:
        return text("search.similar_found", n=shown)
    if search.query:
        through = result.searched
        looked_through = {"documents": through.documents, "held": through.held, "statements": through.statements}
        return text("search.found", n=result.total, shown=shown, **looked_through)
    return text("search.browse", n=result.total, shown=shown)


def show(result: SearchResult, state: State) -> None:
    """The list, whole or in groups, and a button for more."""
    text = state.wording
    if not result.hits:
        st.markdown(f"**{text('search.nothing')}**")
        st.caption(text("search.nothing_help"))
        return
    if state.search.grouping:
        hits.show_groups(result.grouped(state.search.grouping), state)
    else:
        hits.show(result.hits, state)
    more = min(STEP, result.total - len(result.hits)) if not state.search.like else STEP
    if more > 0 and len(result.hits) >= state.search.shown:
        st.button(text("search.more", n=more), key="more", on_click=state.search.show_more)
