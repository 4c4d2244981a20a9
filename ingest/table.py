"""Tables of any format: rows that become statements, with the heads of their columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ingest.block import Block, Form, Span

LONGEST_HEAD = 40
LONGEST_HEADS = 40  # characters of all heads, where the rows below are shorter
SNAP = 4.0  # points within which the column edges of two parts of a table are one
VALUE = re.compile(r"[\s\d.,%％*/／\[\]()（）≥≤<>＜＞~—–-]+|(?:18|19|20)\d\d")
CAPTION = re.compile(
    r"^(?:表\s*[\d一二三四五六七八九十]+|图\s*[\d一二三四五六七八九十]+|续表|(?:Table|Figure|Fig\.|Exhibit|Chart)\s*(?:\d|[A-Z]\b))(?!中|内|所)",
    re.I,
)
LONGEST_CAPTION = 90


@dataclass(slots=True)
class TableCell:
    """A cell: its text, its first column, how many columns and rows it takes, and where its lines stand.

    `before` is what it said on the page before, where a page break cut it.
    """

    text: str
    column: int
    width: int = 1
    height: int = 1
    spans: tuple[Span, ...] = ()
    bold: bool = False
    before: str = ""


@dataclass(slots=True)
class TableRow:
    """A row of cells from the left; `plain` holds the paragraphs of a row that takes the whole width instead."""

    cells: list[TableCell] = field(default_factory=list)
    plain: list[Block] = field(default_factory=list)

    @property
    def filled(self) -> list[TableCell]:
        """The cells that hold text."""
        return [cell for cell in self.cells if cell.text]

    def texts(self) -> tuple[str, ...]:
        """What the filled cells say, for comparison."""
        return tuple(re.sub(r"\s+", "", cell.text) for cell in self.filled)


@dataclass(slots=True)
class Table:
    """A table: its rows, the places of its column edges (points; empty where unknown) and the page it begins on."""

    rows: list[TableRow]
    edges: tuple[float, ...] = ()
    page: int | None = None


def table_blocks(table: Table, caption: str | None = None) -> list[Block]:
    """The rows as blocks; the heads of the columns are a block of their own and go with every row."""
    parted = [row for row in table.rows if len(row.filled) >= 1 and not row.plain]
    heads = head_rows(parted)
    marked = {id(row) for row in heads}
    repeated = {row.texts() for row in heads}
    blocks: list[Block] = []
    carried: dict[int, tuple[str, int]] = {}
    for row in table.rows:
        if row.plain:
            blocks += row.plain
            continue
        if not row.filled or (row.texts() in repeated and id(row) not in marked):
            continue
        if id(row) in marked:
            blocks.append(replace(_row_block(row, (), table.page), form=Form.HEADS))
            continue
        above = _carry(row, carried)
        block = _row_block(row, heads, table.page)
        blocks.append(replace(block, caption=" · ".join(part for part in (caption, *above) if part) or None))
    return blocks


def _carry(row: TableRow, carried: dict[int, tuple[str, int]]) -> list[str]:
    """The words of cells above that reach down into this row, at its left; what this row hands down is noted."""
    above = []
    first = min((cell.column for cell in row.cells), default=0)
    for column, (text, left) in sorted(carried.items()):
        if left > 0 and column < first:
            above.append(text)
            carried[column] = (text, left - 1)
    for cell in row.cells:
        said = cell.text or cell.before
        carried[cell.column] = (said, cell.height - 1) if cell.height > 1 and said else ("", 0)
    return above + [cell.before for cell in row.cells if cell.before]


def head_rows(rows: list[TableRow]) -> list[TableRow]:
    """The rows at the top that name the columns: one, or as many as its merged cells reach down."""
    if len(rows) < 2:
        return []
    first = rows[0]
    if len(first.filled) < 2 or not all(_names(cell) for cell in first.filled):
        return []
    length = sum(len(cell.text) for cell in first.filled)
    if length > LONGEST_HEADS and length > 1.5 * max(sum(len(cell.text) for cell in row.filled) for row in rows[1:]):
        return []
    deepest = max(cell.height for cell in first.cells)
    wide = any(cell.width > 1 and cell.text for cell in first.cells)
    count = deepest if 1 < deepest < 4 and wide else 1
    return rows[:count]


def _names(cell: TableCell) -> bool:
    """Whether the cell reads like the name of a column."""
    text = cell.text
    if VALUE.fullmatch(text) and not re.fullmatch(r"(?:19|20)\d\d", text):
        return False
    digits = sum(char.isdigit() for char in text)
    return len(text) <= LONGEST_HEAD and not text.endswith(("。", "；", ".")) and (digits <= 4 or digits < 0.4 * len(text))


def _row_block(row: TableRow, heads: Iterable[TableRow], page: int | None) -> Block:
    text = ""
    spans: list[Span] = []
    names: list[str] = []
    heads = list(heads)
    for cell in row.filled:
        text += "\t" if text else ""
        spans += [Span(len(text) + span.start, len(text) + span.end, span.box) for span in cell.spans]
        text += cell.text
        names.append(_head_of(cell, heads))
    first = spans[0].box.page if spans else page
    return Block(text, Form.ROW, first, tuple(spans), column_heads=tuple(names) if any(names) else ())


def _head_of(cell: TableCell, heads: list[TableRow]) -> str:
    over = [
        head.text
        for row in heads
        for head in row.filled
        if head.column < cell.column + cell.width and cell.column < head.column + head.width
    ]
    return " ".join(dict.fromkeys(over)) if len(over) <= 3 else ""


def goes_on(table: Table, other: Table) -> bool:
    """Whether `other`, on the page after `table`, has its columns in the same places."""
    if table.page == other.page or not table.edges or not other.edges:
        return False
    fewer, more = sorted((table.edges, other.edges), key=len)
    shared = sum(any(abs(a - b) <= SNAP for b in more) for a in fewer)
    return abs(table.edges[0] - other.edges[0]) <= SNAP and shared >= 0.75 * len(fewer) and shared >= 2


def stitch(tables: list[Table]) -> Table:
    """Parts of one table from one page after the other, put together: a row that a page break cut is closed again."""
    if len(tables) == 1:
        return tables[0]
    edges = _united([table.edges for table in tables])
    whole = Table([], edges, tables[0].page)
    heads: set[tuple[str, ...]] = set()
    for part in tables:
        rows = _moved(part, edges)
        while rows and rows[0].filled and rows[0].texts() in heads:
            rows.pop(0)
        if rows and whole.rows:
            _take_over(whole.rows, rows[0])
        if rows and whole.rows and _is_tail(rows[0], whole.rows[-1]):
            tail = rows.pop(0)
            whole.rows[-1] = _closed(whole.rows[-1], tail)
            if rows:
                _hand_down(tail, rows[0])
        whole.rows += rows
        heads = heads or {row.texts() for row in head_rows([row for row in whole.rows if row.filled])}
    return whole


def _united(parts: list[tuple[float, ...]]) -> tuple[float, ...]:
    edges: list[float] = []
    for x in sorted(x for part in parts for x in part):
        if not edges or x - edges[-1] > SNAP:
            edges.append(x)
    return tuple(edges)


def _moved(part: Table, edges: tuple[float, ...]) -> list[TableRow]:
    """The rows of the part with their cells' columns counted by these edges."""
    places = [sum(edge < x - SNAP for edge in edges) for x in part.edges] + [len(edges)]
    for row in part.rows:
        for cell in row.cells:
            end = places[min(cell.column + cell.width, len(part.edges))]
            cell.column = places[min(cell.column, len(part.edges) - 1)]
            cell.width = max(1, end - cell.column)
    return part.rows


