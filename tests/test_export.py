"""What leaves the program comes back the same, and opens in the software of its readers."""

import csv
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

import pipeline
from analysis.corrections import import_corrections
from analysis.export import KNOWN, export
from analysis.writers import WRITERS
from domain.codebook import Element
from domain.errors import ExportError
from index import Filters, open_library

PLAN = """禾川市低碳园区建设方案（示例）

一、主要目标
到2030年，园区绿电使用比例达到60%以上。

二、重点任务
=鼓励企业开展绿电直供，降低用电成本。
组织开展余热利用改造，建设跨厂区蒸汽管网。
"""
NS = "{urn:QDA-XML:project:1.0}"


@pytest.fixture
def library(tmp_path):
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    library = open_library(tmp_path / "lib", create=True)
    pipeline.build(library, [tmp_path / "plan.txt"])
    return library


def rows_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_format_holds_every_statement(library, tmp_path):
    counts = {kind: export(library, tmp_path / f"x.{kind}") for kind in WRITERS}
    assert set(counts.values()) == {library.count()}


def test_csv_opens_in_excel_and_holds_no_formula(library, tmp_path):
    export(library, tmp_path / "x.csv")
    raw = (tmp_path / "x.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert any(cell.startswith("'=鼓励") for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_xlsx_holds_texts_not_formulas(library, tmp_path):
    import openpyxl

    export(library, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    sheet = book["statements"]
    assert sheet.freeze_panes == "A2"
    texts = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    formula_like = next(text for text in texts if text.startswith("="))
    assert texts[formula_like] == "s"
    assert book["targets"].max_row == 2


def test_parquet_is_typed_and_nested(library, tmp_path):
    import pyarrow.parquet as pq

    export(library, tmp_path / "x.parquet")
    export(library, tmp_path / "x.jsonl")
    table = pq.read_table(tmp_path / "x.parquet")
    assert str(table.schema.field("page").type) == "int64"
    goal = next(row for row in table.to_pylist() if row["targets"])
    assert goal["targets"][0]["value"] == 60
    assert [row["text"] for row in table.to_pylist()] == [row["text"] for row in rows_of(tmp_path / "x.jsonl")]


def test_every_offset_of_a_qda_project_gives_back_the_statement(library, tmp_path):
    export(library, tmp_path / "x.qdpx")
    texts = {s.text for s in library.statements()}
    with zipfile.ZipFile(tmp_path / "x.qdpx") as archive:
        project = ElementTree.fromstring(archive.read("project.qde"))
        codes = {code.get("guid"): code.get("name") for code in project.iter(f"{NS}Code")}
        found = set()
        for source in project.iter(f"{NS}TextSource"):
            text = archive.read(source.get("plainTextPath").replace("internal://", "sources/")).decode("utf-8")
            for span in source.iter(f"{NS}PlainTextSelection"):
                found.add(text[int(span.get("startPosition")) : int(span.get("endPosition"))])
                names = [codes[ref.get("targetGUID")] for ref in span.iter(f"{NS}CodeRef")]
                assert names[0] in set(Element)
    assert found == texts
    assert [user.get("name") for user in project.iter(f"{NS}User")] == ["Pilotlight"]


@pytest.mark.parametrize("kind", KNOWN)
def test_the_same_library_gives_the_same_bytes(library, tmp_path, kind):
    for name in ("one", "two"):
        export(library, tmp_path / f"{name}.{kind}")
    assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()


def test_filters_narrow_an_export(library, tmp_path):
    count = export(library, tmp_path / "x.jsonl", filters=Filters(elements=(Element.GOAL,)))
    assert count == len(rows_of(tmp_path / "x.jsonl")) == 1


def test_an_unknown_format_is_refused_and_nothing_is_left_behind(library, tmp_path):
    with pytest.raises(ExportError, match="known formats are csv"):
        export(library, tmp_path / "x.odt")
    with pytest.raises(ExportError, match="cannot write"):
        export(library, tmp_path / "nowhere" / "x.csv")
    assert not [path for path in Path(tmp_path).iterdir() if path.suffix in (".odt", ".tmp")]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl", "parquet", "qdpx"])
def test_an_export_that_comes_back_unchanged_changes_nothing(library, tmp_path, kind):
    export(library, tmp_path / f"x.{kind}")
    report = import_corrections(library, tmp_path / f"x.{kind}", by="Li Hua")
    assert (report.corrections, report.conflicts) == ([], [])
    assert report.rows == library.count()


def test_a_correction_comes_back_stays_and_survives_another_build(library, tmp_path):
    export(library, tmp_path / "x.jsonl")
    rows = rows_of(tmp_path / "x.jsonl")
    rows[-1] |= {"element": "practice", "sectors": ["industry"]}
    (tmp_path / "y.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    report = import_corrections(library, tmp_path / "y.jsonl", by="Li Hua")
    assert {c.field for c in report.corrections} <= {"element", "sectors"}
    for _ in range(2):
        statement = library.statement(rows[-1]["statement_id"])
        assert statement.tags.element is Element.PRACTICE
        assert "Li Hua" in statement.tags.element_evidence
        pipeline.build(library, [tmp_path / "plan.txt"], force=True)
    assert library.facets().elements[Element.PRACTICE] == 1


def test_two_coders_do_not_overwrite_each_other_in_silence(library, tmp_path):
    export(library, tmp_path / "x.jsonl")
    rows = rows_of(tmp_path / "x.jsonl")
    for coder, element in (("Li Hua", "practice"), ("Wang Wei", "outcome")):
        rows[-1]["element"] = element
        (tmp_path / "y.jsonl").write_text(json.dumps(rows[-1]), encoding="utf-8")
        report = import_corrections(library, tmp_path / "y.jsonl", by=coder)
    assert "practice by Li Hua" in report.conflicts[0]
    assert library.statement(rows[-1]["statement_id"]).tags.element is Element.PRACTICE


def test_a_changed_text_or_id_is_a_conflict_and_a_broken_file_one_line(library, tmp_path):
    export(library, tmp_path / "x.jsonl")
    rows = rows_of(tmp_path / "x.jsonl")
    changed = [rows[0] | {"text": "别的话"}, rows[0] | {"statement_id": "0-0"}]
    (tmp_path / "y.jsonl").write_text("\n".join(json.dumps(row) for row in changed), encoding="utf-8")
    assert len(import_corrections(library, tmp_path / "y.jsonl", by="x").conflicts) == 2
    (tmp_path / "z.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ExportError, match="statement_id and text missing"):
        import_corrections(library, tmp_path / "z.csv", by="x")
    (tmp_path / "z.xlsx").write_bytes(b"no workbook")
    with pytest.raises(ExportError, match="not a workbook"):
        import_corrections(library, tmp_path / "z.xlsx", by="x")
