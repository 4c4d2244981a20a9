"""A statement in its place: the page with the sentence boxed, and the sentences around it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from domain.errors import NotFoundError
from domain.statement import Statement
from index import Library
from ui import collection, page_image
from ui.hits import source_line
from ui.marks import marked, plain
from ui.state import State
from ui.tags import chips, target_lines
from ui.wording import Wording

AROUND = 2


def show(library: Library, opened: str, state: State, close: Callable[[], None], words: Sequence[str] = ()) -> None:
    """The statement that the user opened, or a line that says it is gone; `close` is what the button does."""
    text = state.wording
    with st.container(key="reader", gap="small"):
        head(text("reader.title"), close, text)
        try:
            statement = library.statement(opened)
        except NotFoundError:
            st.info(text("reader.gone"))
            return
        show_statement(library, statement, state, words)


def head(title: str, close: Callable[[], None], text: Wording) -> None:
    """The title of what is open beside a list, safe Markdown, and the way to close it."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", wrap=False):
        st.header(title, anchor=False)
        st.button(text("reader.close"), key="reader_close", type="tertiary", shortcut="Esc", on_click=close)


def show_statement(library: Library, statement: Statement, state: State, words: Sequence[str]) -> None:
    """Page image, neighbours, targets and bodies of one statement."""
    text, tags = state.wording, statement.tags
    facts = collection.titles()[statement.document_id]
    st.caption(source_line(statement, facts, text))
    st.markdown(chips(statement, text))
    show_image(library.file(statement.document_id), statement, text, key="reader")
    st.markdown(f"**{text('reader.around')}**")
    for neighbour in library.neighbours(statement.id, n=AROUND):
        chosen = neighbour.id == statement.id
        st.markdown(f"**{plain(neighbour.text)}**" if chosen and not words else marked(neighbour.text, words if chosen else ()))
    if tags and tags.targets:
        st.markdown(f"**{text('reader.targets')}**")
        st.markdown("\n".join(target_lines(tags, text)))
    if tags and tags.actors:
        st.markdown(f"**{text('reader.actors')}**  {plain('、'.join(tags.actors))}")
    if st.button(text("reader.whole_document"), key="reader_document"):
        state.reading = statement.id
        st.switch_page("ui/pages/read.py", query_params={"at": statement.id})


def show_image(file: Path | None, statement: Statement, text: Wording, *, key: str) -> None:
    """The page of a statement with its boxes, or one line that says why there is none."""
    if statement.page is None or not statement.boxes:
        st.caption(text("reader.no_image"))
        return
    if file is None or not file.exists() or not page_image.is_paged(file):
        st.caption(text("reader.no_file"))
        return
    whole = st.toggle(text("reader.whole"), key=f"whole_{key}")
    for page in sorted({box.page for box in statement.boxes}):
        caption = text("reader.image", page=str(page))
        try:
            image = page_image.passage_image(file, page, statement.boxes, whole=whole)
        except OSError:
            st.caption(text("reader.unreadable"))
            continue
        st.image(image, width="stretch", alt=caption)
        st.caption(caption)
