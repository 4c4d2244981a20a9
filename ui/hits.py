"""Hits as a list: each with where it stands, what it says, what it does and why it is there."""

from collections.abc import Iterable
from enum import StrEnum

import streamlit as st

from domain.document import Facts
from domain.record import breadcrumb
from domain.statement import Statement
from index import Group, Hit
from ui.marks import marked, plain
from ui.state import State
from ui.tags import chip, chips
from ui.wording import Wording


class Act(StrEnum):
    """What can be done with a hit."""

    OPEN = "open"
    LIKE = "like"
    WHY = "why"
    KEEP = "keep"


def show(hits: Iterable[Hit], state: State) -> None:
    """The hits, one under another."""
    for hit in hits:
        show_hit(hit, state)


def show_groups(groups: Iterable[Group], state: State) -> None:
    """The hits under the name of their place or document."""
    text = state.wording
    for group in groups:
        st.header(plain(text("search.group_count", name=group.name or text("search.no_place"), n=len(group.hits))), anchor=False)
        show(group.hits, state)


def show_hit(hit: Hit, state: State) -> None:
    """One hit: where it stands, what it says, what it does, and what can be done with it.

    A page of hits is most of what a search sends to the browser, so a hit is as few pieces as it can be, and a new list is
    written into the places of the old. What is pressed is known by the statement's id.
    """
    text, statement = state.wording, hit.statement
    mark = "opened" if state.search.opened == statement.id else "hit"
    with st.container(key=f"hit_{mark}_{hit.rank}", horizontal=True, gap="small"):
        heads = text("hit.heads", heads=plain("\t".join(statement.column_heads))) if statement.column_heads else ""
        said = marked(statement.text, hit.why.terms, hit.why.expanded)
        parts = small(source_line(statement, hit.facts, text)), said, small(heads), chips(statement, text)
        st.markdown("\n\n".join(filter(None, parts)))
        offer_acts(statement.id, state)
        if statement.id in state.explained:
            st.markdown("\n".join(f"- {line}" for line in reasons(hit, text)))


def offer_acts(name: str, state: State) -> None:
    """Read it in place, find its kin, see why it is here, keep it; what is done already is pressed."""
    text, key = state.wording, f"acts_{name}"
    st.session_state[key] = sorted(done_to(name, state))
    st.pills(
        text("hit.acts"),
        list(Act),
        selection_mode="multi",
        format_func=lambda act: text("hit.kept" if act is Act.KEEP and name in state.basket else f"hit.{act}"),
        key=key,
        label_visibility="collapsed",
        wrap=True,
        on_change=act,
        args=(name, key, state),
    )


def done_to(name: str, state: State) -> set[Act]:
    """The acts whose effect on a hit stands."""
    done = {Act.OPEN: state.search.opened, Act.LIKE: state.search.like}
    several = {Act.WHY: state.explained, Act.KEEP: state.basket}
    return {act for act, id in done.items() if id == name} | {act for act, ids in several.items() if name in ids}


def act(name: str, key: str, state: State) -> None:
    """Do what was pressed, or undo it."""
    now = set(st.session_state[key])
    for each in now ^ done_to(name, state):
        chosen = name if each in now else None
        match each:
            case Act.OPEN:
                state.search.open(chosen)
            case Act.LIKE:
                state.search.find_kin(chosen)
            case Act.WHY:
                state.explained ^= {name}
            case Act.KEEP:
                state.keep_or_drop(name)


def small(line: str) -> str:
    """A line of safe Markdown in small print."""
    return f":gray[:small[{line}]]" if line else ""


def source_line(statement: Statement, facts: Facts, text: Wording) -> str:
    """Where a statement stands: place, title, year, breadcrumb, page; safe Markdown."""
    first = [f"**{plain(facts.place)}**" if facts.place else "", plain(title_of(facts, text)), str(facts.year or "")]
    trail = " › ".join(plain(part) for part in breadcrumb(statement, facts))
    page = text("hit.page", page=str(statement.page)) if statement.page else ""
    return "  ·  ".join(part for part in (*first, trail, page) if part)


def title_of(facts: Facts, text: Wording) -> str:
    """A document's title as this language quotes it."""
    return text("hit.title_mark", title=facts.title) if facts.language == text.language else facts.title


def reasons(hit: Hit, text: Wording) -> list[str]:
    """Why the hit is there, a line of safe Markdown each."""
    why = hit.why
    alike = text("why.similarity", value=f"{why.similarity:.2f}") if why.similarity is not None else ""
    if why.lexical_rank is None and why.dense_rank is None and why.similarity is not None:
        lines = [text("why.similar", value=f"{why.similarity:.2f}")]
    else:
        lines = [
            text("why.lexical", rank=why.lexical_rank) if why.lexical_rank else text("why.no_lexical"),
            (text("why.dense", rank=why.dense_rank) if why.dense_rank else text("why.no_dense")) + alike,
        ]
    if why.terms:
        lines.append(text("why.terms") + " ".join(f":orange-background[**{plain(term)}**]" for term in why.terms))
    if why.expanded:
        lines.append(text("why.expanded") + " ".join(f":blue-background[{plain(term)}]" for term in why.expanded))
    if why.ranked_down:
        lines.append(chip("red", text.name(why.ranked_down)))
    tags = hit.statement.tags
    if tags:
        evidence = plain(text.said(tags.element_evidence))
        lines.append(text("why.element", name=text.name(tags.element), evidence=evidence, score=f"{tags.element_score:.0%}"))
    return lines
