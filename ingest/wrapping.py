"""Lines of a text file that belong to one paragraph, joined again."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile
from math import inf

from ingest.characters import is_wide
from ingest.numbering import Series, read_mark
from ingest.paragraph import with_join
from ingest.sentence import CLOSERS, is_open

HARD_WRAP, WIDEST = 130, 180  # characters of a line on most pages, and on a page laid across
NEAR, FAR = 6, 20  # lines with words before and after a line that show how wide its column is, and how far they are looked for
SHORTEST = 18  # characters: a shorter line did not end because it was full
SHORT_RUN, LEAST_TITLE = 4, 25  # lines of a title at most, and characters of its first at least
LEAST_FULL = 3  # lines of one width that make a column
LOWER = 0.12  # of the lines
ROOM = 0.97  # of the width: a line is full where the next word would have gone beyond
SPACED, UNSPACED = (
    0.8,
    0.5,
)  # of the lines that go on and that end a paragraph: what ends with a space where spaces tell them apart
BARE_LABEL = re.compile(r"[•●▪■◆–—*-]|\(?[a-z0-9]{1,2}[.)]|(?:\([a-z]{1,4}\)\s*){2,3}[a-z]?")
BARE_NUMBER = re.compile(r"[1-9](?:\.[1-9]){0,3}")
CAPITALS = re.compile(r"[^a-z]*[A-Z]{4}[^a-z]*")
FIGURE = re.compile(r"[\d.,%％\s–-]*\d[\d.,%％\s–-]*")
LEAST_FIGURES = 4  # lines of bare numbers that make the labels of a chart
WORDS = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?")
STOPS = "。！？；：!?:"
LEAST_PROSE = 36  # characters of a line of Chinese prose that broke off
PROSE = re.compile(r"[，、。；]")
SENTENCE_END = re.compile(r"[。！？；]")
TITLE_END = re.compile(r"(?:通知|意见|方案|规划|办法|决定|公告|函|报告|计划|措施|条例|要点|指南)$")
LONGEST_HEAD = 50  # characters of a numbered heading with commas
ALIKE = 4  # columns by which lines of one width differ, a Chinese character taking two
CITED = {Series.DECIMAL, Series.PART, Series.CHAPTER, Series.SECTION, Series.ANNEX, Series.NAMED}  # what a sentence may speak of


def with_labels(lines: list[str]) -> Iterator[str]:
    """The lines, a bullet or number that stands alone on its line put before the words that it belongs to."""
    label = ""
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        bare = line.strip()
        if BARE_LABEL.fullmatch(bare) or (BARE_NUMBER.fullmatch(bare) and CAPITALS.fullmatch(after.strip())):
            label += bare + " "
        else:
            yield label + bare if bare else line
            label = "" if bare else label
    if label:
        yield label


def unwrap(lines: list[str]) -> list[str]:
    """The lines, those that were wrapped by hand or by a page joined to paragraphs again."""
    width = wrapped_at(lines)
    wrapped, spaced = is_wrapped(lines), ends_with_space(lines)
    words = frozenset(word.lower() for line in lines for word in WORDS.findall(line))
    joined: list[str] = []
    last = ""
    for at, line in enumerate(lines):
        bare = line.strip()
        if last and bare and (lines[at - 1].endswith("\t") or _goes_on(lines, at, width, wrapped, spaced)):
            joined[-1] = with_join(joined[-1], bare, words) + bare
        else:
            joined.append(bare)
        last = bare
    return joined


def is_wrapped(lines: list[str]) -> bool:
    """Whether so many lines begin with a small letter that sentences must run over the ends of lines."""
    bare = [line.strip() for line in lines if line.strip()]
    return sum(line[0].islower() for line in bare) >= LOWER * len(bare)


def ends_with_space(lines: list[str]) -> bool:
    """Whether in this text lines end with a space where their paragraph goes on, and without one where it ends."""
    on, ended = [], []
    for line, after in pairwise(lines):
        bare = after.strip()
        if bare[:1].islower() and len(line) > SHORTEST:
            on.append(line.endswith(" "))
        elif line.rstrip()[-1:] in (".", ":") and len(line) < 2 * SHORTEST:
            ended.append(line.endswith(" "))
    return len(on) >= 8 and len(ended) >= 4 and sum(on) >= SPACED * len(on) and sum(ended) <= UNSPACED * len(ended)


def wrapped_at(lines: list[str]) -> int:
    """The length that lines were wrapped at by hand, 0 where they were not."""
    full = sorted(len(line.strip()) for line in lines if len(line.strip()) > 15)
    if len(full) < 8:
        return 0
    width = full[int(0.9 * (len(full) - 1))]
    near = sum(0.7 * width < length <= 1.15 * width for length in full)
    return width if width <= HARD_WRAP and near >= 0.35 * len(full) else 0


def _goes_on(lines: list[str], at: int, width: int, wrapped: bool, spaced: bool) -> bool:
    """Whether the line at this place goes on with the sentence of the one before."""
    last, line = lines[at - 1].strip(), lines[at]
    bare = line.strip()
    mark = read_mark(bare)
    if mark and mark.series in CITED and bare[0].islower() and last[-1] not in STOPS + ".;":
        return True
    if is_open(last) and (mark is None or mark.series in CITED):
        return True
    if mark or last[-1] in STOPS or (line.startswith(("\u3000", "\t")) and is_wide(bare[0])):
        return False
    if bare[0].islower() and last[-1] not in ".;":
        return True
    if is_wide(last[-1]) or is_wide(bare[0]):
        is_column = bool(width) and 0.7 * width < len(last) <= 1.15 * width
        return (is_column or _breaks_off(last, bare)) and not line.startswith("   ")
    if spaced:
        return lines[at - 1].endswith(" ")
    return wrapped and last[-1] != "." and _is_full(lines, at, last, bare)


def _breaks_off(last: str, bare: str) -> bool:
    """Whether a line of Chinese prose ends within a sentence that the next line of prose goes on with.

    For texts that have some lines joined and others not, so that no width is common to them.
    """
    if last[-1] in "，、":
        return True
    if len(last) < LEAST_PROSE or last[-1] in CLOSERS or bare[-1] in "：:" or not (PROSE.search(last) and PROSE.search(bare)):
        return False
    *whole, tail = SENTENCE_END.split(last)
    if not whole and (TITLE_END.search(last) or (read_mark(last) and len(last) <= LONGEST_HEAD)):
        return False
    if whole and read_mark(tail.strip()) and not PROSE.search(tail):  # a heading stands behind the last sentence
        return False
    return bool(whole or SENTENCE_END.search(bare)) or abs(_columns(last) - _columns(bare)) <= ALIKE


def _columns(line: str) -> int:
    return sum(2 if is_wide(character) else 1 for character in line)


def _is_full(lines: list[str], at: int, last: str, bare: str) -> bool:
    """Whether the first word of `bare` would have gone beyond the lines around it."""
    if not SHORTEST <= len(last) <= WIDEST:
        return False
    most = HARD_WRAP if len(last) <= HARD_WRAP else WIDEST
    need = len(last) + 1 + len(bare.split(maxsplit=1)[0])
    around = [len(each.strip()) for each in (*lines[max(0, at - FAR) : at], *lines[at : at + FAR])]
    middle = min(at, FAR)
    near = [*filter(None, around[:middle])][-NEAR:] + [*filter(None, around[middle:])][:NEAR]
    own = [*takewhile(bool, around[:middle][::-1]), *takewhile(bool, around[middle:])]
    if len(own) <= SHORT_RUN and need > ROOM * max(_column(own, 2, most), LEAST_TITLE):
        return True
    return need > ROOM * min(_column(own, LEAST_FULL, most), _column(near, LEAST_FULL, most))


def _column(lengths: list[int], least: int, most: int) -> float:
    """How many characters fill a line, by the longest of these up to `most`; without end where fewer than `least` are as long."""
    width = max((length for length in lengths if length <= most), default=0)
    return width if sum(0.88 * width <= length <= width for length in lengths) >= least else inf


def is_figure(line: str) -> bool:
    """Whether the line holds numbers and nothing else, as the labels of a chart do."""
    return bool(FIGURE.fullmatch(line))
