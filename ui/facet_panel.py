"""The filters in the sidebar, each value with its exact count."""

from enum import StrEnum
from typing import Any

import streamlit as st

from domain.document import Facts
from index import Facets, Filters
from ui import collection
from ui.address import PARAMETERS
from ui.state import STEP, Search, State, with_values
from ui.wording import Wording

ALWAYS = ("elements", "sectors")
OTHERS = tuple(field for field in PARAMETERS if field not in ALWAYS)


def show(state: State, titles: dict[str, Facts]) -> None:
    """The filters of the search; a change reaches it before the next run begins."""
    search, text = state.search, state.wording
    facets = collection.facets(search.filters)
    st.header(text("facet.title"), anchor=False, help=text("facet.help"))
    if not search.filters.is_empty:
        st.button(text("search.clear"), key="clear_filters", on_click=clear, args=(search,))
    for field in ALWAYS:
        offer(search, field, facets, titles, text)
    draw(state, facets)
    # The others send nothing to the browser until they are asked for: hundreds of values would make every search wait.
    for field in OTHERS:
        if field in state.narrowing or getattr(search.filters, field):
            offer(search, field, facets, titles, text)


def draw(state: State, facets: Facets) -> None:
    """The drawer of the other filters: pressed are those in view, and letting go of one takes its values away."""
    text, filters = state.wording, state.search.filters
    offered = [field for field in OTHERS if len(getattr(facets, field)) > 1 or getattr(filters, field)]
    st.session_state["narrowing"] = [each for each in offered if each in state.narrowing or getattr(filters, each)]
    st.pills(
        text("facet.others"),
        offered,
        selection_mode="multi",
        format_func=lambda field: text(f"facet.{field}"),
        key="narrowing",
        on_change=narrow,
        args=(state,),
    )


def narrow(state: State) -> None:
    """Take the filters that are pressed into view, and the values of the others away."""
    state.narrowing = set(st.session_state["narrowing"])
    for field in OTHERS:
        if field not in state.narrowing and getattr(state.search.filters, field):
            take(state.search, field, ())


def offer(search: Search, field: str, facets: Facets, titles: dict[str, Facts], text: Wording) -> None:
    """The values of one filter with their counts: a small set in the order of the codebook, or a list to search in."""
    chosen: tuple[Any, ...] = getattr(search.filters, field)
    others = collection.facets(with_values(search.filters, field, ())) if chosen else facets
    values = list(dict.fromkeys((*chosen, *getattr(others, field))))
    if len(values) < 2 and not chosen:
        return
    counts = counted(search, field, values, others)

    def label(value: Any) -> str:
        name = text.name(value) if isinstance(value, StrEnum) else titles[value].title if value in titles else str(value)
        return f"{name} · {text.write(counts[value])}"

    key = f"facet_{field}"
    st.session_state[key] = list(chosen)
    title, options = text(f"facet.{field}"), in_order(counts)
    told: dict[str, Any] = {"format_func": label, "key": key, "on_change": choose, "args": (search, field, key)}
    if field in ALWAYS:
        st.pills(title, options, selection_mode="multi", **told)
    else:
        st.multiselect(title, options, placeholder=text("facet.any"), select_all=False, **told)


def counted(search: Search, field: str, values: list[Any], facets: Facets) -> dict[Any, int]:
    """How long the list is that each value of a filter alone leaves, the other filters and the query in place."""
    among = [with_values(search.filters, field, (value,)) for value in values]
    if search.query and not search.like:
        return dict(zip(values, collection.totals(search.query, among, expand=search.expand), strict=True))
    known = getattr(facets, field)
    # A province is no value of its own, it takes in places: what was chosen and is not listed is counted.
    return {
        value: known[value] if value in known else collection.facets(filters).total
        for value, filters in zip(values, among, strict=True)
    }


def in_order(counts: dict[Any, int]) -> list[Any]:
    """The values of a set in its order, years in that of time, names by how often they stand."""

    def place(value: Any) -> tuple[int, str]:
        if isinstance(value, StrEnum):
            return list(type(value)).index(value), value
        return (value, "") if isinstance(value, int) else (-counts[value], value)

    return sorted(counts, key=place)


def clear(search: Search) -> None:
    """Take every filter away."""
    search.filters, search.shown = Filters(), STEP


def choose(search: Search, field: str, key: str) -> None:
    """Take what is chosen as the filter."""
    take(search, field, tuple(st.session_state[key]))


def take(search: Search, field: str, values: tuple[Any, ...]) -> None:
    """The values as the filter; the list starts again."""
    search.filters, search.shown = with_values(search.filters, field, values), STEP
