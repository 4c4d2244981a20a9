"""Headings: which blocks are one, told by number, type and wording."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.block import Block, Form
from ingest.characters import HAN, han_share, is_han
from ingest.date import ENGLISH_DATE
from ingest.numbering import Mark, Series, read_mark
from ingest.sentence import split_sentences

LONGEST_CHINESE = 45
LONGEST_ENGLISH = 110
RUN_IN_CHINESE = 36
SENTENCE_END = re.compile(r"[。！？；;，,、]$|[.!?]$")
BULLETS = "•◆◇■□★☆▲△►➢▶※○·-–—*"
BODY_FORMS = (Form.TEXT, Form.HEADING)
TITLE_END = re.compile(
    r"(?:通知|意见|方案|规划|计划|办法|决定|纲要|报告|条例|规定|细则|函|公告|通告|批复|要点|措施|行动|指南|清单|纪要|决议|规则|标准|若干政策|政策措施|任务分工)"
    r"(?:[（(][^）)]{1,24}[）)]){0,2}$"  # the years, then 征求意见稿
)
WHOLE_NAME = re.compile(r"^《([^《》]+)》$")
SIGNATURE = re.compile(r"^(?:20|19)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$")
CONTACT = re.compile(r"[:：]\s*[（(]?\d[\d\s—–()（）、-]{6,}$|\w@\w")  # a telephone number, an address
SECTION_SERIES = {Series.PART, Series.CHAPTER, Series.SECTION, Series.ANNEX, Series.BOX, Series.NAMED}
BARE_NUMBER = re.compile(rf"(\d{{1,2}})(?:\s+(?=[A-Z])|(?=[{HAN}]))(?!.*[。；，.;]$)")
NEAR_BELOW = 6  # blocks below a heading among which its first section begins
LIST_HEADS = frozenset(
    {"goals", "targets", "objectives", "strategies", "actions", "measures", "principles", "outcomes", "challenges"}
)
HEADED = {Series.CHINESE, Series.CHINESE_BRACKET}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its title as cited, the kind of its series and its number in it (0 without one), its type size.

    `run_in` is the length of a heading that its paragraph goes on after, 0 where it stands alone; `whole` says that the block is
    a heading only; `is_title` marks the document's own title, which opens no section.
    """

    title: str
    key: tuple[str, int]
    size: float = 0.0
    style: tuple[str, int] = ("", 0)
    run_in: int = 0
    whole: bool = True
    is_title: bool = False
    number: int = 0


def find_headings(blocks: Sequence[Block]) -> dict[int, Heading]:
    """The headings among the blocks, by the block's place."""
    body = body_size(blocks)
    marks = [read_mark(block.text) if block.form in BODY_FORMS else None for block in blocks]
    _mark_bare_numbers(blocks, marks)
    found: dict[int, Heading] = {}
    cover = has_cover(blocks)
    for at, block in enumerate(blocks):
        if block.form not in BODY_FORMS or not block.text:
            continue
        heading = _heading(blocks, marks, at, body)
        is_first = at == 0 and not body and (block.rank or 1) == 1 and han_share(block.text) < 0.5
        if heading is not None and heading.key[0] == "font" and (is_first or (block.page == 1 and cover)):
            heading = replace(heading, is_title=True)
        if heading is not None:
            mark = marks[at]
            found[at] = replace(heading, number=mark.number) if mark else heading
    return found


def _mark_bare_numbers(blocks: Sequence[Block], marks: list[Mark | None]) -> None:
    """Mark the headings that bear a number without a stop ("2 Main tasks"), which a section numbered below it ("2.1") shows."""
    for at, block in enumerate(blocks):
        found = BARE_NUMBER.match(block.text) if marks[at] is None and block.form in BODY_FORMS else None
        below = next((mark for mark in marks[at + 1 : at + 1 + NEAR_BELOW] if mark and mark.series is Series.DECIMAL), None)
        if found and below and below.label.startswith(f"{found[1]}.1"):
            marks[at] = Mark(Series.NUMBER, int(found[1]), 0, found.end(), found[1])


def has_cover(blocks: Sequence[Block]) -> bool:
    """Whether the first page is a cover: a few lines and no sentences, with more pages to come."""
    first = [block.text for block in blocks if block.page == 1]
    later = any((block.page or 0) > 2 for block in blocks)
    sentences = sum(text.endswith(("。", ".", "；")) for text in first)
    return later and sum(map(len, first)) < 600 and sentences <= 1


