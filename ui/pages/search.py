"""Search: one box, exact filters, hits that say where they stand and why they are there."""

import streamlit as st

from domain.errors import NotFoundError
from index import Facets, Filters, Grouping, Hit, Searched, SearchResult, Why
from ui import address, basket, collection, facet_panel, frame, hits, reader
from ui.marks import plain
from ui.state import STEP, State, current

WIDENED = 6  # words shown; the glossary may add dozens
GROUPINGS = ("ungrouped", "by_place", "by_document")


def main() -> None:
    """Serve the page."""
    state, library, titles = current(), collection.library(), collection.titles()
    text = state.wording
    follow_link(state, set(titles))
    with st.sidebar:
        facet_panel.show(state.search, titles, text)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        frame.page_title(text("search.title"))
        basket.show(library, state, titles)
    ask(state)
    address.write(state, address.search_parameters(state.search))
    facets = collection.facets(state.search.filters)
    result = answer(state, facets)
    left, right = st.columns([3, 2], gap="large") if state.search.opened else (st.container(), None)
    with left:
        say(result, state, facets)
        show_hits(result, state)
        frame.model_line(state)
    if right and state.search.opened:
        with right:
            reader.show(library, state.search.opened, state, lambda: close(state), words(result, state))


def close(state: State) -> None:
    """Put the opened hit away."""
    state.search.opened = None


def follow_link(state: State, documents: set[str]) -> None:
    """Take up the search of the address bar where a link or the back button put one there."""
    known = {"documents": documents, "places": set(collection.facets(Filters()).places)}
    adopted = address.adopt(state, lambda parameters: address.read_search(parameters, known))
    if adopted:
        state.search, stale = adopted
        if stale:
            st.info(state.wording("search.stale", names=plain(", ".join(stale))))


def ask(state: State) -> None:
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


def answer(state: State, facets: Facets) -> SearchResult:
    """The hits of the query, the kin of a statement, or the first statements where nothing is asked."""
    library, search = collection.library(), state.search
    if search.like:
        try:
            found = library.similar(search.like, k=search.shown, filters=search.filters)
        except NotFoundError:
            found = ()
        return SearchResult(search.query, len(found), searched(facets), found)
    if search.query:
        return library.search(search.query, k=search.shown, filters=search.filters, expand=search.expand)
    titles = collection.titles()
    first = zip(range(search.shown), library.statements(search.filters), strict=False)
    listed = tuple(Hit(n + 1, 0.0, statement, titles[statement.document_id], Why()) for n, statement in first)
    return SearchResult("", facets.total, searched(facets), listed)


def searched(facets: Facets) -> Searched:
    """What a list without a query was taken from."""
    return Searched(len(facets.documents), facets.total)


def words(result: SearchResult, state: State) -> tuple[str, ...]:
    """The words that the opened hit matched."""
    return next((hit.why.terms for hit in result.hits if hit.statement.id == state.search.opened), ())


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


main()
