"""Numbers of headings and items: which series a paragraph's number belongs to."""

import re
from dataclasses import dataclass
from enum import IntEnum


class Series(IntEnum):
    """The series of numbers, in the order in which documents usually nest them."""

    PART = 1
    CHAPTER = 2
    SECTION = 3
    ANNEX = 4
    ARTICLE = 5
    CHINESE = 6
    CHINESE_BRACKET = 7
    DECIMAL = 8
    LETTER = 9
    NUMBER = 10
    NUMBER_BRACKET = 11
    NUMBER_HALF_BRACKET = 12
    CIRCLED = 13
    LETTER_BRACKET = 14
    ROMAN = 15
    BOX = 16
    ORDINAL = 17
    NAMED = 18
    BULLET = 19


@dataclass(frozen=True, slots=True)
class Mark:
    """The number at the head of a paragraph: its series, its place in it (0 unknown), its nesting and where the words begin."""

    series: Series
    number: int
    depth: int
    end: int
    label: str


CN = "一二三四五六七八九十百零〇"
DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
NAMED = (
    "goal|objective|strategy|action|measure|initiative|policy|target|task|step|phase|priority|pillar|recommendation"
    "|principle|focus area|strategic goal|theme"
)
PATTERNS: tuple[tuple[Series, re.Pattern[str]], ...] = (
    (Series.PART, re.compile(rf"第([{CN}]+|\d+)\s*(?:部分|编|篇)")),
    (Series.CHAPTER, re.compile(rf"第([{CN}]+|\d+)\s*章")),
    (Series.SECTION, re.compile(rf"第([{CN}]+|\d+)\s*节")),
    (Series.ARTICLE, re.compile(rf"第([{CN}]+|\d+)\s*条(?![例件款约])")),
    (Series.BOX, re.compile(rf"专栏\s?([{CN}]+|\d+)?[:：]?")),
    (Series.ANNEX, re.compile(rf"(?:附件|附录|附表)\s?([{CN}]+|\d+)?(?![{CN}\d])\s*[:：.．]?")),
    (Series.CHINESE, re.compile(rf"([{CN}]+)\s*[、．.]")),
    (Series.CHINESE_BRACKET, re.compile(rf"[（(〔〈<]\s*([{CN}]+)\s*[）)〕〉>]\s*、?")),
    (Series.ORDINAL, re.compile(rf"([{CN}]+)是|第([{CN}]+)[，、]")),
    (Series.NUMBER_BRACKET, re.compile(r"[（(]\s*(\d{1,2})\s*[）)]\s*[、.．]?")),
    (Series.CIRCLED, re.compile(r"([①-⑳])")),
    (Series.PART, re.compile(r"part\s+([IVX]+|\d+)\b[.:]?", re.I)),
    (Series.CHAPTER, re.compile(r"chapter\s+([IVX]+|\d+)\b[.:]?", re.I)),
    (Series.SECTION, re.compile(r"section\s+([IVX]+|\d+)\b[.:]?(?=\s*[A-Z]|$)", re.I)),
    (Series.ANNEX, re.compile(r"(?:annex|appendix|attachment)\s*(?:([IVX]+|\d+|[A-Z])\b)?[.:]?(?=\s|$)", re.I)),
    (Series.NAMED, re.compile(rf"(?i:{NAMED})\s+#?([\dA-Z]{{1,2}}(?:[.-][\dA-Z]{{1,2}})*)\b[.:]?")),
    (
        Series.DECIMAL,
        re.compile(
            r"((?:\d{1,2}[.．]){1,4}\d{1,2})[.．、]?(?=[\s\u4e00-\u9fff]|[A-Z][a-z]{2}|[A-Z]{4})(?!\s*(?:%|％|亿|万|个|percent))"
        ),
    ),
    (Series.NUMBER_HALF_BRACKET, re.compile(r"(\d{1,2})[)）]\s*[、.．]?")),
    (Series.NUMBER, re.compile(r"(\d{1,3})\s*[.．、](?![\d%])")),
    (Series.LETTER_BRACKET, re.compile(r"\(([a-z])\)|([a-z])\)")),
    (Series.ROMAN, re.compile(r"\(?([ivx]{2,5}|[iv])[.)](?=\s)", re.I)),
    (Series.LETTER, re.compile(r"([A-Za-z])(?:\.(?=\s)|\.\d{1,2}\.?(?=\s))")),
    (Series.BULLET, re.compile(r"(?:[•◆◇■□★☆▲△►➢▶※○o](?=\s)|[•◆◇■□▲►➢▶●·\uf000-\uf0ff]|—{1,2}|[-–*](?=\s))\s*")),
)


def read_mark(text: str) -> Mark | None:
    """The number that the paragraph begins with, if it begins with one."""
    start = len(text) - len(text.lstrip())
    for series, pattern in PATTERNS:
        found = pattern.match(text, start)
        if found:
            groups = [group for group in found.groups() if group]
            label = found[0].strip()
            depth = label.count(".") + label.count("．") if series is Series.DECIMAL else 0
            return Mark(series, _number(groups[0]) if groups else 0, depth, found.end(), label)
    return None


def _number(label: str) -> int:
    tail = re.split(r"[.．-]", label)[-1] or label
    if tail.isdecimal():
        return int(tail)
    if "①" <= tail <= "⑳":
        return ord(tail) - ord("①") + 1
    if all(char in CN for char in tail):
        return chinese_number(tail)
    if all(char in ROMAN for char in tail.lower()):
        return _roman(tail.lower())
    return ord(tail[0].lower()) - ord("a") + 1 if tail[0].isalpha() else 0


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral below one thousand, such as 二十三 or 一百零五."""
    total, digit = 0, 0
    for char in text:
        if char == "百":
            total, digit = total + 100 * max(digit, 1), 0
        elif char == "十":
            total, digit = total + 10 * max(digit, 1), 0
        else:
            digit = DIGITS.get(char, 0)
    return total + digit


def _roman(text: str) -> int:
    values = [ROMAN[char] for char in text]
    after = [*values[1:], 0]
    return sum(-value if value < next_ else value for value, next_ in zip(values, after, strict=True))
