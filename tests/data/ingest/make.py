"""Render the documents of tests/ingest_content.py and ingest_styles.py with LibreOffice; run it from the repository root."""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from ingest_content import CONTENTS, write_docx  # noqa: E402 - the path is set above
from ingest_styles import STYLES  # noqa: E402

LOCKED = (
    'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
    '"DocumentOpenPassword":{"type":"string","value":"secret"}}'
)


def convert(path: Path, kind: str, folder: Path) -> None:
    """Convert the file with LibreOffice into the folder."""
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to",
        kind,
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, str(path)], check=True, capture_output=True)


def main() -> None:
    """Write every sample beside this file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for stem, (content, how) in {**CONTENTS, **STYLES}.items():
            convert(write_docx(content(), folder / f"{stem}.docx", **how), "pdf", folder)
            (HERE / f"{stem}.pdf").write_bytes((folder / f"{stem}.pdf").read_bytes())
        notice = folder / "notice.docx"
        for kind, suffix in (("doc:MS Word 97", "doc"), ("html:HTML (StarWriter)", "html"), (LOCKED, "pdf")):
            convert(notice, kind, folder)
            made = HERE / ("locked.pdf" if kind == LOCKED else f"notice.{suffix}")
            made.write_bytes((folder / f"notice.{suffix}").read_bytes())


if __name__ == "__main__":
    main()
