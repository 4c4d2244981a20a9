"""Whether a practice is urged, planned or reported: three things that reports and plans mix."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.codebook import Element, Genre, Language, Level, Stringency
from domain.document import Facts
from domain.statement import Statement

RULES = Path(__file__).with_name("voice.toml")


class Voice(StrEnum):
    """Someone did it, someone says it will be done, someone says that others should."""

    REPORTED = "reported"
    PLANNED = "planned"
    URGED = "urged"


@dataclass(frozen=True, slots=True)
class VoiceRule:
    """A form of words that tells the voice; `matches` and `must_not_match` are its two examples."""

    id: str
    voice: Voice
    language: Language
    pattern: re.Pattern[str]
    matches: str
    must_not_match: str


@cache
def voice_rules() -> tuple[VoiceRule, ...]:
    """The rules in the order in which they are tried."""
    with RULES.open("rb") as stream:
        return tuple(
            VoiceRule(
                rule["id"],
                Voice(rule["voice"]),
                Language(rule["language"]),
                re.compile(rule["pattern"], re.IGNORECASE),
                rule["matches"],
                rule["must_not_match"],
            )
            for rule in tomllib.load(stream)["rule"]
        )


def voice_in_words(text: str, language: Language) -> VoiceRule | None:
    """The first rule that the text's own words match."""
    return next((rule for rule in voice_rules() if rule.language is language and rule.pattern.search(text)), None)


def voice_of(statement: Statement, facts: Facts) -> Voice:
    """The voice of a tagged statement: its element first, then its words, then whose document it is.

    A measure of the nation or a province that only encourages is urged on others; a place's own plan plans it.
    """
    tags = statement.tags
    if tags is None:
        raise ValueError(f"statement {statement.id} has not been tagged")
    if tags.element in (Element.PRACTICE, Element.OUTCOME):
        return Voice.REPORTED
    rule = voice_in_words(statement.text, statement.language)
    if rule and rule.voice is not Voice.REPORTED:
        return rule.voice
    if facts.level is Level.NATIONAL or facts.genre in (Genre.NOTICE, Genre.REGULATION, Genre.NEWS):
        return Voice.URGED
    if facts.level is Level.PROVINCE and tags.stringency in (Stringency.ENCOURAGING, Stringency.EXPLORATORY):
        return Voice.URGED
    return Voice.PLANNED
