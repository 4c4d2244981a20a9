"""Numbers as policy texts write them: digits, Chinese numerals, multipliers and fractions."""

import re

DIGITS = {
    "〇": 0,
    "零": 0,
    "○": 0,
    "一": 1,
    "壹": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
TENS = {"十": 10, "百": 100, "千": 1000}
MULTIPLIERS = {"万": 10_000, "亿": 100_000_000, "萬": 10_000, "億": 100_000_000}
ENGLISH_MULTIPLIERS = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "mn": 1_000_000, "billion": 1_000_000_000}
ENGLISH_MULTIPLIERS |= {"bn": 1_000_000_000, "trillion": 1_000_000_000_000}
ENGLISH_NUMBERS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {word: 10 * tens for tens, word in enumerate(["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=3)}
ENGLISH_FRACTIONS = {"half": 0.5, "one-half": 0.5, "one half": 0.5, "one-third": 0.3333, "one third": 0.3333}
ENGLISH_FRACTIONS |= {"a third": 0.3333, "two-thirds": 0.6667, "two thirds": 0.6667, "a quarter": 0.25, "one-quarter": 0.25}
ENGLISH_FRACTIONS |= {"one quarter": 0.25, "three-quarters": 0.75, "three quarters": 0.75}

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = "[〇零一二两三四五六七八九十百千万亿]+"
FRACTION = re.compile(rf"(?P<whole>{CHINESE}|\d+)分之(?P<part>{CHINESE}(?:点{CHINESE})?|\d+(?:\.\d+)?)")


def parse_number(text: str) -> float:
    """The number that `text` writes with digits or Chinese numerals, multipliers included; ValueError if it writes none.

    3.5亿 is 350000000, 三千五百万 is 35000000, 一点五 is 1.5, 1,200 is 1200.
    """
    clean = text.replace(",", "").replace(" ", "").strip()
    try:
        return float(clean)
    except ValueError:
        pass
    if clean[:1].isdigit() or clean[:1] == "-":
        return _parse_mixed(clean)
    return _parse_chinese(clean)


def parse_fraction(text: str) -> tuple[float, str] | None:
    """(value, unit) of 三分之二 (0.6667, ""), 百分之十五 (15, "%") and 千分之三 (3, "‰"); None if `text` is no fraction.

    A plain fraction is rounded to four places, as the codebook writes it.
    """
    found = FRACTION.fullmatch(text.replace(" ", ""))
    if not found:
        return None
    part = parse_number(found["part"])
    if found["whole"] == "百":
        return part, "%"
    if found["whole"] == "千":
        return part, "‰"
    whole = parse_number(found["whole"])
    return (round(part / whole, 4), "") if whole else None


def _parse_mixed(text: str) -> float:
    found = re.match(r"-?\d+(?:\.\d+)?", text)
    if found is None:
        raise ValueError(f"{text!r} writes no number")
    value = float(found[0])
    for character in text[found.end() :]:
        factor = TENS.get(character) or MULTIPLIERS.get(character)
        if factor is None:
            raise ValueError(f"{text!r} writes no number: {character!r} is no multiplier")
        value *= factor
    return round(value, 6)


def _parse_chinese(text: str) -> float:
    whole, _, decimals = text.partition("点")
    if not whole:
        raise ValueError(f"{text!r} writes no number")
    value = float(_parse_chinese_whole(whole))
    for place, character in enumerate(decimals, start=1):
        if character not in DIGITS:
            raise ValueError(f"{text!r} writes no number: {character!r} is no digit")
        value += DIGITS[character] / 10**place
    return round(value, 6)


def _parse_chinese_whole(text: str) -> int:
    if len(text) > 1 and all(character in DIGITS for character in text):  # 二〇三〇: one digit a place
        return int("".join(str(DIGITS[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in TENS:
            section += (digit or 1) * TENS[character]
            digit = 0
        elif character in MULTIPLIERS:
            factor = MULTIPLIERS[character]
            section += digit
            lower = total % factor + section  # what stands after a greater multiplier: the 二千 of 一亿二千万
            total = total - total % factor + (lower or 1) * factor
            section = digit = 0
        else:
            raise ValueError(f"{text!r} writes no number: {character!r} is no numeral")
    return total + section + digit
