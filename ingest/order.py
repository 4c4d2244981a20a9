"""Reading order: the lines of a page in the order in which a person reads them, columns one after the other."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingest.characters import is_wide
from ingest.line import Line

STEP = 4.0  # points between the gutters that are tried
WIDE_GAP = 1.6  # of the type size: what stands so far apart is no one phrase
EDGE, CLEAR = 3.0, 6.0  # points within which lines begin at one edge, and that part a margin from it
MOST_BESIDE, MOST_CLUSTERS = 0.35, 4  # of the lines, and groups of them, that a sidebar has at most
MOST_STEPS = 200
LEAST_LINES = 5
CLEAR_LINES, CLEAR_WIDTH = 15, 0.15  # columns that no line crosses may be narrower where both have so many lines
LONGEST_LABEL = 24  # characters of a label in a picture or a sign in the margin
OFF_LINE, CLEAR_OF, ROOM = 0.12, 0.4, 0.9  # of the type size: so far a label stands off a base line, from words beside, above
NEAR = 8  # lines from the top, among which stand those of one height
LEAST_WIDTH = 0.2  # of the page's text width, on the median: narrower columns are those of a table


def in_reading_order(lines: list[Line]) -> list[Line]:
    """The lines from top to bottom, column by column where there is a gutter; pieces of one line are put together."""
    lines = _without_doubles(lines)
    gutter = find_gutter(lines)
    if gutter is None:
        beside = find_sidebar(lines)
        rows = join_rows([line for line in lines if id(line) not in beside])
        if not beside:
            return rows
        return join_rows([line for line in lines if id(line) in beside]) + [replace(row, column=row.column + 1) for row in rows]
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.top, line.x0)):
        if line.x0 < gutter < line.x1:
            ordered += [*_columns(band, gutter), line]
            band = []
        else:
            band.append(line)
    return ordered + _columns(band, gutter)


def _columns(band: list[Line], gutter: float) -> list[Line]:
    left = [line for line in band if line.x1 <= gutter]
    right = [line for line in band if line.x1 > gutter]
    if not left or not right:
        return join_rows(band)
    ordered = in_reading_order(left)
    after = max(line.column for line in ordered) + 1
    return ordered + in_reading_order([replace(line, column=after) for line in right])


def find_gutter(lines: list[Line]) -> float | None:
    """The x of an empty strip that parts two columns of prose, None where there is none."""
    if len(lines) < 2 * LEAST_LINES:
        return None
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    width = right - left
    best: tuple[float, list[float]] = (0.0, [])
    step = max(STEP, width / MOST_STEPS)  # damaged files place glyphs miles away
    x = left + 0.15 * width
    while x < left + 0.85 * width:
        before = [line for line in lines if line.x1 <= x]
        after = [line for line in lines if line.x0 >= x]
        crossing = len(lines) - len(before) - len(after)
        fewest = min(len(before), len(after))
        least = width * (CLEAR_WIDTH if not crossing and fewest >= CLEAR_LINES else LEAST_WIDTH)
        if fewest >= LEAST_LINES and crossing <= 0.6 * fewest and _is_prose(before, least) and _is_prose(after, least):
            score = fewest - 1.5 * crossing
            if score > best[0]:
                best = (score, [x])
            elif score == best[0]:
                best[1].append(x)
        x += step
    if not best[1]:
        return None
    return best[1][len(best[1]) // 2]


def find_sidebar(lines: list[Line]) -> set[int]:
    """The `id()` of the lines in the left margin beside a column of text: a section's name, a note, a key to signs.

    They stand clear of the column's left edge in a few clusters; the labels of rows, one to a row of text, are none.
    """
    starts = Counter(round(line.x0 / EDGE) for line in lines)
    if len(lines) < 2 * LEAST_LINES:
        return set()
    edge, times = starts.most_common(1)[0]
    left = (edge - 0.5) * EDGE
    beside = sorted((line for line in lines if line.x1 <= left - CLEAR), key=lambda line: line.top)
    crossing = any(line.x0 < left - CLEAR < line.x1 for line in lines)
    if not beside or crossing or times < 0.5 * len(lines) or len(beside) > MOST_BESIDE * len(lines):
        return set()
    steps = [after.top - line.top <= 1.8 * max(line.size, after.size) for line, after in pairwise(beside)]
    worded = any(sum(map(str.isalpha, line.text)) >= 6 for line in beside)
    return {id(line) for line in beside} if worded and any(steps) and steps.count(False) < MOST_CLUSTERS else set()


def find_labels(lines: list[Line]) -> list[Line]:
    """The labels of pictures and the signs in margins, from the top: what stands beside a text and belongs to no line of it.

    A few letters in a type that is not the text's, clear of the lines beside them and off their base lines, with room around.
    """
    types: Counter[tuple[bool, int]] = Counter()
    for line in lines:
        types[_type_of(line)] += len(line.text)
    usual = types.most_common(1)[0][0] if types else None
    ordered = sorted(lines, key=lambda line: line.top)
    found = []
    for at, line in enumerate(ordered):
        if len(line.text) <= LONGEST_LABEL and _type_of(line) != usual and sum("A" <= char <= "z" for char in line.text) >= 2:
            near = [*ordered[max(0, at - NEAR) : at], *ordered[at + 1 : at + 1 + NEAR]]
            if _is_beside_text(line, near) and not any(_touches(line, other) for other in near):
                found.append(line)
    return found


def _type_of(line: Line) -> tuple[bool, int]:
    return line.bold, round(2 * line.size)


def _is_beside_text(label: Line, near: list[Line]) -> bool:
    """Whether lines of another type stand beside the label, all clear of it and on other base lines."""
    texts = [
        line
        for line in near
        if _type_of(line) != _type_of(label) and min(line.bottom, label.bottom) - max(line.top, label.top) > 0.2 * label.size
    ]
    return bool(texts) and all(
        (label.x0 >= line.x1 + CLEAR_OF * line.size or label.x1 <= line.x0 - CLEAR_OF * line.size)
        and abs(_base(label) - _base(line)) > OFF_LINE * min(label.size, line.size)
        for line in texts
    )


def _base(line: Line) -> float:
    """The height of the line's base line, by the usual depth of letters below it."""
    return line.bottom - 0.22 * line.size


