"""The filters above the practice cards: sectors, places, and what places like mine do that mine does not."""

import streamlit as st

from analysis.peers import Profile, find_peers, lacking, read_profiles
from analysis.practices import Card
from domain.codebook import Language, Sector
from ui.marks import plain
from ui.wording import Wording


def narrowed(cards: tuple[Card, ...], text: Wording) -> tuple[Card, ...]:
    """The cards that pass the filters above the list."""
    first, second, third, fourth = st.columns([3, 3, 2, 4], gap="small")
    found = {sector for card in cards for sector in card.sectors}
    sectors = first.multiselect(
        text("facet.sectors"),
        [sector for sector in Sector if sector in found],
        format_func=text.name,
        key=f"card_sectors_{text.language}",
        persist_state="session",
        placeholder=text("facet.any"),
    )
    places = second.multiselect(
        text("facet.places"),
        sorted({place for card in cards for place in card.places()}),
        key="card_places",
        persist_state="session",
        placeholder=text("facet.any"),
    )
    profiles = {profile.name: profile for profile in read_profiles()}
    languages = third.multiselect(
        text("facet.languages"),
        list(Language),
        format_func=text.name,
        key=f"card_languages_{text.language}",
        persist_state="session",
        placeholder=text("facet.any"),
    )
    like = fourth.selectbox(
        text("practices.like"),
        list(profiles),
        index=None,
        format_func=lambda name: name_of(profiles[name], text),
        key=f"card_like_{text.language}",
        persist_state="session",
        placeholder=text("practices.like_none"),
        help=text("practices.like_help"),
    )
    if like:
        peers = find_peers(list(profiles.values()), like)
        names = text("practices.comma").join(name_of(peer.profile, text) for peer in peers[:8])
        st.caption(text("practices.peers", names=plain(names)))
        cards = tuple(card for card, _ in lacking(cards, like, peers))
    return tuple(
        card
        for card in cards
        if (not languages or card.lines[0].statement.language in languages)
        and (not sectors or set(sectors) & set(card.sectors))
        and (not places or set(places) & set(card.places()))
    )


def name_of(profile: Profile, text: Wording) -> str:
    """A place's name in the language of the interface, where the register has one."""
    return profile.name if text.language == "zh" else profile.name_en or profile.name
