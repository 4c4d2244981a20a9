"""The search and the comparison in the address bar, so that a link can be shared and the back button works."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import streamlit as st

from domain.errors import FilterError
from index import Filters, Grouping
from ui.state import Comparing, Search, State, with_values

# The parameter of each field of Filters, as the command line names it.
PARAMETERS = {
    "elements": "element",
    "sectors": "sector",
    "instruments": "instrument",
    "stringencies": "stringency",
    "levels": "level",
    "places": "place",
    "documents": "document",
    "languages": "language",
    "genres": "genre",
    "years": "year",
    "due_years": "due",
}
Parameters = Mapping[str, Sequence[str]]


def adopt(state: State, read: Callable[[Parameters], tuple[Any, list[str]]]) -> tuple[Any, list[str]] | None:
    """What `read` makes of the address, where it is not the one this session wrote last; None where it is.

    An empty address is what a page is called by from the menu, and then keeps what was open on it; later on the same page
    it comes from the back button, and means what it says.
    """
    here = {name: st.query_params.get_all(name) for name in st.query_params}
    if here == state.address or (not here and state.is_arriving):
        return None
    state.address = here
    return read(here)


def write(state: State, parameters: dict[str, list[str]]) -> None:
    """Put the parameters into the address bar, without an entry in the history when nothing changed."""
    if parameters != state.address:
        state.address = parameters
        st.query_params.from_dict(parameters)


def search_parameters(search: Search) -> dict[str, list[str]]:
    """The search as parameters; what is at its default is left out."""
    single = {
        "q": search.query,
        "like": search.like or "",
        "open": search.opened or "",
        "expand": "" if search.expand else "0",
        "group": search.grouping.value if search.grouping else "",
    }
    several = {name: [str(value) for value in getattr(search.filters, field)] for field, name in PARAMETERS.items()}
    return {name: [value] for name, value in single.items() if value} | {
        name: values for name, values in several.items() if values
    }


def read_search(parameters: Parameters, known: Mapping[str, set[str]]) -> tuple[Search, list[str]]:
    """The search of an address, and the values in it that mean nothing here; `known` limits places and documents."""
    refused: list[str] = []
    filters = Filters()
    for field, name in PARAMETERS.items():
        for value in parameters.get(name, ()):
            if field in known and value not in known[field]:
                refused.append(value)
                continue
            try:
                filters = with_values(filters, field, (*getattr(filters, field), value))
            except FilterError:
                refused.append(value)
    group = first(parameters, "group")
    grouping = Grouping(group) if group in set(Grouping) else None
    like, opened = (first(parameters, name) or None for name in ("like", "open"))
    expand = first(parameters, "expand") != "0"
    return Search(first(parameters, "q"), filters, expand, grouping, like, opened=opened), refused


def comparing_parameters(comparing: Comparing) -> dict[str, list[str]]:
    """The comparison as parameters."""
    several = {
        "source": [comparing.source] if comparing.source else [],
        "local": list(comparing.locals),
        "section": list(comparing.sections),
        "versions": ["1"] if comparing.versions else [],
        "row": list(comparing.row or ()),
    }
    return {name: values for name, values in several.items() if values}


def read_comparing(parameters: Parameters, known: set[str]) -> tuple[Comparing, list[str]]:
    """The comparison of an address, and the document ids in it that are not here."""
    source, locals_ = first(parameters, "source"), parameters.get("local", ())
    refused = [value for value in [source, *locals_] if value and value not in known]
    row = tuple(parameters.get("row", ()))
    return (
        Comparing(
            source if source in known else None,
            tuple(value for value in locals_ if value in known and value != source),
            tuple(parameters.get("section", ())),
            first(parameters, "versions") == "1",
            (row[0], row[1]) if len(row) == 2 else None,
        ),
        refused,
    )


def first(parameters: Parameters, name: str) -> str:
    """The first value of a parameter, or nothing."""
    return next(iter(parameters.get(name, ())), "")


assert set(PARAMETERS) | {"headings"} == {field.name for field in fields(Filters)}
