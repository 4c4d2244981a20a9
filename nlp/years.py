"""Years that a target is due and years that it is measured against."""

import re
from dataclasses import dataclass

from domain.codebook import Language

PERIODS = {
    "十一": 2010,
    "十二": 2015,
    "十三": 2020,
    "十四": 2025,
    "十五": 2030,
    "十六": 2035,
    "十七": 2040,
}  # last year of 十四五

_ZH_BASELINE = re.compile(
    r"(?:比|较|相较于?|相比于?|相对于?|对比|与|同)\s*(?:于)?\s*(?:(?P<a>(?:19|20)\d\d)\s*年"
    r"|[“\"]?(?P<p>十[一二三四五六七])五[”\"]?)"
    r"|以\s*(?P<b>(?:19|20)\d\d)\s*年?[^，。；]{0,8}?(?:为|作为)\s*(?:基准|基数|基期|基年|基础)"
    r"|在\s*(?:(?P<c>(?:19|20)\d\d)\s*年|[“\"]?(?P<q>十[一二三四五六七])五[”\"]?)[^，。；]{0,10}?(?:基础上|水平上)"
    r"|[由从]\s*(?P<d>(?:19|20)\d\d)\s*年(?:底|末)?的?(?=[^，。；]{0,40}(?:提高|提升|下降|降低|增加|增长|减少|上升|降|增)[到至])"
)
_ZH_DUE = re.compile(
    r"(?P<range>(?:19|20)\d\d\s*年?\s*[-—–~～至到]+\s*(?P<last>20\d\d)\s*年)"
    r"|(?P<year>20\d\d)\s*年\s*(?P<start>起|开始|\d{0,2}月?\d{0,2}日?起)?"
    r"|[“\"‘']?(?P<period>十[一二三四五六七])\s*五[”\"’']?\s*(?P<role>规划期?末|末期|期末|末|时期|期间|期|规划期"
    r"|[、和及](?=[“\"]?十.五))?(?!规划|现代|发展|开局)"
    r"|(?P<mid>(?:本|21)世纪中叶)"
)
_EN_BASELINE = re.compile(
    r"\b(?:(?:measured|recorded|observed|registered|emitted)\s+in|(?:compared?|relative|with respect)\s+(?:to|with)|against"
    r"|versus|vs\.?|from|below|above|over|of|under|than|on|to|in)\s+"
    r"(?:(?:the|a|an|its|our|estimated|projected|recorded|base(?:line)?|reference|year|levels?|emissions?|fiscal|FY|calendar"
    r"|of|in|from|business|as|usual"
    r"|scenario|BAU|under|for|national|total|GHG|greenhouse|gas|amount|figure|values?|that)\s+|[(,]\s*)*?"
    r"(?:FY\s?)?(?P<a>(?:19|20)\d\d)(?:\s*[-–/]\s*(?:20)?\d\d)?(?:['’]s)?(?P<after>\s*(?:\(?base(?:line)?(?: year)?\)?"
    r"|levels?|emissions?|figures?|values?|baseline|consumption|usage|rates?|amounts?"
    r"|per capita)?)"
    r"|\b(?P<b>(?:19|20)\d\d)\s+(?:(?:fiscal year|FY|GHG|greenhouse gas|emissions?|energy|base|usage|consumption|annual"
    r"|total)\s+){0,2}(?:levels?|baseline|base year|figures?|values?)"
    r"|\b(?:base(?:line)? year)\s*(?:\(|:|of|is|was|=)?\s*(?P<c>(?:19|20)\d\d)"
)
_EN_STRONG = re.compile(
    r"(?i)^(?:measured|recorded|observed|registered|emitted|compar|relative|with respect|against|versus|vs|below|above|than)"
)
_EN_DUE = re.compile(
    r"(?i)\b(?P<range>(?:19|20)\d\d\s*(?:[-–—]|to|through|and)\s*(?P<last>20\d\d))\b"
    r"|(?<![\d,.$])(?P<year>20[0-9]\d)(?!\s*(?:MW|kW|tonnes|trees|,\d))\b"
    r"|\b(?P<mid>(?:mid[- ]century|the middle of the century))\b"
    r"|\b(?P<decade>the end of (?:the|this) decade)\b"
)
_EN_DUE_LEAD = re.compile(
    r"(?i)(?:\bby|\bin|\bbefore|\buntil|\btill|\bthrough|\bto|\bfor|\bof|\byear|\bend of|\bno later than|\bbeyond|\bduring"
    r"|\bthe|\bx|\bper|@|^|[(:,;|\t–—-])"
    r"\s*(?:the\s+)?(?:fiscal\s+)?(?:(?:target\s+)?year\s+)?(?:the\s+end\s+of\s+)?(?:about\s+)?(?:FY\s?)?(?:(?:january"
    r"|february|march|april|may|june|july|august|september"
    r"|october|november|december)\s+(?:\d{1,2},?\s+)?)?(?:\d{1,2}\s+\w+\s+)?$"
)


