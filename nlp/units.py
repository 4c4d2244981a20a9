"""Units of measure: how texts write them, and the canonical unit in which two quantities can be compared."""

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.codebook import Language
from nlp.numerals import MULTIPLIERS, TENS

TABLE = Path(__file__).parent / "units.csv"
_LETTERS = str.maketrans(
    {"С": "C", "О": "O", "₂": "2", "³": "3", "²": "2", "·": "*", "•": "*", "－": "-"}
)  # Cyrillic С, О in PDFs
_SPREAD = re.compile(r"[\s（()）.]+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in the canonical unit of its dimension; quantities of one dimension can be compared."""

    value: float
    unit: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of units.csv: `name` as texts write it, and `factor` canonical units in one of it."""

    name: str
    canonical: str
    factor: float
    dimension: str
    language: Language


def canonical(value: float, unit: str) -> Quantity | None:
    """`value` `unit` in the canonical unit of its dimension, None for a unit that units.csv does not know.

    Multipliers in the unit count (万吨 is 10000 t), and so do quotients: 吨/日 is mass/time, in t/day.
    """
    numerator, *denominators = re.split(r"[/／]|每", unit)
    found = _look_up(numerator)
    if found is None:
        return None
    factor, name, dimension = found
    for part in denominators:
        below = _look_up(part)
        if below is None:
            return None
        factor, name, dimension = factor / below[0], f"{name}/{below[1]}", f"{dimension}/{below[2]}"
    return Quantity(float(f"{value * factor:.12g}"), name, dimension)


def dimension(unit: str) -> str | None:
    """The dimension of a unit, None where units.csv does not know it."""
    found = canonical(1.0, unit)
    return found.dimension if found else None


def unit_names(language: Language) -> tuple[str, ...]:
    """The names that texts of this language use, longest first."""
    names = {unit.name for unit in _units() if unit.language is language}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


@cache
def _units() -> tuple[Unit, ...]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Unit(row["unit"], row["canonical"], float(row["factor"]), row["dimension"], Language(row["language"]))
            for row in csv.DictReader(lines)
        )


@cache
def _table() -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Units by exact name, and by name with case ignored; the first row of a name wins."""
    exact: dict[str, Unit] = {}
    folded: dict[str, Unit] = {}
    for unit in _units():
        exact.setdefault(_plain(unit.name), unit)
        folded.setdefault(_plain(unit.name).casefold(), unit)
    return exact, folded


def _look_up(name: str) -> tuple[float, str, str] | None:
    """(factor, canonical unit, dimension) of a simple unit, with the multipliers before it."""
    exact, folded = _table()
    plain = _plain(name)
    for start, multiplier in _multipliers(plain):
        unit = exact.get(plain[start:]) or folded.get(plain[start:].casefold())
        if unit is not None:
            return multiplier * unit.factor, unit.canonical, unit.dimension
    return None


def _multipliers(name: str) -> Iterable[tuple[int, float]]:
    """Each place where the unit's own name may start, with the product of the multipliers before it."""
    product = 1.0
    yield 0, product
    for place, character in enumerate(name, start=1):
        factor = MULTIPLIERS.get(character) or TENS.get(character)
        if factor is None:
            return
        product *= factor
        yield place, product


def _plain(name: str) -> str:
    return _SPREAD.sub("", unicodedata.normalize("NFKC", name.translate(_LETTERS))).translate(_LETTERS)
