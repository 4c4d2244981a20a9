from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.codebook import Element, Language
from domain.statement import Kind, Statement
from nlp.context import Role, heading_role, section_role
from nlp.elements import ElementClassifier, Verdict
from nlp.features import statement_features
from nlp.linear import LinearModel, hash_ngrams, sparse_rows
from nlp.rules import FOLDER, check_rule, load_rules
from nlp.sequence import context_features
from nlp.skeleton import skeleton

CLASSIFIER = ElementClassifier()


def statement(text: str, *path: str, kind: Kind = Kind.SENTENCE, language: Language | None = None) -> Statement:
    language = language or (Language.ZH if any("\u4e00" <= character <= "\u9fff" for character in text) else Language.EN)
    return Statement("", "", text, 0, len(text), kind, language, path)


def verdict(text: str, *path: str) -> Verdict:
    return CLASSIFIER.classify([statement(text, *path)])[0]


@pytest.mark.parametrize("name", ["elements_sections", "elements_sentences", "elements_alone"])
def test_every_rule_finds_its_example_and_passes_over_its_counter_example(name: str):
    path = FOLDER / f"{name}.toml"
    rules = load_rules(path)
    assert rules
    for rule in rules:
        assert rule.examples, rule.id
        assert rule.counter_examples, rule.id
        check_rule(path, rule)


@pytest.mark.parametrize(
    ("heading", "language", "role"),
    [
        ("（二）基本原则", Language.ZH, Role.PRINCIPLE),
        ("二、主要目标", Language.ZH, Role.GOAL),
        ("（一）指导思想。", Language.ZH, Role.GUIDANCE),
        ("五、保障措施", Language.ZH, Role.MEASURE),
        ("一、“十三五”工作成效", Language.ZH, Role.REVIEW),
        ("指导思想和基本原则", Language.ZH, Role.MIXED),
        ("iv. GUIDING PRINCIPLES", Language.EN, Role.PRINCIPLE),
        ("Goals:", Language.EN, Role.GOAL),
        ("Current Efforts", Language.EN, Role.PRACTICE),
        ("Proposed Efforts", Language.EN, Role.MEASURE),
        ("Accomplishments", Language.EN, Role.REVIEW),
        ("Harbour Street", Language.EN, None),
    ],
)
def test_headings_name_the_role_of_their_section(heading: str, language: Language, role: Role | None):
    found = heading_role(heading, language)
    assert (found[0] if found else None) is role


def test_the_innermost_heading_with_a_role_decides():
    found = section_role(("一、总体要求", "（三）主要目标", "1.能源"), Language.ZH)
    assert found is not None
    assert (found.role, found.heading, found.depth) == (Role.GOAL, "（三）主要目标", 1)


def test_everything_in_a_section_of_principles_is_principle_also_with_verbs_of_action():
    found = verdict("加快推进产业园区循环化改造，建立资源共享平台。", "一、总体要求", "（二）基本原则")
    assert found.element is Element.PRINCIPLE
    assert "section: （二）基本原则" in found.evidence


def test_guiding_ideology_is_context():
    assert (
        verdict("坚持生态优先，推动减污降碳协同增效，建设美丽水乡。", "一、总体要求", "（一）指导思想").element is Element.CONTEXT
    )


@pytest.mark.parametrize(
    ("text", "path", "element"),
    [
        ("加快建设园区余热利用管网。", (), Element.MEASURE),
        ("严禁新建分散燃煤锅炉。", (), Element.MEASURE),
        ("到2030年，绿色生产生活方式全面形成，碳排放达峰后稳中有降。", (), Element.GOAL),
        ("累计淘汰燃煤锅炉6800台，空气优良天数同比增加12天。", ("工作成效",), Element.OUTCOME),
        ("目前，该区已建立企业碳账户平台，率先推行绿色保险。", (), Element.PRACTICE),
        ("Adopt a benchmarking ordinance for large buildings.", ("Proposed Efforts",), Element.MEASURE),
        ("Cut emissions by 40% below 2010 levels by 2030.", ("Goals",), Element.GOAL),
        ("Alder Power has joined the regional clean fleet coalition.", ("Current Efforts",), Element.PRACTICE),
        ("Port Alder lies at the mouth of the Alder River.", ("Introduction",), Element.CONTEXT),
    ],
)
def test_what_a_statement_does_is_read_from_form_and_section(text: str, path: tuple[str, ...], element: Element):
    assert verdict(text, *path).element is element


