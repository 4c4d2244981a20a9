"""Urged, planned, reported: the rules keep their examples, and a statement's words outweigh its tag."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from analysis.voice import Voice, voice_of
from analysis.voice_model import WEIGHTS, Passage, feature_columns, house, load_model, named_features, voice_scores
from analysis.voice_rules import voice_rules, voices_in_words
from domain.codebook import Element, Genre, Language, Level
from domain.document import Facts
from domain.statement import Kind, Statement, Tags
from nlp.rules import Rule


def all_rules() -> Iterator[tuple[Language, Rule]]:
    for language in Language:
        for rule in voice_rules(language):
            yield language, rule


def statement(text: str, element: Element | None, language: Language = Language.ZH, score: float = 0.9) -> Statement:
    tags = Tags(element, score, "test") if element else None
    return Statement("d-1", "d", text, 0, len(text), Kind.SENTENCE, language, tags=tags)


def facts(genre: Genre | None, level: Level | None, language: Language = Language.ZH) -> Facts:
    return Facts("d", "d.txt", "试点文件", language, genre=genre, level=level)


def test_every_voice_has_rules_in_both_languages() -> None:
    assert {(language, rule.tag) for language, rule in all_rules()} == {
        (language, voice.value) for language in Language for voice in Voice
    }


@pytest.mark.parametrize("element", [Element.PRACTICE, Element.OUTCOME, Element.MEASURE, Element.PRINCIPLE, Element.CONTEXT])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("各县要认真学习集中供冷的做法，结合实际加以推广，防止照抄照搬。", Language.ZH),
        ("Every town should copy the shared cold store, and councils must publish what it costs.", Language.EN),
    ],
)
def test_exhortation_stays_urged_whatever_it_was_tagged(text: str, language: Language, element: Element) -> None:
    notice = facts(Genre.NOTICE, Level.NATIONAL, language)
    assert voice_of(statement(text, element, language), notice) is Voice.URGED


@pytest.mark.parametrize(
    ("text", "language", "voice"),
    [
        ("园区去年已建成集中供冷站，用电量下降18%。", Language.ZH, Voice.REPORTED),
        ("下一步，园区将新建两座集中供冷站。", Language.ZH, Voice.PLANNED),
        ("建议其他园区先摸清冷负荷再建站。", Language.ZH, Voice.URGED),
        ("The park opened a shared cold store last year, and power use fell by 18 percent.", Language.EN, Voice.REPORTED),
        ("The park will open two more cold stores by 2029.", Language.EN, Voice.PLANNED),
        ("Other parks should measure their demand for cold first.", Language.EN, Voice.URGED),
    ],
)
def test_one_report_holds_all_three_voices(text: str, language: Language, voice: Voice) -> None:
    assert voice_of(statement(text, Element.CONTEXT, language), facts(Genre.REPORT, Level.PARK, language)) is voice


def test_silent_measure_is_planned_by_a_citys_plan_and_urged_by_a_national_notice() -> None:
    measure = statement("推进冷热电三联供改造。", Element.MEASURE)
    assert voice_of(measure, facts(Genre.PLAN, Level.CITY)) is Voice.PLANNED
    assert voice_of(measure, facts(Genre.NOTICE, Level.NATIONAL)) is Voice.URGED


def test_tag_of_a_practice_adds_to_what_is_reported() -> None:
    text = "园区集中供冷站运行平稳。"
    assert voice_of(statement(text, Element.PRACTICE), facts(Genre.REPORT, Level.PARK)) is Voice.REPORTED


@pytest.mark.parametrize(
    ("heading", "voice"),
    [
        ("二、主要做法", Voice.REPORTED),
        ("四、经验启示", Voice.URGED),
        ("五、下一步打算", Voice.PLANNED),
        ("2. What the park did", Voice.REPORTED),
    ],
)
def test_bare_verb_is_told_by_the_part_of_the_report(heading: str, voice: Voice) -> None:
    practice = replace(statement("建立企业碳账户，按季推送体检报告。", Element.MEASURE), heading_path=("经验做法", heading))
    assert voice_of(practice, facts(Genre.REPORT, Level.PARK)) is voice


def test_untagged_statement_is_refused_by_its_id() -> None:
    with pytest.raises(ValueError, match="d-1 has not been tagged"):
        voice_of(statement("园区建成供冷站。", None), facts(Genre.PLAN, Level.CITY))


@pytest.mark.parametrize("text", ["", " ", "。", "2027", "\U0001f331", "要" * 5000])
@pytest.mark.parametrize("language", list(Language))
def test_any_text_has_shares_that_sum_to_one(text: str, language: Language) -> None:
    shares = voice_scores(Passage(text, language))
    assert shares.shape == (3,)
    assert np.isclose(shares.sum(), 1.0)


def test_every_named_feature_has_a_column() -> None:
    columns = feature_columns()
    for genre in (None, *Genre):
        for level in (None, *Level):
            for language, rule in all_rules():
                assert set(named_features(Passage(rule.examples[0], language, genre, level))) <= set(columns)


def test_house_is_that_of_the_speaker() -> None:
    assert house(Passage("", Language.ZH, Genre.NOTICE, Level.NATIONAL)) == "above"
    assert house(Passage("", Language.ZH, Genre.PLAN, Level.CITY)) == "itself"
    assert house(Passage("", Language.EN, Genre.REPORT, Level.CITY)) == "looks_back"
    assert house(Passage("", Language.EN, Genre.NEWS, Level.CITY)) == "outsider"


def test_weights_are_small_and_belong_to_these_rules() -> None:
    assert WEIGHTS.stat().st_size < 500_000
    assert load_model().weights.shape[1] == len(Voice)


def test_several_rules_speak_up_together() -> None:
    found = voices_in_words("目前已建成一座，明年将再建两座。", Language.ZH)
    assert {rule.tag for rule in found} == {Voice.REPORTED, Voice.PLANNED}
