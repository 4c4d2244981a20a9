"""Start: what is in here, and what can be done with it."""

import streamlit as st

from domain.codebook import Element, Sector
from index import Filters
from ui import chart_file, charts, collection, frame, query_box, tile_map
from ui.marks import plain
from ui.state import Search, State, current

DOORS = ("search", "compare", "practices")


def main() -> None:
    """Serve the page."""
    state = current()
    text = state.wording
    frame.page_title(text("start.title"), text("start.lead"))
    with st.container(key="ask"):
        query_box.show_first(state)
    query_box.tries(state)
    figures(state)
    doors(state)
    left, right = st.columns([11, 10], gap="large")
    with left:
        elements(state)
    with right:
        places(state)
    frame.model_line(state)
    st.caption(text("app.folder", folder=plain(str(collection.folder()))))


def figures(state: State) -> None:
    """How much there is."""
    text, status, facets = state.wording, collection.status(), collection.facets(Filters())
    numbers = {
        "documents": status.documents,
        "pages": status.pages,
        "statements": status.statements,
        "places": len(facets.places),
    }
    with st.container(horizontal=True, gap="large", key="figures"):
        for name, n in numbers.items():
            st.markdown(f"**{text.write(n)}** {text(f'start.{name}' if n != 1 else f'start.{name}_one')}", width="content")


def doors(state: State) -> None:
    """One door for each job."""
    for name, column in zip(DOORS, st.columns(len(DOORS), gap="medium"), strict=True):
        with column, st.container(border=True, height="stretch", key=f"door_{name}", gap="small"):
            st.header(state.wording(f"start.door_{name}"), anchor=False)
            st.markdown(state.wording(f"start.door_{name}_help"))
            if st.button(state.wording(f"start.go_{name}"), key=f"go_{name}"):
                st.switch_page(f"ui/pages/{name}.py")


def elements(state: State) -> None:
    """Statements by element and sector; a square leads to the statements behind it."""
    text, counted = state.wording, counts()
    st.header(text("start.what"), anchor=False)
    st.caption(text("start.what_help"))
    chart = charts.elements_by_sector(counted, text, charts.theme())
    event = st.altair_chart(chart, width="stretch", key="chart_elements", on_select="rerun", alt=text("start.what_help"))
    square = charts.picked(event, "element")
    if square:
        sectors = () if square["sector"] == "total" else (Sector(square["sector"]),)
        query_box.go(Search(filters=Filters(elements=(Element(square["element"]),), sectors=sectors)), state)
    offer_picture("elements", lambda scheme: charts.elements_by_sector(counted, text, scheme), text("start.what"), state)


def places(state: State) -> None:
    """The provinces as a map where any has documents, else the places as a list; a tile leads to its statements."""
    text = state.wording
    provinces, elsewhere = tile_map.by_province(collection.documents())
    st.header(text("start.where"), anchor=False)
    if not provinces:
        counted = sorted(collection.facets(Filters()).places.items(), key=lambda item: (-item[1], item[0]))
        rows = [{text("documents.place"): place, text("documents.statements"): n} for place, n in counted]
        st.dataframe(rows, hide_index=True, key=f"places_{text.language}")
        return
    st.caption(text("start.where_help"))
    chart = tile_map.chart(provinces, text, charts.theme())
    event = st.altair_chart(chart, width="stretch", key="chart_places", on_select="rerun", alt=text("start.where_help"))
    code = charts.picked(event, "code").get("code", "")
    if provinces[code]:
        query_box.go(Search(filters=Filters(places=(tile_map.name_of(code),))), state)
    if elsewhere:
        st.caption(text("start.elsewhere", n=elsewhere))
    offer_picture("places", lambda scheme: tile_map.chart(provinces, text, scheme), text("start.where"), state)


def offer_picture(name: str, draw: chart_file.Draw, title: str, state: State) -> None:
    """The chart to take away, with what it was counted from."""
    status = collection.status()
    chart_file.offer(draw, name, title, chart_file.source_line(status.documents, status.statements, state), state)


def counts() -> dict[Element, dict[str, int]]:
    """Statements of each element by sector, and in all."""
    overall = collection.facets(Filters()).elements
    by_sector = {
        element: collection.facets(Filters(elements=(element,))) for element in overall if element is not Element.HEADING
    }
    return {
        element: {"total": facets.total, **{sector.value: n for sector, n in facets.sectors.items()}}
        for element, facets in by_sector.items()
    }


main()
