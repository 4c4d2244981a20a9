"""Page furniture: running heads, page numbers and foot lines, told by their place and by coming back."""

import re
from statistics import median

from domain.document import Dropped
from ingest.line import Line

EDGE = 0.11  # of the page's height
PAGE_NUMBER = re.compile(
    r"[-–—－\s·•.~～]*(?:第?\s*\d{1,4}\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?|page\s+\d{1,4}(?:\s+of\s+\d{1,4})?|[ivxlIVXL]{1,6}|\d{1,4}\s*\|\s*page)"
    r"[-–—－\s·•.~～]*",
    re.I,
)
LONGEST_HEAD = 90  # characters of a line that comes back as it is
LONGEST_NUMBERED = 24  # characters of one that comes back with other numbers
DRIFT = 8.0  # points by which its height may differ from page to page
DIGITS = re.compile(r"\d+|\b[ivxl]+\b")


def find_furniture(pages: list[tuple[list[Line], float]]) -> dict[int, str]:
    """Why each line of page furniture is left out, by the line's `id()`; pages are (lines, height)."""
    groups: dict[tuple[str, str], list[Line]] = {}
    reasons = {}
    for lines, height in pages:
        for line in edge_lines(lines, height):
            if PAGE_NUMBER.fullmatch(line.text):
                reasons[id(line)] = "page number"
            else:
                groups.setdefault(_key(line, height), []).append(line)
    least = max(2, min(4, round(0.3 * len(pages)))) if len(pages) < 12 else 4
    for (text, place), found in groups.items():
        numbered = len({line.text for line in found}) > 1
        if len({line.page for line in found}) < least or len(text) > (LONGEST_NUMBERED if numbered else LONGEST_HEAD):
            continue
        usual = median(line.top for line in found)
        for line in found:
            if abs(line.top - usual) <= DRIFT:
                reasons[id(line)] = "running head" if place == "top" else "running foot"
    return reasons


def edge_lines(lines: list[Line], height: float) -> list[Line]:
    """The lines that stand at the top or bottom edge of a page, at most three at each."""
    ordered = sorted(lines, key=lambda line: line.top)
    head = [line for line in ordered[:3] if line.middle < EDGE * height]
    foot = [line for line in ordered[-4:] if line.middle > (1 - EDGE) * height]
    alone = [line for line in ordered[-1:] + ordered[:1] if PAGE_NUMBER.fullmatch(line.text) and len(ordered) > 1]
    return list({id(line): line for line in [*head, *foot, *alone]}.values())


def _key(line: Line, height: float) -> tuple[str, str]:
    bare = re.sub(r"\s+", "", DIGITS.sub("#", line.text))
    return bare, "top" if line.middle < height / 2 else "foot"


def dropped(line: Line, reason: str) -> Dropped:
    """The record of a line that was left out."""
    return Dropped(line.page, line.text, reason)
