"""Hits as a list: each with where it stands, what it says, what it does and why it is there."""

from collections.abc import Iterable

import streamlit as st

from domain.document import Facts
from domain.record import breadcrumb
from domain.statement import Statement
from index import Group, Hit
from ui.marks import marked, plain
from ui.state import State
from ui.tags import chip, chips
from ui.wording import Wording


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
    """One hit: where it stands, what it says, what it does, and what can be done with it."""
    text, statement = state.wording, hit.statement
    mark = "opened" if state.search.opened == statement.id else "hit"
    with st.container(key=f"hit_{mark}_{statement.id}", gap="xsmall"):
        st.caption(source_line(statement, hit.facts, text))
        st.markdown(marked(statement.text, hit.why.terms, hit.why.expanded))
        if statement.column_heads:
            st.caption(text("hit.heads", heads=plain("\t".join(statement.column_heads))))
        with st.container(horizontal=True, key=f"bar_{statement.id}", gap="small", vertical_alignment="center"):
            st.markdown(chips(statement, text), width="stretch")
            with st.container(horizontal=True, gap="small", width="content"):
                actions(hit, state)


def actions(hit: Hit, state: State) -> None:
    """Read it in place, see why it is here, find its kin, keep it."""
    text, name = state.wording, hit.statement.id
    st.button(text("hit.open"), key=f"open_{name}", type="tertiary", on_click=state.search.open, args=(name,))
    st.button(text("hit.like"), key=f"like_{name}", type="tertiary", on_click=state.search.find_kin, args=(name,))
    with st.popover(text("hit.why"), type="tertiary"):
        st.markdown("\n".join(f"- {line}" for line in reasons(hit, text)))
    label = text("hit.kept" if name in state.basket else "hit.keep")
    st.button(label, key=f"keep_{name}", type="tertiary", on_click=state.keep_or_drop, args=(name,))


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
