"""Grids: tables found from ruling lines, with their cells and the lines of text in them."""

from dataclasses import dataclass, field

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from ingest.glyphs import Glyph
from ingest.ruling import Edge

SNAP = 3.0  # points within which edges are the same line
LEAST_LEVEL = 3  # ruling lines that a table of two rows and two columns has at least
MOST_EDGES = 3_000
TIGHT = 0.1  # of the type size: letters that stand so close are of one word
WIDE = 0.82  # of the table's width: a cell as wide spans it

Rectangle = tuple[float, float, float, float]


@dataclass(slots=True)
class Cell:
    """A cell: its rectangle (x0, top, x1, bottom) and the glyphs in it."""

    box: Rectangle
    glyphs: list[Glyph] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A ruled table: its rectangle and its rows of cells from the top, each row from the left."""

    box: Rectangle
    rows: list[list[Cell]]

    def spans(self, cell: Cell) -> bool:
        """Whether the cell takes the whole width of the table."""
        return cell.box[2] - cell.box[0] >= WIDE * (self.box[2] - self.box[0])


def find_grids(edges: list[Edge]) -> list[Grid]:
    """The tables that these lines draw, of at least two rows and two columns, from the top of the page."""
    level = [edge for edge in edges if edge.is_level]
    upright = [edge for edge in edges if not edge.is_level]
    if len(level) < 2 or len(upright) < 2 or len(edges) > MOST_EDGES:
        return []
    merged = merge_edges([_as_dict(edge) for edge in edges], SNAP, SNAP, SNAP, SNAP)
    if sum(edge["orientation"] == "h" for edge in merged) < LEAST_LEVEL:
        return []
    cells = intersections_to_cells(edges_to_intersections(merged, SNAP, SNAP))
    grids = [_grid(table) for table in cells_to_tables(cells)]
    return sorted((grid for grid in grids if grid), key=lambda grid: (grid.box[1], grid.box[0]))


def _as_dict(edge: Edge) -> dict[str, float | str]:
    if edge.is_level:
        middle = (edge.top + edge.bottom) / 2
        return {"x0": edge.x0, "x1": edge.x1, "top": middle, "bottom": middle, "orientation": "h", "width": edge.x1 - edge.x0}
    middle = (edge.x0 + edge.x1) / 2
    return {
        "x0": middle,
        "x1": middle,
        "top": edge.top,
        "bottom": edge.bottom,
        "orientation": "v",
        "height": edge.bottom - edge.top,
    }


def _grid(table: list[Rectangle]) -> Grid | None:
    rows: dict[float, list[Cell]] = {}
    for box in sorted(table, key=lambda box: (box[1], box[0])):
        rows.setdefault(round(box[1], 1), []).append(Cell(box))
    if len(rows) < 2 or max(map(len, rows.values())) < 2:
        return None
    xs0, tops, xs1, bottoms = zip(*table, strict=True)
    return Grid((min(xs0), min(tops), max(xs1), max(bottoms)), list(rows.values()))


def fill(grids: list[Grid], glyphs: list[Glyph]) -> tuple[list[Grid], list[Glyph]]:
    """The tables with the glyphs of their cells, and the glyphs that stand in no table.

    A grid with fewer than two filled columns is a frame, not a table: its glyphs stay with the page.
    """
    if not grids:
        return [], glyphs
    kept: list[Grid] = []
    owner: dict[int, Cell] = {}
    for grid in grids:
        cells = [cell for row in grid.rows for cell in row]
        for at, glyph in enumerate(glyphs):
            if glyph.char != " " and _inside(glyph, grid.box):
                cell = _cell_of_word(glyphs, at, owner) or next((cell for cell in cells if _inside(glyph, cell.box)), None)
                if cell is not None:
                    owner[at] = cell
                    cell.glyphs.append(glyph)
            elif glyph.char == " " and owner.get(at - 1) is not None and owner[at - 1].glyphs[-1].char != " ":
                cell = owner[at - 1]
                if any(cell is other for other in cells):
                    cell.glyphs.append(glyph)
                    owner[at] = cell
        if is_table(grid):
            kept.append(grid)
        else:
            for at in [at for at, cell in owner.items() if any(cell is other for other in cells)]:
                del owner[at]
    return kept, [glyph for at, glyph in enumerate(glyphs) if at not in owner]


def _cell_of_word(glyphs: list[Glyph], at: int, owner: dict[int, Cell]) -> Cell | None:
    """The cell of the word that this letter goes on, where the word runs over the edge of its cell."""
    letter, last = glyphs[at], glyphs[at - 1]
    if at - 1 not in owner or not (
        letter.char.isascii() and letter.char.isalpha() and last.char.isascii() and last.char.isalpha()
    ):
        return None
    on_line = abs(letter.bottom - last.bottom) < 1 and abs(letter.x0 - last.x1) < TIGHT * (last.bottom - last.top)
    return owner[at - 1] if on_line else None


def is_table(grid: Grid) -> bool:
    """Whether two rows and two columns of the grid hold text."""
    parted = [row for row in grid.rows if len(row) >= 2]
    filled_rows = sum(any(cell.glyphs for cell in row) for row in grid.rows)
    columns = {round(cell.box[0]) for row in parted for cell in row if cell.glyphs}
    return filled_rows >= 2 and len(columns) >= 2


def _inside(glyph: Glyph, box: Rectangle) -> bool:
    across, down = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return box[0] - 0.5 <= across <= box[2] + 0.5 and box[1] - 0.5 <= down <= box[3] + 0.5
