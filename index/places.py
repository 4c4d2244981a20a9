"""Places: which documents a place name takes in."""

import re
from collections.abc import Iterable

from domain.document import Facts
from domain.place import is_within, place_coded, place_named

ENDING = re.compile(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|自治县|新区|地区|省|市|县|区|盟|州)$")


def is_in_place(facts: Facts, name: str) -> bool:
    """Whether a document is of the place that a name means, in Chinese or English, its ending or not, or of one within it."""
    if not facts.place:
        return False
    asked, held = place_named(name), place_coded(facts.place_code or "") or place_named(facts.place)
    if asked and held:
        return is_within(held, asked)
    name, short = name.strip(), short_name(name.strip())
    return name == facts.place or (short == short_name(facts.place) and short in (name.casefold(), facts.place.casefold()))


def short_name(place: str) -> str:
    """A place name without the word for what kind of place it is, in lower case."""
    shortened = ENDING.sub("", place)
    return (shortened if len(shortened) >= 2 else place).casefold()


def known_places(documents: Iterable[Facts]) -> list[str]:
    """The places of some documents, by name."""
    return sorted({facts.place for facts in documents if facts.place})
