"""The filters in the sidebar, each value with its exact count."""

from enum import StrEnum
from typing import Any

import streamlit as st

from domain.document import Facts
from index import Facets, Filters
from ui import collection
from ui.address import PARAMETERS
from ui.state import STEP, Search, with_values
from ui.wording import Wording

OPEN = ("elements", "sectors")
SEARCHABLE = ("places", "documents")


def show(search: Search, titles: dict[str, Facts], text: Wording) -> None:
    """Every filter of the search; a change reaches `search` before the next run begins."""
    facets = collection.facets(search.filters)
    st.header(text("facet.title"), anchor=False, help=text("facet.help"))
    if not search.filters.is_empty:
        st.button(text("search.clear"), key="clear_filters", on_click=clear, args=(search,))
    for field in PARAMETERS:
        chosen: tuple[Any, ...] = getattr(search.filters, field)
        if len(getattr(facets, field)) < 2 and not chosen:
            continue
        starts_open = field in OPEN or bool(chosen)
        # A closed filter sends nothing to the browser: hundreds of boxes would make every search wait.
        panel = st.expander(heading(field, chosen, text), expanded=starts_open, key=f"panel_{field}", on_change="rerun")
        if not panel.open:
            continue
        others = collection.facets(with_values(search.filters, field, ())) if chosen else facets
        with panel:
            counts = counted(search, field, list(dict.fromkeys((*chosen, *getattr(others, field)))), others)
            if field in SEARCHABLE:
                pick(search, field, counts, chosen, titles, text)
            else:
                tick(search, field, counts, chosen, text)


def tick(search: Search, field: str, counts: dict[Any, int], chosen: tuple[Any, ...], text: Wording) -> None:
    """A box to tick for each value of a small set, in the order of the codebook, or of time."""
    for value in sorted(counts, key=place_in_order):
        key = f"facet_{field}_{value}"
        st.session_state[key] = value in chosen
        label = text.name(value) if isinstance(value, StrEnum) else str(value)
        st.checkbox(f"{label} · {text.write(counts[value])}", key=key, on_change=toggle, args=(search, field, value))


def pick(
    search: Search, field: str, counts: dict[str, int], chosen: tuple[str, ...], titles: dict[str, Facts], text: Wording
) -> None:
    """A list to search in, for the values of an open set, most frequent first."""

    def label(value: str) -> str:
        name = titles[value].title if value in titles else value
        return f"{name} · {text.write(counts[value])}"

    key = f"facet_{field}"
    st.session_state[key] = list(chosen)
    options = sorted(counts, key=lambda value: (-counts[value], value))
    st.multiselect(
        text(f"facet.{field}"),
        options,
        key=key,
        format_func=label,
        placeholder=text("facet.any"),
        label_visibility="collapsed",
        on_change=choose,
        args=(search, field, key),
    )


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


def place_in_order(value: StrEnum | int) -> int:
    """Where a value stands: members in the order of their set, years in the order of time."""
    return list(type(value)).index(value) if isinstance(value, StrEnum) else value


def heading(field: str, chosen: tuple[Any, ...], text: Wording) -> str:
    """The name of a filter, with how many of its values are chosen."""
    return f"{text(f'facet.{field}')} ({len(chosen)})" if chosen else text(f"facet.{field}")


def clear(search: Search) -> None:
    """Take every filter away."""
    search.filters, search.shown = Filters(), STEP


def toggle(search: Search, field: str, value: Any) -> None:
    """Take a value into a filter, or out of it."""
    chosen: tuple[Any, ...] = getattr(search.filters, field)
    now = tuple(each for each in chosen if each != value) if value in chosen else (*chosen, value)
    search.filters, search.shown = with_values(search.filters, field, now), STEP


def choose(search: Search, field: str, key: str) -> None:
    """Take the values of a list as the filter."""
    search.filters, search.shown = with_values(search.filters, field, tuple(st.session_state[key])), STEP
