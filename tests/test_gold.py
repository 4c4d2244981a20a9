"""The evaluation is held against the scorer that the gold labels came with, where that is at hand."""

import importlib.util
import json
from pathlib import Path

import pytest

from analysis.evaluate import against_floors, elements, facets, labels, reliability, targets
from analysis.gold import Stream, overlap, read_gold
from analysis.wording import norm
from domain.errors import CodebookError, NotFoundError

SHARED = Path(__file__).resolve().parents[2] / "shared"


def test_texts_are_compared_without_space_width_or_punctuation():
    assert norm("到 ２０３０ 年，达到\t25%！") == "到2030年达到25"
    assert overlap("加快发展风电、光伏。", "要加快发展风电光伏") == 1.0
    assert overlap("", "任何") == 0.0


def test_a_unit_is_found_over_two_rows_and_with_a_page_number_fallen_in():
    rows = [{"text": "推进园区余热综合"}, {"text": "利用，— 3 — 建立共享管网。"}]
    stream = Stream(rows)
    assert [row["text"] for row, _ in stream.cover("推进园区余热综合利用")] == [rows[0]["text"], rows[1]["text"]]
    assert stream.cover("推进园区余热综合利用，建立共享管网。")[0][0] is rows[1] or stream.cover(
        "推进园区余热综合利用，建立共享管网。"
    )
    assert stream.cover("完全没有的一句话，哪里都找不到它") == []


def test_a_folder_without_gold_is_refused_in_one_line(tmp_path):
    with pytest.raises(NotFoundError, match="no gold labels"):
        read_gold(tmp_path)


@pytest.mark.skipif(not (SHARED / "eval/score.py").exists(), reason="the scorer of the gold labels is not at hand")
def test_scores_are_those_of_the_scorer(tmp_path):
    spec = importlib.util.spec_from_file_location("score", SHARED / "eval/score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    gold = read_gold(SHARED / "gold")
    rows = [
        {
            "statement_id": f"{name}-{n}",
            "source_file": f"{name}.pdf",
            "text": unit["text"],
            "element": "measure" if n % 3 else unit["el"][0].replace("heading", "context"),
            "sectors": unit.get("se", [])[: n % 3],
            "instruments": unit.get("in", []),
            "stringency": "directive",
            "targets": (unit.get("tg") or [])[: 1 + n % 2],
        }
        for name, units in gold.items()
        for n, unit in enumerate(units)
    ]
    export = tmp_path / "export.jsonl"
    export.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    args = type("Args", (), {"gold": str(SHARED / "gold"), "export": str(export), "slugs": None})()

    def streams():
        return {name: Stream(r for r in rows if r["source_file"] == f"{name}.pdf") for name in gold}

    theirs, ours = scorer.elements(args), elements(gold, streams())
    for key in ("n", "not_found", "accuracy", "macro_f1", "core_f1", "macro_f1_90ci", "per_element"):
        assert ours[key] == theirs[key], key
    assert targets(gold, streams()) == scorer.targets(args)
    assert facets(gold, streams()) == scorer.facets(args)


UNITS = [
    {"text": "建设三座热泵站并接入管网。", "el": ["measure"], "se": ["energy"], "in": ["public_investment"], "st": "directive"},
    {"text": "到2030年基本建成低碳园区。", "el": ["goal"], "se": ["industry"]},
]
ROWS = [
    {"text": UNITS[0]["text"], "element": "measure", "element_score": 0.95, "sectors": ["energy"], "instruments": []},
    {"text": UNITS[1]["text"], "element": "measure", "element_score": 0.55, "sectors": ["energy"], "instruments": []},
]


def test_each_label_has_its_own_score_and_the_machines_doubt_is_held_against_what_is_right():
    gold = {"plan": UNITS}
    found = labels(gold, {"plan": Stream(ROWS)})
    assert found["energy"] == pytest.approx({"p": 0.5, "r": 1.0, "f1": 2 / 3, "n": 1})
    assert found["industry"]["f1"] == found["public_investment"]["f1"] == 0
    bins = reliability(gold, {"plan": Stream(ROWS)})
    assert {name: (row["right"], row["n"]) for name, row in bins.items()} == {"from 0.5": (0, 1), "from 0.9": (1, 1)}


def test_floors_are_laid_out_as_the_scores_are_and_an_unknown_one_is_named(tmp_path):
    floors = tmp_path / "floors.toml"
    floors.write_text("[zh.elements]\ncore_f1 = 0.9\n", encoding="utf-8")
    found = against_floors({"zh": {"elements": {"core_f1": 0.85}}}, floors)
    assert found == {"zh.elements.core_f1": pytest.approx({"score": 0.85, "floor": 0.9, "above": -0.05})}
    with pytest.raises(CodebookError, match=r"there is no score zh\.elements\.core_f1"):
        against_floors({"zh": {}}, floors)
