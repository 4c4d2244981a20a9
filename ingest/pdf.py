"""PDF files, read page by page with pypdfium2."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from domain.document import Page
from domain.errors import RefusedError
from ingest.block import Block, Reading
from ingest.furniture import dropped, find_furniture
from ingest.glyphs import View, glyphs_to_runs, read_glyphs, run_to_line
from ingest.line import Line
from ingest.order import in_reading_order
from ingest.paragraph import begins_paragraph, lines_to_block, measure_column

WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?")
DAMAGED = "the PDF is damaged or cut off"


def read_pdf(path: Path, source_file: str) -> Reading:
    """The blocks of a PDF in reading order, its page furniture dropped."""
    document = open_pdf(path, source_file)
    pages: list[tuple[Page, list[Line]]] = []
    try:
        for number in range(1, len(document) + 1):
            pages.append(_read_page(document, number))
    finally:
        document.close()
    reading = Reading([], [page for page, _ in pages])
    reasons = find_furniture([(lines, page.height) for page, lines in pages])
    columns: list[list[Line]] = []
    for page, lines in pages:
        reading.dropped += [dropped(line, reasons[id(line)]) for line in lines if id(line) in reasons]
        kept = in_reading_order([line for line in lines if id(line) not in reasons])
        columns += [kept] if kept else []
    words = frozenset(found[0].lower() for lines in columns for line in lines for found in WORD.finditer(line.text))
    reading.blocks = list(_blocks(columns, words))
    if not any(page.char_end for page in reading.pages):
        raise RefusedError(source_file, "no text layer on any page", "install pilotlight[ocr] and build again with --ocr")
    return reading


def open_pdf(path: Path, source_file: str) -> Any:
    """The PDF, opened; raises RefusedError where it is locked or damaged."""
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise RefusedError(source_file, "the PDF is locked with a password", "save a copy without the password") from error
        raise RefusedError(source_file, DAMAGED, "fetch it again from where it came from") from error


def _read_page(document: Any, number: int) -> tuple[Page, list[Line]]:
    page = document[number - 1]
    try:
        view = View(page)
        textpage = page.get_textpage()
        try:
            runs = glyphs_to_runs(read_glyphs(textpage, view))
            lines = [line for run in runs if (line := run_to_line(run, textpage, number))]
        finally:
            textpage.close()
    finally:
        page.close()
    letters = sum(len(line.text) for line in lines)
    return Page(number, view.width, view.height, 0, letters, () if letters else ("no_text",)), lines


def _blocks(columns: list[list[Line]], words: frozenset[str]) -> Iterator[Block]:
    open_lines: list[Line] = []
    for lines in columns:
        measure = measure_column(lines)
        for line in lines:
            if open_lines and begins_paragraph(open_lines[-1], line, measure):
                yield lines_to_block(open_lines, measure, words)
                open_lines = []
            open_lines.append(line)
    if open_lines:
        yield lines_to_block(open_lines, measure_column(open_lines), words)
