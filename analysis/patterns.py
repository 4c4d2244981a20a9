"""Forms of words kept as data: each with an id, one pattern for both languages, and an example of what it is and is not."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pattern:
    """A named form of words; `matches` and `must_not_match` are its two examples."""

    id: str
    pattern: re.Pattern[str]
    matches: str
    must_not_match: str


@cache
def read_patterns(path: Path) -> tuple[Pattern, ...]:
    """The patterns of a TOML file in its order; `zh` and `en` of an entry are alternatives, upper and lower case are one."""
    with path.open("rb") as stream:
        rows = tomllib.load(stream)["pattern"]
    return tuple(
        Pattern(
            row["id"],
            re.compile("|".join(filter(None, (row.get("zh"), row.get("en")))), re.IGNORECASE),
            row["matches"],
            row["must_not_match"],
        )
        for row in rows
    )


def pattern_in(path: Path, text: str) -> str | None:
    """The id of the first pattern of a file that the text holds."""
    return next((each.id for each in read_patterns(path) if each.pattern.search(text)), None)
