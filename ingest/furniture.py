"""Page furniture: running heads, page numbers and foot lines, told by their place and by coming back."""

import re
from itertools import pairwise
from statistics import median

from domain.document import Dropped
from ingest.line import Line

EDGE = 0.11  # of the page's height
PAGE_NUMBER = re.compile(
    r"[-–—－\s·•.~～]*(?:第?\s*\d{1,4}\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?|p\s?a\s?g\s?e\s*\|?\s*\d{1,4}(?:\s+of\s+\d{1,4})?|[ivxlIVXL]{1,6}|\d{1,4}\s*\|\s*page|一\s?\d{1,3}\s?一)"
    r"[-–—－\s·•.~～]*",
    re.I,
)
DASHES = re.compile(r"[-–—－]{1,2}")  # what is left of a number that broke over two lines
LONGEST_HEAD = 90  # characters of a line that comes back as it is
LONGEST_NUMBERED = 24  # characters of one that comes back with other numbers
NEAR_EDGE = 4  # lines from the top or bottom within which a page's number stands
OFTEN = 0.6  # of the pages: a line that comes back on so many is furniture wherever it stands
DRIFT = 8.0  # points by which its height may differ from page to page
LEAST_HIDDEN, LONG = 5, 20  # lines of so many characters that another text is printed over
SMALL = 0.9  # of the page's usual type size
SEEN = 2.0  # points: smaller type is not meant for readers
COVERED = 0.6  # of a line's height and width
DIGITS = re.compile(r"\d+|\b[ivxl]+\b")


def find_furniture(pages: list[tuple[list[Line], float]]) -> dict[int, str]:
    """Why each line that is no text of the page is left out, by its `id()`; pages are (lines in printing order, height)."""
    groups: dict[tuple[str, str], list[Line]] = {}
    reasons: dict[int, str] = {}
    apart: set[int] = set()
    outermost: set[int] = set()
    inner = numbers_in_sequence([sorted(lines, key=lambda line: line.top) for lines, _ in pages])
    for lines, height in pages:
        ordered = sorted(lines, key=lambda line: line.top)
        apart |= {id(line) for line in lines_apart(ordered)}
        outermost |= {id(line) for line in (*ordered[:1], *ordered[-1:])}
        usual_size = median(line.size for line in lines) if lines else 0.0
        apart |= {id(line) for line in lines if line.size <= SMALL * usual_size}
        for line in edge_lines(ordered, height):
            if PAGE_NUMBER.fullmatch(line.text) or DASHES.fullmatch(line.text):
                reasons[id(line)] = "page number"
            else:
                groups.setdefault(_key(line, height), []).append(line)
    reasons |= {id(line): "page number" for line in inner}
    reasons |= {id(line): "too small to be seen" for lines, _ in pages for line in tiny_lines(lines)}
    reasons |= {id(line): "hidden under other text" for lines, _ in pages for line in hidden_lines(lines)}
    least = max(2, min(4, round(0.3 * len(pages)))) if len(pages) < 12 else 4
    for (text, place), found in groups.items():
        numbered = len({line.text for line in found}) > 1
        times = len({line.page for line in found})
        if times < least or len(text) > (LONGEST_NUMBERED if numbered else LONGEST_HEAD):
            continue
        usual = median(line.top for line in found)
        often = times >= max(4, OFTEN * len(pages)) and not numbered
        everywhere = times == len(pages) and not numbered
        for line in found:
            stands_out = id(line) in apart or (everywhere and id(line) in outermost)
            if often or (abs(line.top - usual) <= DRIFT and stands_out):
                reasons[id(line)] = "running head" if place == "top" else "running foot"
    return reasons


def numbers_in_sequence(pages: list[list[Line]]) -> list[Line]:
    """The page numbers that stand within the page, above a foot line or below a head: each page's is one more than the last's.

    `pages` are lines from the top.
    """
    chains: dict[tuple[int, int], list[Line]] = {}  # by the difference of number and page, and the height
    for lines in pages:
        for line in [*lines[:NEAR_EDGE], *lines[NEAR_EDGE:][-NEAR_EDGE:]]:
            number = re.search(r"\d{1,4}", line.text)
            if number and PAGE_NUMBER.fullmatch(line.text):
                for place in (round(line.top / DRIFT), round(line.top / DRIFT) + 1):
                    chains.setdefault((int(number[0]) - line.page, place), []).append(line)
    least = max(3, 0.5 * len(pages))
    return [line for chain in chains.values() if len({each.page for each in chain}) >= least for line in chain]


def tiny_lines(lines: list[Line]) -> list[Line]:
    """The lines in a type that nobody can read, on a page whose other type is of the usual size."""
    usual = median(line.size for line in lines) if lines else 0.0
    return [line for line in lines if line.size < SEEN < 0.5 * usual]


def hidden_lines(lines: list[Line]) -> list[Line]:
    """The lines, given in printing order, that a text printed later covers."""
    ordered = sorted(((line, at) for at, line in enumerate(lines) if len(line.text) >= LONG), key=lambda each: each[0].top)
    hidden = [min(at, other) for (line, at), (over, other) in pairwise(ordered) if _covers(line, over)]
    if len(hidden) < LEAST_HIDDEN:
        return []
    end = max(hidden) + 1
    while end < len(lines) and lines[end].top > lines[end - 1].top:
        end += 1
    return lines[:end]


def _covers(line: Line, other: Line) -> bool:
    """Whether two lines of different words stand on one spot."""
    down = min(line.bottom, other.bottom) - max(line.top, other.top)
    across = min(line.x1, other.x1) - max(line.x0, other.x0)
    low, narrow = min(line.size, other.size), min(line.x1 - line.x0, other.x1 - other.x0)
    return down > COVERED * low and across > COVERED * narrow and line.text != other.text


def edge_lines(ordered: list[Line], height: float) -> list[Line]:
    """The lines at the top or bottom edge of a page, a few at each, and what may be its number; `ordered` is from the top."""
    head = [line for line in ordered[:3] if line.middle < EDGE * height]
    foot = [line for line in ordered[-4:] if line.middle > (1 - EDGE) * height]
    alone = [line for line in ordered[-1:] + ordered[:1] if PAGE_NUMBER.fullmatch(line.text) and len(ordered) > 1]
    return list({id(line): line for line in [*head, *foot, *alone]}.values())


def lines_apart(ordered: list[Line]) -> list[Line]:
    """The lines at the top and bottom that a gap wider than the page's usual distance of lines parts from the body."""
    steps = sorted(after.top - line.top for line, after in pairwise(ordered) if after.top - line.top > 2)
    usual = steps[len(steps) // 2] if steps else 0.0
    return [*_before_gap(ordered, usual), *_before_gap(ordered[::-1], usual)]


def _before_gap(lines: list[Line], usual: float) -> list[Line]:
    for count, (line, inner) in enumerate(pairwise(lines[:5]), 1):
        if abs(inner.top - line.top) > max(1.3 * usual, line.bottom - line.top + 6):
            return lines[:count]
    return lines if len(lines) <= 2 else []


def _key(line: Line, height: float) -> tuple[str, str]:
    bare = re.sub(r"\s+", "", DIGITS.sub("#", line.text))
    return bare, "top" if line.middle < height / 2 else "foot"


def dropped(line: Line, reason: str) -> Dropped:
    """The record of a line that was left out."""
    return Dropped(line.page, line.text, reason)
