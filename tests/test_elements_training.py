import json
from pathlib import Path

import numpy as np
import pytest

from domain.codebook import Element, Language, Sector
from domain.errors import CodebookError
from domain.statement import Kind, Statement
from nlp.calibration import calibration_knots, reliability
from nlp.coding import document_folds, place_codes, push_heading, read_coded
from nlp.elements import ElementClassifier
from nlp.features import BITS, word_buckets
from nlp.retelling import inflect, retell
from nlp.scoring import score_elements
from nlp.training import Words, _features
from pipeline import train

VERBS = ("建立", "完善", "推广", "淘汰", "培育", "改造", "布局", "整治")
THINGS = ("余热管网", "碳账户", "充电设施", "再生水厂", "绿色工厂", "监测站点")


def write(folder: Path, rows: list[dict[str, object]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "coded.jsonl").write_text("\n".join(lines), encoding="utf-8")


def invented() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number, verb in enumerate(VERBS):
        rows += [{"doc": f"d{number}", "text": f"加快{verb}{thing}。", "el": ["measure"]} for thing in THINGS]
        rows += [
            {"doc": f"d{number}", "text": f"已{verb}{thing}{number + 2}处。", "el": ["practice", "outcome"]} for thing in THINGS
        ]
        rows += [{"doc": f"d{number}", "text": f"{thing}的基础仍然薄弱。", "element": "context"} for thing in THINGS]
    return rows


@pytest.mark.slow
def test_a_model_trained_on_a_folder_reads_new_sentences(tmp_path: Path):
    write(tmp_path, invented())
    scores, facets = train(tmp_path, tmp_path / "out")[Language.ZH]
    assert scores.accuracy > 0.9
    assert 0 <= facets.sectors <= 1
    texts = ("加快布设观测井。", "已布设观测井9处。", "观测井的基础仍然薄弱。")
    rows = [Statement("", "", text, 0, len(text), Kind.SENTENCE, Language.ZH) for text in texts]
    found = ElementClassifier(tmp_path / "out").classify(rows)
    assert [each.element for each in found] == [Element.MEASURE, Element.PRACTICE, Element.CONTEXT]


def test_headings_among_the_coded_lines_give_the_breadcrumb(tmp_path: Path):
    rows = [
        ("一、总体要求", "heading"),
        ("（一）基本原则", "heading"),
        ("分类施策。", "principle"),
        ("二、任务", "heading"),
        ("建库。", "measure"),
    ]
    write(tmp_path, [{"doc": "d", "text": text, "el": [element]} for text, element in rows])
    coded = read_coded(tmp_path)
    assert [row.statement.heading_path for row in coded] == [("一、总体要求", "（一）基本原则"), ("二、任务",)]


def test_a_heading_closes_those_of_its_own_style():
    headings: list[tuple[int, str]] = []
    for heading in ("GOALS", "Goal 1.1 Save water", "Goal 1.2 Save land", "ACTIONS"):
        push_heading(headings, heading)
    assert [title for _, title in headings] == ["ACTIONS"]


@pytest.mark.parametrize("line", ["no json", '{"text": "a"}', '{"text": "a", "element": "wish"}', "[1]"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str):
    (tmp_path / "coded.jsonl").write_text(f'{{"text": "Adopt.", "element": "measure"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(CodebookError, match=r"coded\.jsonl, line 2"):
        read_coded(tmp_path)


def test_an_empty_folder_says_what_to_give(tmp_path: Path):
    with pytest.raises(CodebookError, match="no coded statements"):
        read_coded(tmp_path)


def statement(text: str, *path: str) -> Statement:
    return Statement("", "", text, 0, len(text), Kind.SENTENCE, Language.ZH, path)


def test_codes_find_their_statements_in_the_document_as_it_is_read(tmp_path: Path):
    rows = [{"doc": "d", "text": text, "el": ["measure"], "se": ["energy"]} for text in ("建设余热", "管网。", "这句不在文中。")]
    write(tmp_path, rows)
    document = [statement(text, "三、任务") for text in ("背景。", "建设余热管网。", "推广热泵。")]
    placed = place_codes(read_coded(tmp_path), document)
    assert [row.statement for row in placed] == document
    assert [row.elements for row in placed] == [(), (Element.MEASURE,), ()]
    assert placed[1].sectors == (Sector.ENERGY,)


def test_an_export_of_corrections_is_read_as_coded_statements(tmp_path: Path):
    write(
        tmp_path,
        [{"document_id": "d", "text": "Adopt a code.", "element": "measure", "sectors": ["buildings"], "language": "en"}],
    )
    row = read_coded(tmp_path)[0]
    assert (row.elements, row.sectors, row.instruments) == ((Element.MEASURE,), (Sector.BUILDINGS,), None)


def test_the_meaning_of_words_is_folded_into_their_weights():
    texts = ("Build a canal.", "A canal was built.")
    features = _features([Statement("", "", text, 0, len(text), Kind.SENTENCE, Language.EN) for text in texts])
    known = ["build", "built", "canal"]
    words = Words(word_buckets(known, Language.EN, "word") + (1 << BITS), np.array([[1, 0], [1, 1], [0, 2]], dtype=np.float32))
    weights = np.arange(((1 << BITS) + 2) * 2, dtype=np.float32).reshape(-1, 2) % 7
    read = words.read(features)
    assert np.allclose(features @ words.folded(weights), read @ weights)
    assert read[:, 1 << BITS :].toarray().any(axis=1).all()


def test_a_measure_is_retold_as_done_and_as_planned():
    told = list(retell("2. Build a bike path along the canal"))
    assert {element for element, _ in told} == {Element.PRACTICE, Element.MEASURE}
    assert all("a bike path along the canal" in text for _, text in told)
    assert told == list(retell("2. Build a bike path along the canal"))
    assert not list(retell("The canal is old and its banks are weak."))


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("build", "built built building builds"),
        ("plan", "planned planned planning plans"),
        ("reduce", "reduced reduced reducing reduces"),
        ("identify", "identified identified identifying identifies"),
        ("establish", "established established establishing establishes"),
    ],
)
def test_verbs_are_inflected(verb: str, forms: str):
    found = inflect(verb)
    assert " ".join(found[name] for name in ("p", "pp", "g", "t")) == forms


def test_a_document_lies_in_one_fold(tmp_path: Path):
    write(tmp_path, invented())
    coded = read_coded(tmp_path)
    folds = document_folds(coded)
    assert len({(row.document, int(fold)) for row, fold in zip(coded, folds, strict=True)}) == len(VERBS)


def test_any_accepted_element_is_right_and_a_wrong_one_counts_twice():
    accepted = [[Element.PRACTICE, Element.OUTCOME], [Element.GOAL], [Element.GOAL]]
    scores = score_elements(accepted, [Element.OUTCOME, Element.GOAL, Element.MEASURE])
    assert scores.accuracy == pytest.approx(2 / 3)
    assert scores.f1 == {Element.GOAL: pytest.approx(2 / 3), Element.MEASURE: 0.0, Element.OUTCOME: 1.0}


def test_calibrated_scores_rise_and_tell_how_often_a_tag_is_right():
    probability = np.linspace(0.2, 1.0, 2000).astype(np.float32)
    right = np.random.default_rng(0).random(2000) < probability * 0.8
    knots = calibration_knots(probability, right)
    assert (np.diff(knots[1]) >= 0).all()
    assert np.interp(0.9, knots[0], knots[1]) == pytest.approx(0.72, abs=0.08)
    for score, share, _ in reliability(np.interp(probability, *knots).astype(np.float32), right):
        assert share == pytest.approx(score, abs=0.12)
