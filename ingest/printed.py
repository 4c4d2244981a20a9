"""Text files that were taken from printed pages: page numbers, running heads and footnotes apart from the body."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from os.path import commonprefix
from statistics import median

from domain.document import Dropped
from ingest.block import Block, Form
from ingest.characters import clean
from ingest.furniture import DIGITS, PAGE_NUMBER
from ingest.sentence import is_open

LEAST_PAGES = 3
LONGEST_HEAD = 130  # characters of a line that comes back beside page numbers
LEAST_LINES = 12  # between two page numbers, on the median: numbers that come closer count something else
OFTEN = 0.4  # of the pages: what comes back on so many is furniture; left and right pages may differ
LEAST_SPAN = 0.5  # of the text's lines, from the first page number to the last
NEAREST, MOST_MISSING = 4, 2  # lines between two page numbers at least; pages in a row that may lack theirs
GLUED = re.compile(r"(\d{1,3}?)(?=[A-Za-z(\d])")  # a number that is set before the next page's first line
LEAST_FOOT = 20  # characters that the foot lines of all pages share
NUMBER_FIRST = re.compile(
    rf"(\d{{1,3}}) .{{{LEAST_FOOT}}}"
)  # a number with the foot line that goes on in the next page's first line
NAMED_PAGE = re.compile(r"p\s?a\s?g\s?e", re.I)
NOTE = re.compile(r"(\d{1,3})[ \t]{1,3}(?=[A-Z“\"(h])")
MOST_HEADS = 2  # lines of a running head
TITLE_LINES = 8  # lines at the top among which a title stands
SHORT = 0.85  # of the usual length: a shorter last line of a page ends its paragraph
LONGEST_NOTES = 15  # lines of footnotes on one page
STOP = re.compile(r"[.!?:;。！？：；]$")


@dataclass(slots=True)
class Printed:
    """The lines of a printed text without what belongs to its pages; `notes` are its footnotes."""

    lines: list[str]
    dropped: list[Dropped] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)


def without_pages(lines: list[str]) -> Printed:
    """The lines without page numbers and what comes back beside them, the paragraphs that they cut whole again."""
    numbers = find_page_numbers(lines)
    heads = find_heads(lines, numbers)
    printed = Printed([])
    page, note = 1, 1
    start = 0  # of the page in the printed lines
    for at, line in enumerate(lines):
        if at not in numbers and at not in heads:
            printed.lines.append(line)
            continue
        furniture = line[: numbers[at]] if at in numbers else line
        printed.dropped.append(Dropped(page, furniture.strip(), "page number" if at in numbers else "running head"))
        if at in numbers:
            page += 1
            note = _take_notes(printed, start, note)
            _close_gap(printed.lines)
            start = len(printed.lines)
            if rest := line[numbers[at] :].strip():
                printed.lines.append(rest)
    printed.lines = list(_without_gaps(printed.lines))
    return printed


def find_page_numbers(lines: list[str]) -> dict[int, int]:
    """The lines that are or begin with the number of a page, and the length of what belongs to the page."""
    whole = len(lines)
    named = {at: len(line) for at, line in enumerate(lines) if NAMED_PAGE.search(line) and PAGE_NUMBER.fullmatch(line.strip())}
    alone = [(at, int(line)) for at, line in enumerate(lines) if line.strip().isdecimal() and len(line.strip()) <= 3]
    found = named | {at: len(lines[at]) for at, _ in longest_count(alone, whole)}
    if len(found) >= LEAST_PAGES:
        return found
    before = [(at, int(start[1])) for at, line in enumerate(lines) if (start := NUMBER_FIRST.match(line))]
    chain = longest_count(before, whole)
    shared = commonprefix([lines[at].split(" ", 1)[1] for at, _ in chain])  # noqa: RUF071 characters are what is meant
    if len(chain) >= LEAST_PAGES and len(shared) >= LEAST_FOOT:
        foot = re.compile(rf"(?:\d{{1,3}} {re.escape(shared)})+")  # more than one where pages hold nothing else
        return {at: match.end() for at, _ in chain if (match := foot.match(lines[at]))}
    glued = [
        (at, int(line[:end]))
        for at, line in enumerate(lines)
        for end in (1, 2)
        if GLUED.match(line) and line[:end].isdecimal() and not line[end : end + 1].isspace()
    ]
    chain = longest_count(glued + alone, whole)
    return {at: len(str(number)) for at, number in chain} if len(chain) > LEAST_PAGES else {}


def longest_count(numbers: Iterable[tuple[int, int]], whole: int) -> list[tuple[int, int]]:
    """The longest run of (line, number) that counts up page by page through a text of `whole` lines.

    Empty where its steps are too short for pages or it runs through a part of the text only.
    """
    best: dict[int, list[tuple[int, float]]] = {}  # by number: the lines it stands on and the worth of the run so far
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    last: tuple[float, tuple[int, int] | None] = (0.0, None)
    for at, number in sorted(numbers):
        runs = [
            (worth + min(1.0, (at - line) / LEAST_LINES) ** 2, (line, number - step))
            for step in range(1, MOST_MISSING + 1)
            for line, worth in best.get(number - step, [])
            if at - line >= NEAREST
        ]
        worth, before[at, number] = max(runs, default=(0.0, None), key=lambda run: run[0])
        best.setdefault(number, []).append((at, worth))
        last = max(last, (worth, (at, number)), key=lambda run: run[0])
    chain: list[tuple[int, int]] = []
    link = last[1]
    while link is not None:
        chain.append(link)
        link = before[link]
    chain.reverse()
    while len(chain) > 1 and chain[1][0] - chain[0][0] < LEAST_LINES:  # entries of a contents page
        del chain[0]
    steps = [after[0] - at[0] for at, after in pairwise(chain)]
    if len(chain) < LEAST_PAGES or median(steps) < LEAST_LINES or chain[-1][0] - chain[0][0] < LEAST_SPAN * whole:
        return []
    return chain


def find_heads(lines: list[str], numbers: dict[int, int]) -> set[int]:
    """The lines next to page numbers, and next to such lines, that come back on page after page; not the title at the top."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    place = {at: index for index, at in enumerate(filled)}
    heads: set[int] = set()
    edges = [(place[number], place[number]) for number in numbers]
    for _ in range(MOST_HEADS):
        groups: dict[str, set[int]] = {}
        for first, last in edges:
            for near in {first - 1, last + 1} & set(range(len(filled))):
                text = lines[filled[near]].strip()
                if filled[near] not in numbers and len(text) <= LONGEST_HEAD and any(map(str.isalpha, text)):
                    groups.setdefault(DIGITS.sub("#", text), set()).add(near)
        least = max(LEAST_PAGES, OFTEN * len(numbers))
        found = {near for group in groups.values() if len(group) >= least for near in group}
        heads |= {filled[near] for near in found}
        edges = [(first - (first - 1 in found), last + (last + 1 in found)) for first, last in edges]
    return {at for at in heads if place[at] >= TITLE_LINES}