def test_headings_and_contents_lines_are_no_statements():
    found = CLASSIFIER.classify([statement("二、主要目标", kind=Kind.HEADING), statement("1. Energy 4", kind=Kind.CONTENTS)])
    assert [(each.element, each.score) for each in found] == [(Element.HEADING, 1.0)] * 2


def test_a_document_may_mix_languages_and_may_be_empty():
    assert CLASSIFIER.classify([]) == []
    found = CLASSIFIER.classify([statement("加快建设。"), statement("Adopt the code."), statement("（责任单位：市水务局）")])
    assert [each.element for each in found] == [Element.MEASURE] * 3


def test_evidence_names_rule_and_model():
    found = verdict("鼓励社区开展余量食物共享。")
    assert "rule zh-measure" in found.evidence
    assert "model 0." in found.evidence or "model 1.00" in found.evidence


@pytest.mark.parametrize("text", ["碳" * 50_000, "🌳🌍🔥", "12345 678", "碳peak🌱達峰 Ⅲ", "\t", ".", "\ud83d", "a" * 5000])
def test_odd_texts_get_an_element_and_a_score(text: str):
    for language in Language:
        found = CLASSIFIER.classify([statement(text, language=language)])[0]
        assert found.element in Element
        assert 0 <= found.score <= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_texts_get_verdicts_in_order_twice_the_same(texts: list[str]):
    rows = [statement(text) for text in texts]
    first = CLASSIFIER.classify(rows)
    assert len(first) == len(rows)
    assert first == CLASSIFIER.classify(rows)


@pytest.mark.parametrize(
    ("text", "bones"),
    [
        (
            "In 2015, the City of Port Alder launched BuildUp to train 30 workers.",
            "in year past , the city of name -ed name to word number -s .",
        ),
        ("• Establish a fund by 2035.", "• word a word by year ahead ."),
        (
            "Emissions fell by 29%; 2,400 have been trained since 2021",
            "emissions past by share ; number have been -ed since year",
        ),
        ("", ""),
        ("\ud83d ² é", "\ud83d number word"),
    ],
)
def test_the_skeleton_of_a_statement_keeps_what_tense_and_mood_say(text: str, bones: str):
    assert " ".join(skeleton(text)) == bones


def test_features_of_a_statement_do_not_depend_on_the_others():
    alone = statement_features([statement("加快建设。", "三、重点任务")])
    among = statement_features([statement("到2030年达峰。"), statement("加快建设。", "三、重点任务"), statement("特此通知。")])
    for one, many in zip(alone, among, strict=True):
        start, end = many.offsets[1:3]
        assert (one.columns == many.columns[start:end]).all()
        assert np.allclose(one.values, many.values[start:end])


def test_ngrams_never_cross_rows():
    symbols, rows = np.array([1, 2, 3, 4], dtype=np.uint32), np.array([0, 0, 1, 1])
    _, owners = hash_ngrams(symbols, rows, (1, 2), 7)
    assert owners.tolist() == [0, 0, 1, 1, 0, 1]


def test_an_empty_row_adds_nothing_to_the_bias():
    weights = np.ones((8, 2), dtype=np.float32)
    rows = sparse_rows(np.array([3, 5], dtype=np.uint32), np.array([1, 1]), 3)  # the last row is empty too
    scores = LinearModel(weights, np.zeros(2, dtype=np.float32)).scores([rows])
    assert np.allclose(scores[:, 0], [0, 2 / np.sqrt(2), 0])


def test_neighbours_beyond_the_ends_are_zero():
    features = context_features(np.zeros((1, 6), dtype=np.float32), [("Goals",)], Language.EN)
    assert features.shape[0] == 1
    assert np.isfinite(features).all()


def test_the_shipped_models_are_small():
    folder = Path(__file__).parents[1] / "nlp" / "model"
    sizes = [file.stat().st_size for file in folder.glob("elements_*.npz")]
    assert len(sizes) == len(Language)
    assert sum(sizes) < 6_000_000
