"""A local plan held against its source: every requirement has a row, and a reviewer's word outlives a new reading."""

import json

import pytest

import pipeline
from analysis.alignment import CHANNELS, weigh_evidence
from analysis.compare import compare
from analysis.coverage import Coverage, shared_phrases
from analysis.report import as_html, as_json, as_table, comparison_record, write_comparison
from index import Verdict, open_library

SOURCE = """碳达峰试点建设参考方案（示例）

一、主要目标
到2025年，非化石能源消费比重达到20%左右，单位生产总值能源消耗比2020年下降13.5%。

二、重点任务
（一）推进能源绿色转型。大力发展风电和光伏发电，建设抽水蓄能电站。
（二）推进工业节能降碳。推动钢铁、建材等行业节能改造，推广余热回收利用。
（三）发展核电。在确保安全的前提下有序发展核电，开展核能供暖示范。
"""
LOCAL = """砚北市碳达峰实施方案（示例）

一、总体目标
到2025年，非化石能源消费比重达到22%以上，单位地区生产总值能源消耗比2020年下降13%。

二、主要任务
（一）加快能源结构调整。积极发展集中式风电和分布式光伏，规划建设一座抽水蓄能电站。
（二）提升工业能效。实施水泥、钢铁企业节能技术改造，推动园区余热余压回收利用。
（三）<b>加强宣传</b>。组织开展全国低碳日活动。
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    (folder / "source.txt").write_text(SOURCE, encoding="utf-8")
    (folder / "local.txt").write_text(LOCAL, encoding="utf-8")
    (folder / "letter.txt").write_text("关于报送材料的函（示例）\n\n现将有关材料报上，请查收。\n", encoding="utf-8")
    library = open_library(folder / "lib", create=True)
    pipeline.build(library, [folder])
    return library


def held(library, source="source.txt", *locals):
    return compare(
        library, library.find_document(source).id, [library.find_document(name).id for name in locals or ("local.txt",)]
    )


def row_with(comparison, words):
    return next(row for row in comparison.rows if words in row.source.text)


def test_every_principle_goal_and_measure_has_one_row_per_local_plan(library):
    comparison = held(library, "source.txt", "local.txt", "letter.txt")
    requirements = {row.source.id for row in comparison.rows}
    assert len(comparison.rows) == 2 * len(requirements)
    assert sum(comparison.counts().values()) == len(comparison.rows)


def test_the_nearest_statement_is_the_one_that_a_reviewer_would_pick(library):
    comparison = held(library)
    assert "抽水蓄能" in row_with(comparison, "抽水蓄能").matches[0].statement.text
    assert "余热" in row_with(comparison, "余热").matches[0].statement.text


def test_a_row_says_in_words_why_and_where(library):
    comparison = held(library)
    for row in comparison.rows:
        assert row.evidence
        if row.status is Coverage.MISSING:
            assert row.evidence.startswith("未在本文件中见到；最接近的是")


def test_targets_are_held_against_each_other(library):
    row = row_with(held(library), "非化石能源")
    relations = {rung.source.indicator: rung.relation for rung in row.rungs}
    assert any(relation == "stronger" for relation in relations.values())
    assert row.target_relation == "weaker"  # one weaker target outweighs


def test_a_document_held_against_itself_is_covered_by_itself(library):
    for row in held(library, "source.txt", "source.txt").rows:
        assert row.matches[0].statement.id == row.source.id
        assert row.status is not Coverage.MISSING


def test_a_letter_without_measures_and_an_empty_list_do_not_fail(library):
    assert held(library, "source.txt", "letter.txt").rows
    assert compare(library, library.find_document("source.txt").id, []).rows == ()


def test_a_verdict_is_shown_beside_the_machines_word_and_survives_another_reading(library):
    source, local = (library.find_document(name).id for name in ("source.txt", "local.txt"))
    row = row_with(held(library), "核电")
    library.record_verdict(Verdict(source, local, row.source.text, "missing", "李华", "本市无核电条件"))
    pipeline.build(library, [library.folder.parent], force=True)
    again = row_with(held(library), "核电")
    assert (again.verdict.status, again.verdict.by) == ("missing", "李华")
    assert again.status == row.status


def test_every_format_shows_the_same_rows(library, tmp_path):
    comparison = held(library)
    record = json.loads(as_json(comparison))
    assert record == json.loads(json.dumps(comparison_record(comparison)))
    write_comparison(comparison, "xlsx", tmp_path / "x.xlsx")
    import openpyxl

    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["逐项对照"]
    assert sheet.max_row - 1 == len(record["rows"]) == as_html(comparison).count("<tr>") - 1
    assert all(row["source"]["text"] in as_table(comparison) for row in record["rows"])


def test_text_of_documents_is_never_html(library):
    comparison = held(library, "local.txt", "local.txt")
    assert "<b>" not in as_html(comparison)


def test_evidence_has_a_channel_each_and_stays_within_bounds(library):
    source, local = (list(library.statements(filters)) for filters in filters_of(library))
    evidence = weigh_evidence(source, local, *(library.vectors([s.id for s in side]) for side in (source, local)))
    assert evidence.shape == (len(source), len(local), len(CHANNELS))
    assert abs(evidence).max() <= 2.001


def filters_of(library):
    from index import Filters

    return [Filters(documents=(name,)) for name in ("source.txt", "local.txt")]


def test_shared_words_are_whole_runs_longest_first():
    assert shared_phrases("推广余热回收利用，建设电站", "推动园区余热回收利用和电站建设") == ("余热回收利用",)
    assert shared_phrases("install heat pumps", "they install heat pumps now")[0] == "install heat pumps"


def test_what_a_comparison_says_is_complete_in_both_languages():
    import string

    from analysis.phrases import phrases

    for name, words in phrases().items():
        assert set(words) == {"zh", "en"}, name
        gaps = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in words.values()]
        assert gaps[0] == gaps[1], name
