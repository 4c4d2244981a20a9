"""What stands around every page: the style, the language switch, the page titles, the line about the model."""

from pathlib import Path

import streamlit as st

from domain.codebook import Language
from ui import access, collection
from ui.charts import theme
from ui.marks import plain
from ui.state import State

STYLE = Path(__file__).with_name("style.css")
PAGES = Path(__file__).with_name("pages")
OWN_NAMES = {Language.ZH: "中文", Language.EN: "English"}
ON_PRIMARY = ('button[data-testid$="-primary"]', 'button[kind^="primary"]', "[data-tag]", "[data-tag] *")
DARK = ", ".join(ON_PRIMARY) + " { color: #10181a !important }"
BASIC_ENCODERS = ("bundled", "hash", "static", "pilotlight")


def dress(state: State) -> None:
    """The style sheet, the language switch in the header, and the browser's own texts in the session's language."""
    text = state.wording
    ground = st.get_option(f"theme.{theme()}.backgroundColor")
    words = f':root{{--drop:"{text("documents.drop_here")}";--browse:"{text("documents.browse")}";--ground:{ground}}}'
    # White on the pale primary of the dark theme cannot be read; Streamlit has no setting for it.
    dark = DARK if theme() == "dark" else ""
    st.html(f"<style>{STYLE.read_text(encoding='utf-8')}\n{words}{dark}</style>")
    with st.container(key="language", horizontal=True, width="content"):
        access.show_person(state)
        chosen = st.segmented_control(
            text("app.switch"),
            list(Language),
            default=state.language,
            format_func=OWN_NAMES.__getitem__,
            key=f"language_{state.language}",
            label_visibility="collapsed",
            required=True,
        )
    if chosen and chosen is not state.language:
        state.language = chosen
        st.rerun()


def page_title(title: str, lead: str = "") -> None:
    """The head of a page."""
    st.title(title, anchor=False)
    if lead:
        st.caption(lead)


def model_line(state: State) -> None:
    """One line that says what searches by meaning, and how to change it."""
    name = collection.library().encoder_name
    basic = any(word in name.lower() for word in BASIC_ENCODERS)
    st.caption(state.wording("app.basic_model" if basic else "app.model", name=plain(name)))
