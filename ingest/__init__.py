"""From a file to a Document: text, structure, pages and statements."""

from collections.abc import Callable
from pathlib import Path

from domain.document import Document, document_id
from domain.errors import RefusedError
from ingest.block import Reading
from ingest.detect import Format, detect_format

SUFFIXES = frozenset({".pdf", ".docx", ".html", ".htm", ".mht", ".mhtml", ".txt", ".md", ".ofd", ".doc", ".wps", ".rtf"})
PageProgress = Callable[[int, int], None]  # page and pages
NO_TEXT = ("no text was found in the file", "check that it is the right file")


def read_document(
    path: Path, *, source_file: str | None = None, ocr: bool = False, progress: PageProgress | None = None
) -> Document:
    """The document in a file, its statements untagged; raises RefusedError with the reason and the remedy.

    The format is told from the content. `source_file` is the name to cite where the path is a temporary one.
    `ocr` reads the pages of a PDF that have no text layer, and scans again that have one; `progress` is told before each.
    """
    from ingest.assemble import assemble

    name = source_file or path.name
    reading = _read(path, detect_format(path, name), name, ocr, progress)
    if not any(block.text.strip() for block in reading.blocks):
        raise RefusedError(name, *NO_TEXT)
    return assemble(reading, document_id(path.read_bytes()), name)


def _read(path: Path, kind: Format, name: str, ocr: bool, progress: PageProgress | None) -> Reading:
    """The reading by the reader of this format; readers are imported when they are needed."""
    match kind:
        case Format.PDF:
            from ingest.pdf import read_pdf

            return read_pdf(path, name, ocr=ocr, progress=progress)
        case Format.DOCX:
            from ingest.docx import read_docx

            return read_docx(path, name)
        case Format.OFD:
            from ingest.ofd import read_ofd

            return read_ofd(path, name)
        case Format.WORD:
            from ingest.office import read_office

            return read_office(path, name)
        case Format.HTML:
            from ingest.html import read_html

            return read_html(path, name)
        case Format.MHTML:
            from ingest.html import read_mhtml

            return read_mhtml(path, name)
        case _:
            from ingest.text import read_text

            return read_text(path, name, markdown=kind is Format.MARKDOWN)
