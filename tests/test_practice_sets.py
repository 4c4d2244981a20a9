"""The sets that practices are measured on are well formed, and every field is cut out of its passage."""

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from domain.codebook import Genre, Level

ROOT = Path(__file__).resolve().parent.parent
STATUSES = {"urged", "planned", "reported"}


def rows(name: str) -> list[dict[str, Any]]:
    lines = (ROOT / "tests" / "quality" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_passages_are_enough_in_both_languages_and_each_status() -> None:
    passages = rows("practices_gold.jsonl")
    assert len(passages) >= 150
    assert {passage["status"] for passage in passages} == STATUSES
    for language in ("zh", "en"):
        counts = Counter(passage["status"] for passage in passages if passage["language"] == language)
        assert min(counts[status] for status in STATUSES) >= 10
    assert len({passage["text"] for passage in passages}) == len(passages)


def test_fields_are_verbatim() -> None:
    for passage in rows("practices_gold.jsonl"):
        for field in ("actor", "place", "action", "outcome"):
            assert passage[field] is None or passage[field] in passage["text"], passage
        assert all(condition in passage["text"] for condition in passage["conditions"]), passage
        assert passage["action"]


def test_only_what_is_reported_has_an_outcome() -> None:
    assert {passage["status"] for passage in rows("practices_gold.jsonl") if passage["outcome"]} == {"reported"}


def test_status_cannot_be_told_from_the_document_alone() -> None:
    statuses = defaultdict(set)
    for passage in rows("practices_gold.jsonl"):
        statuses[passage["document"]].add(passage["status"])
    assert len(statuses) >= 15
    assert sum(len(found) >= 2 for found in statuses.values()) == len(statuses)


def test_kind_of_document_is_one_of_the_known() -> None:
    for passage in rows("practices_gold.jsonl"):
        assert passage["genre"] is None or passage["genre"] in set(Genre)
        assert passage["level"] is None or passage["level"] in set(Level)


def test_families_have_five_wordings_in_both_languages() -> None:
    families = defaultdict(list)
    for row in rows("practice_families.jsonl"):
        families[row["family"]].append(row)
    assert len(families) == 60
    for wordings in families.values():
        assert len(wordings) == len({row["text"] for row in wordings}) == 5
        assert {row["language"] for row in wordings} == {"zh", "en"}


def test_invented_passages_name_no_real_place() -> None:
    with (ROOT / "domain" / "places.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["name"] for row in csv.DictReader(stream) if len(row["name"]) > 2]
    for passage in rows("practices_gold.jsonl"):
        assert not [name for name in names if name in passage["text"]], passage
