"""The fields of a card, taken from each invented passage alone: what was done, by whom, with what result, on what conditions.

Run with -s to see scores beside the floors. The place is looked for with the invented places in the gazetteer: where the words
name the one that acts. Where they do not, it is that of the document, which tests/test_practices.py holds.
"""

import csv
import json
import sys
import tomllib
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

import domain.gazetteer
from analysis.line import has_number, place_told
from analysis.practices import conditions_in
from analysis.subjects import subject_of
from analysis.titles import shorten
from domain.codebook import Language
from domain.gazetteer import HAN, gazetteer
from domain.statement import Kind, Statement

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))["fields"]
HALF = 0.5  # of the shorter text in one piece


def passages(language: Language) -> list[dict[str, Any]]:
    lines = (HERE / "practices_gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["language"] == language]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A gazetteer of the invented places."""
    names = sorted({row["place"] for language in Language for row in passages(language) if row["place"]})
    path = tmp_path_factory.mktemp("places") / "places.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("code", "name", "level", "short", "english", "aliases"))
        table.writerows((f"99{at:02}00", name, "city", "", "" if HAN.match(name) else name, "") for at, name in enumerate(names))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(domain.gazetteer, "PLACES", path)
        gazetteer.cache_clear()
        yield
    gazetteer.cache_clear()


def place_in(text: str, language: Language) -> str | None:
    place = place_told(Statement("s", "d", text, 0, len(text), Kind.SENTENCE, language), None)
    return place.name if place else None


def is_same(one: str, other: str) -> bool:
    one, other = one.casefold(), other.casefold()
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return match.size >= HALF * min(len(one), len(other))


def share(right: list[bool]) -> float:
    return sum(right) / len(right)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.usefixtures("known")
def test_fields_stay_above_their_floors(language: Language) -> None:
    rows = passages(language)
    reported = [row for row in rows if row["status"] == "reported"]
    acting = [(row["actor"] or row["place"], subject_of(row["text"], language)) for row in reported]
    told = [(gold, found) for gold, found in acting if gold]
    placed = [(row["place"], place_in(row["text"], language)) for row in reported]
    scores = {
        "action": share([is_same(shorten(row["text"], language), row["action"]) for row in rows]),
        "actor": share([found is not None and is_same(gold, found) for gold, found in told]),
        "actor_right": share([gold is not None and is_same(gold, found) for gold, found in acting if found]),
        "place": share([found == gold for gold, found in placed if gold]),
        "place_right": share([gold == found for gold, found in placed if found]),
        "outcome": share([has_number(row["text"]) for row in reported if row["outcome"]]),
        "conditions": share([bool(conditions_in([row["text"]])) for row in rows if row["conditions"]]),
    }
    for name, score in scores.items():
        sys.stdout.write(f"\nfields {language}: {name} {score:.3f}, floor {FLOORS[language][name]}")
    assert {name for name, score in scores.items() if score < FLOORS[language][name]} == set()
