"""The words of a comparison: phrases.toml, complete in both languages."""

import tomllib
from functools import cache
from pathlib import Path

from domain.codebook import Language

FILE = Path(__file__).with_name("phrases.toml")


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Every phrase by its name, then by language."""
    with FILE.open("rb") as stream:
        return tomllib.load(stream)


def phrase(language: Language, name: str, **values: object) -> str:
    """A phrase with its gaps filled."""
    return phrases()[name][language.value].format(**values)
