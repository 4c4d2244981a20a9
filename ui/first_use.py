"""What stands on every page while the library is empty: add files, or look at the sample."""

import streamlit as st

from ui import collection, frame, intake
from ui.state import State


def show(state: State) -> None:
    """Lead by the hand to the first document."""
    text, has_sample = state.wording, collection.SAMPLE.is_dir()
    frame.page_title(text("start.title"), text("start.lead"))
    st.header(text("start.empty"), anchor=False)
    st.markdown(text("start.empty_help"))
    with st.container(horizontal=True, gap="small"):
        if st.button(text("start.add"), key="add_first", type="primary"):
            st.switch_page("ui/pages/documents.py")
        if has_sample and st.button(text("start.sample"), key="open_sample"):
            collection.use(intake.open_sample(collection.folder(), collection.SAMPLE))
            st.switch_page("ui/pages/documents.py")
    st.caption(text("start.sample_help" if has_sample else "start.sample_missing"))
