"""The contracts of the command line, field by field, on a small library of two texts."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = """青屿市碳达峰实施方案（示例）

为做好碳达峰工作，制定本方案。

一、基本原则
坚持因地制宜。立足本市资源禀赋，分类施策。

二、主要目标
到2030年，非化石能源消费比重达到28%左右，单位地区生产总值二氧化碳排放比2005年下降70%。

三、重点任务
（一）推进园区余热利用。支持化工园区建设余热回收管网，向周边居民供热。（责任单位：市发展改革委、市住房城乡建设局）
（二）发展分布式光伏。鼓励工业厂房屋顶安装光伏发电设施，到2025年新增装机20万千瓦。
"""
REPORT = """Port Merrin pilot report (example)

1. What was done

The park has built a waste heat network that serves 12,000 homes. It has recovered steam from three plants since 2021.

2. Results

Coal use fell by 18% between 2020 and 2023.
"""
STATEMENT_FIELDS = [
    "statement_id",
    "document_id",
    "source_file",
    "document_title",
    "document_number",
    "issuer",
    "date",
    "genre",
    "level",
    "place",
    "language",
    "page",
    "char_start",
    "char_end",
    "heading_path",
    "text",
    "element",
    "element_score",
    "element_evidence",
    "sectors",
    "instruments",
    "stringency",
    "actors",
    "targets",
]
TARGET_FIELDS = ["indicator", "comparator", "value", "value_max", "unit", "year", "baseline_year", "direction", "quote"]


WIDE = {**os.environ, "COLUMNS": "200"}


def run(*arguments, library, check=None):
    command = [str(Path(sys.executable).with_name("pilotlight")), "--library", str(library), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env={**os.environ, "COLUMNS": "200"}, check=False
    )
    if check is not None:
        assert done.returncode == check, done.stderr
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans")
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    (folder / "report.txt").write_text(REPORT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def library(folder, tmp_path_factory):
    library = tmp_path_factory.mktemp("library") / "lib"
    run("build", folder, library=library, check=0)
    return library


def test_export_has_every_field_and_offsets_recover_the_text(library, tmp_path):
    from index import open_library

    file = tmp_path / "all.jsonl"
    run("export", file, library=library, check=0)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    held = open_library(library)
    for row in rows:
        assert list(row)[: len(STATEMENT_FIELDS)] == STATEMENT_FIELDS
        assert row["element"] != "heading"
        assert held.document(row["document_id"]).text[row["char_start"] : row["char_end"]] == row["text"]
        for target in row["targets"]:
            assert list(target) == TARGET_FIELDS
            assert target["quote"] in row["text"]
            assert target["year"] is None or isinstance(target["year"], int)
    assert {row["source_file"] for row in rows} == {"plan.txt", "report.txt"}
    goals = [t for row in rows if row["element"] == "goal" for t in row["targets"]]
    assert {(t["value"], t["unit"], t["year"]) for t in goals} >= {(28, "%", 2030), (70, "%", 2030)}
    waste_heat = next(row for row in rows if "余热回收管网" in row["text"])
    assert waste_heat["element"] == "measure"
    assert waste_heat["heading_path"][0] == "三、重点任务"


@pytest.mark.parametrize(("query", "file"), [("余热供热", "plan.txt"), ("waste heat network", "report.txt")])
def test_search_answers_in_the_promised_form(library, query, file):
    answer = json.loads(run("search", query, "--format", "json", library=library, check=0).stdout)
    assert list(answer)[:4] == ["query", "total", "searched", "hits"]
    assert set(answer["searched"]) == {"documents", "statements", "without_text"}
    assert answer["searched"]["documents"] == 2
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))
    assert {"lexical_rank", "dense_rank", "terms", "expanded"} <= set(answer["hits"][0]["why"])
    assert answer["hits"][0]["source_file"] == file
    assert set(STATEMENT_FIELDS) <= set(answer["hits"][0])
    assert answer["total"] >= len(answer["hits"])


def test_every_format_shows_the_same_hits(library):
    as_json = json.loads(run("search", "光伏", "--format", "json", library=library, check=0).stdout)["hits"]
    as_csv = list(csv.DictReader(run("search", "光伏", "--format", "csv", library=library, check=0).stdout.splitlines()))
    table = run("search", "光伏", library=library, check=0).stdout
    assert [row["statement_id"] for row in as_csv] == [hit["statement_id"] for hit in as_json]
    assert all(hit["text"] in table for hit in as_json)


def test_many_queries_are_answered_a_line_each(library, tmp_path):
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"q": "光伏"}\n{"q": "coal use"}\n', encoding="utf-8")
    lines = [json.loads(line) for line in run("search", "--queries", queries, library=library, check=0).stdout.splitlines()]
    assert [line["q"] for line in lines] == ["光伏", "coal use"]
    assert all(line["hits"] for line in lines)


def test_a_kept_search_shows_only_what_is_new(folder, tmp_path):
    library = tmp_path / "lib"
    run("build", folder, library=library, check=0)
    run("search", "余热供热", "--save", "heat", library=library, check=0)
    assert json.loads(run("search", "--since", "heat", "--format", "json", library=library, check=0).stdout)["hits"] == []
    (tmp_path / "new.txt").write_text("示例县供热方案（示例）\n\n一、任务\n推进工业余热供热。\n", encoding="utf-8")
    run("build", tmp_path / "new.txt", library=library, check=0)
    news = json.loads(run("search", "--since", "heat", "--format", "json", library=library, check=0).stdout)
    assert {hit["source_file"] for hit in news["hits"]} == {"new.txt"}


def test_filters_narrow_the_hits(library):
    answer = json.loads(run("search", "余热", "--element", "measure", "--format", "json", library=library, check=0).stdout)
    assert {hit["element"] for hit in answer["hits"]} == {"measure"}
    due = json.loads(run("search", "光伏", "--due", "2025", "--format", "json", library=library, check=0).stdout)
    assert all(2025 in [t["year"] for t in hit["targets"]] for hit in due["hits"])


def test_compare_gives_every_requirement_a_row(library):
    answer = json.loads(run("compare", "plan.txt", "report.txt", "--format", "json", library=library, check=0).stdout)
    assert set(answer) == {"source", "local", "summary", "rows"}
    assert len(answer["rows"]) == sum(answer["summary"][status] for status in ("covered", "partial", "missing"))
    for row in answer["rows"]:
        assert {"source", "local_document", "status", "matches", "target_relation", "evidence", "verdict"} <= set(row)
        assert set(row["source"]) == {"statement_id", "text", "page", "heading_path", "element", "targets"}
        assert 1 <= len(row["matches"]) <= 5
        assert [m["score"] for m in row["matches"]] == sorted((m["score"] for m in row["matches"]), reverse=True)
        assert row["status"] in ("covered", "partial", "missing")
        assert row["target_relation"] in ("stronger", "equal", "weaker", "none")


def test_a_second_build_does_nothing_and_says_so(library, folder):
    done = run("build", folder, library=library, check=0)
    assert "nothing to do" in done.stderr


def test_bad_files_are_refused_with_a_line_each_and_the_rest_goes_in(tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.txt").write_text(PLAN, encoding="utf-8")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    (folder / "twice.txt").write_text(PLAN, encoding="utf-8")
    library = tmp_path / "lib"
    done = run("build", folder, library=library, check=3)
    assert sum("refused" in line and ".pdf" in line for line in done.stderr.splitlines()) == 2
    assert "same content" in done.stderr
    status = json.loads(run("status", "--format", "json", library=library, check=0).stdout)
    assert status["documents"] == 1
    assert len(status["failed"]) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["export", "x.odt"], 1, "known formats"),
        (["search"], 2, "--queries"),
        (["search", "x", "--mode", "magic"], 2, "hybrid"),
        (["compare", "nowhere.pdf", "plan.txt"], 1, "nowhere.pdf"),
        (["compare", "plan.txt", "report.txt", "--section", "海洋"], 1, "海洋: no requirement stands under such a heading"),
        (["search", "x", "--place", "不存在的地方"], 1, "不存在的地方"),
    ],
)
def test_mistakes_are_answered_in_one_line(library, arguments, code, said):
    done = run(*arguments, library=library, check=code)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_library_that_is_not_there_is_said_so(tmp_path):
    done = run("status", library=tmp_path / "none", check=1)
    assert "none" in done.stderr
    assert "Traceback" not in done.stderr


def test_practices_of_plans_alone_say_that_nothing_is_reported(tmp_path):
    for place in ("霜河市", "青屿市"):
        words = f"{place}碳达峰试点实施方案（示例）\n\n一、重点任务\n加快建设化工企业余热管网，推进余热供暖。\n"
        (tmp_path / f"{place}.txt").write_text(words, encoding="utf-8")
    lib = tmp_path / "lib"
    run("build", tmp_path / "霜河市.txt", library=lib, check=0)
    alone = run("practices", library=lib, check=0)
    assert alone.stdout.startswith("加快建设化工企业余热管网")
    assert "only one place speaks" in alone.stderr
    run("build", tmp_path, library=lib, check=0)
    told = run("practices", "--like", "包头", "--sort", "provinces", library=lib, check=0)
    assert "none of these practices is reported as done" in told.stderr
    assert "all other places count" in told.stderr
    assert "quote: “加快建设化工企业余热管网" in told.stdout


def test_every_command_has_help_with_an_example():
    import cli

    for command in cli.app.registered_commands:
        assert (command.epilog or "").startswith("Example: pilotlight "), command.callback
