"""The box that a search is asked in, and the switches that belong to it."""

from typing import NoReturn

import streamlit as st

from index import Grouping
from ui import address
from ui.state import STEP, Search, State

GROUPINGS = ("ungrouped", "by_place", "by_document")
TRIES = ("query_zh", "query_en", "query_zh_2", "query_en_2")


def show(state: State) -> None:
    """The box, filled with the query in hand."""
    st.session_state["query"] = state.search.query
    text = state.wording
    st.text_input(
        text("search.box"),
        key="query",
        type="search",
        placeholder=text("search.placeholder"),
        label_visibility="collapsed",
        on_change=take_query,
        args=(state,),
    )


def show_first(state: State) -> None:
    """The box on another page: what is asked there is answered on the page of the search."""
    text = state.wording
    label, hint = text("search.box"), text("search.placeholder")
    asked = st.text_input(label, key="first_query", type="search", placeholder=hint, label_visibility="collapsed")
    if asked.strip():
        go(Search(asked.strip()), state)


def go(search: Search, state: State) -> NoReturn:
    """To the answer of a search, with its address, so that the back button leads back here in one step."""
    state.search = search
    st.switch_page("ui/pages/search.py", query_params=address.search_parameters(search))


def tries(state: State) -> None:
    """Queries to try, in both languages."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="tries"):
        st.caption(state.wording("start.try"), width="content")
        for name in TRIES:
            query = state.wording(f"start.{name}")
            if st.button(query, key=f"try_{name}"):
                go(Search(query), state)


def switches(state: State) -> None:
    """How the hits are grouped, and whether a query is widened."""
    text, search = state.wording, state.search
    with st.container(horizontal=True, width="content", vertical_alignment="center", key="switches"):
        if search.query and not search.like:
            st.session_state["expand"] = search.expand
            st.toggle(text("search.expand"), key="expand", help=text("search.expand_help"), on_change=take_expand, args=(state,))
        st.session_state["grouping"] = GROUPINGS[0] if search.grouping is None else f"by_{search.grouping}"
        st.segmented_control(
            text("search.grouping"),
            GROUPINGS,
            format_func=lambda by: text(f"search.{by}"),
            key="grouping",
            required=True,
            label_visibility="collapsed",
            on_change=take_grouping,
            args=(state,),
        )


def take_query(state: State) -> None:
    """A new query: the list starts again."""
    search = state.search
    search.query, search.like, search.shown, search.opened = st.session_state["query"].strip(), None, STEP, None


def take_grouping(state: State) -> None:
    """Another way to group."""
    chosen = st.session_state["grouping"]
    state.search.grouping = None if chosen == GROUPINGS[0] else Grouping(chosen.removeprefix("by_"))


def take_expand(state: State) -> None:
    """The glossary on or off."""
    state.search.expand = st.session_state["expand"]
