"""Words that tell a voice, as rules whose tag is the voice that they lean to: which of them a text holds."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.codebook import Language
from nlp.rules import Rule, load_rules

RULES = Path(__file__).with_name("voice.toml")


class Voice(StrEnum):
    """Someone did it, someone says it will be done, someone says that others should."""

    REPORTED = "reported"
    PLANNED = "planned"
    URGED = "urged"


@cache
def voice_rules(language: Language) -> tuple[Rule, ...]:
    """The rules of a language in the order of the file."""
    return tuple(rule for rule in load_rules(RULES) if rule.language is language)


def voices_in_words(text: str, language: Language) -> tuple[Rule, ...]:
    """All rules that the text's own words match; none is final, they are weighed together. Chinese is read without spaces."""
    text = text.replace(" ", "") if language is Language.ZH else text
    return tuple(rule for rule in voice_rules(language) if rule.find(text))
