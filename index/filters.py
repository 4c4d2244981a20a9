"""Filters: which statements a question is asked of."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum

from domain.codebook import Element, Genre, Instrument, Language, Level, Sector, Stringency
from domain.errors import FilterError

CLOSED_SETS: dict[str, type[StrEnum]] = {
    "elements": Element,
    "sectors": Sector,
    "instruments": Instrument,
    "stringencies": Stringency,
    "levels": Level,
    "languages": Language,
    "genres": Genre,
}
YEAR_FIELDS = ("years", "due_years")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a statement must be to count: any of the values of a field, and that in every field that is not empty.

    Words of the closed sets may be given as strings, years as digits; an unknown one raises FilterError. `places` are
    names with or without 市 or 省 (a province takes in its cities); `documents` are ids, titles or file names; both are
    checked against the library when it is asked. `years` are years of issue, `due_years` years that a target is due.
    Headings and contents lines are no statements: they count only with `headings`, or when asked for as an element.
    """

    elements: tuple[Element, ...] = ()
    sectors: tuple[Sector, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    stringencies: tuple[Stringency, ...] = ()
    levels: tuple[Level, ...] = ()
    places: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    genres: tuple[Genre, ...] = ()
    years: tuple[int, ...] = ()
    due_years: tuple[int, ...] = ()
    headings: bool = False

    def __post_init__(self) -> None:
        for name, closed_set in CLOSED_SETS.items():
            object.__setattr__(self, name, tuple(member(closed_set, name, value) for value in each(getattr(self, name))))
        for name in YEAR_FIELDS:
            object.__setattr__(self, name, tuple(year(name, value) for value in each(getattr(self, name))))
        for name in ("places", "documents"):
            object.__setattr__(self, name, tuple(str(value) for value in each(getattr(self, name))))

    @property
    def is_empty(self) -> bool:
        """Whether every statement passes."""
        return not any(getattr(self, field.name) for field in fields(self))


def each(values: object) -> Iterable[object]:
    """The values of a field; a single string or number stands for itself, not for its characters."""
    if isinstance(values, str | int):
        return (values,)
    return values if isinstance(values, Iterable) else ()


def member(closed_set: type[StrEnum], name: str, value: object) -> StrEnum:
    """The member of a closed set that a word names; raises FilterError with the known ones."""
    try:
        return closed_set(str(value).strip().lower())
    except ValueError:
        raise unknown(name, value, [known.value for known in closed_set]) from None


def year(name: str, value: object) -> int:
    """A year from a number or its digits; raises FilterError."""
    try:
        return int(str(value))
    except ValueError:
        raise FilterError(f"{name}: {value!r} is not a year; expected four digits such as 2030") from None


def unknown(name: str, value: object, known: Iterable[object]) -> FilterError:
    """The error for a filter value that is not known."""
    words = [str(word) for word in known]
    listed = ", ".join(words[:40]) + (f" and {len(words) - 40} more" if len(words) > 40 else "")
    return FilterError(f"{name}: unknown value {str(value)!r}; known: {listed or 'none yet, the library is empty'}")
