"""Practice cards, and the lines that stand behind each."""

from collections.abc import Sequence

import streamlit as st

from analysis.cards import QUOTED
from analysis.cases import Case
from analysis.line import Line
from analysis.peers import quote
from analysis.practices import Card
from analysis.replicability import replicability_of
from analysis.voice import Voice
from domain.codebook import Level
from ui import reader
from ui.hits import source_line
from ui.marks import plain
from ui.state import STEP, State
from ui.tags import chip
from ui.wording import Wording

TINTS = {Voice.REPORTED: "orange", Voice.PLANNED: "green", Voice.URGED: "gray"}
PLACES = 6
LINES = 8


def show(cards: Sequence[Card], state: State) -> None:
    """The cards one under another, with a button for more."""
    text = state.wording
    for card in cards[: state.cards_shown]:
        mark = "opened" if card.id == state.card else "card"
        with st.container(key=f"hit_{mark}_{card.id}", gap="xsmall"):
            st.markdown(f"**{plain(card.title)}**")
            st.markdown(badges(card, text))
            places = card.places(Voice.REPORTED, Voice.PLANNED)
            if places:
                more = text("practices.and_more", n=len(places)) if len(places) > PLACES else ""
                st.caption(plain(text("practices.comma").join(places[:PLACES])) + more)
            st.caption(carries(card, text))
            if st.button(text("practices.open"), key=f"card_{card.id}", type="tertiary"):
                state.card, state.line = card.id, None
                st.rerun()
    if len(cards) > state.cards_shown and st.button(
        text("search.more", n=min(STEP, len(cards) - state.cards_shown)), key="more_cards"
    ):
        state.cards_shown += STEP
        st.rerun()


def badges(card: Card, text: Wording) -> str:
    """How many lines report, plan and urge it, and its sectors."""
    piles = [(voice, len(card.pile(voice))) for voice in Voice]
    counted = [chip(TINTS[voice], text("practices.voiced", voice=text.name(voice), n=n)) for voice, n in piles if n]
    return " ".join([*counted, *(chip("gray", text.name(sector)) for sector in card.sectors)])


def carries(card: Card, text: Wording) -> str:
    """By how many places it is reported and planned, and with what evidence."""
    facts = replicability_of(card)
    counts = {"reported": facts.reported, "planned": facts.planned, "provinces": len(facts.provinces), "numbers": facts.numbers}
    return "  ·  ".join(text(f"practices.carry_{name}", n=n) for name, n in counts.items() if n)


def kinds_of(card: Card, text: Wording) -> str:
    """The kinds of places that report or plan it."""
    named = [text.name(Level(kind)) if kind in list(Level) else text(f"trait.{kind}") for kind in replicability_of(card).kinds]
    return text("practices.comma").join(named)


def show_card(card: Card, quotes: Sequence[Line], state: State) -> None:
    """The whole card: how far it carries, conditions, bodies, what to quote, each pile, and what its reports say around it."""
    text = state.wording
    with st.container(key="reader", gap="small"):
        reader.head(plain(card.title), state.close_card, text)
        st.markdown(badges(card, text))
        st.caption(carries(card, text))
        if kinds := kinds_of(card, text):
            st.caption(text("practices.kinds") + kinds)
        if card.conditions:
            named = " ".join(chip("violet", text(f"condition.{name}")) for name in card.conditions)
            st.markdown(f"{text('practices.conditions')} {named}")
        if card.actors:
            st.caption(text("practices.actors") + plain(text("practices.comma").join(card.actors)))
        if quotes:
            st.markdown(f"**{text('practices.quote')}**")
            for line in quotes[:QUOTED]:
                st.code(quote(line), language=None, wrap_lines=True)
        for voice in Voice:
            pile = card.pile(voice)
            if pile:
                show_pile(voice, pile, state)
        for case in card.cases:
            show_case(case, state)


def show_case(case: Case, state: State) -> None:
    """What the report of a practice says around it, part by part."""
    text = state.wording
    parts = {"background": case.background, "results": case.results, "lessons": case.lessons}
    if any(parts.values()):
        place = plain(case.facts.place or case.facts.title)
        with st.expander(text("practices.case", place=place), key=f"case_{case.facts.id}"):
            for part, lines in parts.items():
                if lines:
                    st.markdown(f"**{text(f'practices.{part}')}**")
                for line in lines:
                    show_line(line, state, "case_")


def show_pile(voice: Voice, pile: Sequence[Line], state: State) -> None:
    """The lines of one voice, nearest to the practice first."""
    text = state.wording
    st.markdown(
        f"**{text('practices.voiced', voice=text.name(voice), n=len(pile))}**  \n:gray[{text(f'practices.{voice}_help')}]"
    )
    for line in pile[:LINES]:
        show_line(line, state)
    if len(pile) > LINES:
        with st.expander(text("search.more", n=len(pile) - LINES), key=f"pile_{voice}"):
            for line in pile[LINES:]:
                show_line(line, state)


def show_line(line: Line, state: State, prefix: str = "") -> None:
    """One line with where it stands, and the way to its page."""
    text, name = state.wording, line.statement.id
    with st.container(key=f"hit_line_{prefix}{name}", gap="xsmall"):
        st.markdown(plain(line.statement.text))
        st.caption(source_line(line.statement, line.facts, text))
        if line.reprints:
            st.caption(text("practices.reprints", n=len(line.reprints)))
        if st.button(text("hit.open"), key=f"line_{prefix}{name}", type="tertiary"):
            state.line = name
            st.rerun()