def _take_notes(printed: Printed, start: int, note: int) -> int:
    """Move the footnotes at the end of the page to the notes; `note` is the number that the next one must have."""
    first = max(start, len(printed.lines) - LONGEST_NOTES)
    at = next((at for at in range(first, len(printed.lines)) if (m := NOTE.match(printed.lines[at])) and int(m[1]) == note), None)
    cited = re.compile(rf"\S{note}(?=[\s.,;:)]|$)|^\s*{note}\s*$", re.M)
    if at is None or not cited.search("\n".join(printed.lines[start:at])):
        return note
    notes, printed.lines = printed.lines[at:], printed.lines[:at]
    texts: list[str] = []
    for line in notes:
        found = NOTE.match(line)
        if found and int(found[1]) == note:
            note += 1
            texts.append(line.strip())
        else:
            texts[-1] += " " + line.strip()
    printed.notes += [Block(text, Form.FOOTNOTE) for each in texts if (text := clean(each))]
    return note


def _close_gap(lines: list[str]) -> None:
    """Take the empty lines off the end, and mark where they stood unless a sentence goes on there."""
    while lines and not lines[-1].strip():
        lines.pop()
    if lines and STOP.search(lines[-1].strip()):
        lines.append("")
    elif lines:
        lines.append(GAP)


GAP = "\0"  # stands where a page ended in mid-sentence, until its empty lines are gone


def _without_gaps(lines: list[str]) -> Iterator[str]:
    """The lines without the gaps, an empty line in place of one that a short line ends at and no small letter goes on from."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    usual = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    last, after_gap = "", False
    for line in lines:
        if line == GAP:
            after_gap = True
        elif not after_gap or line.strip():
            if after_gap and len(last) < SHORT * usual and not line.strip()[:1].islower() and not is_open(last):
                yield ""
            last, after_gap = line.strip(), False
            yield line
