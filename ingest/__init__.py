"""From a file to a Document: text, structure, pages and statements."""

from pathlib import Path

from domain.document import Document, document_id
from domain.errors import RefusedError
from ingest.assemble import assemble

SUFFIXES = frozenset({".pdf", ".docx", ".html", ".htm", ".mht", ".mhtml", ".txt", ".md", ".ofd", ".doc", ".wps"})


def read_document(path: Path, *, source_file: str | None = None, ocr: bool = False) -> Document:
    """The document in a file, its statements untagged; raises RefusedError with the reason and the remedy."""
    name = source_file or path.name
    content = path.read_bytes()
    if not content.strip():
        raise RefusedError(name, "the file is empty", "fetch it again from where it came from")
    if content[:1024].lstrip().startswith(b"%PDF"):
        from ingest.pdf import read_pdf

        reading = read_pdf(path, name)
    elif content.startswith(b"PK"):
        from ingest.docx import read_docx

        reading = read_docx(content, name)
    elif b"<html" in content[:4096].lower() or b"<!doctype html" in content[:4096].lower():
        from ingest.html import read_html

        reading = read_html(content, name)
    else:
        from ingest.text import read_text

        reading = read_text(content, name, markdown=path.suffix.lower() == ".md")
    if not any(block.text.strip() for block in reading.blocks):
        raise RefusedError(name, "no text was found in the file", "check that it is the right file")
    return assemble(reading, document_id(content), name)
