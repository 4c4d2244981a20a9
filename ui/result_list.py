"""The answer to a search: a line of numbers, the hits, a button for more."""

import streamlit as st

from index import Facets, SearchResult
from ui import basket, collection, hits
from ui.marks import plain
from ui.state import STEP, State

WIDENED = 6  # words shown; the glossary may add dozens


def show(result: SearchResult, state: State, facets: Facets) -> None:
    """The whole list."""
    say(result, state, facets)
    show_hits(result, state)


def say(result: SearchResult, state: State, facets: Facets) -> None:
    """One line of numbers above the list, and what a user should know of how it came about."""
    text, search, shown = state.wording, state.search, len(result.hits)
    if search.like:
        with st.container(border=True):
            statement = collection.library().statement(search.like)
            st.markdown(f"{text('search.similar_to')} {plain(statement.text)}")
            if st.button(text("search.leave_similar"), key="leave_similar", type="tertiary"):
                search.like = None
                st.rerun()
        st.caption(text("search.similar_found", n=shown))
    elif search.query:
        numbers = {"documents": result.searched.documents, "statements": result.searched.statements}
        st.caption(text("search.found", n=result.total, shown=shown, **numbers))
    else:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(text("search.browse", n=facets.total, shown=shown))
            basket.offer_all(collection.library(), search.filters, facets.total, state)
    if result.expanded and search.expand:
        first = " ".join(f":blue-background[{plain(word)}]" for word in result.expanded[:WIDENED])
        more = text("search.expanded_more", n=len(result.expanded)) if len(result.expanded) > WIDENED else ""
        st.caption(f"{text('search.expanded')} {first} {more}")
    if result.searched.without_text:
        st.caption(text("search.without_text", names=plain(", ".join(result.searched.without_text))))


def show_hits(result: SearchResult, state: State) -> None:
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
    if more > 0 and len(result.hits) >= state.search.shown and st.button(text("search.more", n=more), key="more"):
        state.search.shown += STEP
        st.rerun()
