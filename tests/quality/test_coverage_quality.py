"""Local plans held against their sources: four invented pairs of three fields, one between languages, with the shipped weights.

What the weights make of pairs that they were not learnt on is printed by scripts/fit_coverage.py.
"""

import tomllib
from pathlib import Path

import pytest

import pipeline
from analysis.evaluate import comparisons
from analysis.gold import read_gold
from index import open_library

HERE = Path(__file__).parent
PLANS = HERE / "plans"
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))["coverage"]


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    library = open_library(tmp_path_factory.mktemp("pairs") / "library", create=True)
    pipeline.build(library, [PLANS / "docs"])
    return comparisons(library, read_gold(PLANS), PLANS)


def test_every_requirement_of_every_pair_has_a_row(scores):
    assert {name: found["not_in_table"] for name, found in scores.items()} == dict.fromkeys(FLOORS, 0)


@pytest.mark.parametrize("pair", FLOORS)
def test_a_plan_is_held_against_its_source_above_the_floors(scores, pair):
    floors = dict(FLOORS[pair])
    assert scores[pair]["false_missing"] <= floors.pop("false_missing")
    assert not {name: scores[pair][name] for name, floor in floors.items() if scores[pair][name] < floor}
