"""Paragraphs: which lines go on and which end."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest import contents
from ingest.block import Block, Span
from ingest.characters import clean, close_up, han_share, is_han, is_wide
from ingest.date import is_date
from ingest.heading import TITLE_END, is_capitals
from ingest.line import Line
from ingest.numbering import CN, Series, read_mark
from ingest.sentence import is_open

SECOND_PARTS = frozenset(  # second halves of English compounds, which keep their hyphen at a line's end
    {
        "related",
        "based",
        "term",
        "friendly",
        "free",
        "efficient",
        "wide",
        "scale",
        "neutral",
        "effective",
        "income",
        "site",
        "road",
    }
    | {"time", "level", "intensive", "use", "owned", "art", "saving", "specific", "sector", "making"}
)
SENTENCE_END = "。！？；：.!?;:…”）)》"
INLINE_HEADING = re.compile(rf"(.*[。；！？）])\s*([{CN}]{{1,3}}、[^。；，]{{2,30}})$")
UNDER_TITLE = re.compile(r"[（(].*(?:号|日|通过|发布|稿)\s*[)）]$|.{0,16}[〔\[【（(]\s*(?:19|20)\d\d\s*[〕\]】）)]\s*\d+\s*号$")
ANNEX_LABEL = re.compile(r"附\s*[件录表]\s*[\d一二三四五六七八九十-]{0,4}\s*[:：]?")
LONGEST_TAIL = 4  # characters of a line that only takes what a full one could not hold
RAGGED = 8  # lines
FULL_STOP = "。！？；.!?;:："
SURE = {Series.CHAPTER, Series.PART, Series.CHINESE_BRACKET, Series.CIRCLED, Series.BULLET, Series.BOX, Series.NAMED}


@dataclass(frozen=True, slots=True)
class Measure:
    """The measure of a column of type: its edges, its usual type size and distance from line to line, in points."""

    left: float
    right: float
    size: float
    leading: float

    def widened(self, usual: "Measure") -> "Measure":
        """This measure with the document's usual edges, where a few short lines have made it too narrow."""
        near = abs(self.left - usual.left) < 8 * usual.size and self.right < usual.right
        return Measure(min(self.left, usual.left), usual.right, self.size, self.leading) if near else self


