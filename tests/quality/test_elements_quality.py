"""Elements against coded statements: our own invented ones, and the shared gold read through the parser where it is at hand.

Run with -s to see scores and confusions beside the floors.
"""

import json
import shutil
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from domain.codebook import Element, Language
from nlp.coding import Coded, read_coded
from nlp.elements import ElementClassifier, Verdict
from nlp.scoring import Scores, score_elements
from nlp.training import runs_of_documents

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))["elements"]
GOLD = HERE / "elements_gold.jsonl"
SHARED = HERE.parents[2] / "shared" / "gold"


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Coded, Verdict]]:
    folder = tmp_path_factory.mktemp("gold")
    shutil.copy(GOLD, folder)
    rows = read_coded(folder)
    classifier = ElementClassifier()
    verdicts = [
        verdict for run in runs_of_documents(rows) for verdict in classifier.classify([row.statement for row in rows[run]])
    ]
    return list(zip(rows, verdicts, strict=True))


def test_own_gold_is_large_enough_and_holds_hard_cases_by_name(coded: list[tuple[Coded, Verdict]]):
    assert len(coded) >= 400
    names = [row["case"] for line in GOLD.read_text(encoding="utf-8").splitlines() if "case" in (row := json.loads(line))]
    assert len(set(names)) >= 50


@pytest.mark.parametrize("language", list(Language))
def test_own_gold_stays_above_its_floors(coded: list[tuple[Coded, Verdict]], language: Language):
    chosen = [(row, verdict) for row, verdict in coded if row.statement.language is language]
    scores = score_elements([row.elements for row, _ in chosen], [verdict.element for _, verdict in chosen])
    confused = Counter(
        (str(row.elements[0]), str(verdict.element)) for row, verdict in chosen if verdict.element not in row.elements
    )
    say(f"own gold {language}: {scores}")
    say(", ".join(f"{gold} read as {read}: {count}" for (gold, read), count in confused.most_common()))
    hold(scores, FLOORS["own"][language])


@pytest.mark.parametrize("language", list(Language))
def test_shared_gold_stays_above_its_floors(language: Language):
    if not SHARED.exists():
        pytest.skip("the shared gold is not at hand")
    from analysis.gold import Stream
    from analysis.wording import norm
    from ingest import read_document

    classifier = ElementClassifier()
    accepted: list[list[Element]] = []
    chosen: list[Element] = []
    for path in sorted((SHARED / "docs").glob(f"{language}_*")):
        statements = read_document(path).statements
        verdicts = classifier.classify(statements)
        rows = [
            {"text": statement.text, "element": verdict.element}
            for statement, verdict in zip(statements, verdicts, strict=True)
            if verdict.element is not Element.HEADING
        ]
        stream = Stream(rows)
        for line in (SHARED / f"{path.stem}.jsonl").read_text(encoding="utf-8").splitlines():
            unit = json.loads(line)
            if "heading" in unit["el"] or len(norm(unit["text"])) < 8:
                continue
            votes: Counter[Element] = Counter()
            for row, count in stream.cover(unit["text"]):
                votes[row["element"]] += count
            accepted.append([Element(name) for name in unit["el"]])
            chosen.append(votes.most_common(1)[0][0] if votes else Element.HEADING)
    scores = score_elements(accepted, chosen)
    say(f"shared gold {language}: {scores}")
    hold(scores, FLOORS["shared"][language])


def say(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")


def hold(scores: Scores, floors: dict[str, float]) -> None:
    for name, floor in floors.items():
        assert getattr(scores, name) >= floor, f"{name} {getattr(scores, name):.3f} is below its floor {floor}"
