"""What stands above the practice cards: filters, their order, and what places like mine do that mine does not."""

import streamlit as st

from analysis.cards import Quotes
from analysis.peers import known_profiles, lacking, mine_and_peers
from analysis.practices import Card
from analysis.replicability import Order, ordered
from analysis.voice import Voice
from domain.codebook import Language, Sector
from domain.errors import PilotlightError
from domain.profile import Profile, parse_profiles
from ui import collection
from ui.marks import plain
from ui.wording import Wording


def narrowed(cards: tuple[Card, ...], text: Wording) -> tuple[tuple[Card, ...], Quotes]:
    """The cards that pass the filters above the list, in the order chosen, and the lines of others to quote."""
    first, second, third, fourth, fifth = st.columns([3, 3, 2, 3, 3], gap="small")
    found = {sector for card in cards for sector in card.sectors}
    sectors = first.multiselect(
        text("facet.sectors"),
        [sector for sector in Sector if sector in found],
        format_func=text.name,
        key=f"card_sectors_{text.language}",
        persist_state="session",
        placeholder=text("facet.any"),
        select_all=False,
    )
    places = second.multiselect(
        text("facet.places"),
        sorted({place for card in cards for place in card.places(Voice.REPORTED, Voice.PLANNED)}),
        key="card_places",
        persist_state="session",
        placeholder=text("facet.any"),
        select_all=False,
    )
    languages = third.multiselect(
        text("facet.languages"),
        list(Language),
        format_func=text.name,
        key=f"card_languages_{text.language}",
        persist_state="session",
        placeholder=text("facet.any"),
        select_all=False,
    )
    order = fifth.selectbox(
        text("practices.order"),
        list(Order),
        format_func=lambda order: text(f"practices.by_{order}"),
        key=f"card_order_{text.language}",
        persist_state="session",
    )
    with fourth:
        kept, quotes = beside_others(cards, text)
    passed = tuple(
        card
        for card in kept
        if (not languages or card.lines[0].statement.language in languages)
        and (not sectors or set(sectors) & set(card.sectors))
        and (not places or set(places) & set(card.places(Voice.REPORTED, Voice.PLANNED)))
    )
    return ordered(passed, order or Order.REPORTED), quotes


def beside_others(cards: tuple[Card, ...], text: Wording) -> tuple[tuple[Card, ...], Quotes]:
    """The cards that the chosen place lacks, with the lines of its peers; all cards where none is chosen."""
    box = st.container()
    profiles = {profile.name: profile for profile in profiles_of(text)}
    here = sorted({place for card in cards for place in card.places()})
    like = box.selectbox(
        text("practices.like"),
        [*here, *(name for name in profiles if name not in here)],
        index=None,
        format_func=lambda name: name_of(profiles[name], text) if name in profiles else name,
        key=f"card_like_{text.language}",
        persist_state="session",
        placeholder=text("practices.like_none"),
        help=text("practices.like_help"),
    )
    if not like:
        return cards, {}
    mine, peers = mine_and_peers(list(profiles.values()), cards, like)
    names = text("practices.comma").join(name_of(peer.profile, text) for peer in peers[:8])
    box.caption(text("practices.peers", names=plain(names)) if peers else text("practices.no_peers", place=plain(mine)))
    found = lacking(cards, mine, peers)
    return tuple(card for card, _ in found), {card.id: lines for card, lines in found}


def profiles_of(text: Wording) -> tuple[Profile, ...]:
    """The profiles that the user gave, else those of the register and of the library."""
    with st.popover(text("practices.profiles"), type="tertiary"):
        given = st.file_uploader(
            text("practices.profiles"), type="csv", key="card_profiles", help=text("practices.profiles_help")
        )
        if given:
            try:
                return parse_profiles(given.getvalue(), given.name)
            except PilotlightError as error:
                st.error(plain(str(error)))
    return known_profiles(collection.folder())


def name_of(profile: Profile, text: Wording) -> str:
    """A place's name in the language of the interface, where the register has one."""
    return profile.name if text.language == "zh" else profile.name_en or profile.name
