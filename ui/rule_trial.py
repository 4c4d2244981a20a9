"""An edited rule, tried before it is kept: what it would change in the library, and the scores before and after."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from nlp.rules import FOLDER, KEPT_RULES
from ui import access, collection
from ui.marks import plain
from ui.state import State
from ui.wording import Wording

ROOT = Path(__file__).parent.parent
COMMAND = "import cli; cli.main()"  # in a process of its own: rules hold for a whole process, and a build may be under way
SHOWN = 200
KINDS = {"element": "element", "sectors": "sector", "instruments": "instrument", "stringency": "stringency"}


def show(state: State) -> None:
    """A rule file to edit, what the edit would change, and a button that keeps it."""
    text, library = state.wording, collection.folder()
    with st.expander(text("rules.title"), key="rules_panel"):
        st.caption(text("rules.lead"))
        name = st.selectbox(text("rules.file"), sorted(path.name for path in FOLDER.glob("*.toml")), key="rules_file")
        edited = st.text_area(text("rules.edit"), used(library, name), height=320, key=f"rules_text_{name}")
        if st.button(text("rules.try"), key="rules_try"):
            state.trial = tried(library, name, edited)
        if state.trial and state.trial["rules"] == edited:
            tell(state.trial, state)
            if (
                access.may(access.Role.KEEPER)
                and "failure" not in state.trial
                and st.button(text("rules.keep"), key="rules_keep")
            ):
                state.trial = tried(library, name, edited, keep=True)
                st.toast(text("rules.kept"))


def used(library: Path, name: str) -> str:
    """The rule file as the library uses it."""
    own = library / KEPT_RULES / name
    return (own if own.exists() else FOLDER / name).read_text(encoding="utf-8")


def tried(library: Path, name: str, edited: str, *, keep: bool = False) -> dict[str, Any]:
    """What the edited file would change; under "failure" the line that says why it cannot be used."""
    with TemporaryDirectory() as folder, st.spinner():
        (Path(folder) / name).write_text(edited, encoding="utf-8")
        command = [sys.executable, "-c", COMMAND, "--library", str(library), "try-rules", folder, "--format", "json"]
        done = subprocess.run(
            command + ["--keep"] * keep, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
        )
    answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"failure": done.stderr.strip().split("\n")[-1]}
    return answer | {"rules": edited}


def tell(trial: dict[str, Any], state: State) -> None:
    """What a trial found."""
    text = state.wording
    if "failure" in trial:
        st.error(plain(text.said(trial["failure"])))
        return
    flips = trial["flips"]
    st.markdown(f"**{text('rules.flips', n=len(flips), total=trial['statements'])}**")
    if trial["scores"]:
        st.text(f"{text('rules.before')} {trial['scores'][0]}\n{text('rules.after')} {trial['scores'][1]}")
    else:
        st.caption(text("rules.no_scores"))
    if flips:
        heads = {name: text(f"rules.{name}") for name in ("text", "before", "after", "document")}
        rows = [{head: worded(flip, name, text) for name, head in heads.items()} for flip in flips[:SHOWN]]
        st.dataframe(rows, hide_index=True, key="rules_flips")


def worded(flip: dict[str, str], name: str, text: Wording) -> str:
    """One cell of a flip, tags by their names."""
    kind = KINDS.get(flip["field"])
    if name not in ("before", "after") or kind is None:
        return flip[name]
    return " · ".join(text(f"{kind}.{tag}") for tag in flip[name].split(", ") if tag)
