"""A local plan held against its source: every requirement has a row, and a reviewer's word outlives a new reading."""

import json
from dataclasses import replace

import numpy as np
import pytest

import pipeline
from analysis.alignment import CHANNELS, are_titles, items_of, rarity_in, weigh_evidence
from analysis.compare import ask, compare, part_of, rows_of, side_of, with_only_local
from analysis.coverage import (
    ABSENCE,
    Coverage,
    Pairing,
    absence_features,
    load_judge,
    pairing_of,
    shared_phrases,
    status_features,
    targets_met,
)
from analysis.report import agreed, as_html, as_json, as_table, comparison_record, ladder_rows, write_comparison
from analysis.scope import foreign_scope
from analysis.wording import is_weaker, verbatim_share
from domain.codebook import Comparator, Element, Language, Level, Stringency
from domain.document import Facts
from domain.errors import NotFoundError
from domain.statement import Kind, Statement, Tags
from domain.target import Target
from index import Filters, Verdict, open_library

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


OTHER = """砚北市全民阅读促进方案（示例）

一、主要目标
到2025年，每个街道建成一家公共阅览室，居民人均年阅读图书达到8本。

二、主要任务
（一）完善阅读设施。新建社区图书馆，延长周末开放时间。
（二）丰富阅读活动。举办青少年诵读比赛，邀请作家走进校园。
"""


