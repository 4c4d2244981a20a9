"""Where files are dropped, and what becomes of each."""

from pathlib import Path

import streamlit as st

from pipeline import BuildReport
from ui import intake
from ui.intake import Intake
from ui.marks import plain
from ui.state import State, current
from ui.wording import Wording

LIMIT = 200


def show(library: Path, state: State, *, is_open: bool) -> None:
    """The place to drop files on, how far the reading is, and what came of the last batch."""
    text, going = state.wording, intake.of(str(library))
    with st.container():  # always there, so that what stands below it keeps its place, and the browser its list of files
        if going.is_running:
            watch(going)
    with st.expander(text("documents.drop"), expanded=is_open or going.is_running, key="drop_panel"):
        files = st.file_uploader(
            text("documents.drop"), accept_multiple_files=True, key="drop", label_visibility="collapsed", max_upload_size=LIMIT
        )
        st.caption(text("documents.drop_help", size=LIMIT))
    # The list stays as it was dropped, so that the browser's word on a file that is too large can be read.
    fresh = [file for file in files if file.file_id not in state.dropped]
    if fresh and not going.is_running:
        folder, paths = intake.lay_down(library, [(file.name, file.getvalue()) for file in fresh])
        state.dropped |= {file.file_id for file in fresh}
        going.start(library, paths, discard=folder)
        st.rerun()
    if going.is_over:
        tell(going, state)


@st.fragment(run_every=0.7)
def watch(going: Intake) -> None:
    """How far the reading is, looked at again until it is over."""
    text = current().wording
    if going.is_over:
        st.rerun()
    said = (
        text("documents.working", name=plain(going.name), done=going.done + 1, total=going.total)
        if going.name
        else text("documents.starting")
    )
    st.progress(going.done / max(1, going.total), text=said)
    st.caption(text("documents.goes_on"))


def tell(going: Intake, state: State) -> None:
    """What came of the last batch: how many went in, and each file that did not, until the user puts it away."""
    text, report = state.wording, going.report
    if state.told == going.batch:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="told"):
        st.markdown(f"**{text('documents.taken', n=len(report.added) + len(report.replaced))}**")
        if st.button(text("documents.put_away"), key="put_away", type="tertiary"):
            state.told = going.batch
            st.rerun()
    if going.failure:
        st.error(text("documents.failed", reason=plain(text.said(going.failure))))
    rows = left_out(report, text)
    if rows:
        st.dataframe(rows, hide_index=True, key=f"outcome_{text.language}")


def left_out(report: BuildReport, text: Wording) -> list[dict[str, str]]:
    """A row for each file that was not read anew, with the reason."""
    name, result, reason = text("documents.file"), text("documents.result"), text("documents.reason")
    said = [(path, text("documents.refused"), text.said(why)) for path, why in report.refused.items()]
    said += [(path, text("documents.known"), "") for path in report.unchanged]
    said += [
        (path, text("documents.known"), text("documents.duplicate", name=Path(first).name))
        for path, first in report.duplicates.items()
    ]
    return [{name: path.name, result: what, reason: why} for path, what, why in said]
