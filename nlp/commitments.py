"""How the words round a number bind it: comparator, direction, and whether it is a commitment at all."""

from domain.codebook import Comparator, Direction, Language
from nlp.rules import Rule, bundled_rules, remembered

_DIRECTIONS = {Direction.INCREASE.value, Direction.DECREASE.value}
_SIGNS = {comparator.value for comparator in Comparator}


def find_comparator(before: str, after: str, language: Language) -> tuple[Comparator | None, str]:
    """The comparator that the words before or after a number set, with the id of its rule; (None, "") for a bare number."""
    for rule in _rules(language, "after", "sign"):
        if rule.find(after):
            return Comparator(rule.tag), rule.id
    for rule in _rules(language, "before", "sign"):
        if rule.find(before):
            return Comparator(rule.tag), rule.id
    return None, ""


def find_direction(words: str, language: Language, where: str = "before") -> tuple[Direction | None, str]:
    """The direction of change in `words`, with the id of its rule; (None, "") where they set a level."""
    for rule in _rules(language, where, "direction"):
        if rule.find(words):
            return Direction(rule.tag), rule.id
    return None, ""


def find_rejection(before: str, after: str, clause: str, language: Language, *, size_class: bool) -> str | None:
    """The id of the rule that says that a number is no commitment, None where none speaks.

    `size_class` asks the rules for size classes too (企业 with more than so much), which count nouns are spared.
    """
    parts = {"before": before, "after": after, "clause": clause}
    for where, part in parts.items():
        for rule in _rules(language, where, "reject"):
            if (size_class or rule.tag != "reject-class") and rule.find(part):
                return rule.id
    return None


@remembered
def _rules(language: Language, where: str, kind: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in bundled_rules("targets", language) if rule.where == where and _kind(rule.tag) == kind)


def _kind(tag: str) -> str:
    if tag in _SIGNS:
        return "sign"
    return "direction" if tag in _DIRECTIONS else "reject"
