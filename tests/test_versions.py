"""Two versions of one plan: what changed is told, and what did not is counted."""

import json

import pytest

import pipeline
from analysis.versions import Change, as_json, as_table, find_changes, write_changes
from index import open_library

OLD = """砚北市碳达峰实施方案（示例，征求意见稿）

一、主要目标
到2025年，非化石能源消费比重达到22%以上。

二、主要任务
（一）能源。新建工业厂房应当安装光伏发电设施。积极发展集中式风电和分布式光伏，规划建设一座抽水蓄能电站。
（二）交通。对燃油公交车实行限期淘汰，建设公共充电桩。
"""
NEW = """砚北市碳达峰实施方案（示例）

一、主要目标
到2025年，非化石能源消费比重达到20%以上。

二、主要任务
（一）能源。鼓励新建工业厂房安装光伏发电设施。积极发展集中式风电和分布式光伏，规划建设一座抽水蓄能电站。
（二）建筑。开展既有居住建筑外墙保温改造，完善物业管理。
"""


@pytest.fixture(scope="module")
def changes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("versions")
    (folder / "old.txt").write_text(OLD, encoding="utf-8")
    (folder / "new.txt").write_text(NEW, encoding="utf-8")
    library = open_library(folder / "lib", create=True)
    pipeline.build(library, [folder / "old.txt", folder / "new.txt"])
    return find_changes(library, *(library.find_document(name).id for name in ("old.txt", "new.txt")))


def of(changes, kind):
    return [(each.old or each.new).text for each in changes if each.change is kind]


def test_a_number_that_moved_is_told_with_both_values(changes):
    (moved,) = [each for each in changes if each.change is Change.NUMBERS]
    assert "22" in moved.reason
    assert "20" in moved.reason


def test_must_that_became_may_is_weakened(changes):
    assert any("光伏发电设施" in text for text in of(changes, Change.WEAKENED))


def test_what_stays_goes_and_comes_is_told_apart(changes):
    assert any("抽水蓄能" in text for text in of(changes, Change.SAME))
    assert any("公交车" in text for text in of(changes, Change.DROPPED))
    assert any("外墙保温" in text for text in of(changes, Change.ADDED))


def test_both_formats_count_the_same(changes):
    record = json.loads(as_json(changes))
    assert sum(record["summary"].values()) == len(record["rows"]) == len(changes)
    assert "措辞减弱" in as_table(changes)


def test_a_workbook_has_a_row_for_every_statement(changes, tmp_path):
    import openpyxl

    write_changes(changes, "xlsx", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    rows = list(book["逐项变化"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(changes)
    assert sum(count for _, count in book["汇总"].iter_rows(min_row=2, values_only=True)) == len(changes)
