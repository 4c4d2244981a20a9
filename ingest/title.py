"""The title of a document, found among its first blocks."""

import re
from collections import Counter

from domain.codebook import Language
from domain.document import Dropped
from ingest.block import Block, Form
from ingest.characters import han_share
from ingest.contents import is_contents_title
from ingest.date import MONTH, YEARS
from ingest.heading import TITLE_END, WHOLE_NAME, tidy
from ingest.numbering import Series, read_mark

ISSUED = re.compile(r"(?:印发|转发)\s*(?:关于)?《?(.{4,60}?)》?\s*的?(?:通知|函)")
STOPS = re.compile(r"[。；：]$|^各.{1,60}[:：]$")
NO_TITLE = re.compile(r"^(?:附件|目\s*录|抄送|来源|发布|索引|主题|成文|标题|信息|第.{1,3}章)|^\d+$|^[—-]")
LONGEST_ENGLISH_TITLE = 140
NEAR_LARGEST = 0.75  # of the largest type of a cover: so large are the other lines of its title
SAME_SIZE = 0.9  # the same on a page that is no cover: headings of the body follow at once
LEAST_HEADS = 3  # pages that a running head must name the document on
MOST_LINES = 4  # of a title in a file without type sizes
NAMES = re.compile(
    r"\b(?:plan|strategy|contributions?|NDC|programme|program|roadmap|framework|act|report|agenda|policy|communication|ordinance"
    r"|guidelines?|regulations?|review|assessment|blueprint|charter|vision|outlook|action)\b(?: \(\w+\))?",
    re.I,
)
TITLE_FORMS = (Form.TEXT, Form.HEADING)


def find_title(head: list[Block], language: Language) -> str | None:
    """The title as it stands at the head of the document, that of a covering letter where there is one."""
    return _chinese_title(head) if language is Language.ZH else _english_title(head)


def issued_title(title: str, head: list[Block]) -> str:
    """The title of the plan that a letter with this title issues; the title itself where it issues none."""
    found = ISSUED.search(title)
    return found[1].strip("《》 ") if found else title


def running_title(dropped: list[Dropped], language: Language) -> str | None:
    """The title of an English document without one on its cover: the running head that names it on most pages."""
    if language is not Language.EN:
        return None
    heads = Counter(re.sub(r"[\s|–-]*(?:page)?\s*\d+$", "", line.text, flags=re.I).strip() for line in dropped)
    named = [(times, head) for head, times in heads.items() if times >= LEAST_HEADS and NAMES.search(head)]
    return _named(max(named)[1]) if named else None


def _chinese_title(head: list[Block]) -> str | None:
    before: list[str] = []
    for block in head:
        text = WHOLE_NAME.sub(r"\1", block.text.strip())
        mark = read_mark(text)
        if mark and mark.series in (Series.CHINESE, Series.CHAPTER) and before:
            break
        if len(text) > 120 or NO_TITLE.search(text) or (STOPS.search(text) and not TITLE_END.search(text)):
            if len(text) > 120:
                break
            before = []
            continue
        joined = "".join([*before[-3:], text])
        if TITLE_END.search(text) and len(joined) >= 6 and "，" not in text[-20:-8]:
            return _from_issuer(before[-3:], text)
        before.append(text)
    return None


def _from_issuer(before: list[str], text: str) -> str:
    """The title, with the lines above it as far as they are its beginning."""
    parts = [text]
    for line in reversed(before):
        begins = re.search(r"(?:关于|印发|转发)[^。]*$|关于$", line) or text.startswith(("关于", "的", "实施", "《"))
        if not begins or len(line) > 50 or re.search(r"号$|^\d|文件$|号[）)]$", line):
            break
        parts.insert(0, line)
    return tidy("".join(parts))


def _english_title(head: list[Block]) -> str | None:
    """The largest words of the first page; lines set alike that follow each other are taken together."""
    first = [block for block in head if block.page in (None, 1)]
    candidates = [block for block in first[:12] if block.form in TITLE_FORMS and _could_name(block.text)]
    if not candidates:
        return None
    ranked = next((block for block in candidates if block.form is Form.HEADING and block.rank == 1 and not block.size), None)
    if ranked is not None:
        return _named(ranked.text)
    largest = max(block.size for block in candidates)
    if not largest:
        return _named(_first_name(candidates))
    at = next(at for at, block in enumerate(candidates) if block.size >= 0.97 * largest)
    is_cover = candidates[at].page and all(len(block.text) <= LONGEST_ENGLISH_TITLE for block in first)
    near = largest * (NEAR_LARGEST if is_cover else SAME_SIZE)
    begin, end = at, at + 1
    while begin and candidates[begin - 1].size >= near:
        begin -= 1
    while end < len(candidates) and candidates[end].size >= near and read_mark(candidates[end].text) is None:
        end += 1
    title = " ".join(block.text for block in candidates[begin:end])
    if len(title) > LONGEST_ENGLISH_TITLE:
        title = candidates[at].text
    return _named(re.sub(r"\s+", " ", title))


def _first_name(candidates: list[Block]) -> str:
    """The first words that name a document, those of the lines after them with them as far as they are needed."""
    for at in range(len(candidates)):
        words = " ".join(block.text for block in candidates[at : at + MOST_LINES])
        found = NAMES.search(words)
        if found:
            end, text = 0, ""
            while len(text) < found.end():
                text, end = f"{text} {candidates[at + end].text}".strip(), end + 1
            return text
    return candidates[0].text


def _named(title: str) -> str | None:
    """The title without a date or maker behind it, None where too little is left to name a document."""
    title = tidy(re.split(r"\s+(?:Prepared (?:by|for)|Submitted (?:by|to)|In cooperation with)\b", title)[0])
    dated = re.search(rf"[\s,]+(?:(?:{MONTH})\.?\s+(?:\d{{1,2}},?\s+)?(?:19|20)\d\d)$", title, re.I)
    title = title[: dated.start()] if dated else title
    return title if len(title) <= LONGEST_ENGLISH_TITLE and sum(char.isalpha() for char in title) > 8 else None


def _could_name(text: str) -> bool:
    if is_contents_title(text) or len(text) > 2 * LONGEST_ENGLISH_TITLE:
        return False
    if YEARS.fullmatch(text.strip()):
        return True
    return han_share(text) < 0.5 and sum(char.isalpha() for char in text) > 5 and not text.endswith((".", ";", ","))