def body_size(blocks: Sequence[Block]) -> float:
    """The type size that most of the text is set in, 0 where sizes are unknown."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block.form is Form.TEXT:
            sizes[round(block.size, 1)] += len(block.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _heading(blocks: Sequence[Block], marks: Sequence[Mark | None], at: int, body: float) -> Heading | None:
    block, mark = blocks[at], marks[at]
    if block.form is Form.HEADING and mark is None:
        return Heading(tidy(block.text), ("font", block.rank or 1), block.size)
    if mark is not None and mark.series is not Series.BULLET:
        return _numbered(blocks, marks, at, body)
    if han_share(block.text) >= 0.5:
        return _chinese(block, at, body)
    return _english(blocks, at, body)


def tidy(title: str) -> str:
    """The title as it is cited: without the full stop or colon at its end."""
    return title.strip().rstrip("。．.:：;； ")


def run_in_head(text: str, mark: Mark) -> int:
    """The length of a heading that runs into its paragraph ("（一）完善机制。建立…"), 0 if there is none."""
    sentences = split_sentences(text)
    if len(sentences) < 2:
        return 0
    end = sentences[0][1]
    head = text[mark.end : end]
    limit = RUN_IN_CHINESE if han_share(head) >= 0.5 else 70
    if len(head) > limit or not head.endswith(("。", ".", "！", "：")) or re.search(r"[；;]|（责任|（牵头|\d{4}(?!年)", head):
        return 0
    return end


def _numbered(blocks: Sequence[Block], marks: Sequence[Mark | None], at: int, body: float) -> Heading | None:
    block, mark = blocks[at], marks[at]
    assert mark is not None
    words = block.text[mark.end :].strip()
    key = ("box", 0) if mark.series is Series.BOX else ("series", mark.series + 100 * mark.depth)
    chinese = han_share(block.text) >= 0.5
    if mark.series is Series.ARTICLE:
        return Heading(mark.label, key, block.size, whole=False)
    if mark.series in (Series.ORDINAL, Series.CIRCLED) and block.form is not Form.HEADING:
        return None
    if not chinese:
        return _english_numbered(blocks, marks, at, body, key)
    longest = LONGEST_CHINESE
    if len(words) <= longest and not SENTENCE_END.search(words) and "。" not in words:
        if block.form is Form.HEADING or mark.series in SECTION_SERIES or _leads(blocks, marks, at):
            return Heading(_title(blocks, at, block.text), key, block.size)
        return None
    run_in = run_in_head(block.text, mark) if chinese or block.bold else 0
    if run_in and mark.series in HEADED | {Series.NUMBER, Series.DECIMAL, Series.NUMBER_BRACKET, Series.SECTION}:
        return Heading(tidy(block.text[:run_in]), key, block.size, run_in=run_in)
    alone = words.endswith("。") and len(words) <= RUN_IN_CHINESE and "，" not in words
    if alone and mark.series in HEADED | {Series.NUMBER} and _leads(blocks, marks, at):
        return Heading(tidy(block.text), key, block.size)
    return None


def _english_numbered(
    blocks: Sequence[Block], marks: Sequence[Mark | None], at: int, body: float, key: tuple[str, int]
) -> Heading | None:
    """A numbered English heading; a goal or objective that is named and put in words stays a statement and opens a section."""
    block, mark = blocks[at], marks[at]
    assert mark is not None
    words = block.text[mark.end :].strip(" :–—-")
    strength = _strength(blocks, at, body)
    style = style_of(block, body)
    if mark.series in SECTION_SERIES:
        if len(words) > 3 * LONGEST_ENGLISH or (strength < 2 and re.match(r"[a-z,;(]|and\b|of\b", words)):
            return None
        if len(words.split()) > 5 and mark.series is Series.NAMED:
            return Heading(tidy(block.text[:LONGEST_ENGLISH]), key, block.size, style, whole=False)
        if len(words) > LONGEST_ENGLISH or words.endswith("."):
            return None
        return Heading(_title(blocks, at, block.text), key, block.size, style)
    if not _could_head(words, words.split()) or words[0].islower():
        return None
    titled = _is_title_case(words.split()) or words.isupper()
    declared = block.form is Form.HEADING  # by the file itself, whatever its capitals
    if declared or strength >= 2 or (strength and titled) or (titled and not body and _leads(blocks, marks, at)):
        return Heading(tidy(block.text), key, block.size, style)
    if mark.series is Series.DECIMAL and (titled or (not body and len(words.split()) <= 8)) and _leads(blocks, marks, at):
        return Heading(tidy(block.text), key, block.size, style)
    return None


def _title(blocks: Sequence[Block], at: int, text: str) -> str:
    """The heading's text; a bare number ("Chapter 2", "附件1") takes the line below it along."""
    title = tidy(text)
    mark = read_mark(text)
    if mark and not text[mark.end :].strip() and at + 1 < len(blocks):
        below = blocks[at + 1]
        if below.form in BODY_FORMS and len(below.text) <= LONGEST_CHINESE and not SENTENCE_END.search(below.text):
            return f"{title} {tidy(below.text)}"
    return title


