"""The box that a search is asked in, and the switches that belong to it."""

import streamlit as st

from index import Grouping
from ui.state import STEP, State

GROUPINGS = ("ungrouped", "by_place", "by_document")


def show(state: State) -> None:
    """The box, with the switches that belong to it."""
    text, search = state.wording, state.search
    st.session_state["query"] = search.query
    st.text_input(
        text("search.box"),
        key="query",
        placeholder=text("search.placeholder"),
        label_visibility="collapsed",
        on_change=take_query,
        args=(state,),
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
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
        st.session_state["expand"] = search.expand
        st.toggle(text("search.expand"), key="expand", help=text("search.expand_help"), on_change=take_expand, args=(state,))


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
