"""The gazetteer: the places of China with their codes and names, read from its table.

The table places.csv is made by scripts/make_places.py, which names its source; place_contexts.csv says where a name is no name.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from domain.codebook import Level

PLACES = Path(__file__).with_name("places.csv")
CONTEXTS = Path(__file__).with_name("place_contexts.csv")
HAN = re.compile(r"[\u4e00-\u9fff]")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its six-digit code of GB/T 2260 and the full name of its province.

    `short` and `english` are given for provinces and prefectures. Zones that have only a statistical code have the level park.
    """

    code: str
    name: str
    level: Level
    province: str
    english: str | None = None
    short: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{6}", self.code):
            raise ValueError(f"place {self.name}: code {self.code!r} is not six digits")


@dataclass(frozen=True, slots=True)
class Context:
    """Where the characters of a name are not this name: after `not_after`, before `not_before`.

    A name that cannot stand `alone` counts only where a place that it lies in is named right before it.
    """

    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names and what they may stand for; `zh` by first two characters, `en` by first word, longest names first."""

    places: dict[str, Place]
    bearers: dict[str, tuple[Place, ...]]
    zh: dict[str, tuple[str, ...]]
    en: dict[str, tuple[str, ...]]
    contexts: dict[str, Context]


@cache
def gazetteer() -> Gazetteer:
    """The table, read once."""
    places: dict[str, Place] = {}
    bearers: dict[str, list[Place]] = {}
    for row in _rows(PLACES):
        place = _place(row, places)
        places[place.code] = place
        names = [place.name, row["short"], row["english"].casefold(), *row["aliases"].split("|")]
        if place.level is Level.CITY:
            names.append(f"{row['english']} City".casefold())
        for name in dict.fromkeys(name if HAN.match(name) else name.casefold() for name in names if name):
            bearers.setdefault(name, []).append(place)
    ordered = sorted(bearers, key=lambda name: (-len(name), name))
    zh: dict[str, list[str]] = {}
    en: dict[str, list[str]] = {}
    for name in ordered:
        if HAN.match(name):
            zh.setdefault(name[:2], []).append(name)
        elif not name.endswith(" city"):
            en.setdefault(re.split(r"\W", name)[0], []).append(name)
    return Gazetteer(places, _frozen(bearers), _frozen(zh), _frozen(en), {row["name"]: _context(row) for row in _rows(CONTEXTS)})


def _frozen(lists: dict[str, list[T]]) -> dict[str, tuple[T, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _place(row: dict[str, str], places: dict[str, Place]) -> Place:
    """A row as a place; provinces come before what lies in them."""
    province = places.get(row["code"][:2] + "0000")
    name = province.name if province else row["name"]
    return Place(row["code"], row["name"], Level(row["level"]), name, row["english"] or None, row["short"] or None)


def _context(row: dict[str, str]) -> Context:
    return Context(_words(row["not_after"]), _words(row["not_before"]), row["alone"] == "yes")


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split("|") if word)