def measure_column(lines: list[Line]) -> Measure:
    """The measure of these lines: edges that most full lines keep, the median size and the usual leading."""
    long = sorted(lines, key=lambda line: line.x0 - line.x1)[: max(1, len(lines) // 2)]
    rights = sorted(line.x1 for line in long)
    lefts = sorted(line.x0 for line in long)
    steps = [after.top - line.top for line, after in pairwise(lines) if 0 < after.top - line.top < 60]
    size = median(line.size for line in long)
    return Measure(lefts[len(lefts) // 4], rights[(3 * len(rights)) // 4], size, median(steps) if steps else 1.6 * size)


def has_ragged_edge(lines: list[Line]) -> bool:
    """Whether so many English lines end near one another that they show how wide their column is."""
    right = measure_column(lines).right
    full = [line for line in lines if abs(line.x1 - right) < 2.5 * line.size and not han_share(line.text)]
    return len(full) >= max(RAGGED, 0.4 * len(lines))


def begins_paragraph(group: list[Line], line: Line, measure: Measure, above: Measure | None = None) -> bool:
    """Whether `line` begins a new paragraph after the lines of `group`.

    `measure` is that of its column, `above` that of the column or page before where the group's last line stands there.
    """
    last = group[-1]
    above = above.widened(measure) if above else measure
    chinese = han_share(line.text + last.text) >= 0.5
    same_page = last.page == line.page and last.column == line.column
    gap = line.top - last.top if same_page else 0.0
    if chinese and _ends_title(group, line, measure):
        return True
    if chinese and gap < 4 * measure.leading and _is_unfinished(group, line, measure):
        return False
    if abs(last.size - line.size) > 0.12 * max(last.size, line.size) and not _is_mixed(last, line):
        return True
    if last.bold != line.bold and not chinese and (last.bold or last.text[-1] in FULL_STOP or _is_short(last, line, above)):
        return True
    if _is_title(last, line, measure) and same_page and gap < 3 * line.size:
        return (
            last.text[-1:] in FULL_STOP or bool(read_mark(line.text)) or is_date(line.text) or bool(UNDER_TITLE.match(line.text))
        )
    if not chinese and gap < 4 * measure.leading and _must_go_on(last, line, measure):
        return False
    if gap > max(1.5 * measure.leading, 1.25 * (last.bottom - last.top) + 2):
        return True
    if is_date(line.text) or is_date(last.text):
        return True
    mark = read_mark(line.text)
    ended = last.text[-1:] in SENTENCE_END
    indented = line.x0 > measure.left + 1.2 * line.size
    if mark and (mark.series in SURE or ended or indented or _is_short(last, line, above)):
        return True
    if mark and mark.series is Series.CHINESE and line.text[mark.end : mark.end + 1] not in CN and last.text[-1] not in "第" + CN:
        return True
    if chinese:
        return _begins_chinese(last, line, measure, indented)
    return _begins_english(group, line, above, same_page)


def _is_unfinished(group: list[Line], line: Line, measure: Measure) -> bool:
    """Whether a Chinese sentence must go on in `line`: it runs over the column, no stop ends it, no indent begins another."""
    last = group[-1]
    if is_date(last.text) or is_date(line.text):
        return False
    if last.text[-1] in SENTENCE_END and last.text[-1] not in "）)”…":
        return False
    full = last.x1 > measure.right - 2.2 * line.size
    if line.x0 > measure.left + 1.2 * line.size and not (full and _hangs(group, line, measure.left)):
        return False
    mark = read_mark(line.text)
    if mark and mark.series is not Series.DECIMAL and not (full and mark.label in "—–-" and last.text[-1] not in FULL_STOP):
        return False
    if abs(last.size - line.size) > 0.35 * max(last.size, line.size) or _is_centred(line, measure):
        return False
    width = max(measure.right - measure.left, 1.0)
    if _is_centred(last, measure) and last.x1 - last.x0 < 0.6 * width:
        return False
    if group[0].x0 > measure.left + 0.3 * width or contents.is_entry(last.text):
        return False
    outdented = group[0].x0 > measure.left + 1.2 * line.size and line.x0 < measure.left + 0.5 * line.size
    if last.text[-1] == "”" and outdented and last.x1 - last.x0 > 0.75 * width:
        return True
    if last.text[-1] in "）)”…" or (len(group) == 1 and read_mark(last.text) and "。" not in last.text):
        return full
    return full or len(group) > 1 or last.x1 - last.x0 > 0.55 * width


def _must_go_on(last: Line, line: Line, measure: Measure) -> bool:
    """Whether an English sentence goes on in `line`, over a gap if need be: no stop ends it and a small letter follows."""
    at_edge = abs(line.x0 - measure.left) < 0.5 * line.size and last.x0 - measure.left < 3 * line.size
    return at_edge and last.text[-1] not in FULL_STOP and line.text[0].islower() and read_mark(line.text) is None


def _ends_title(group: list[Line], line: Line, measure: Measure) -> bool:
    """Whether a title, even one that takes nearly the whole width, or the number under it ends above this line."""
    last = group[-1]
    if (last.text == line.text and TITLE_END.search(line.text)) or UNDER_TITLE.match(line.text) or UNDER_TITLE.match(last.text):
        return True
    if ANNEX_LABEL.fullmatch(line.text):
        return True
    smaller = last.size - line.size > 0.12 * last.size
    if (smaller and TITLE_END.search(last.text)) or (last.bold != line.bold and abs(last.size - line.size) > 0.12 * last.size):
        return True
    left, right = last.x0 - measure.left, measure.right - last.x1
    inset = min(left, right) > 0.8 * last.size and abs(left - right) < 0.5 * last.size
    return inset and len(group) < 4 and bool(TITLE_END.search(last.text)) and line.x0 - measure.left < 0.5 * line.size


def _hangs(group: list[Line], line: Line, left: float) -> bool:
    """Whether a line indented from `left` is the rest of the one above all the same: a few characters, or a hanging indent."""
    if len(line.text) <= LONGEST_TAIL and line.text[-1] not in FULL_STOP:
        return True
    deeper = line.x0 > group[0].x0 + 0.5 * line.size > left + 1.7 * line.size and not line.text[0].isdecimal()
    return bool(read_mark(group[0].text)) and (deeper or any("。" in each.text for each in group))


def _is_title(last: Line, line: Line, measure: Measure) -> bool:
    """Whether the two are lines of one title: set alike around the middle of the column, one of them not full."""
    if "。" in last.text or is_date(last.text):
        return False
    first, second = _is_centred(last, measure), _is_centred(line, measure)
    if abs(last.size - line.size) > 0.05 * line.size or last.bold != line.bold or read_mark(last.text):
        return first and second
    apart = abs(last.x0 + last.x1 - line.x0 - line.x1) / 2
    inside = min(line.x0 - measure.left, measure.right - line.x1) > 0.5 * line.size and last.text[-1] not in "）)"
    large = line.size > 1.12 * measure.size
    return (second and apart < 1.25 * line.size) or ((first or large) and inside and apart < 0.5 * line.size)


def _is_mixed(last: Line, line: Line) -> bool:
    """Whether two lines of different height are one sentence, set in fonts of different height."""
    return han_share(last.text) != han_share(line.text) and is_wide(last.text[-1]) and last.text[-1] not in FULL_STOP


def _begins_chinese(last: Line, line: Line, measure: Measure, indented: bool) -> bool:
    if indented and (last.x0 < line.x0 - 0.8 * line.size or (last.bold and not line.bold)):
        return True
    if last.text[-1] in "，、（《“" and last.column == line.column:
        return False
    return last.x1 < measure.right - 2.2 * line.size


def _begins_english(group: list[Line], line: Line, above: Measure, same_page: bool) -> bool:
    last = group[-1]
    if last.text.endswith(("\ufffe", ",")) or is_open(last.text):
        return False
    if same_page and line.x0 > last.x0 + 1.0 * line.size and last.text[-1:] in FULL_STOP:
        return True
    if line.text[:1].islower():
        return False
    if all(is_capitals(each.text) for each in group) and not is_capitals(line.text):
        return True
    return _is_short(last, line, above)


def _is_short(last: Line, line: Line, above: Measure) -> bool:
    """Whether the first word of `line` would still have found room in `last`."""
    word = 1.2 if is_wide(line.text[0]) else len(line.text.split(maxsplit=1)[0]) * 0.5 + 0.5
    return last.x1 + (word + 0.5) * line.size < above.right


def _is_centred(line: Line, measure: Measure) -> bool:
    left, right = line.x0 - measure.left, measure.right - line.x1
    return left > 2.2 * line.size and right > 2.2 * line.size and abs(left - right) < 2.5 * line.size


def lines_to_block(lines: list[Line], measure: Measure, words: frozenset[str]) -> Block:
    """The lines as one paragraph; `words` are the document's own, which say whether a hyphen at a line's end stays."""
    text = ""
    spans = []
    for line in lines:
        piece = " ".join(clean(part.text.replace("\ufffe", "-")) for part in line.cells or (line,))
        if not piece:
            continue
        text = with_join(text, piece, words)
        spans.append(Span(len(text), len(text) + len(piece), line.box))
        text += piece
    first = lines[0]
    return Block(
        text,
        page=first.page,
        spans=tuple(spans),
        size=max(lines, key=lambda line: len(line.text)).size,
        bold=all(line.bold for line in lines),
        centred=all(_is_centred(line, measure) for line in lines),
    )


def part_heading(block: Block) -> list[Block]:
    """The block, parted where a numbered heading stands behind the end of its last sentence."""
    found = INLINE_HEADING.match(block.text)
    if not found:
        return [block]
    cut = found.start(2)
    first = tuple(replace(span, end=min(span.end, cut)) for span in block.spans if span.start < cut)
    second = tuple(replace(span, start=max(span.start, cut) - cut, end=span.end - cut) for span in block.spans if span.end > cut)
    page = second[0].box.page if second else block.page
    return [replace(block, text=found[1].rstrip(), spans=first), replace(block, text=found[2], spans=second, page=page)]


def _takes_no_space(text: str) -> bool:
    """Whether the last character closes up with what follows; quotation marks do in Chinese only."""
    return is_wide(text[-1]) and (text[-1] not in "“”‘’" or han_share(text[-12:]) >= 0.5)


def with_join(text: str, piece: str, words: frozenset[str]) -> str:
    """The text so far, made ready to take the next line: without its hyphen, with a space, or as it is."""
    if not text:
        return text
    if text[-1] in "-\u2010" and text[-2:-1].isalpha() and piece[0].islower():
        before = re.search(r"[A-Za-z]+$", text[:-1])
        after = re.match(r"[A-Za-z]+", piece)
        if before and after:
            whole = (before[0] + after[0]).lower()
            parted = f"{before[0]}-{after[0]}".lower()
            return text if whole not in words and (parted in words or after[0] in SECOND_PARTS) else text[:-1]
    if text[-1] in "-/–\u2010" and text[-2:-1].isalnum() and not is_han(piece[0]):
        return text
    if _takes_no_space(text) or _takes_no_space(piece[::-1]) or close_up(f"{text[-1]} {piece[0]}") == text[-1] + piece[0]:
        return text
    return text + " "
