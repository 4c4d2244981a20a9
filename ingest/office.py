"""Old Word and WPS files (.doc, .wps, .rtf), converted by LibreOffice where it is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from domain.errors import RefusedError
from ingest.block import Reading
from ingest.docx import read_docx

SHORTEST, LONGEST = 60, 600  # seconds
STEP = 100_000  # bytes that each may take SHORTEST


def find_office() -> str | None:
    """The path of LibreOffice's program, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_office(path: Path, source_file: str) -> Reading:
    """The blocks of an old Word file; raises RefusedError where LibreOffice is missing or cannot read it."""
    office = find_office()
    if office is None:
        raise RefusedError(
            source_file, "old Word and WPS files are read through LibreOffice, which is missing", "save it as DOCX"
        )
    with tempfile.TemporaryDirectory(prefix="pilotlight-") as folder:
        is_rich = path.read_bytes()[:5] == b"{\\rtf"
        copy = Path(folder) / ("document.rtf" if is_rich else "document.doc")
        shutil.copyfile(path, copy)
        command = [
            office,
            "--headless",
            "--norestore",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            f"{folder}/out",
            str(copy),
        ]
        run_within(command, min(LONGEST, SHORTEST * (1 + copy.stat().st_size // STEP)))
        made = Path(folder) / "out" / "document.docx"
        if not made.exists():
            raise RefusedError(source_file, "LibreOffice cannot read the file", "save it as DOCX")
        return read_docx(made, source_file)


def run_within(command: list[str], seconds: float) -> None:
    """Run the command; what has not ended after so many seconds is ended, with the programs that it has started itself."""
    with suppress(OSError):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
