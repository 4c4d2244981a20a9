"""From lines and tables at their places on pages to blocks in reading order."""

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.document import Page
from ingest.block import Block, Form, Reading
from ingest.contents import contents_lines
from ingest.footnote import MARK, part_footnotes
from ingest.furniture import dropped, find_furniture
from ingest.line import Line
from ingest.order import find_labels, in_reading_order
from ingest.paragraph import Measure, begins_paragraph, has_ragged_edge, lines_to_block, measure_column, part_heading
from ingest.table import Table, goes_on, stitch, table_blocks, table_caption
from ingest.unruled import part_tables

WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?")
LONG_CELL, MANY_BESIDE = 24, 4  # characters of a piece of prose; lines with two of them that make a page doubtful
Placed = tuple[float, float, Table]  # top and bottom on the page, in points


class Notes(list[Line]):
    """The lines of a page's footnotes."""


class Labels(list[Line]):
    """The labels of a page's pictures and the signs in its margins."""


Piece = list[Line] | Table


def flow_blocks(contents: list[tuple[Page, list[Line], list[Placed]]]) -> Reading:
    """The reading of these pages: furniture dropped, lines put together to paragraphs, tables to rows."""
    reading = Reading([], [page for page, _, _ in contents])
    reasons = find_furniture([(lines, page.height) for page, lines, _ in contents])
    body = [line for _, lines, _ in contents for line in lines if id(line) not in reasons]
    usual = measure_column(body) if body else None
    pieces: list[Piece] = []
    for page, lines, tables in contents:
        reading.dropped += [dropped(line, reasons[id(line)]) for line in lines if id(line) in reasons]
        kept = [line for line in lines if id(line) not in reasons]
        found = list(_pieces(kept, tables, usual, page.height))
        if is_doubtful(found):
            reading.pages[page.number - 1] = replace(page, problems=(*page.problems, "order_doubtful"))
        pieces += found
    words = frozenset(
        found[0].lower() for piece in pieces if isinstance(piece, list) for line in piece for found in WORD.finditer(line.text)
    )
    single = [
        line
        for piece in pieces
        if isinstance(piece, list) and not isinstance(piece, Notes | Labels)
        for line in piece
        if not line.column
    ]
    width = measure_column(single) if single else None
    reading.blocks = [part for block in _blocks(_stitched(pieces), words, width) for part in part_heading(block)]
    return reading


def _pieces(lines: list[Line], tables: list[Placed], usual: Measure | None, height: float) -> Iterator[Piece]:
    """The page's runs of lines and its tables from top to bottom, its footnotes and the labels of its pictures last."""
    labels = find_labels(lines)
    apart = set(map(id, labels))
    lines = [line for line in lines if id(line) not in apart]
    for top, bottom, table in tables:
        above = [line for line in lines if line.middle < (top + bottom) / 2]
        lines = [line for line in lines if line.middle >= (top + bottom) / 2]
        if above:
            yield from part_tables(in_reading_order(above))
        yield table
    if lines:
        ordered = in_reading_order(lines)
        text, notes = part_footnotes(ordered, usual, height) if usual and height else (ordered, [])
        yield from part_tables(text)
        if notes:
            yield Notes(notes)
    if labels:
        yield Labels(labels)


def is_doubtful(pieces: list[Piece]) -> bool:
    """Whether prose stands beside prose on the page in columns that could not be told apart."""
    lines = [line for piece in pieces if isinstance(piece, list) for line in piece]
    beside = sum(sum(len(cell.text) >= LONG_CELL for cell in line.cells) >= 2 for line in lines)
    return beside >= MANY_BESIDE


def _stitched(pieces: list[Piece]) -> Iterator[Piece]:
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


def _blocks(pieces: Iterator[Piece], words: frozenset[str], usual: Measure | None) -> Iterator[Block]:
    group: list[Line] = []
    measure = Measure(0, 0, 0, 0)
    held: list[Block] = []  # footnotes and labels, until the paragraph that runs over the page break has ended
    for piece in pieces:
        if isinstance(piece, Table):
            above = lines_to_block(group, measure, words) if group else None
            if above:
                yield above
            group = []
            yield from table_blocks(piece, table_caption(above.text) if above else None)
            continue
        if isinstance(piece, Notes):
            held += _notes(piece, words)
            continue
        if isinstance(piece, Labels):
            held += [replace(lines_to_block([line], measure, words), form=Form.CAPTION) for line in piece]
            continue
        measures = _measures(piece, usual)
        entries = contents_lines(piece)
        for line in piece:
            before, measure = measure, measures[line.column]
            if group and (id(line) in entries or begins_paragraph(group, line, measure, before)):
                yield lines_to_block(group, measure, words)
                yield from held
                group, held = [], []
            if id(line) in entries:
                yield replace(lines_to_block([line], measure, words), form=Form.CONTENTS)
            else:
                group.append(line)
    if group:
        yield lines_to_block(group, measure, words)
    yield from held


def _measures(lines: list[Line], usual: Measure | None) -> dict[int, Measure]:
    """The measure of each column of the page by its number; a page of one column has at least the document's usual one."""
    columns: dict[int, list[Line]] = {}
    for line in lines:
        columns.setdefault(line.column, []).append(line)
    if len(columns) == 1 and usual and 0 in columns and not has_ragged_edge(lines):
        return {0: measure_column(lines).widened(usual)}
    return {column: measure_column(each) for column, each in columns.items()}


def _notes(lines: list[Line], words: frozenset[str]) -> Iterator[Block]:
    """The footnotes of a page, each beginning with its mark."""
    measure, group = measure_column(lines), lines[:1]
    for line in lines[1:]:
        if MARK.match(line.text) and line.x0 <= measure.left + 2 * line.size:
            yield replace(lines_to_block(group, measure, words), form=Form.FOOTNOTE)
            group = []
        group.append(line)
    yield replace(lines_to_block(group, measure, words), form=Form.FOOTNOTE)
