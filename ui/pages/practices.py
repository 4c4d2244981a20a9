"""Practices: what places do, as cards that lead to their evidence."""

import tempfile
from pathlib import Path

import streamlit as st

from analysis.cards import Quotes, write_cards
from analysis.practices import Card, find_practices, is_of_one_place
from analysis.voice import Voice
from ui import address, card_filters, card_list, collection, frame, reader
from ui.state import State, current

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def main() -> None:
    """Serve the page."""
    state = current()
    text = state.wording
    adopted = address.adopt(state, lambda parameters: (address.first(parameters, "card") or None, []))
    if adopted:
        state.card = adopted[0]
    frame.page_title(text("practices.title"), text("practices.lead"))
    with st.spinner(text("practices.working")):
        everything = cards_of(str(collection.folder()), collection.stamp())
    if everything and not any(card.pile(Voice.REPORTED) for card in everything):
        st.info(text("practices.no_reports"))
    if is_of_one_place(everything):
        st.info(text("practices.one_place"))
    cards, quotes = card_filters.narrowed(everything, text)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(text("practices.count", n=len(cards)))
        if cards:
            st.download_button(
                text("compare.excel"), lambda: workbook(cards), "practices.xlsx", XLSX, key="cards_xlsx", type="tertiary"
            )
    chosen = next((card for card in everything if card.id == state.card), None)
    address.write(state, {"card": [chosen.id]} if chosen else {})
    if not cards and not chosen:
        st.markdown(text("practices.none"))
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        card_list.show(cards, state)
    with right:
        show_evidence(chosen, quotes, state)


def show_evidence(chosen: Card | None, quotes: Quotes, state: State) -> None:
    """The chosen card with its lines, or a line of one of them in its place."""
    if state.line:
        reader.show(collection.library(), state.line, state, lambda: close(state))
    elif chosen:
        card_list.show_card(chosen, quotes.get(chosen.id, ()), state)
    else:
        st.caption(state.wording("practices.pick"))


def close(state: State) -> None:
    """Back from a line to its card."""
    state.line = None


@st.cache_resource(max_entries=4, show_spinner=False)
def cards_of(folder: str, stamp: str) -> tuple[Card, ...]:
    """All cards of the library at one stamp."""
    return find_practices(collection.opened(folder))


def workbook(cards: tuple[Card, ...]) -> bytes:
    """The cards with their lines as a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "practices.xlsx"
        write_cards(cards, "xlsx", path)
        return path.read_bytes()


main()
