"""Where files are dropped, and what becomes of each."""

from pathlib import Path

import streamlit as st

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
        text("documents.working", name=plain(going.name), done=going.done + 1, total=len(going.files))
        if going.name
        else text("documents.starting")
    )
    st.progress(going.done / max(1, len(going.files)), text=said)
    st.caption(text("documents.goes_on"))
    st.dataframe(outcome(going, text), hide_index=True, key=f"progress_{text.language}")


def tell(going: Intake, state: State) -> None:
    """What came of the last batch: how many went in, and what became of each file, until the user puts it away."""
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
    st.dataframe(outcome(going, text), hide_index=True, key=f"outcome_{text.language}")


def outcome(going: Intake, text: Wording) -> list[dict[str, str]]:
    """A row for each file of a batch: what became of it, or that it is being read or waits, and the reason."""
    report = going.report
    became: dict[Path, tuple[str, str]] = dict.fromkeys((*report.added, *report.replaced), (text("documents.taken_in"), ""))
    became |= dict.fromkeys(report.unchanged, (text("documents.known"), ""))
    became |= {
        path: (text("documents.known"), text("documents.duplicate", name=Path(first).name))
        for path, first in report.duplicates.items()
    }
    became |= {path: (text("documents.refused"), text.said(why)) for path, why in report.refused.items()}
    at_work = next(iter(going.files[going.done :]), None) if going.is_running else None
    rows = []
    for path in going.files:
        result, reason = became.get(path) or (text("documents.at_work" if path == at_work else "documents.waiting"), "")
        rows.append({text("documents.file"): path.name, text("documents.result"): result, text("documents.reason"): reason})
    return rows
