"""Every text of the interface, in Chinese and in English."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.codebook import Language

FILE = Path(__file__).with_name("wording.toml")
FIELD = re.compile(r"\\{(\w+)\\}")
CLAUSE_END = {Language.ZH: "；", Language.EN: "; "}


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts in one language; calling it with a key gives the text with its values filled in."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` ("section.name"); whole numbers are grouped by thousands, `n=1` takes the singular."""
        entry = texts()[key]
        form = entry.get("en_one") if values.get("n") == 1 and self.language is Language.EN else None
        return (form or entry[self.language]).format_map({name: self.write(value) for name, value in values.items()})

    def name(self, member: StrEnum) -> str:
        """The name of a member of a closed set, for instance of Element.GOAL."""
        return self(f"{type(member).__name__.lower()}.{member}")

    def said(self, sentence: str) -> str:
        """A sentence of the program itself (a refusal, evidence, an error), which is English, in this language.

        It is looked for whole, then clause by clause; a clause that is not known stays as it is.
        """
        if self.language is Language.EN:
            return sentence
        whole = translated(sentence)
        return whole or CLAUSE_END[self.language].join(translated(part) or part for part in sentence.split("; "))

    def write(self, value: object) -> str:
        """A value as this language writes it."""
        return f"{value:,}" if isinstance(value, int) else str(value)

    def day(self, date: str | None) -> str:
        """An ISO day, month or year as a reader of this language writes it; nothing where there is none."""
        if not date:
            return ""
        parts = [int(part) for part in date.split("-")]
        if self.language is Language.ZH:
            return "".join(f"{part}{unit}" for part, unit in zip(parts, "年月日", strict=False))
        months = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ]
        year, *rest = parts
        return " ".join([*(str(day) for day in rest[1:]), *(months[month - 1] for month in rest[:1]), str(year)])


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """All entries of wording.toml by "section.name", each with `zh`, `en` and, where a number is counted, `en_one`."""
    sections = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {f"{section}.{name}": entry for section, entries in sections.items() for name, entry in entries.items()}


def translated(clause: str) -> str | None:
    """The Chinese of a sentence of the program, its values taken over; None where it is not in the section `said`."""
    for form, chinese in sayings():
        found = form.fullmatch(clause)
        if found:
            return chinese.format_map(found.groupdict())
    return None


@cache
def sayings() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every form of the section `said` as a pattern for the English, with the Chinese; the most literal first."""
    entries = [entry for name, entry in texts().items() if name.startswith("said.")]
    entries.sort(key=lambda entry: (entry["en"].count("{"), -len(entry["en"])))
    return tuple((re.compile(FIELD.sub(r"(?P<\1>[^;]+?)", re.escape(entry["en"]))), entry["zh"]) for entry in entries)
