"""Tables without ruling lines, told by cells that stand in columns."""

from collections import Counter
from collections.abc import Iterator
from statistics import mean

from ingest.block import Span
from ingest.characters import clean
from ingest.contents import contents_lines
from ingest.line import Line
from ingest.table import Table, TableCell, TableRow

LEAST_ROWS = 3
LONGEST_CELL = 40  # characters, on the mean
ALIGNED = 0.7  # of the rows: so many begin each column at the same place or share its middle
SNAP = 12.0  # points within which cells stand in one column


def part_tables(lines: list[Line]) -> Iterator[list[Line] | Table]:
    """The lines in order, runs of rows among them as tables."""
    rest: list[Line] = []
    run: list[Line] = []
    entries = contents_lines(lines)
    for line in [*lines, None]:
        if line is not None and line.cells and id(line) not in entries and (not run or len(line.cells) == len(run[0].cells)):
            run.append(line)
            continue
        if run:
            table = unruled_table(run)
            if table is None:
                rest += run
            else:
                if rest:
                    yield rest
                yield table
                rest = []
            run = []
        if line is not None and line.cells and id(line) not in entries:
            run = [line]
        elif line is not None:
            rest.append(line)
    if rest:
        yield rest


def unruled_table(run: list[Line]) -> Table | None:
    """The table that these lines are the rows of, None where their cells stand in no columns."""
    if len(run) < LEAST_ROWS or mean(len(cell.text) for line in run for cell in line.cells) > LONGEST_CELL:
        return None
    figures = sum(any(char.isdigit() for cell in line.cells[1:] for char in cell.text) for line in run)
    if len(run[0].cells) < 3 and figures < 0.5 * len(run):
        return None
    for column in range(1, len(run[0].cells)):
        places = (
            Counter(round(line.cells[column].x0 / SNAP) for line in run),
            Counter(round(line.cells[column].x1 / SNAP) for line in run),
            Counter(round((line.cells[column].x0 + line.cells[column].x1) / 2 / SNAP) for line in run),
        )
        if max(_most(count) for count in places) < ALIGNED * len(run):
            return None
    rows = [TableRow([_cell(cell, at) for at, cell in enumerate(line.cells)]) for line in run]
    return Table(rows, (), run[0].page)


def _most(count: Counter[int]) -> int:
    """How many stand at the commonest place, its neighbours counted with it."""
    return max(count[place] + count[place + 1] for place in count)


def _cell(line: Line, column: int) -> TableCell:
    text = clean(line.text)
    return TableCell(text, column, spans=(Span(0, len(text), line.box),), bold=line.bold)
