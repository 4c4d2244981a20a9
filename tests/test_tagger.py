import subprocess
import sys
from pathlib import Path

import pytest

from domain.codebook import Element, Language, Stringency
from domain.document import Document, Facts
from domain.statement import Kind, Statement, Tags
from nlp import load_tagger

LINES = (
    ("二、主要目标", Kind.HEADING, ()),
    ("到2030年，再生水利用率达到35%以上。", Kind.SENTENCE, ("二、主要目标",)),
    ("三、重点任务", Kind.HEADING, ()),
    ("鼓励重庆市园区建设余热管网。", Kind.SENTENCE, ("三、重点任务",)),
    ("（责任单位：市水务局、市发展改革委）", Kind.SENTENCE, ("三、重点任务",)),
)
TAGGER = load_tagger()


def document() -> Document:
    text = "\n".join(line for line, _, _ in LINES)
    statements = []
    for number, (line, kind, path) in enumerate(LINES):
        start = text.index(line)
        statements.append(Statement(f"d-{number}", "d", line, start, start + len(line), kind, Language.ZH, path))
    return Document(Facts("d", "plan.txt", "云泽市方案", Language.ZH), text, tuple(statements))


def tags(number: int) -> Tags:
    found = TAGGER.tag(document()).statements[number].tags
    assert found is not None
    return found


def test_every_statement_gets_tags_and_headings_are_headings():
    found = [statement.tags for statement in TAGGER.tag(document()).statements]
    assert [tag.element for tag in found if tag] == [
        Element.HEADING,
        Element.GOAL,
        Element.HEADING,
        Element.MEASURE,
        Element.MEASURE,
    ]


def test_a_goal_carries_its_target_and_a_measure_its_stringency():
    assert [(target.value, target.unit, target.year) for target in tags(1).targets] == [(35.0, "%", 2030)]
    assert tags(1).stringency is None
    assert tags(3).stringency is Stringency.ENCOURAGING


def test_bodies_in_a_bracket_are_actors():
    assert tags(4).actors == ("市水务局", "市发展改革委")


def test_places_are_named_in_full():
    assert tags(3).places == ("重庆市",)


def test_every_tag_has_its_evidence():
    assert "section: 二、主要目标" in tags(1).element_evidence
    assert "stringency" in tags(3).evidence


def test_tagging_twice_gives_the_same_and_leaves_the_text_alone():
    first = TAGGER.tag(document())
    assert first == TAGGER.tag(first)
    assert [statement.text for statement in first.statements] == [line for line, _, _ in LINES]


def test_a_document_without_statements_passes():
    empty = Document(Facts("d", "empty.txt", "", Language.EN), "", ())
    assert TAGGER.tag(empty) == empty


@pytest.mark.slow
def test_importing_the_tagger_draws_in_nothing_heavy():
    heavy = ("torch", "spacy", "sklearn", "scipy", "pandas")
    command = f"import nlp, sys; nlp.load_tagger(); print([name for name in {heavy!r} if name in sys.modules])"
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", command], cwd=root, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"
