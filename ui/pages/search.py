"""Search: one box, exact filters, hits that say where they stand and why they are there."""

import streamlit as st

from domain.errors import NotFoundError
from index import Filters, Hit, Searched, SearchResult, Why
from ui import address, basket, collection, facet_panel, frame, query_box, reader, result_list, tile_map
from ui.marks import plain
from ui.state import State, current


def main() -> None:
    """Serve the page."""
    state, library, titles = current(), collection.library(), collection.titles()
    follow_link(state, set(titles))
    search = state.search
    result = answer(state)  # before anything is sent, so that what stands around the hits comes in one go with them
    with st.container(key="quiet_title"):
        frame.page_title(state.wording("search.title"))
    with st.container(horizontal=True, vertical_alignment="center", key="ask"):
        query_box.show(state)
        basket.show(library, state, titles)
    address.write(state, address.search_parameters(search))
    if not (search.query or search.like or search.opened) and search.filters.is_empty:
        query_box.tries(state)
    result_list.say(result, state)
    left, right = st.columns(2, gap="medium") if search.opened else (st.container(), None)
    with left:
        result_list.show(result, state)
        frame.model_line(state)
    if right and search.opened:
        with right:
            reader.show(library, search.opened, state, lambda: search.open(None), words(result, state))
    with st.sidebar:  # last, so that hits need not wait for the counts
        facet_panel.show(state, titles)


def follow_link(state: State, documents: set[str]) -> None:
    """Take up the search of the address bar where a link or the back button put one there."""
    adopted = address.adopt(
        state, lambda parameters: address.read_search(parameters, {"documents": documents, "places": places()})
    )
    if adopted:
        state.search, stale = adopted
        if stale:
            st.info(state.wording("search.stale", names=plain(", ".join(stale))))
    if state.search.like:
        try:
            collection.library().statement(state.search.like)
        except NotFoundError:
            state.search.like = None
            st.info(state.wording("reader.gone"))


def places() -> set[str]:
    """The names of places and provinces that have statements."""
    return set(collection.facets(Filters()).places) | tile_map.names(collection.documents())


def answer(state: State) -> SearchResult:
    """The hits of the query, the kin of a statement, or the first statements where nothing is asked."""
    library, search = collection.library(), state.search
    if search.query and not search.like:
        return library.search(search.query, k=search.shown, filters=search.filters, expand=search.expand)
    facets = collection.facets(search.filters)
    among = Searched(len(facets.documents), facets.total)
    if search.like:
        found = library.similar(search.like, k=search.shown, filters=search.filters)
        return SearchResult(search.query, len(found), among, found)
    titles = collection.titles()
    first = zip(range(search.shown), library.statements(search.filters), strict=False)
    listed = tuple(Hit(n + 1, 0.0, statement, titles[statement.document_id], Why()) for n, statement in first)
    return SearchResult("", facets.total, among, listed)


def words(result: SearchResult, state: State) -> tuple[str, ...]:
    """The words that the opened hit matched."""
    return next((hit.why.terms for hit in result.hits if hit.statement.id == state.search.opened), ())


main()
