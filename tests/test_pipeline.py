"""What a build promises: each file once, facts given by hand win, one bad file never ends it."""

from ingest_content import DATA

import pipeline
from domain.codebook import Level
from index import open_library

PLAN = "青屿市节能方案（示例）\n\n一、主要任务\n推进公共建筑节能改造，建立能耗监测平台。\n"


def build(folder, **options):
    library = open_library(folder.parent / "lib", create=True)
    return library, pipeline.build(library, [folder], **options)


def plans(tmp_path, **texts):
    folder = tmp_path / "plans"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_changed_file_replaces_its_document(tmp_path):
    folder = plans(tmp_path, a=PLAN)
    build(folder)
    library, report = build(plans(tmp_path, a=PLAN + "加快推广热泵供暖。\n"))
    assert [path.name for path in report.replaced] == ["a.txt"]
    assert len(library.facts()) == 1
    assert any("热泵" in s.text for s in library.statements())


def test_the_same_file_twice_is_kept_once_and_named(tmp_path):
    library, report = build(plans(tmp_path, a=PLAN, b=PLAN))
    assert [path.name for path in report.added] == ["a.txt"]
    assert [path.name for path in report.duplicates] == ["b.txt"]
    assert len(library.facts()) == 1


def test_a_second_build_reads_nothing(tmp_path):
    folder = plans(tmp_path, a=PLAN)
    build(folder)
    _, report = build(folder)
    assert [path.name for path in report.unchanged] == ["a.txt"]
    assert [*report.added, *report.replaced, *report.refused] == []


def test_facts_of_a_corpus_file_win_over_what_is_read(tmp_path):
    folder = plans(tmp_path, a=PLAN)
    (folder / "corpus.toml").write_text(
        '[[document]]\nfile = "a.txt"\ntitle = "另一个标题"\nlevel = "county"\nnumber = ""\n', encoding="utf-8"
    )
    library, _ = build(folder)
    (facts,) = library.facts()
    assert (facts.title, facts.level, facts.number) == ("另一个标题", Level.COUNTY, None)


def test_a_bad_file_is_recorded_and_the_rest_goes_on(tmp_path):
    folder = plans(tmp_path, a=PLAN, empty="")
    seen = []
    library, report = build(folder, progress=lambda done, total, name: seen.append((done, total, name)))
    assert [path.name for path in report.refused] == ["empty.txt"]
    assert library.status().documents == 1
    assert seen[-1] == (2, 2, "")


def test_hidden_files_and_unknown_suffixes_are_left_alone_in_folders(tmp_path):
    folder = plans(tmp_path, a=PLAN)
    (folder / ".b.txt").write_text(PLAN, encoding="utf-8")
    (folder / "c.exe").write_bytes(b"MZ")
    (folder / "~$d.docx").write_bytes(b"")
    assert [path.name for path in pipeline.find_files([folder])] == ["a.txt"]


def test_status_says_how_many_lines_were_left_out_and_why(tmp_path):
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "notice.pdf").write_bytes((DATA / "notice.pdf").read_bytes())
    library, _ = build(folder)
    status = library.status()
    assert status.left_out == {"notice.pdf": {"running head": status.pages, "page number": status.pages}}
    assert status.problems == {}


def test_the_same_document_in_two_formats_is_named_and_both_are_kept(tmp_path):
    folder = tmp_path / "plans"
    folder.mkdir()
    for name in ("notice.html", "notice.pdf"):
        (folder / name).write_bytes((DATA / name).read_bytes())
    library, report = build(folder)
    assert {path.name: twin for path, twin in report.twins.items()} == {"notice.pdf": "notice.html"}
    assert len(library.facts()) == 2


def test_documents_of_one_title_that_say_other_things_are_no_twins(tmp_path):
    _, report = build(plans(tmp_path, a=PLAN, b=PLAN.replace("推进公共建筑节能改造", "扩大湿地面积")))
    assert report.twins == {}


def test_a_file_that_was_changed_a_little_is_no_twin_of_what_it_was(tmp_path):
    long = PLAN + "".join(f"第{n}项工作由市能源局负责落实。\n" for n in "一二三四五六七八九")
    build(plans(tmp_path, a=long))
    _, report = build(plans(tmp_path, a=long + "加快推广热泵供暖。\n"))
    assert report.twins == {}
