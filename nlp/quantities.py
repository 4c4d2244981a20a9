"""Numbers with their units, where they stand in a text."""

import re
from dataclasses import dataclass
from functools import cache

from domain.codebook import Language
from nlp.numerals import (
    ARABIC,
    CHINESE,
    ENGLISH_FRACTIONS,
    ENGLISH_MULTIPLIERS,
    ENGLISH_NUMBERS,
    FRACTION,
    parse_fraction,
    parse_number,
)
from nlp.rules import Rule, bundled_rules, remembered
from nlp.units import dimension, unit_names

_WIDTH = str.maketrans("０１２３４５６７８９．％～－", "0123456789.%~-")
COUNTED = {"count", "people", "households", "vehicles", "trees"}
_STOP = "and|or|of|to|by|in|the|for|percent|from|with|on|at|per|all|that|which|are|is|will|was|were|than"
_LATIN_UNIT = r"(?:T\s)?[A-Za-z℃°μµΩ]{1,10}(?:\d(?=/))?(?:[/·][A-Za-z]{1,6}\d?)?(?![A-Za-z])"


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `start`..`end` of a text, unit included; `unit` is as in the text, without the multiplier.

    `spelled` marks one in Chinese numerals or English words, `fraction` one that has no unit of its own, `vague` one with
    余 or 多.
    """

    start: int
    end: int
    value: float
    unit: str
    value_max: float | None = None
    spelled: bool = False
    fraction: bool = False
    vague: bool = False


def blank_masked(text: str, language: Language) -> str:
    """`text`, same length, with the numbers that measure nothing (dates, document numbers, names) blanked by □."""
    text = text.translate(_WIDTH)
    for rule in _masks(language):
        text = rule.pattern.sub(lambda found: "□" * len(found[0]), text)
    return text


def find_numbers(masked: str, language: Language) -> tuple[Number, ...]:
    """The numbers of a text whose dates and names were blanked, in order."""
    return _chinese_numbers(masked) if language is Language.ZH else _english_numbers(masked)


@remembered
def _masks(language: Language) -> tuple[Rule, ...]:
    return tuple(rule for rule in bundled_rules("targets", language) if rule.where == "mask")


@cache
def _chinese_pattern() -> re.Pattern[str]:
    units = "|".join(r"\s?".join(map(re.escape, name)) if len(name) < 4 else re.escape(name) for name in unit_names(Language.ZH))
    unit = rf"(?:{units})(?:\s*[/／]\s*(?:[十百千万亿]*?(?:{units})|[A-Za-z]{{1,6}}(?![A-Za-z])))*"
    multiplier = r"(?:\s*(?:[十百千]*[万亿]+|[十百千](?![瓦克米焦卡帕伏赫])))?"
    number = rf"(?<![\d.A-Za-z])(?:{ARABIC})"
    return re.compile(
        rf"(?P<fraction>{FRACTION.pattern}|(?<![\d/])\d/\d(?![\d/]))"
        rf"|(?P<low>-?{number})(?P<lowmul>{multiplier})(?P<lowunit>\s*[%‰])?"
        rf"(?:\s*(?:[-~—–−]+|至|到)\s*(?P<high>{ARABIC})(?P<highmul>{multiplier}))?"
        rf"(?P<more>\s*[多余几](?=[个家项座万亿]))?(?P<mul2>(?<=[多余几])[万亿]+)?\s*(?P<unit>{unit}|{_LATIN_UNIT})?"
        rf"|(?P<spelled>(?:{CHINESE}))\s*(?P<sunit>{unit})"
    )


def _chinese_numbers(text: str) -> tuple[Number, ...]:
    numbers = []
    for match in _chinese_pattern().finditer(text):
        number = _chinese_number(match)
        if number is not None:
            numbers.append(number)
    return tuple(numbers)


def _chinese_number(match: re.Match[str]) -> Number | None:
    start, end = match.span()
    if match["fraction"]:
        return _fraction(match["fraction"], start, end)
    if match["spelled"]:
        return _spelled(match, start, end)
    unit = _clean_unit(match["unit"] or match["lowunit"] or "")
    factor = (match["highmul"] or match["lowmul"] or "") + (match["mul2"] or "")
    low = parse_number(
        match["low"].replace(",", "") + ((match["lowmul"] or "").strip() or factor.strip())
        if match["high"]
        else match["low"] + factor
    )
    high = parse_number(match["high"] + factor) if match["high"] else None
    if high is not None and high < low:
        return None
    if match["high"] is None and match["lowunit"] and match["unit"]:
        unit = match["lowunit"].strip()
    end = match.start() + len(match[0].rstrip())
    return Number(start, end, low, unit, value_max=high, vague=bool(match["more"]))


def _fraction(text: str, start: int, end: int) -> Number | None:
    if "/" in text:
        above, below = text.split("/")
        return Number(start, end, round(int(above) / int(below), 4), "", fraction=True) if int(below) else None
    found = parse_fraction(text)
    return Number(start, end, found[0], found[1], fraction=True) if found else None


def _spelled(match: re.Match[str], start: int, end: int) -> Number | None:
    numeral = match["spelled"]
    if not set(numeral) & set("一二两三四五六七八九"):
        return None
    try:
        return Number(start, end, parse_number(numeral), _clean_unit(match["sunit"]), spelled=True)
    except ValueError:
        return None


def _clean_unit(unit: str) -> str:
    unit = unit.strip()
    return re.sub(r"(?<=[\u4e00-\u9fff/])\s+|\s+(?=[\u4e00-\u9fff/])", "", unit)


@cache
def _english_pattern() -> re.Pattern[str]:
    units = "|".join(
        rf"{re.escape(name)}{'(?![A-Za-z])' if name[-1].isalpha() or name[-1].isdigit() else ''}".replace(r"\ ", r"\s+")
        for name in unit_names(Language.EN)
        if name not in ("$", "US$", "€", "£", "A$", "NZ$", "C$")
    ).replace("CO2", "(?:CO|СО|CO)[2₂□]")
    words = "|".join(sorted(ENGLISH_NUMBERS, key=len, reverse=True))
    multipliers = "|".join(sorted(ENGLISH_MULTIPLIERS, key=len, reverse=True))
    fractions = "|".join(sorted(map(re.escape, ENGLISH_FRACTIONS), key=len, reverse=True))
    counts = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in unit_names(Language.EN) if dimension(name) in COUNTED)
    between = rf"(?:(?!(?:{_STOP})\b)[a-z][a-z-]*\s+){{1,3}}?"
    return re.compile(
        rf"(?:(?P<currency>US\$|NZ\$|A\$|C\$|USD|EUR|GBP|AUD|[$€£])\s?)?(?<![\w.,])(?P<low>[-−]?(?:{ARABIC}))(?P<k>[kKMB](?![A-Za-z]))?(?P<lowunit>\s?%)?"
        rf"(?:\s*(?:[-–—]|to)\s*\$?(?P<high>{ARABIC})(?!\s*□))?(?:[\s-](?P<mul>{multipliers})(?:\s+of)?\b)?(?:\s*-?\s*(?P<unit>{units})|\s+{between}(?P<cunit>{counts})\b)?"
        rf"|\b(?P<words>(?:{words})(?:[ -](?:{words}))?)(?:[\s-](?P<wmul>{multipliers}))?[\s-]+(?:new\s+)?(?P<wunit>{units})"
        rf"|\b(?P<fraction>{fractions})\b",
        re.IGNORECASE,
    )


def _english_numbers(text: str) -> tuple[Number, ...]:
    numbers = []
    for match in _english_pattern().finditer(text):
        number = _english_number(match)
        if number is not None:
            numbers.append(number)
    return tuple(numbers)


def _english_number(match: re.Match[str]) -> Number | None:
    start, end = match.start(), match.start() + len(match[0].rstrip())
    if match["fraction"]:
        return Number(start, end, ENGLISH_FRACTIONS[match["fraction"].lower()], "", fraction=True)
    if match["words"]:
        value = float(sum(ENGLISH_NUMBERS[word] for word in re.split(r"[ -]", match["words"].lower())))
        return Number(start, end, value * ENGLISH_MULTIPLIERS.get((match["wmul"] or "").lower(), 1), match["wunit"], spelled=True)
    factor = ENGLISH_MULTIPLIERS.get((match["mul"] or "").lower(), 1) * {"k": 1e3, "m": 1e6, "b": 1e9}.get(
        (match["k"] or "").lower(), 1
    )
    low = parse_number(match["low"].replace("−", "-")) * factor
    high = parse_number(match["high"]) * factor if match["high"] else None
    if high is not None and high < low:
        return None
    if match["lowunit"] and match["cunit"]:
        end = match.end("lowunit")
    unit = (match["unit"] or match["lowunit"] or match["cunit"] or match["currency"] or "").strip()
    return Number(
        start, end, round(low, 6), " ".join(unit.replace("□", "2").split()), value_max=high if high is None else round(high, 6)
    )