def _leads(blocks: Sequence[Block], marks: Sequence[Mark | None], at: int) -> bool:
    """Whether text follows that is not the next item of the same list."""
    mark = marks[at]
    for after in range(at + 1, min(at + 3, len(blocks))):
        if blocks[after].form not in (Form.TEXT, Form.HEADING, Form.ROW, Form.CAPTION):
            continue
        other = marks[after]
        if mark and other and other.series == mark.series and other.depth == mark.depth:
            return mark.series is Series.CHINESE or blocks[at].bold
        return True
    return False


def _chinese(block: Block, at: int, body: float) -> Heading | None:
    text = block.text
    if len(text) > 60 or SENTENCE_END.search(text) or SIGNATURE.match(text) or "…" in text or text.endswith("："):
        return None
    if CONTACT.search(text):
        return None
    larger = bool(body) and block.size > 1.12 * body
    if TITLE_END.search(WHOLE_NAME.sub(r"\1", text)) and (larger or block.centred or at < 6) and len(text) >= 6:
        return Heading(tidy(text), ("title", 0), block.size, is_title=True)
    if (larger and len(text) >= 2 and any(map(is_han, text))) or (block.centred and block.bold):
        return Heading(tidy(text), ("font", 0), block.size)
    return None


def _english(blocks: Sequence[Block], at: int, body: float) -> Heading | None:
    block = blocks[at]
    text = block.text
    words = text.split()
    set_off = is_capitals(text) and len(words) > 2 and (block.bold or block.size > 1.1 * body)
    listed = read_mark(text) and text[0] in BULLETS and block.size < 1.3 * body and not set_off
    if not _could_head(text, words) or listed:
        return None
    strength = _strength(blocks, at, body)
    if strength == 0 or (strength < 3 and words[0][0].islower()):
        return None
    if not any(other.text for other in blocks[at + 1 : at + 2]):
        return None
    return Heading(tidy(text.lstrip(BULLETS + " ")), style_of(block, body), block.size, style_of(block, body))


def _could_head(text: str, words: Sequence[str]) -> bool:
    if not words or len(text) > LONGEST_ENGLISH or len(text) < 3 or sum(char.isalpha() for char in text) < 3:
        return False
    if re.search(r"[.;,!]$|https?:|www\.|@", text) and not text.endswith(("etc.", "Inc.")):
        return False
    if ENGLISH_DATE.fullmatch(text):
        return False
    if "\t" in text or sum(char.isdigit() for char in text) > 0.35 * len(text):
        return False
    return not (text.endswith(":") and len(words) > 5)


def _strength(blocks: Sequence[Block], at: int, body: float) -> int:
    """How strongly the type says that this is a heading: 0 not at all, 3 whatever it says."""
    block = blocks[at]
    words = block.text.split()
    capitals = is_capitals(block.text)
    if not body:
        if ENGLISH_DATE.search(block.text):
            return 0
        named = len(words) <= 3 and words[0][0].isupper() and (block.text.endswith(":") or block.text.lower() in LIST_HEADS)
        return 1 if capitals or named or (_is_title_case(words) and _before_longer(blocks, at)) else 0
    if block.size >= 1.3 * body and len(words) <= 14:
        return 3
    if capitals and len(words) <= 12:
        return 2
    if block.bold and len(words) <= 14 and not _bold_around(blocks, at):
        return 2
    if block.size >= 1.12 * body and len(words) <= 12 and _is_title_case(words):
        return 1
    return 0


def _bold_around(blocks: Sequence[Block], at: int) -> bool:
    """Whether the block stands in a run of bold text, where bold says nothing."""
    near = [blocks[other] for other in (at - 1, at + 1) if 0 <= other < len(blocks)]
    return len(near) == 2 and all(block.bold and abs(block.size - blocks[at].size) < 0.5 for block in near)


def _before_longer(blocks: Sequence[Block], at: int) -> bool:
    """Whether a sentence follows that is longer than this line."""
    after = blocks[at + 1] if at + 1 < len(blocks) else None
    return after is not None and len(after.text) > 1.5 * len(blocks[at].text) and after.text[-1:] in ".:;)"


def style_of(block: Block, body: float) -> tuple[str, int]:
    """The kind of an unnumbered heading: headings set alike are of one rank, the larger and heavier the higher."""
    capitals = is_capitals(block.text)
    return "font", -round(2 * block.size) * 4 + (0 if capitals else 1) + (0 if block.bold else 2)


def is_capitals(text: str) -> bool:
    """Whether the text is set in capitals, a word of its number excepted."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 4 and sum(char.isupper() for char in letters) >= 0.8 * len(letters)


def _is_title_case(words: Sequence[str]) -> bool:
    long = [word for word in words if len(word) > 3 and word[0].isalpha()]
    return len(words) <= 9 and bool(long) and all(word[0].isupper() for word in long)
