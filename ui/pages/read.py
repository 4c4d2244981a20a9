"""Read: one document, page by page, with its tags in the margin."""

import streamlit as st

from ui import address, collection, margin
from ui.state import current


def main() -> None:
    """Serve the page."""
    state = current()
    adopted = address.adopt(state, lambda parameters: (address.first(parameters, "at"), []))
    if adopted and adopted[0]:
        state.reading = adopted[0]
    if state.reading:
        address.write(state, {"at": [state.reading]})
    if st.button(state.wording("documents.list"), key="back_to_list", type="tertiary"):
        st.switch_page("ui/pages/documents.py")
    margin.show(collection.library(), state)


main()
