"""The codes that statements leave the program with: their families, names, definitions and colours."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.codebook import Language
from domain.record import Record
from index import Kind, Table

CODEBOOK = Path(__file__).with_name("codebook.toml")
LABEL = "label"
LABEL_COLOUR = "#444444"
COLUMNS = ("family", "code", "zh", "en", "definition_zh", "definition_en", "colour")


@dataclass(frozen=True, slots=True)
class Code:
    """A code, or a family of codes where `code` is empty; titles and definitions by language, colour as #rrggbb."""

    family: str
    name: str
    titles: dict[Language, str]
    definitions: dict[Language, str]
    colour: str = ""


@cache
def codes() -> tuple[Code, ...]:
    """The families, each followed by its codes."""
    with CODEBOOK.open("rb") as stream:
        return tuple(read_codes(tomllib.load(stream)["family"]))


def read_codes(families: list[Record]) -> Iterator[Code]:
    """The codes of the codebook's tables."""
    for family in families:
        yield read_code(family["name"], "", family)
        for code in family["code"]:
            yield read_code(family["name"], code["name"], code)


def read_code(family: str, name: str, row: Record) -> Code:
    """A code from its table."""
    titles = {language: row[language] for language in Language}
    definitions = {language: row[f"{language}_definition"] for language in Language}
    return Code(family, name, titles, definitions, row.get("colour", ""))


def codebook_table() -> Table:
    """The codebook as a sheet."""
    rows = [
        {
            "family": code.family,
            "code": code.name,
            **{language.value: code.titles[language] for language in Language},
            **{f"definition_{language}": code.definitions[language] for language in Language},
            "colour": code.colour,
        }
        for code in codes()
        if code.name
    ]
    return Table("codebook", dict.fromkeys(COLUMNS, Kind.TEXT), lambda: rows)
