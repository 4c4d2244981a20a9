"""Targets: the numbers that a goal or a measure commits to."""

import math

from domain.codebook import Language
from domain.target import Target
from nlp.quantities import find_numbers
from nlp.targets_en import english_targets
from nlp.targets_table import bare_targets, row_targets
from nlp.targets_zh import chinese_targets

LONGEST = 1500  # characters that are read: what is longer is no sentence, and its clauses would be compared with each other


def find_targets(
    text: str,
    *,
    language: Language,
    heading_path: tuple[str, ...] = (),
    previous: str = "",
    column_heads: tuple[str, ...] = (),
) -> tuple[Target, ...]:
    """The targets that a goal or measure names, in reading order; each `quote` stands verbatim in `text`.

    `previous` is the text of the section before this statement: a goal may take its year and its indicator from there.
    `column_heads` are those of a table row, whose cells `text` joins by tabs.
    """
    text = text[:LONGEST]
    if "\t" in text or column_heads:
        targets = row_targets(text, language=language, heading_path=heading_path, column_heads=column_heads, previous=previous)
    elif language is Language.ZH:
        targets = chinese_targets(text, heading_path=heading_path, previous=previous)
    else:
        targets = english_targets(text, heading_path=heading_path, previous=previous)
    if not targets and len(text) < 120 and text.rstrip().endswith(tuple("0123456789%％")):
        targets = bare_targets(text, language=language, heading_path=heading_path, previous=previous)
    return tuple(target for target in targets if target.quote in text and is_quoted(target, language))


def is_quoted(target: Target, language: Language) -> bool:
    """Whether the value stands in the quote, if need be without the power of ten that the head of a table adds."""
    for number in find_numbers(target.quote, language):
        power = math.log10(abs(target.value / number.value)) if target.value and number.value else 0.0
        if number.value == target.value or abs(power - round(power)) < 1e-9:
            return True
    return False
