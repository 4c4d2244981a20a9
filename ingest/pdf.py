"""PDF files, read page by page with pypdfium2."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from domain.errors import RefusedError
from ingest.block import Block, Form, Reading
from ingest.contents import contents_lines
from ingest.furniture import dropped, find_furniture
from ingest.line import Line
from ingest.order import in_reading_order
from ingest.page import PageContent, read_page
from ingest.paragraph import begins_paragraph, lines_to_block, measure_column
from ingest.table import CAPTION, Table, goes_on, stitch, table_blocks

WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?")
Piece = list[Line] | Table


def read_pdf(path: Path, source_file: str) -> Reading:
    """The blocks of a PDF in reading order, its page furniture dropped."""
    document = open_pdf(path, source_file)
    try:
        contents = [read_page(document, number) for number in range(1, len(document) + 1)]
    finally:
        document.close()
    if not any(content.page.char_end for content in contents):
        raise RefusedError(source_file, "no text layer on any page", "install pilotlight[ocr] and build again with --ocr")
    reading = Reading([], [content.page for content in contents])
    reasons = find_furniture([(content.lines, content.page.height) for content in contents])
    for content in contents:
        reading.dropped += [dropped(line, reasons[id(line)]) for line in content.lines if id(line) in reasons]
        content.lines = [line for line in content.lines if id(line) not in reasons]
    pieces = list(_stitched(piece for content in contents for piece in _pieces(content)))
    words = frozenset(
        found[0].lower() for piece in pieces if isinstance(piece, list) for line in piece for found in WORD.finditer(line.text)
    )
    reading.blocks = list(_blocks(pieces, words))
    return reading


def open_pdf(path: Path, source_file: str) -> Any:
    """The PDF, opened; raises RefusedError where it is locked or damaged."""
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise RefusedError(source_file, "the PDF is locked with a password", "save a copy without the password") from error
        raise RefusedError(source_file, "the PDF is damaged or cut off", "fetch it again from where it came from") from error


def _pieces(content: PageContent) -> Iterator[Piece]:
    """The page's runs of lines and its tables from top to bottom."""
    rest = content.lines
    for top, bottom, table in content.tables:
        above = [line for line in rest if line.middle < (top + bottom) / 2]
        rest = [line for line in rest if line.middle >= (top + bottom) / 2]
        if above:
            yield in_reading_order(above)
        yield table
    if rest:
        yield in_reading_order(rest)


def _stitched(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces, parts of one table that follow each other over page breaks made one."""
    parts: list[Table] = []
    for piece in pieces:
        if isinstance(piece, Table) and (not parts or goes_on(parts[-1], piece)):
            parts.append(piece)
            continue
        if parts:
            yield stitch(parts)
            parts = []
        if isinstance(piece, Table):
            parts = [piece]
        else:
            yield piece
    if parts:
        yield stitch(parts)


def _blocks(pieces: list[Piece], words: frozenset[str]) -> Iterator[Block]:
    group: list[Line] = []
    measure = None
    for piece in pieces:
        if isinstance(piece, Table):
            caption = _caption(group)
            if group:
                yield lines_to_block(group, measure_column(group), words)
                group = []
            yield from table_blocks(piece, caption)
            continue
        measure = measure_column(piece)
        entries = contents_lines(piece)
        for line in piece:
            if id(line) in entries:
                if group:
                    yield lines_to_block(group, measure, words)
                    group = []
                yield replace(lines_to_block([line], measure, words), form=Form.CONTENTS)
                continue
            if group and begins_paragraph(group[-1], line, measure):
                yield lines_to_block(group, measure, words)
                group = []
            group.append(line)
    if group:
        yield lines_to_block(group, measure_column(group), words)


def _caption(group: list[Line]) -> str | None:
    """The table's caption: the paragraph right above it, if it reads like one."""
    if not group or not CAPTION.match(group[0].text) or sum(len(line.text) for line in group) > 90:
        return None
    return lines_to_block(group, measure_column(group), frozenset()).text
