"""Dates as documents write them, Chinese and English, and the years that a plan is for."""

import re

CN = "〇○零一二三四五六七八九十"
CN_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "O": "0", "0": "0"}
ARABIC_DATE = re.compile(r"((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?")
CHINESE_DATE = re.compile(rf"([{CN}O]{{4}})\s*年\s*([{CN}]{{1,3}})\s*月(?:\s*([{CN}]{{1,3}})\s*日)?")
PLAIN_DATE = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTH = "|".join([*MONTHS, *(month[:3] for month in MONTHS)])
ENGLISH_DATE = re.compile(rf"\b({MONTH})\.?\s+(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?((?:19|20)\d\d)\b", re.I)
DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH})\.?,?\s+((?:19|20)\d\d)\b", re.I)
FIVE_YEARS = {"十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031}
FIVE_YEAR_PLAN = re.compile(r"[“\"‘']?(十[一二三四五六])五[”\"’']?")
YEARS = re.compile(r"((?:19|20)\d\d)\s*年?\s*(?:[-–—~～至到]|—|to)+\s*((?:20)\d\d)\s*年?")


def read_date(text: str) -> str | None:
    """The first date in the text in ISO 8601, shortened to year and month where no day is given."""
    found = ARABIC_DATE.search(text)
    if found:
        return iso(found[1], found[2], found[3])
    chinese = CHINESE_DATE.search(text)
    if chinese:
        year = "".join(CN_DIGITS.get(char, "") for char in chinese[1])
        return iso(year, _number(chinese[2]), _number(chinese[3]) if chinese[3] else None)
    plain = PLAIN_DATE.search(text)
    if plain:
        return iso(plain[1], plain[2], plain[3])
    day_first = DAY_FIRST.search(text)
    if day_first:
        return iso(day_first[3], _month(day_first[2]), day_first[1])
    english = ENGLISH_DATE.search(text)
    return iso(english[3], _month(english[1]), english[2]) if english else None


def iso(year: str, month: str, day: str | None) -> str | None:
    """The date in ISO 8601, None where there is no such month or day."""
    if len(year) != 4 or not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
        return None
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def is_date(text: str) -> bool:
    """Whether the text is a date and nothing else."""
    bare = text.strip("（）() \t。")
    return any(pattern.fullmatch(bare) for pattern in (ARABIC_DATE, CHINESE_DATE, PLAIN_DATE, ENGLISH_DATE, DAY_FIRST))


def read_period(text: str) -> tuple[int, int] | None:
    """The first and last year that a title names: a five-year plan or a span of years."""
    span = YEARS.search(text)
    if span and int(span[1]) < int(span[2]):
        return int(span[1]), int(span[2])
    plan = FIVE_YEAR_PLAN.search(text)
    if plan:
        first = FIVE_YEARS[plan[1]]
        return first, first + 4
    return None


def is_period(text: str) -> bool:
    """Whether the text is a span of years and nothing else."""
    return bool(YEARS.fullmatch(text.strip("（）() \t")))


def _month(name: str) -> str:
    return str(next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3])))


def _number(text: str) -> str:
    if text.startswith("十"):
        return "1" + (CN_DIGITS.get(text[1:], "0") if len(text) > 1 else "0")
    if "十" in text:
        tens, ones = text.split("十")
        return CN_DIGITS[tens] + (CN_DIGITS.get(ones, "0") if ones else "0")
    return "".join(CN_DIGITS.get(char, "") for char in text) or "0"
