"""One page of a PDF: its lines and tables in reading order."""

from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2 as pdfium

from domain.document import Page
from ingest.block import Block
from ingest.glyphs import Glyph, View, glyphs_to_runs, read_glyphs, run_to_line
from ingest.grid import Cell, Grid, fill, find_grids
from ingest.line import Line
from ingest.order import join_rows
from ingest.paragraph import begins_paragraph, lines_to_block, measure_column
from ingest.ruling import Edge, read_edges
from ingest.table import Table, TableCell, TableRow

TABLE_COLUMN = 1000  # lines in tables never go on in the page's columns
UNDERLINE = 4.0  # points below the foot of a line within which its underline runs


@dataclass(slots=True)
class PageContent:
    """What a page holds: its facts, its lines outside tables and its tables with the height they begin at."""

    page: Page
    lines: list[Line]
    tables: list[tuple[float, float, Table]] = field(default_factory=list)


def read_page(document: Any, number: int) -> PageContent:
    """The page with this number, counted from 1."""
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:
        return PageContent(Page(number, 0.0, 0.0, 0, 0, ("no_text",)), [])
    try:
        view = View(page)
        edges = read_edges(page, view)
        textpage = page.get_textpage()
        try:
            grids, glyphs = fill(find_grids(edges), read_glyphs(textpage, view))
            lines = to_lines(glyphs, textpage, number)
            tables = [(grid.box[1], grid.box[3], _table(grid, textpage, number)) for grid in grids]
        finally:
            textpage.close()
    finally:
        page.close()
    level = [edge for edge in edges if edge.is_level and edge.bottom - edge.top < 1.6]
    lines = [replace(line, bold=True) if not line.bold and _is_underlined(line, level) else line for line in lines]
    letters = sum(len(line.text) for line in lines) + sum(len(c.text) for _, _, t in tables for r in t.rows for c in r.cells)
    problems = () if letters else ("no_text",)
    return PageContent(Page(number, view.width, view.height, 0, letters, problems), lines, tables)


def to_lines(glyphs: list[Glyph], textpage: Any, number: int) -> list[Line]:
    """The printed lines that these glyphs make."""
    return [line for run in glyphs_to_runs(glyphs) if (line := run_to_line(run, textpage, number))]


def _is_underlined(line: Line, level: list[Edge]) -> bool:
    return any(
        line.bottom - 0.35 * line.size <= edge.top <= line.bottom + UNDERLINE
        and abs(edge.x0 - line.x0) < 6
        and abs(edge.x1 - line.x1) < 6
        for edge in level
    )


def _table(grid: Grid, textpage: Any, number: int) -> Table:
    edges = _column_edges(grid)
    tops = sorted({round(row[0].box[1], 1) for row in grid.rows})
    rows = []
    for row in grid.rows:
        filled = [cell for cell in row if cell.glyphs]
        if len(filled) == 1 and grid.spans(filled[0]):
            rows.append(TableRow(plain=_paragraphs(filled[0], textpage, number)))
        else:
            rows.append(TableRow([_cell(cell, edges, tops, textpage, number) for cell in row]))
    return Table(rows, tuple(edges), number)


def _column_edges(grid: Grid) -> list[float]:
    edges: list[float] = []
    for x in sorted(cell.box[0] for row in grid.rows for cell in row):
        if not edges or x - edges[-1] > 3:
            edges.append(x)
    return edges


def _cell(cell: Cell, edges: list[float], tops: list[float], textpage: Any, number: int) -> TableCell:
    x0, top, x1, bottom = cell.box
    column = sum(edge < x0 - 3 for edge in edges)
    width = max(1, sum(x0 - 3 <= edge < x1 - 3 for edge in edges))
    height = max(1, sum(top - 1 <= other < bottom - 3 for other in tops))
    lines = _cell_lines(cell, textpage, number)
    if not lines:
        return TableCell("", column, width, height)
    block = lines_to_block(lines, measure_column(lines), frozenset())
    return TableCell(block.text, column, width, height, block.spans, block.bold)


def _cell_lines(cell: Cell, textpage: Any, number: int) -> list[Line]:
    return [replace(line, column=TABLE_COLUMN) for line in join_rows(to_lines(cell.glyphs, textpage, number))]


def _paragraphs(cell: Cell, textpage: Any, number: int) -> list[Block]:
    lines = _cell_lines(cell, textpage, number)
    measure = measure_column(lines)
    measure = replace(measure, left=min(line.x0 for line in lines), right=cell.box[2] - 4)
    blocks, group = [], lines[:1]
    for line in lines[1:]:
        if begins_paragraph(group, line, measure):
            blocks.append(lines_to_block(group, measure, frozenset()))
            group = []
        group.append(line)
    return [*blocks, lines_to_block(group, measure, frozenset())]