@dataclass(frozen=True, slots=True)
class YearMention:
    """A year in a text: `start`..`end` are code points of its words; `begins` marks a start year (2022年起)."""

    start: int
    end: int
    year: int
    baseline: bool = False
    begins: bool = False


def find_years(text: str, language: Language) -> tuple[YearMention, ...]:
    """The due, start and baseline years that `text` names, in order."""
    return _chinese_years(text) if language is Language.ZH else _english_years(text)


def due_year(text: str, language: Language) -> int | None:
    """The last due year that `text` names, a start year only where it names no other."""
    mentions = [mention for mention in find_years(text, language) if not mention.baseline]
    due = [mention.year for mention in mentions if not mention.begins] or [mention.year for mention in mentions]
    return due[-1] if due else None


def _chinese_years(text: str) -> tuple[YearMention, ...]:
    if "20" not in text and "19" not in text and "五" not in text and "世纪" not in text:
        return ()
    found = []
    taken: list[tuple[int, int]] = []
    for match in _ZH_BASELINE.finditer(text):
        year = next((int(match[name]) for name in "abcd" if match[name]), None)
        period = match["p"] or match["q"]
        found.append(YearMention(match.start(), match.end(), year or PERIODS[period], baseline=True))
        taken.append(match.span())
    for match in _ZH_DUE.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if match["period"] and not match["role"] and not _names_period(text, match):
            continue
        year = int(match["last"] or match["year"] or PERIODS.get(match["period"] or "", 2050))
        found.append(YearMention(match.start(), match.end(), year, begins=bool(match["start"])))
    return tuple(sorted(found, key=lambda mention: mention.start))


def _names_period(text: str, match: re.Match[str]) -> bool:
    """A bare “十四五” dates its clause only where the clause's words follow at once."""
    return text[match.end() : match.end() + 2] not in ("规划", "现代", "发展", "")


def _english_years(text: str) -> tuple[YearMention, ...]:
    if "20" not in text and "19" not in text and "entury" not in text and "decade" not in text:
        return ()
    found = []
    taken: list[tuple[int, int]] = []
    for match in _EN_BASELINE.finditer(text):
        if match["a"] and not (
            match["after"].strip() or _EN_STRONG.match(match[0]) or re.match(r"(?i)from\s+(?:the\s+)?(?:FY\s?)?\d", match[0])
        ):
            continue
        year = next(int(match[name]) for name in "abc" if match[name])
        found.append(YearMention(match.start(), match.end(), year, baseline=True))
        taken.append(match.span())
    for match in _EN_DUE.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if match["year"] and not _EN_DUE_LEAD.search(text[max(0, match.start() - 40) : match.start()]):
            continue
        year = 2050 if match["mid"] else 2030 if match["decade"] else int(match["last"] or match["year"])
        found.append(YearMention(match.start(), match.end(), year))
    return tuple(sorted(found, key=lambda mention: mention.start))
