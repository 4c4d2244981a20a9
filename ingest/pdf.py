"""PDF files, read page by page with pypdfium2."""

from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from domain.errors import RefusedError
from ingest.block import Reading
from ingest.flow import flow_blocks
from ingest.page import read_page


def read_pdf(path: Path, source_file: str, *, ocr: bool = False) -> Reading:
    """The blocks of a PDF in reading order, its page furniture dropped."""
    document = open_pdf(path, source_file)
    try:
        contents = [read_page(document, number) for number in range(1, len(document) + 1)]
    finally:
        document.close()
    if not any(content.page.char_end for content in contents):
        raise RefusedError(source_file, "no text layer on any page", "install pilotlight[ocr] and build again with --ocr")
    return flow_blocks([(content.page, content.lines, content.tables) for content in contents])


def open_pdf(path: Path, source_file: str) -> Any:
    """The PDF, opened; raises RefusedError where it is locked or damaged."""
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise RefusedError(source_file, "the PDF is locked with a password", "save a copy without the password") from error
        raise RefusedError(source_file, "the PDF is damaged or cut off", "fetch it again from where it came from") from error
