"""A number that a goal or measure commits to."""

from dataclasses import dataclass

from domain.codebook import Comparator, Direction


@dataclass(frozen=True, slots=True)
class Target:
    """One committed number.

    `value` is in `unit` without its multiplier (3.5亿千瓦 is 350000000 千瓦; 20% is 20 %); `value_max` closes a range.
    `quote` stands verbatim in the statement (or in a table row with its column head).
    """

    indicator: str
    comparator: Comparator
    value: float
    unit: str
    quote: str
    value_max: float | None = None
    year: int | None = None
    baseline_year: int | None = None
    direction: Direction = Direction.REACH

    def __post_init__(self) -> None:
        if not self.quote:
            raise ValueError(f"target of {self.indicator!r}: the quote is empty, expected the words of the statement")
        if self.value_max is not None and self.value_max < self.value:
            raise ValueError(f"target {self.quote!r}: value_max {self.value_max} is below value {self.value}")
        for name in ("year", "baseline_year"):
            year = getattr(self, name)
            if year is not None and not 1900 <= year <= 2200:
                raise ValueError(f"target {self.quote!r}: {name} {year} is not between 1900 and 2200")
