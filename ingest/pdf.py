"""PDF files, read page by page with pypdfium2."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from domain.errors import RefusedError
from ingest.block import Reading
from ingest.flow import flow_blocks
from ingest.page import PageContent, read_page

DAMAGED = ("the PDF is damaged or cut off", "fetch it again from where it came from")
LOCKED = ("the PDF is locked with a password", "save a copy without the password")
REOPEN = 100  # pages
SCAN = 0.8  # of the page that one picture takes
NOISE = 5  # letters that one sign of bad reading outweighs
BAD_SIGN = re.compile(
    r"[|~^_`\\{}<>〈〉■□▲�]|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[a-z](?=[\u4e00-\u9fff])"
)
NO_TEXT = ("no text layer on any page", "install pilotlight[ocr] and build again with --ocr")


def read_pdf(path: Path, source_file: str, *, ocr: bool = False, progress: Callable[[int, int], None] | None = None) -> Reading:
    """The blocks of a PDF in reading order, its page furniture dropped.

    With `ocr`, pages without text are read as images; scans that have a text layer are read again, and the better text is kept.
    `progress(page, pages)` is called before each page that is read as an image.
    """
    contents = list(_pages(path, source_file, ocr, progress))
    if not any(content.page.char_end for content in contents):
        raise RefusedError(source_file, *NO_TEXT)
    return flow_blocks([(content.page, content.lines, content.tables) for content in contents])


def _pages(path: Path, source_file: str, ocr: bool, progress: Callable[[int, int], None] | None) -> Iterator[PageContent]:
    """The pages in order; the file is opened anew now and then, because pdfium keeps what it has loaded."""
    document = open_pdf(path, source_file)
    try:
        for number in range(1, len(document) + 1):
            if number % REOPEN == 0:
                document.close()
                document = open_pdf(path, source_file)
            content = read_page(document, number)
            if ocr and ("no_text" in content.page.problems or _is_scan(document, number)):
                if progress:
                    progress(number, len(document))
                _read_image(content, document, number, source_file)
            yield content
    finally:
        document.close()


def _is_scan(document: Any, number: int) -> bool:
    """Whether the page is one picture, which its text layer was read from by another program."""
    page = document[number - 1]
    try:
        width, height = page.get_size()
        boxes = [thing.get_bounds() for thing in page.get_objects(filter=(pdfium.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3)]
    finally:
        page.close()
    return any((right - left) * (top - bottom) >= SCAN * width * height for left, bottom, right, top in boxes)


def _read_image(content: PageContent, document: Any, number: int, source_file: str) -> None:
    """Read the page's image and put what it says into the page's content, unless the text layer says it better."""
    from ingest.ocr import ocr_lines

    page = document[number - 1]
    try:
        lines = ocr_lines(page, number, source_file)
    finally:
        page.close()
    layer = [line.text for line in content.lines] + [
        cell.text for _, _, table in content.tables for row in table.rows for cell in row.cells
    ]
    if legibility(line.text for line in lines) <= legibility(layer) and content.page.char_end:
        return
    content.lines, content.tables = lines, []
    letters = sum(len(line.text) for line in content.lines)
    content.page = replace(content.page, char_end=letters, problems=("ocr",) if letters else ("no_text",))


def legibility(texts: Iterable[str]) -> int:
    """How much a reading of a page says: its letters, less what bad reading leaves behind."""
    return sum(sum(map(str.isalnum, text)) - NOISE * len(BAD_SIGN.findall(text)) for text in texts)


def open_pdf(path: Path, source_file: str) -> Any:
    """The PDF, opened; raises RefusedError where it is locked or damaged."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        locked = "assword" in str(error) or "ecurity" in str(error)
        raise RefusedError(source_file, *(LOCKED if locked else DAMAGED)) from error
    if len(document) == 0:
        document.close()
        raise RefusedError(source_file, *DAMAGED)
    return document
