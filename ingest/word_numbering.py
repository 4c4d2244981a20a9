"""Automatic numbers of Word files: counted as Word counts them, written in the format that the file names."""

import re
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DIGITS = "〇一二三四五六七八九"
LEGAL = "零壹贰叁肆伍陆柒捌玖"
CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "ideographTraditional",
    "ideographDigital",
    "japaneseDigitalTenThousand",
    "taiwaneseDigital",
}
CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
ROMAN_TAIL = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(slots=True)
class NumberLevel:
    """One level of a list: its number format, the text around the number and where it starts."""

    format: str = "decimal"
    text: str = "%1."
    start: int = 1
    spaced: bool = True


@dataclass(slots=True)
class Numbering:
    """The lists of a Word file and how far each has been counted."""

    levels: dict[str, dict[int, NumberLevel]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def next_label(self, number_id: str, level: int) -> str:
        """The label of the next paragraph at this level of the list; empty where the list has none."""
        kind = self.abstract.get(number_id)
        levels = self.levels.get(kind or "", {})
        if kind is None or level not in levels:
            return ""
        counts = self.counts.setdefault(kind, {})
        if number_id not in self.begun:
            self.begun.add(number_id)
            for (other, at), start in self.overrides.items():
                if other == number_id:
                    counts[at] = start - 1
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        return self._written(levels, counts, level)

    def _written(self, levels: dict[int, NumberLevel], counts: dict[int, int], level: int) -> str:
        own = levels[level]
        if own.format == "bullet":
            return "• "
        if own.format == "none":
            return re.sub(r"%\d", "", own.text)
        label = re.sub(
            r"%(\d)",
            lambda found: format_number(
                counts.get(int(found[1]) - 1, levels.get(int(found[1]) - 1, own).start),
                levels.get(int(found[1]) - 1, own).format,
            ),
            own.text,
        )
        return label + (" " if own.spaced and label and label[-1].isascii() else "")


def read_numbering(root: Any) -> Numbering:
    """The lists that numbering.xml declares."""
    numbering = Numbering()
    if root is None:
        return numbering
    for kind in root.iter(f"{W}abstractNum"):
        numbering.levels[kind.get(f"{W}abstractNumId")] = {
            int(level.get(f"{W}ilvl", 0)): _level(level) for level in kind.iter(f"{W}lvl")
        }
    for number in root.iter(f"{W}num"):
        number_id = number.get(f"{W}numId")
        kind = number.find(f"{W}abstractNumId")
        numbering.abstract[number_id] = kind.get(f"{W}val") if kind is not None else ""
        for override in number.iter(f"{W}lvlOverride"):
            start = override.find(f"{W}startOverride")
            if start is not None:
                numbering.overrides[number_id, int(override.get(f"{W}ilvl", 0))] = int(start.get(f"{W}val", 1))
    return numbering


def _level(level: Any) -> NumberLevel:
    def value(tag: str, usual: str) -> str:
        found = level.find(f"{W}{tag}")
        return found.get(f"{W}val", usual) if found is not None else usual

    start = value("start", "1")
    return NumberLevel(
        value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1, value("suff", "tab") != "nothing"
    )


def format_number(number: int, kind: str) -> str:
    """The number as this Word format writes it."""
    if kind in CHINESE:
        return chinese(number)
    if kind in CIRCLED:
        return chr(ord("①") + number - 1) if 1 <= number <= 20 else str(number)
    if kind in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return "".join(LEGAL[int(digit)] for digit in str(number)) if number != 10 else "拾"
    if kind in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if kind == "upperLetter" else letter.lower()
    if kind in ("upperRoman", "lowerRoman"):
        return roman(number) if kind == "upperRoman" else roman(number).lower()
    if kind == "decimalFullWidth":
        return str(number).translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    if kind == "decimalZero":
        return f"{number:02d}"
    if kind == "ideographZodiac" and 1 <= number <= 10:
        return STEMS[number - 1]
    return str(number)


def chinese(number: int) -> str:
    """A number below one thousand in Chinese numerals."""
    if number < 10:
        return DIGITS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")
    hundreds, rest = divmod(number, 100)
    tail = "" if rest == 0 else "零" + DIGITS[rest] if rest < 10 else ("一" if rest < 20 else "") + chinese(rest)
    return DIGITS[hundreds % 10] + "百" + tail


def roman(number: int) -> str:
    """A number below four thousand in Roman numerals."""
    text = ""
    for value, letters in (*ROMAN, *ROMAN_TAIL):
        while number >= value:
            text, number = text + letters, number - value
    return text
