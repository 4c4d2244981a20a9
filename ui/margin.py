"""A document to read, page by page, with its tags in the margin."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from domain.codebook import Element
from domain.document import Document, Facts
from domain.errors import NotFoundError
from domain.statement import Statement
from index import Library
from ui import page_image
from ui.hits import title_of
from ui.marks import plain
from ui.state import State
from ui.tags import INKS, detail_chips, element_chip
from ui.wording import Wording

PER_PART = 40
MARGIN = 82


def show(library: Library, state: State) -> None:
    """The document that the user opened, at the statement they came from."""
    text = state.wording
    try:
        document = library.document((state.reading or "").partition("-")[0])
    except NotFoundError:
        st.info(text("reader.gone"))
        return
    with st.container(key="document_title"):
        st.title(plain(title_of(document.facts, text)), anchor=False)
    st.caption(facts_line(document.facts, text))
    parts = split(document)
    if not parts:
        st.caption(text("documents.no_statements"))
        return
    start = next((n for n, part in enumerate(parts) if any(s.id == state.reading for s in part)), 0)
    number = turn(document, len(parts), start, state)
    show_part(document, library.file(document.facts.id), parts[number], state)


def facts_line(facts: Facts, text: Wording) -> str:
    """What a document is cited by, in one line of safe Markdown."""
    said = [facts.issuer, facts.number, text.day(facts.date), facts.place, facts.source_file]
    return "  ·  ".join(plain(part) for part in said if part)


def split(document: Document) -> list[list[Statement]]:
    """The statements by page, or in parts of `PER_PART` where the format has no pages; empty pages are left out."""
    if not document.pages:
        return [list(document.statements[n : n + PER_PART]) for n in range(0, len(document.statements), PER_PART)]
    pages: dict[int, list[Statement]] = {}
    for statement in document.statements:
        pages.setdefault(statement.page or 1, []).append(statement)
    return [pages[page] for page in sorted(pages)]


def turn(document: Document, parts: int, start: int, state: State) -> int:
    """The part that is open, from 0, with the buttons that turn to another."""
    key = f"part_{state.reading}"
    chosen: int = st.pagination(parts, default=start + 1, key=key) if parts > 1 else 1
    return chosen - 1


def show_part(document: Document, file: Path | None, part: Sequence[Statement], state: State) -> None:
    """One page: its image with bars in the margin, and each statement with its tags."""
    text, page = state.wording, part[0].page
    has_image = bool(page and file and file.exists() and page_image.is_paged(file))
    left, right = st.columns([1, 1], gap="large") if has_image else (None, st.container())
    if left and file and page:
        with left:
            bars = [
                (box, INKS[s.tags.element]) for s in part if s.tags and s.tags.element is not Element.HEADING for box in s.boxes
            ]
            try:
                st.image(
                    page_image.margin_image(file, page, bars),
                    width="stretch",
                    alt=text("documents.page_of", page=str(page), pages=len(document.pages)),
                )
            except OSError:
                st.caption(text("reader.unreadable"))
            st.caption(text("documents.legend"))
    with right:
        if page:
            st.caption(text("documents.page_of", page=str(page), pages=len(document.pages)))
        for statement in part:
            show_statement(statement, state)


def show_statement(statement: Statement, state: State) -> None:
    """One statement beside its tags, headings as headings; the one the user came from is marked."""
    tags = statement.tags
    if tags is None or tags.element is Element.HEADING:
        st.markdown(f"**{plain(statement.text)}**")
        return
    mark = "opened" if statement.id == state.reading else "read"
    with st.container(key=f"{mark}_{statement.id}", horizontal=True, gap="small"):
        st.markdown(element_chip(tags.element, state.wording), width=MARGIN)
        with st.container(gap="xsmall"):
            st.markdown(plain(statement.text))
            if more := detail_chips(tags, state.wording):
                st.markdown(more)
