"""The fields of a card, taken from each invented passage alone: what was done, by whom, with what result, on what conditions.

Run with -s to see scores beside the floors. The place is no matter of the passage's words: it is that of its document, or
one that the gazetteer knows, and invented places are in none; tests/test_practices.py holds it.
"""

import json
import sys
import tomllib
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from analysis.line import has_number
from analysis.practices import conditions_in
from analysis.subjects import subject_of
from analysis.titles import shorten
from domain.codebook import Language

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))["fields"]
HALF = 0.5  # of the shorter text in one piece


def passages(language: Language) -> list[dict[str, Any]]:
    lines = (HERE / "practices_gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["language"] == language]


def is_same(one: str, other: str) -> bool:
    one, other = one.casefold(), other.casefold()
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return match.size >= HALF * min(len(one), len(other))


def share(right: list[bool]) -> float:
    return sum(right) / len(right)


@pytest.mark.parametrize("language", list(Language))
def test_fields_stay_above_their_floors(language: Language) -> None:
    rows = passages(language)
    reported = [row for row in rows if row["status"] == "reported"]
    acting = [(row["actor"] or row["place"], subject_of(row["text"], language)) for row in reported]
    known = [(gold, found) for gold, found in acting if gold]
    scores = {
        "action": share([is_same(shorten(row["text"], language), row["action"]) for row in rows]),
        "actor": share([found is not None and is_same(gold, found) for gold, found in known]),
        "actor_right": share([gold is not None and is_same(gold, found) for gold, found in acting if found]),
        "outcome": share([has_number(row["text"]) for row in reported if row["outcome"]]),
        "conditions": share([bool(conditions_in([row["text"]])) for row in rows if row["conditions"]]),
    }
    for name, score in scores.items():
        sys.stdout.write(f"\nfields {language}: {name} {score:.3f}, floor {FLOORS[language][name]}")
    assert {name for name, score in scores.items() if score < FLOORS[language][name]} == set()