ENGLISH = """Port Merrin Climate Plan (example)

Chapter 1 Tasks
The city will build a pumped storage power station and more wind and solar power.
The council will support waste heat recovery in cement and steel works.
Schools will hold a low-carbon day every year.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare") / "plans"
    folder.mkdir()
    (folder / "source.txt").write_text(SOURCE, encoding="utf-8")
    (folder / "local.txt").write_text(LOCAL, encoding="utf-8")
    (folder / "facts.txt").write_text("砚北市工业概况（示例）\n\n2024年，全市共有规模以上工业企业312家。\n", encoding="utf-8")
    (folder / "english.txt").write_text(ENGLISH, encoding="utf-8")
    (folder / "books.txt").write_text(OTHER, encoding="utf-8")
    (folder / "letter.txt").write_text("关于报送材料的函（示例）\n\n现将有关材料报上，请查收。\n", encoding="utf-8")
    library = open_library(folder.parent / "lib", create=True)
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


def test_who_is_in_charge_is_no_requirement_where_it_stands_alone(tmp_path):
    duty = "（省发展改革委、省工业和信息化厅按职责分工负责）"
    (tmp_path / "plan.txt").write_text(SOURCE + f"\n1.能耗双控\n严格控制能耗强度。\n\n{duty}\n", encoding="utf-8")
    library = open_library(tmp_path / "lib", create=True)
    pipeline.build(library, [tmp_path / "plan.txt"])
    plan = library.find_document("plan.txt").id
    asked = [s.text for s in ask(library, plan).side.statements]
    assert "严格控制能耗强度。" in asked
    assert duty in [s.text for s in library.statements(Filters(documents=(plan,)))]
    assert duty not in asked


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


def test_a_target_is_met_by_a_like_one_among_the_nearest_and_by_no_other(library):
    source, *others = (library.find_document(name).id for name in ("source.txt", "local.txt", "books.txt"))
    asked = ask(library, source)
    goal = next(at for at, s in enumerate(asked.side.statements) if "非化石能源" in s.text)
    for other, expected in zip(others, [(True, False), (False, True)], strict=True):
        side = side_of(library, list(library.statements(Filters(documents=(other,)))), asked.rarity)
        nearest = np.tile(np.arange(len(side.statements)), (len(asked.side.statements), 1))
        met, unmet = targets_met(asked.side, side, nearest)
        assert (met[goal], unmet[goal]) == expected
        assert not (met | unmet)[[at for at, s in enumerate(asked.side.statements) if not s.tags.targets]].any()


def test_two_plans_are_paired_by_the_language_of_most_of_their_statements(library):
    chinese, english = (library.find_document(name).id for name in ("source.txt", "english.txt"))
    ours = ask(library, chinese)
    theirs, itself = (
        side_of(library, list(library.statements(Filters(documents=(other,)))), ours.rarity) for other in (english, chinese)
    )
    assert pairing_of(ours.side, itself) is Pairing.ZH
    assert pairing_of(ours.side, theirs) is Pairing.MIXED
    assert pairing_of(theirs, theirs) is Pairing.EN
    words = [*ours.side.statements, replace(ours.side.statements[0], language=Language.EN)]
    assert pairing_of(side_of(library, words, ours.rarity), itself) is Pairing.ZH


def test_what_no_statement_answers_is_likelier_missing(library):
    source, local = (library.find_document(name).id for name in ("source.txt", "local.txt"))
    asked = ask(library, source)
    side = side_of(library, list(library.statements(Filters(documents=(local,)))), asked.rarity)
    judge = load_judge(Pairing.ZH)
    evidence = weigh_evidence(asked.side, side)
    odds = judge.odds(evidence)
    nearest = np.argsort(-odds, axis=1)[:, :5]
    features = status_features(asked.side, side, evidence, odds, nearest, asked.rarity)
    away = np.linalg.svd(side.answers)[2][-1]  # a vector that is at right angles to what every statement says
    apart = replace(asked.side, answers=np.vstack([away, asked.side.answers[1:]]).astype(np.float32))
    before, after = (absence_features(ours, side, features)[0] for ours in (asked.side, apart))
    assert after[ABSENCE.index("answer")] < before[ABSENCE.index("answer")] - 0.1
    assert after @ judge.missing > before @ judge.missing + 0.5
    assert np.allclose(judge.chances(asked.side, side, evidence, odds, nearest, asked.rarity).sum(axis=1), 1)
    assert all(load_judge(pairing).missing is None for pairing in (Pairing.EN, Pairing.MIXED)), "learnt from Chinese plans alone"


def test_of_a_letter_or_a_sentence_nearly_all_is_missing(tmp_path):
    letter = "各市人民政府：\n现将方案印发给你们，请认真贯彻执行。\n2022年1月1日\n"
    texts = {"source.txt": SOURCE, "letter.txt": letter, "sentence.txt": "一、目标\n到2025年，建成特色小镇。\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    library = open_library(tmp_path / "library", create=True)
    pipeline.build(library, [tmp_path / name for name in texts])
    for local in ("letter.txt", "sentence.txt"):
        rows = held(library, "source.txt", local).rows
        assert sum(row.status is Coverage.MISSING for row in rows) >= 0.7 * len(rows)


def test_a_document_held_against_itself_is_covered_by_itself(library):
    for row in held(library, "source.txt", "source.txt").rows:
        assert row.matches[0].statement.id == row.source.id
        assert row.status is not Coverage.MISSING


def test_a_letter_without_measures_and_an_empty_list_do_not_fail(library):
    assert held(library, "source.txt", "letter.txt").rows
    assert compare(library, library.find_document("source.txt").id, []).rows == ()


def test_a_source_without_requirements_gives_no_rows(library):
    comparison = held(library, "facts.txt", "local.txt")
    assert comparison.rows == ()
    assert as_html(comparison).startswith("<!doctype html>")


def test_a_letter_as_source_is_not_covered_by_any_plan(library):
    assert held(library, "letter.txt", "local.txt", "books.txt").counts()[Coverage.COVERED] == 0


def test_a_document_without_text_lacks_everything_and_says_so(library):
    source, local = (library.find_document(name) for name in ("source.txt", "letter.txt"))
    asked = ask(library, source.id)
    nothing = side_of(library, [], asked.rarity)
    rows = rows_of(asked, nothing, source, local, {})
    assert {row.status for row in rows} == {Coverage.MISSING}
    assert all("没有可比对的语句" in row.evidence and not row.matches for row in rows)


def test_an_english_plan_is_held_against_a_chinese_one(library):
    comparison = held(library, "source.txt", "english.txt")
    assert "pumped" in row_with(comparison, "抽水蓄能").matches[0].statement.text
    assert "nuclear" not in row_with(comparison, "发展核电").matches[0].statement.text


def test_a_verdict_is_shown_beside_the_machines_word_and_survives_another_reading(library):
    source, local = (library.find_document(name).id for name in ("source.txt", "local.txt"))
    row = row_with(held(library), "核电")
    library.record_verdict(Verdict(source, local, row.source.text, "missing", "李华", "本市无核电条件"))
    pipeline.build(library, [library.folder.parent / "plans"], force=True)
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
    table = as_html(comparison).split("<h2>逐项对照</h2>")[1].split("</table>")[0]
    assert sheet.max_row - 1 == len(record["rows"]) == table.count("<tr>") - 1
    assert all(row["source"]["text"] in as_table(comparison) for row in record["rows"])


def test_the_report_begins_with_what_a_review_file_needs(library):
    comparison = held(library, "source.txt", "local.txt", "books.txt")
    heads, gaps = as_html(comparison).split("<h2>逐项对照</h2>")[0], comparison.counts()[Coverage.MISSING]
    assert [heads.count(f"<h2>{name}</h2>") for name in ("汇总", "各章节承接情况", "未见的要求")] == [1, 1, 1]
    assert heads.split("<h2>未见的要求</h2>")[1].split("</table>")[0].count("<tr>") - 1 == gaps
    assert "不等于当地没有这项工作" in heads
    scores = {row.source.id: row.source.tags.element_score for row in comparison.rows if row.source.tags}.values()
    assert f"{len(scores)} 条要求中，{sum(score >= 0.9 for score in scores)} 条" in heads


def test_a_part_of_the_source_is_held_by_its_headings(library):
    comparison = held(library, "source.txt", "local.txt")
    part = part_of(comparison, ["主要目标"])
    assert [row.source.text for row in part.rows] == [row.source.text for row in comparison.rows if "非化石" in row.source.text]
    assert part_of(comparison, ()) is comparison
    with pytest.raises(NotFoundError, match=r"海洋: .*主要目标"):
        part_of(comparison, ["海洋"])


def test_text_of_documents_is_never_html(library):
    comparison = held(library, "local.txt", "local.txt")
    assert "<b>" not in as_html(comparison)


def test_evidence_has_a_channel_each_and_stays_within_bounds(library):
    source, local = (list(library.statements(filters)) for filters in filters_of(library))
    evidence = weigh_evidence(*(side_of(library, side, rarity_in(source)) for side in (source, local)))
    assert evidence.shape == (len(source), len(local), len(CHANNELS))
    assert abs(evidence).max() <= 2.001


def filters_of(library):
    from index import Filters

    return [Filters(documents=(name,)) for name in ("source.txt", "local.txt")]


def statement(text, heading="任务", target=None):
    targets = (Target(target, Comparator.AT_LEAST, 20, "%", "20%"),) if target else ()
    tags = Tags(Element.MEASURE, 1.0, "", targets=targets)
    return Statement("x", "d", text, 0, len(text), Kind.SENTENCE, Language.ZH, (heading,), tags=tags)


def test_a_sentence_that_leads_in_asks_for_what_follows_under_its_heading():
    source = [statement("在以下领域取得突破："), statement("研发新型储能技术。"), statement("建设智能电网。", "其他")]
    assert items_of(source) == [[1], [], []]


def test_a_title_that_sentences_run_on_from_asks_for_itself_and_them():
    names = ["低碳钢铁。", "低碳水泥。", "低碳化工。"]
    source = [statement(text) for name in names for text in (name, f"围绕{name[:-1]}开展关键技术攻关和工程示范。")]
    assert are_titles(source) == [True, False] * 3
    assert items_of(source)[0] == [0, 1]
    assert not any(are_titles([statement("建设智能电网。"), statement("推动建立以绿色低碳为导向的城乡规划建设机制。")]))


def test_a_plan_of_another_field_covers_nothing(library):
    comparison = held(library, "source.txt", "books.txt")
    assert comparison.counts()[Coverage.COVERED] == 0
    assert comparison.counts()[Coverage.MISSING] >= len(comparison.rows) / 2


def test_two_reviewers_are_both_kept_and_the_last_counts(library):
    source, local = (library.find_document(name).id for name in ("source.txt", "local.txt"))
    row = row_with(held(library), "抽水蓄能")
    library.record_verdict(Verdict(source, local, row.source.text, "partial", "李华"))
    library.record_verdict(
        Verdict(source, local, row.source.text, "not_applicable", "王芳", match_text=row.matches[1].statement.text)
    )
    again = row_with(held(library), "抽水蓄能")
    assert [verdict.by for verdict in again.verdicts] == ["李华", "王芳"]
    assert again.verdict.status == "not_applicable"
    assert "多人复核1项，意见一致0项" in agreed(held(library).rows, Language.ZH)


def test_what_only_the_local_plan_has_is_found_the_other_way_round(library):
    source, local = (library.find_document(name).id for name in ("source.txt", "books.txt"))
    comparison = with_only_local(library, compare(library, source, [local]))
    assert any("图书馆" in row.source.text for row in comparison.only_local)
    assert all(row.source.document_id == local for row in comparison.only_local)
    assert with_only_local(library, compare(library, source, [source])).only_local == ()


def test_many_plans_are_compared_with_progress(library):
    told = []
    locals_ = [library.find_document(name).id for name in ("local.txt", "books.txt")]
    compare(library, library.find_document("source.txt").id, locals_, progress=lambda *now: told.append(now[:2]))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_three_levels_stand_on_one_line_of_the_ladder(library):
    comparison = held(library, "source.txt", "local.txt", "source.txt")
    lines = [line for line in ladder_rows(comparison) if "非化石能源" in line[0]]
    assert len(lines) == 1
    assert "22%" in lines[0][2]
    assert "20%" in lines[0][3]


def test_every_scope_finds_its_examples_and_nothing_else():
    import tomllib

    from analysis.scope import FILE, scopes

    rules = {rule["id"]: rule for rule in tomllib.loads(FILE.read_text(encoding="utf-8"))["scope"]}
    for scope in scopes():
        assert all(scope.pattern.search(example) for example in rules[scope.id]["example"]), scope.id
        assert not any(scope.pattern.search(example) for example in rules[scope.id]["counter_example"]), scope.id


def test_what_is_meant_for_the_coast_may_not_apply_inland():
    inland, coastal = (
        Facts("x", "x.txt", "x", Language.ZH, level=Level.PROVINCE, place_code=code) for code in ("360000", "330000")
    )
    assert foreign_scope("有序推进海上风电开发。", inland).id == "coastal"
    assert foreign_scope("有序推进海上风电开发。", coastal) is None
    assert foreign_scope("有序推进海上风电开发。", replace(inland, place_code=None)) is None


def test_wording_taken_over_and_weakened_is_told():
    assert verbatim_share("推广余热回收利用。", "大力推广余热回收利用技术") == 1.0
    assert verbatim_share("推广余热回收利用。", "鼓励使用废热") == 0.0
    assert verbatim_share("install heat pumps in all public buildings", "we install heat pumps in all public schools") == 2 / 3
    must, may = (
        replace(one, tags=replace(one.tags, stringency=how))
        for one, how in ((statement("应当"), Stringency.MANDATORY), (statement("可以"), Stringency.ENCOURAGING))
    )
    assert is_weaker(may, must)
    assert not is_weaker(must, may)


def test_shared_words_are_whole_runs_longest_first():
    assert shared_phrases("推广余热回收利用，建设电站", "推动园区余热回收利用和电站建设") == ("余热回收利用",)
    assert shared_phrases("install heat pumps", "they install heat pumps now")[0] == "install heat pumps"
    assert shared_phrases("Solar roofs will be fitted", "Homes with roofs will be heated", most=9) == ("roofs will be",)
    assert shared_phrases("It will be with them", "They will be with it") == ()


def test_what_a_comparison_says_is_complete_in_both_languages():
    import string

    from analysis.phrases import phrases

    for name, words in phrases().items():
        assert set(words) == {"zh", "en"}, name
        gaps = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in words.values()]
        assert gaps[0] == gaps[1], name
