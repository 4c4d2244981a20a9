"""Places: which documents a place name takes in."""

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from domain.document import Facts

ENDING = re.compile(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|自治县|新区|地区|省|市|县|区|盟|州)$")
NATIONAL_CODE = "00"


@cache
def provinces() -> dict[str, str]:
    """Province codes (two digits of GB/T 2260) by name, long and short."""
    with (Path(__file__).parent / "provinces.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row[name]: row["code"] for row in rows for name in ("name", "short")}


def is_in_place(facts: Facts, name: str) -> bool:
    """Whether a document is of the place, or of a place within the province, that a name with or without its ending means."""
    if not facts.place:
        return False
    asked, held = name.strip(), facts.place
    if asked.casefold() in (held.casefold(), short_name(held).casefold()) or short_name(asked) == short_name(held):
        return True
    code = provinces().get(asked)
    if code is None:
        return False
    return (facts.place_code or "").startswith(code) or held.startswith(tuple(n for n, c in provinces().items() if c == code))


def short_name(place: str) -> str:
    """A place name without the word for what kind of place it is."""
    shortened = ENDING.sub("", place)
    return shortened if len(shortened) >= 2 else place


def known_places(documents: Iterable[Facts]) -> list[str]:
    """The places of some documents, by name."""
    return sorted({facts.place for facts in documents if facts.place})
