"""The app: `streamlit run app.py -- --library FOLDER`."""

import argparse
import os
from pathlib import Path

import streamlit as st

from domain.errors import PilotlightError
from ui import access, basket, collection, first_use, frame, state
from ui.access import Role

NAMES = ("start", "search", "compare", "practices", "documents", "review")


def library_folder() -> Path:
    """The folder named on the command line, else in PILOTLIGHT_LIBRARY, else `library`."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--library", type=Path, default=Path(os.environ.get("PILOTLIGHT_LIBRARY", "library")))
    folder: Path = parser.parse_known_args()[0].library
    return folder


def main() -> None:
    """Serve one run of one session."""
    if not state.is_begun():  # the browser keeps it, and would draw the whole page anew each time it is told
        st.set_page_config(page_title="Pilotlight", page_icon=str(frame.PAGES.with_name("icon.png")), layout="wide")
    session = state.current()
    text = session.wording
    if collection.FOLDER not in st.session_state:
        collection.use(library_folder())
        basket.recall(session)
    pages = [
        st.Page(frame.PAGES / f"{name}.py", title=text(f"nav.{name}"), url_path=name, default=name == "start")
        for name in NAMES
        if name != "review" or access.may(Role.REVIEWER)
    ]
    # Reached from a hit or from the list of documents, or by its address.
    reading = st.Page(frame.PAGES / "read.py", title=text("nav.read"), url_path="read", visibility="hidden")
    admitted = access.may(Role.READER)
    page = st.navigation([*pages, reading], position="top" if admitted else "hidden")
    session.arrive(page.url_path)
    frame.dress(session)
    if not admitted:
        access.show_door(session)
        return
    try:
        collection.library()
        if collection.documents() or page.url_path == "documents":
            page.run()
        else:
            first_use.show(session)
        basket.remember(session)
    except PilotlightError as error:
        st.error(f"**{text('app.stopped')}**\n\n{text('app.stopped_help')}")
        st.text(text.said(str(error)))
        st.button(text("app.try_again"), key="try_again")  # a press is a new run


main()
