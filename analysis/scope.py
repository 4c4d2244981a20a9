"""Whom a requirement is meant for, by its own words: only parks, only coastal provinces, only the national bodies."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.codebook import Language, Level
from domain.document import Facts

FILE = Path(__file__).with_name("scope.toml")


@dataclass(frozen=True, slots=True)
class Scope:
    """A rule: a requirement with the pattern is meant for these levels or provinces (two digits of GB/T 2260) only."""

    id: str
    pattern: re.Pattern[str]
    names: dict[str, str]
    levels: tuple[Level, ...] = ()
    provinces: tuple[str, ...] = ()

    def is_for(self, facts: Facts) -> bool:
        """Whether the place that a document speaks for is meant; a place that is not known is."""
        if self.levels and facts.level:
            return facts.level in self.levels
        return not (self.provinces and facts.place_code) or facts.place_code[:2] in self.provinces

    def name(self, language: Language) -> str:
        """Who is meant, in words."""
        return self.names[language]


@cache
def scopes() -> tuple[Scope, ...]:
    """Every rule of scope.toml."""
    with FILE.open("rb") as stream:
        rules = tomllib.load(stream)["scope"]
    return tuple(
        Scope(
            rule["id"],
            re.compile(rule["pattern"], re.IGNORECASE),
            {language: rule[language] for language in Language},
            tuple(Level(level) for level in rule.get("levels", ())),
            tuple(rule.get("provinces", ())),
        )
        for rule in rules
    )


def foreign_scope(requirement: str, local: Facts) -> Scope | None:
    """The scope by which a requirement is meant for others than the local plan's place; None where it is meant for it."""
    return next((scope for scope in scopes() if scope.pattern.search(requirement) and not scope.is_for(local)), None)
