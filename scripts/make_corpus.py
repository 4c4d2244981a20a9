"""Renders the sample collection: corpora/sources/*.md as corpus.toml says, into corpora/sample/.

Needs LibreOffice (soffice) and the Noto CJK fonts for the PDF files: python scripts/make_corpus.py [FILE...]
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pypdfium2
from corpus_docx import EMBEDDED, OFFICE, contents_headings, write_docx
from corpus_source import Block, read_blocks
from corpus_text import to_html, to_txt

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
STAMPS = (
    (re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}"), rb"\g<1>20240101000000"),
    (re.compile(rb"(?<=/ID \[ <)[0-9A-F]{32}>(\s*)<[0-9A-F]{32}"), rb"0" * 32 + rb">\g<1><" + rb"0" * 32),
    (re.compile(rb"(?<=/DocChecksum /)[0-9A-F]{32}"), rb"0" * 32),
)


def main(names: Sequence[str]) -> None:
    """Render the named files, or all of them."""
    with (CORPORA / "corpus.toml").open("rb") as stream:
        documents = tomllib.load(stream)["document"]
    (CORPORA / "sample").mkdir(exist_ok=True)
    for facts in documents:
        if not names or facts["file"] in names:
            render(CORPORA / "sample" / facts["file"], read_blocks(CORPORA / "sources" / facts["source"]), facts)


def render(path: Path, blocks: Sequence[Block], facts: Mapping[str, str]) -> None:
    """Write one document in the format of the path's suffix."""
    match path.suffix:
        case ".txt":
            path.write_text(to_txt(blocks), encoding="utf-8")
        case ".html":
            path.write_text(to_html(blocks, facts), encoding="utf-8")
        case ".docx":
            write_docx(path, blocks, facts, OFFICE[facts["language"]])
        case ".pdf":
            write_pdf(path, blocks, facts)
        case suffix:
            raise ValueError(f"{path.name}: {suffix} is unknown, expected .pdf, .docx, .html or .txt")


def write_pdf(path: Path, blocks: Sequence[Block], facts: Mapping[str, str]) -> None:
    """Set the document twice where it has a table of contents: the first time to learn the page numbers."""
    fonts = EMBEDDED[facts["language"]]
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / f"{path.stem}.docx"
        write_docx(draft, blocks, facts, fonts)
        made = _convert(draft)
        if any(block.kind == "contents" for block in blocks):
            write_docx(draft, blocks, facts, fonts, find_pages(made, contents_headings(blocks)))
            made = _convert(draft)
        content = made.read_bytes()
    for pattern, fixed in STAMPS:
        content = pattern.sub(fixed, content)
    path.write_bytes(content)


def _convert(draft: Path) -> Path:
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(draft.parent), str(draft)]
    subprocess.run([*command[:1], f"-env:UserInstallation=file://{draft.parent}/profile", *command[1:]], check=True)
    return draft.with_suffix(".pdf")


def find_pages(path: Path, headings: Sequence[str]) -> dict[str, int]:
    """The last page on which each heading stands, which is not the page of contents; counted from 1."""
    pdf = pypdfium2.PdfDocument(path)
    texts = [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pdf]
    squeezed = {heading: re.sub(r"\s", "", heading) for heading in headings}
    return {
        heading: max((number for number, text in enumerate(texts, start=1) if words in text), default=0)
        for heading, words in squeezed.items()
    }


if __name__ == "__main__":
    main(sys.argv[1:])
