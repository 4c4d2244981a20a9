"""The characters of a PDF page, put together to printed lines."""

import ctypes
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from ingest.characters import is_wide
from ingest.line import Line

WIDE_GAP = 1.6  # of the type size: a gap this wide parts what stands beside each other
BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|simhei|黑体", re.I)
HYPHENS = (0xFFFE, 0x2, 0xAD)


@dataclass(slots=True)
class Glyph:
    """One character and its loose box in points from the top left of the page as shown."""

    char: str
    x0: float
    top: float
    x1: float
    bottom: float
    index: int


class View:
    """How a page is shown: maps its own coordinates to points from the top left, its rotation applied."""

    def __init__(self, page: Any) -> None:
        self.rotation = page.get_rotation()
        self.left, self.low, self.right, self.high = page.get_bbox()
        width, height = self.right - self.left, self.high - self.low
        self.width, self.height = (height, width) if self.rotation in (90, 270) else (width, height)

    def place(self, left: float, low: float, right: float, high: float) -> tuple[float, float, float, float]:
        """The rectangle as (x0, top, x1, bottom) of the page as shown."""
        if self.rotation == 0:
            return left - self.left, self.high - high, right - self.left, self.high - low
        if self.rotation == 90:
            return low - self.low, left - self.left, high - self.low, right - self.left
        if self.rotation == 180:
            return self.right - right, low - self.low, self.right - left, high - self.low
        return self.high - high, self.right - right, self.high - low, self.right - left


def read_glyphs(textpage: Any, view: View) -> list[Glyph]:
    """Every printed character of the page in the order of the content stream, spaces included, line ends not."""
    raw = textpage.raw
    rect = pdfium.FS_RECTF()
    ref = ctypes.byref(rect)
    unicode_of, box_of, place = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox, view.place
    glyphs: list[Glyph] = []
    for index in range(pdfium.FPDFText_CountChars(raw)):
        code = unicode_of(raw, index)
        if code in (10, 13, 0):
            continue
        if code == 32:
            if glyphs and glyphs[-1].char != " ":
                glyphs.append(Glyph(" ", 0, 0, 0, 0, index))
            continue
        box_of(raw, index, ref)
        x0, top, x1, bottom = place(rect.left, rect.bottom, rect.right, rect.top)
        char = "\ufffe" if code in HYPHENS else chr(code) if code < 0x110000 and not 0xD800 <= code <= 0xDFFF else ""
        if char:
            glyphs.append(Glyph(char, x0, top, x1, bottom, index))
    return glyphs


def glyphs_to_runs(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Runs of glyphs that stand on one line without a wide gap; doubled glyphs are taken once."""
    runs: list[list[Glyph]] = []
    run: list[Glyph] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph.char == " ":
            if run and run[-1].char != " ":
                run.append(glyph)
            continue
        if last is not None:
            if glyph.char == last.char and abs(glyph.x0 - last.x0) < 0.25 * (last.x1 - last.x0) and abs(glyph.top - last.top) < 2:
                continue
            if not _continues(last, glyph):
                runs.append(run)
                run = []
            elif run[-1].char != " " and glyph.index > last.index + 1 and _is_word_gap(last, glyph):
                run.append(Glyph(" ", 0, 0, 0, 0, glyph.index))
        run.append(glyph)
        last = glyph
    if run:
        runs.append(run)
    return runs


def _is_word_gap(last: Glyph, glyph: Glyph) -> bool:
    gap = glyph.x0 - last.x1
    size = min(last.bottom - last.top, glyph.bottom - glyph.top)
    return gap > 0.2 * size and not (is_wide(last.char) and is_wide(glyph.char))


def _continues(last: Glyph, glyph: Glyph) -> bool:
    height = min(last.bottom - last.top, glyph.bottom - glyph.top)
    overlap = min(last.bottom, glyph.bottom) - max(last.top, glyph.top)
    if overlap < 0.5 * height:
        return False
    gap = glyph.x0 - last.x1
    size = max(last.bottom - last.top, glyph.bottom - glyph.top)
    return glyph.x0 > last.x0 - 0.3 * size and gap < WIDE_GAP * size  # a ligature's letters share one box


def run_to_line(run: list[Glyph], textpage: Any, page: int) -> Line | None:
    """The run as a line, with the type size and weight that most of it has; None if it is blank."""
    printed = [glyph for glyph in run if glyph.char != " "]
    if not printed:
        return None
    text = "".join(glyph.char for glyph in run).strip()
    if not text:
        return None
    sizes = Counter(round(glyph.bottom - glyph.top, 1) for glyph in printed)
    size = sizes.most_common(1)[0][0]
    sample = [printed[0], printed[len(printed) // 2], printed[-1]]
    bold = all(is_bold(textpage, glyph.index) for glyph in sample)
    return Line(
        text,
        page,
        min(glyph.x0 for glyph in printed),
        min(glyph.top for glyph in printed),
        max(glyph.x1 for glyph in printed),
        max(glyph.bottom for glyph in printed),
        size,
        bold,
    )


def is_bold(textpage: Any, index: int) -> bool:
    """Whether the character at this index is set in a bold face, by the face's weight or name."""
    if pdfium.FPDFText_GetFontWeight(textpage.raw, index) >= 600:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage.raw, index, name, 128, ctypes.byref(flags))
    return bool(BOLD_NAME.search(name.value.decode("utf-8", "ignore")))
