"""Files on their way into a library, read in the background so that the user can go on searching."""

import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from threading import Thread

import streamlit as st

from domain.errors import PilotlightError
from pipeline import BuildReport, build, find_files
from ui import collection

UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
LONGEST = 200  # bytes; file systems take 255, and a Chinese character is three


@dataclass(slots=True)
class Intake:
    """The reading of one batch of files into one library: how far it is, and what came of each file so far."""

    done: int = 0
    files: tuple[Path, ...] = ()
    name: str = ""
    report: BuildReport = field(default_factory=BuildReport)
    failure: str = ""
    is_running: bool = False
    is_over: bool = False
    batch: int = 0

    def start(self, library: Path, paths: Sequence[Path], *, discard: Path | None = None) -> None:
        """Read the files in a thread of their own; `discard` is a folder to remove afterwards."""
        self.done, self.files, self.name, self.failure = 0, tuple(find_files(paths)), "", ""
        self.is_running, self.is_over, self.report = True, False, BuildReport()
        self.batch += 1
        Thread(target=self.read, args=(library, tuple(paths), discard), daemon=True).start()

    def read(self, library: Path, paths: Sequence[Path], discard: Path | None) -> None:
        """Read the files; what a user can mend becomes `failure`."""
        try:
            build(collection.opened(str(library)), paths, progress=self.advance, report=self.report)
        except (PilotlightError, OSError) as error:
            self.failure = str(error)
        finally:
            if discard:
                shutil.rmtree(discard, ignore_errors=True)
            self.is_running, self.is_over = False, True

    def advance(self, done: int, total: int, name: str) -> None:
        """Note how far the reading is."""
        self.done, self.name = done, name


@st.cache_resource(show_spinner=False)
def of(library: str) -> Intake:
    """The one intake of a library, whoever looks at it."""
    return Intake()


def lay_down(library: Path, files: Sequence[tuple[str, bytes]]) -> tuple[Path, list[Path]]:
    """Put uploaded files into a folder of their own inside the library; gives the folder and the paths in order."""
    folder = library / "incoming" / sha256(b"".join(content for _, content in files)).hexdigest()[:16]
    paths = []
    for n, (name, content) in enumerate(files):
        place = folder / str(n)
        place.mkdir(parents=True, exist_ok=True)
        paths.append(place / safe_name(name))
        paths[-1].write_bytes(content)
    return folder, paths


def safe_name(name: str) -> str:
    """The last part of a file name that was sent to us, without what could leave a folder or hide; never empty."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    clean = UNSAFE.sub("_", "".join(c for c in last if unicodedata.category(c) not in ("Cf", "Cc"))).strip(". ")
    stem, dot, suffix = clean.rpartition(".")
    return f"{shortened(stem or clean)}{dot}{suffix[:10]}" if dot else (shortened(clean) or "document")


def shortened(name: str) -> str:
    """The name cut to `LONGEST` bytes, no character in two."""
    return name.encode()[:LONGEST].decode(errors="ignore")


def open_sample(library: Path, sample: Path) -> Path:
    """Start to build the sample into a library of its own beside this one, so that the two never mix; gives its folder."""
    folder = library if library.name == SAMPLE_NAME else library.parent / SAMPLE_NAME
    intake = of(str(folder))
    if not intake.is_running:
        intake.start(folder, [sample])
    return folder


SAMPLE_NAME = "library-sample"
