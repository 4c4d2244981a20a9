"""Facets of a statement: sectors, instruments and stringency, each with its evidence."""

import re

from domain.codebook import Instrument, Language, Sector, Stringency
from nlp.rules import bundled_rules

_LEAD_ZH = re.compile(r"[，。；]")


def find_sectors(
    text: str, *, heading_path: tuple[str, ...], language: Language, previous: tuple[Sector, ...] = ()
) -> tuple[tuple[Sector, ...], dict[str, str]]:
    """The sectors of a statement, in the codebook's order, with the evidence for each under "sector:NAME"."""
    return (), {}


def find_instruments(
    text: str, *, heading_path: tuple[str, ...], language: Language
) -> tuple[tuple[Instrument, ...], dict[str, str]]:
    """The instruments of a measure, in the codebook's order, with the evidence for each under "instrument:NAME"."""
    return (), {}


def find_stringency(text: str, *, language: Language) -> tuple[Stringency | None, str]:
    """How binding a measure is, with the id of the rule and its words; plain imperatives are directives."""
    lead = _LEAD_ZH.split(text, maxsplit=1)[0] if language is Language.ZH else text
    for rule in bundled_rules("stringency", language):
        words = rule.find(text if rule.where == "anywhere" else lead)
        if words is not None:
            return Stringency(rule.tag), f"{rule.id}: {words}"
    return Stringency.DIRECTIVE, "plain imperative"
