"""Practices: what places do, as cards that lead to their evidence."""

import tempfile
from pathlib import Path

import streamlit as st

from analysis.cards import write_cards
from analysis.peers import Profile, find_peers, lacking, read_profiles
from analysis.practices import Card, find_practices
from domain.codebook import Sector
from ui import address, card_list, collection, frame, reader
from ui.state import State, current
from ui.wording import Wording

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
    cards = narrowed(everything, text)
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
        show_evidence(chosen, state)


def show_evidence(chosen: Card | None, state: State) -> None:
    """The chosen card with its lines, or a line of one of them in its place."""
    if state.line:
        reader.show(collection.library(), state.line, state, lambda: close(state))
    elif chosen:
        card_list.show_card(chosen, state)
    else:
        st.caption(state.wording("practices.pick"))


def close(state: State) -> None:
    """Back from a line to its card."""
    state.line = None


@st.cache_resource(max_entries=4, show_spinner=False)
def cards_of(folder: str, stamp: str) -> tuple[Card, ...]:
    """All cards of the library at one stamp."""
    return find_practices(collection.opened(folder))


def narrowed(cards: tuple[Card, ...], text: Wording) -> tuple[Card, ...]:
    """The cards that pass the filters above the list."""
    first, second, third = st.columns(3, gap="small")
    found = {sector for card in cards for sector in card.sectors}
    sectors = first.multiselect(
        text("facet.sectors"),
        [sector for sector in Sector if sector in found],
        format_func=text.name,
        key=f"card_sectors_{text.language}",
        placeholder=text("facet.any"),
    )
    places = second.multiselect(
        text("facet.places"),
        sorted({place for card in cards for place in card.places()}),
        key="card_places",
        placeholder=text("facet.any"),
    )
    profiles = {profile.name: profile for profile in read_profiles()}
    like = third.selectbox(
        text("practices.like"),
        list(profiles),
        index=None,
        format_func=lambda name: name_of(profiles[name], text),
        key=f"card_like_{text.language}",
        placeholder=text("practices.like_none"),
        help=text("practices.like_help"),
    )
    if like:
        peers = find_peers(list(profiles.values()), like)
        st.caption(text("practices.peers", names=text("practices.comma").join(name_of(peer.profile, text) for peer in peers[:8])))
        cards = tuple(card for card, _ in lacking(cards, like, peers))
    return tuple(
        card
        for card in cards
        if (not sectors or set(sectors) & set(card.sectors)) and (not places or set(places) & set(card.places()))
    )


def name_of(profile: Profile, text: Wording) -> str:
    """A place's name in the language of the interface, where the register has one."""
    return profile.name if text.language == "zh" else profile.name_en or profile.name


def workbook(cards: tuple[Card, ...]) -> bytes:
    """The cards with their lines as a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "practices.xlsx"
        write_cards(cards, "xlsx", path)
        return path.read_bytes()


main()