def _take_over(rows: list[TableRow], first: TableRow) -> None:
    """Let the merged cells that a page break cut know what they said above it; `first` is the first row below."""
    covered = {cell.column for cell in rows[-1].cells}
    for cell in first.cells:
        if not cell.text and (cell.height > 1 or cell.column not in covered):
            over = (each for row in reversed(rows) for each in row.cells if each.column == cell.column)
            last = next(over, None)
            cell.before = (last.text or last.before) if last else ""


def _hand_down(tail: TableRow, row: TableRow) -> None:
    """Give the merged cells of a row that was the rest of another to the row below it."""
    taken = {cell.column for cell in row.cells}
    merged = [cell for cell in tail.cells if cell.height > 1 and cell.column not in taken]
    row.cells = [*(replace(cell, height=cell.height - 1) for cell in merged), *row.cells]


def _is_tail(row: TableRow, last: TableRow) -> bool:
    """Whether the row is the rest of a row that the page break cut: its head is empty and the row above was not ended."""
    if row.plain or last.plain or not row.filled or not last.filled:
        return False
    above = {cell.column: cell.text for cell in last.filled}
    if row.filled[0].column <= min(above) or len(row.cells) < len(last.cells):
        return False
    return all(above.get(cell.column, "") and above[cell.column][-1] not in "。；.;" for cell in row.filled)


def _closed(last: TableRow, row: TableRow) -> TableRow:
    tails = {cell.column: cell for cell in row.filled}
    cells = []
    for cell in last.cells:
        tail = tails.get(cell.column)
        if tail is None:
            cells.append(cell)
            continue
        glue = " " if cell.text[-1].isascii() and tail.text[0].isascii() else ""
        shift = len(cell.text) + len(glue)
        moved = tuple(Span(span.start + shift, span.end + shift, span.box) for span in tail.spans)
        cells.append(replace(cell, text=cell.text + glue + tail.text, spans=cell.spans + moved))
    return TableRow(cells)


def table_caption(text: str) -> str | None:
    """The text if it reads like the caption of a table."""
    return text if CAPTION.match(text) and len(text) <= LONGEST_CAPTION and not text.endswith(("。", "，", "；")) else None


def mark_captions(blocks: list[Block]) -> list[Block]:
    """The blocks, those that read like the caption of a table or figure marked as one."""
    return [
        replace(block, form=Form.CAPTION) if block.form in (Form.TEXT, Form.HEADING) and table_caption(block.text) else block
        for block in blocks
    ]