def _touches(label: Line, line: Line) -> bool:
    """Whether the line stands close above or below the label."""
    shared = min(label.x1, line.x1) - max(label.x0, line.x0)
    apart = max(label.top - line.bottom, line.top - label.bottom)
    return shared > 0.3 * min(label.x1 - label.x0, line.x1 - line.x0) and apart < ROOM * label.size


def _is_prose(lines: list[Line], least: float) -> bool:
    """Whether the lines are at least so wide and hold so many characters, on the median, as a column of prose."""
    return median(line.x1 - line.x0 for line in lines) >= least and median(len(line.text) for line in lines) >= 12


def join_rows(lines: list[Line]) -> list[Line]:
    """The lines from top to bottom, those on one base line put together from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.x0)):
        for row in rows[-2:]:
            if _is_beside(row, line):
                row.append(line)
                break
        else:
            rows.append([line])
    return [_joined(sorted(row, key=lambda line: line.x0)) for row in rows]


def _is_beside(row: list[Line], line: Line) -> bool:
    top, bottom = min(each.top for each in row), max(each.bottom for each in row)
    overlap = min(bottom, line.bottom) - max(top, line.top)
    height = min(line.bottom - line.top, min(each.bottom - each.top for each in row))
    return overlap > 0.55 * height and all(_is_after(each, line) or _is_after(line, each) for each in row)


def _is_after(one: Line, other: Line) -> bool:
    """Whether `other` stands to the right of `one`; where a font's width is not known they may run into each other a little."""
    return other.x0 >= one.x1 - (3 if is_wide(one.text[-1]) else 0.9 * one.size) and other.x1 > one.x1 and other.x0 > one.x0


def _joined(row: list[Line]) -> Line:
    """The pieces of one printed line as one; where a wide gap parts them they are kept beside as its cells."""
    if len(row) == 1:
        return row[0]
    row = [row[0], *(_without_shared(last, line) for last, line in pairwise(row))]
    text = row[0].text
    cells = [row[0]]
    for last, line in pairwise(row):
        gap = line.x0 - last.x1
        tight = -0.3 * line.size < gap < 0.18 * line.size or (
            gap < 0.8 * line.size and is_wide(text[-1]) and is_wide(line.text[0])
        )
        text += line.text if tight else " " + line.text
        if gap > WIDE_GAP * line.size:
            cells.append(line)
        else:
            cells[-1] = replace(cells[-1], text=cells[-1].text + ("" if tight else " ") + line.text, x1=line.x1)
    longest = max(row, key=lambda line: len(line.text))
    return replace(
        row[0],
        text=text,
        x1=max(line.x1 for line in row),
        top=min(line.top for line in row),
        bottom=max(line.bottom for line in row),
        size=longest.size,
        bold=longest.bold,
        cells=tuple(cells) if len(cells) > 1 else (),
    )


def _without_shared(last: Line, line: Line) -> Line:
    """The line without its first letter where that is the last one of the piece before it, drawn on the same spot."""
    shared = last.x1 - line.x0 > 0.3 * line.size and last.text[-1] == line.text[0] and len(line.text) > 1
    return replace(line, text=line.text[1:], x0=last.x1) if shared else line


def _without_doubles(lines: list[Line]) -> list[Line]:
    """The lines, those printed twice on the same spot (fake bold, shadows) taken once."""
    seen: dict[tuple[str, int], list[Line]] = {}
    kept = []
    for line in lines:
        twins = seen.setdefault((line.text, line.column), [])
        if any(abs(line.x0 - twin.x0) < 2.5 and abs(line.top - twin.top) < 2.5 for twin in twins):
            continue
        twins.append(line)
        kept.append(line)
    return kept
