"""Forms of words kept as rules in files of this folder: which of them a text holds."""

from functools import cache
from pathlib import Path

from nlp.rules import load_rules

read_patterns = cache(load_rules)


def patterns_in(path: Path, text: str) -> tuple[str, ...]:
    """The ids of the rules of a file that find something in the text, in the order of the file."""
    return tuple(rule.id for rule in read_patterns(path) if rule.find(text))


def pattern_in(path: Path, text: str) -> str | None:
    """The id of the first rule of a file that finds something in the text."""
    return next((rule.id for rule in read_patterns(path) if rule.find(text)), None)
