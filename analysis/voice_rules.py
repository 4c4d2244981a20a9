"""Words that tell a voice, as data: which of them a text matches."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.codebook import Language

RULES = Path(__file__).with_name("voice.toml")


class Voice(StrEnum):
    """Someone did it, someone says it will be done, someone says that others should."""

    REPORTED = "reported"
    PLANNED = "planned"
    URGED = "urged"


@dataclass(frozen=True, slots=True)
class VoiceRule:
    """A form of words that leans to a voice; `matches` and `must_not_match` are its two examples."""

    id: str
    voice: Voice
    language: Language
    pattern: re.Pattern[str]
    matches: str
    must_not_match: str


@cache
def voice_rules(language: Language) -> tuple[VoiceRule, ...]:
    """The rules of a language in the order of the file."""
    with RULES.open("rb") as stream:
        return tuple(
            VoiceRule(
                rule["id"],
                Voice(rule["voice"]),
                language,
                re.compile(rule["pattern"], re.IGNORECASE if rule.get("any_case", True) else 0),
                rule["matches"],
                rule["must_not_match"],
            )
            for rule in tomllib.load(stream)["rule"]
            if rule["language"] == language
        )


def voices_in_words(text: str, language: Language) -> tuple[VoiceRule, ...]:
    """All rules that the text's own words match; none is final, they are weighed together. Chinese is read without spaces."""
    text = text.replace(" ", "") if language is Language.ZH else text
    return tuple(rule for rule in voice_rules(language) if rule.pattern.search(text))
