"""The places of China: provinces, prefectures, counties and zones, found in text by name.

The table places.csv is made by scripts/make_places.py, which names its source; place_contexts.csv says where a name is no name.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from domain.codebook import Level

PLACES = Path(__file__).with_name("places.csv")
CONTEXTS = Path(__file__).with_name("place_contexts.csv")
BETTER_KNOWN = frozenset({"320500", "350100"})  # Suzhou and Fuzhou, where English says no more than that
ENGLISH_RANK = re.compile(
    r"\s+(?:city|province|municipality|prefecture|league|autonomous (?:region|prefecture)|sar)$", re.IGNORECASE
)
CAPITALISED = re.compile(r"(?<!\w)[A-Z]\w+")
SOMETHING_ELSE = re.compile(r"\w| (?:district|county|bay|river|lake|strait)\b", re.IGNORECASE)
T = TypeVar("T")
HAN = re.compile(r"[\u4e00-\u9fff]")


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


def find_places(text: str, *, within: Place | None = None) -> tuple[Place, ...]:
    """The places named in the text in order of first mention.

    Of namesakes it is the one in a place that is named too, or in `within`; where that does not settle it, none.
    """
    names = [*_zh_names(text), *_en_names(text)]
    if not names:
        return ()
    bearers = _gazetteer().bearers
    known = [bearers[name][0] for name in names if len(bearers[name]) == 1]
    found = (_bearer(bearers[name], [*known, *([within] if within else [])]) for name in names)
    return tuple(dict.fromkeys(place for place in found if place))


def find_place(text: str, *, within: Place | None = None) -> Place | None:
    """The place that a title or an issuer is about: the first one named, narrowed by those inside it that follow."""
    about: Place | None = None
    for place in find_places(text, within=within):
        if about is None or (place != about and is_within(place, about)):
            about = place
    return about


def place_named(name: str) -> Place | None:
    """The place with exactly this name, full, short or English in any case; None also where namesakes of one rank share it."""
    name = name.strip().replace("’", "'")
    bearers = _gazetteer().bearers
    for key in (name, name.casefold(), ENGLISH_RANK.sub("", name).casefold()):
        if key in bearers:
            return _bearer(bearers[key], [])
    return None


def place_coded(code: str) -> Place | None:
    """The place with this six-digit code."""
    return _gazetteer().places.get(code)


def is_within(place: Place, other: Place) -> bool:
    """Whether `place` lies in `other` or is it."""
    return place.code.startswith(_stem(other.code))


def _stem(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _bearer(bearers: tuple[Place, ...], known: Iterable[Place]) -> Place | None:
    """A province, else the namesake in a known place or its province, else the better known, else the only city."""
    if len(bearers) == 1 or bearers[0].level is Level.PROVINCE:
        return bearers[0]
    for other in known:
        near = [place for place in bearers if place != other and is_within(place, other)]
        near = near or [place for place in bearers if place.province == other.province]
        if len(near) == 1:
            return near[0]
    chosen = [place for place in bearers if place.code in BETTER_KNOWN] or [
        place for place in bearers if place.level is Level.CITY
    ]
    return chosen[0] if len(chosen) == 1 else None


def _zh_names(text: str) -> Iterator[str]:
    """Chinese names from left to right, the longest that its context allows at each position."""
    gazetteer = _gazetteer()
    index, last, position, previous = gazetteer.zh, len(text) - 1, 0, ""
    while position < last:
        names = index.get(text[position : position + 2])
        name = (
            next((name for name in names if text.startswith(name, position) and _fits(name, text, position, previous)), None)
            if names
            else None
        )
        if name:
            yield name
            position, previous = position + len(name), name
        else:
            position, previous = position + 1, ""


def _fits(name: str, text: str, start: int, previous: str) -> bool:
    """Whether the name stands here as a name; `previous` is the place name that ends where it begins, if any."""
    contexts, bearers = _gazetteer().contexts, _gazetteer().bearers
    context = contexts.get(name) or contexts.get(name[-1] if len(name) > 2 else "")
    end = start + len(name)
    if not previous and len(name) == 2 and name[-1] in "县区市" and start and HAN.match(text[start - 1]):
        return False
    if context is None:
        return True
    if not context.alone:
        return any(is_within(place, other) for place in bearers[name] for other in bearers.get(previous, ()))
    return not (text.endswith(context.not_after, 0, start) or text.startswith(context.not_before, end))


def _en_names(text: str) -> Iterator[str]:
    """English names, as keys in lower case."""
    index = _gazetteer().en
    text = text.replace("’", "'")
    for word in CAPITALISED.finditer(text):
        for name in index.get(word.group().casefold(), ()):
            end = word.start() + len(name)
            if text[word.start() : end].casefold() == name and not SOMETHING_ELSE.match(text, end):
                yield _ranked(name, text[end : end + 12].casefold())
                break


def _ranked(name: str, after: str) -> str:
    """The key with its rank where the text gives one that tells namesakes apart: "jilin city"."""
    key = f"{name} city"
    return key if after.startswith(" city") and key in _gazetteer().bearers else name


@cache
def _gazetteer() -> Gazetteer:
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
