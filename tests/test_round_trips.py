"""What leaves the library, is coded outside and comes back is the same to the byte; what cannot come back is said in one line."""

import csv
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import etree

import pipeline
from analysis.coded import coded_rows
from analysis.corrections import import_corrections
from analysis.export import KNOWN, export
from analysis.label_studio import task
from analysis.reproduce import reproduce
from analysis.runcard import card_path
from analysis.tables import TableName
from analysis.writers import defused, plain, write_xlsx
from domain.codebook import Element
from domain.errors import ExportError
from domain.record import FIELDS, statement_record
from index import Filters, Kind, Library, Table, Verdict, open_library

SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"
NAMES = ("reference-plan-zh.pdf", "shuanghe-city-plan.txt", "xingdu-park-report-en.docx", "xikou-park-report.html")
TABLES = ("csv", "xlsx", "jsonl", "parquet")
Q = "{urn:QDA-XML:project:1.0}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "data" / "refi-qda.rng"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    library = open_library(folder / "library", create=True)
    pipeline.build(library, [SAMPLE / name for name in NAMES])
    library.close()
    return folder / "library"


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Library:
    shutil.copytree(built, tmp_path / "library")
    return open_library(tmp_path / "library")


def test_records_straight_from_the_rows_are_those_of_the_statements(library: Library) -> None:
    facts = {each.id: each for each in library.facts()}
    records = list(library.statements().records())
    assert records == [statement_record(s, facts[s.document_id]) for s in library.statements()]
    assert all(tuple(record) == FIELDS for record in records)
    assert sum(bool(record["targets"]) for record in records) > 5


@pytest.mark.parametrize("kind", [*TABLES, "qdpx", "json"])
def test_codes_changed_outside_come_back_and_leave_again_the_same(
    library: Library, built: Path, tmp_path: Path, kind: str
) -> None:
    changed = {s.id: Element.PRACTICE for s in library.statements(Filters(elements=("measure",)))}
    assert len(changed) > 20
    first = tmp_path / f"coded.{kind}"
    coded = coded_copy(library, tmp_path, changed)
    export(coded, first)
    if kind == "json":
        as_annotated(first)
    report = import_corrections(library, first, by="Li Hua")
    assert report.conflicts == []
    assert {c.statement_id for c in report.corrections if c.field == "element"} == set(changed)
    for table in TABLES:
        export(library, tmp_path / f"back.{table}")
        export(coded, tmp_path / f"there.{table}")
        assert (tmp_path / f"back.{table}").read_bytes() == (tmp_path / f"there.{table}").read_bytes()
    assert import_corrections(library, first, by="Li Hua").corrections == []


def coded_copy(library: Library, tmp_path: Path, elements: dict[str, Element]) -> Library:
    """A copy of the library in which Li Hua has coded some statements otherwise."""
    shutil.copytree(library.folder, tmp_path / "coded")
    coded = open_library(tmp_path / "coded")
    export(coded, tmp_path / "codes.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "codes.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["element"] = elements.get(row["statement_id"], row["element"])
    (tmp_path / "codes.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_corrections(coded, tmp_path / "codes.jsonl", by="Li Hua")
    return coded


def as_annotated(path: Path) -> None:
    """What Label Studio exports when the coder accepts every prediction."""
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for number, each in enumerate(tasks, start=1):
        result = each.pop("predictions")[0]["result"]
        each |= {"id": number, "annotations": [{"id": number, "was_cancelled": False, "result": result}]}
    path.write_text(json.dumps(tasks), encoding="utf-8")


def test_a_qda_project_is_read_back_by_the_standard_with_every_offset_true(library: Library, tmp_path: Path) -> None:
    """Read by the schema of REFI-QDA 1.0 alone, and every reference leads somewhere."""
    requirement = next(s for s in library.statements() if s.document_id == library.find_document("reference-plan-zh.pdf").id)
    local = library.find_document("shuanghe-city-plan.txt").id
    library.record_verdict(Verdict(requirement.document_id, local, requirement.text, "partial", "Wang Wei", "只提到一半"))
    count = export(library, tmp_path / "x.qdpx")
    with zipfile.ZipFile(tmp_path / "x.qdpx") as archive:
        assert archive.testzip() is None
        root = etree.fromstring(archive.read("project.qde"))
        texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.startswith("sources/")}
    SCHEMA.assertValid(root)
    users = {user.attrib["guid"] for user in root.iter(f"{Q}User")}
    codes = {code.attrib["guid"]: code.attrib["name"] for code in root.iter(f"{Q}Code")}
    notes = {note.attrib["guid"]: note.findtext(f"{Q}PlainTextContent") for note in root.iter(f"{Q}Note")}
    guids = [each.attrib["guid"] for each in root.iter() if "guid" in each.attrib]
    assert len(guids) == len(set(guids))
    read = {}
    for source in root.iter(f"{Q}TextSource"):
        text = texts[source.attrib["plainTextPath"].replace("internal://", "sources/")]
        assert "\r" not in text
        for span in source.findall(f"{Q}PlainTextSelection"):
            assert span.attrib["creatingUser"] in users
            at = int(span.attrib["startPosition"]), int(span.attrib["endPosition"])
            names = [codes[ref.attrib["targetGUID"]] for ref in span.iter(f"{Q}CodeRef")]
            memos = [notes[ref.attrib["targetGUID"]] for ref in span.findall(f"{Q}NoteRef")]
            read[text[slice(*at)], at] = names, memos
    held = {(s.text, (s.char_start, s.char_end)): s for s in library.statements()}
    assert read.keys() == held.keys()
    assert len(read) == count
    for key, (names, memos) in read.items():
        tags = held[key].tags
        assert tags is not None
        assert names == [tags.element, *tags.sectors, *tags.instruments, *([tags.stringency] if tags.stringency else [])]
        if held[key].id == requirement.id:
            assert "Wang Wei" in str(memos[0])
            assert "只提到一半" in str(memos[0])


def test_a_codebook_and_an_empty_project_are_of_the_standard_too(library: Library, tmp_path: Path) -> None:
    assert export(library, tmp_path / "x.qdc") > 20
    SCHEMA.assertValid(etree.parse(tmp_path / "x.qdc"))
    assert export(open_library(tmp_path / "empty", create=True), tmp_path / "x.qdpx") == 0
    with zipfile.ZipFile(tmp_path / "x.qdpx") as archive:
        SCHEMA.assertValid(etree.fromstring(archive.read("project.qde")))


@pytest.mark.parametrize("kind", KNOWN)
def test_every_format_says_how_far_it_is(library: Library, tmp_path: Path, kind: str) -> None:
    told: list[tuple[int, int]] = []
    export(library, tmp_path / f"x.{kind}", progress=lambda done, total, _: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] if told else kind in ("qdc", "xml", "bib", "txt")  # these are done at once


def test_a_project_with_guids_of_another_software_is_known_by_its_text(library: Library, tmp_path: Path) -> None:
    export(library, tmp_path / "x.qdpx")
    with zipfile.ZipFile(tmp_path / "x.qdpx") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    renamed = entries.pop("project.qde").decode("utf-8")
    with zipfile.ZipFile(tmp_path / "y.qdpx", "w") as archive:
        for name, content in entries.items():
            fresh = os.urandom(8).hex()
            renamed = renamed.replace(Path(name).stem, fresh)
            archive.writestr(f"Sources/{fresh}.txt", content)
        archive.writestr("project.qde", renamed)
    rows = [row for _, row in coded_rows(tmp_path / "y.qdpx", library)]
    assert {row["statement_id"] for row in rows} == {s.id for s in library.statements()}


def test_excel_files_open_in_libreoffice_with_their_chinese_and_without_formulas(library: Library, tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    texts = [s.text for s in library.statements()]
    for kind in ("csv", "xlsx"):
        export(library, tmp_path / f"x.{kind}")
        out = tmp_path / kind
        # separator, quote, charset (76 is UTF-8, which Calc asks for when a person opens a CSV file), first line
        csv_filter = "Text - txt - csv (StarCalc):44,34,76,1"
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless"]
        command += [f"--infilter={csv_filter}"] if kind == "csv" else []
        command += ["--convert-to", f"csv:{csv_filter}", "--outdir", str(out), str(tmp_path / f"x.{kind}")]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        with (out / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert [plain(row["text"]) for row in rows] == texts
        assert tuple(rows[0]) == FIELDS
        assert not any(str(cell).startswith("#") or "Err:" in str(cell) for row in rows for cell in row.values())


def test_a_table_longer_than_a_sheet_goes_on_in_the_next_and_comes_back_whole(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.workbook.ROW_LIMIT", 50)
    count = export(library, tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        assert 'name="statements 2"' in archive.read("xl/workbook.xml").decode("utf-8")
    rows = [row for _, row in coded_rows(tmp_path / "x.xlsx", library)]
    assert [row["statement_id"] for row in rows] == [s.id for s in library.statements()]
    assert len(rows) == count > 50


def test_what_xml_cannot_hold_or_would_change_stays_a_text_in_a_workbook(tmp_path: Path) -> None:
    import openpyxl

    texts = ["=1+1", "<b>&", "a\x0bb", "_x0041_", " spaces ", "一\t二", "𠮷\n", "x" * 40_000]
    table = Table("t", {"text": Kind.TEXT, "n": Kind.NUMBER}, lambda: ({"text": text, "n": 0.5} for text in texts))
    assert write_xlsx(tmp_path / "x.xlsx", table) == len(texts)
    read = [row[0] for row in openpyxl.load_workbook(tmp_path / "x.xlsx").active.iter_rows(min_row=2, values_only=True)]  # type: ignore[union-attr]
    assert [read[n] for n in (0, 1, 4, 5, 6)] == [texts[n] for n in (0, 1, 4, 5, 6)]
    assert "\x0b" not in str(read[2])
    assert str(read[7]).endswith("[40000 characters, cut to what a cell holds]")
    assert len(str(read[7])) == 32_767


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''@x", "+86", "-5 %", "@all", "'quoted'", "\t=x", "plain"])
def test_a_defused_text_is_no_formula_and_comes_back_as_it_was(text: str) -> None:
    assert not defused(text).startswith(("=", "+", "-", "@", "\t"))
    assert plain(defused(text)) == text


def test_tables_have_keys_to_the_statements(library: Library, tmp_path: Path) -> None:
    ids = {s.id for s in library.statements()}
    documents = {facts.id for facts in library.facts()}
    for name, keys in {
        TableName.TARGETS: ("statement_id",),
        TableName.REQUIREMENTS: ("requirement_id",),
        TableName.PRACTICES: ("statement_id",),
    }.items():
        count = export(library, tmp_path / f"{name}.jsonl", table=name, source="reference-plan-zh.pdf")
        rows = [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        assert len(rows) == count > 0
        assert {row[key] for row in rows for key in keys} <= ids
        assert {id for row in rows for id in row.get("match_ids", [])} <= ids
        assert {row["local_id"] for row in rows if "local_id" in row} <= documents
        for kind in ("csv", "xlsx", "parquet"):
            assert export(library, tmp_path / f"{name}.{kind}", table=name, source="reference-plan-zh.pdf") == count
    with pytest.raises(ExportError, match="needs the plan"):
        export(library, tmp_path / "r.csv", table=TableName.REQUIREMENTS)
    with pytest.raises(ExportError, match="qdpx holds statements"):
        export(library, tmp_path / "t.qdpx", table=TableName.TARGETS)


def test_references_name_every_document(library: Library, tmp_path: Path) -> None:
    for kind in ("bib", "txt"):
        assert export(library, tmp_path / f"x.{kind}") == len(NAMES)
        said = (tmp_path / f"x.{kind}").read_text(encoding="utf-8")
        assert all(facts.title.split("(")[0].strip() in said.replace("{", "").replace("}", "") for facts in library.facts())


def test_a_label_studio_task_can_be_shown_by_the_interface(library: Library, tmp_path: Path) -> None:
    export(library, tmp_path / "x.xml")
    export(library, tmp_path / "x.json")
    view = ElementTree.parse(tmp_path / "x.xml").getroot()
    offered = {each.attrib["name"]: {c.attrib["value"] for c in each} for each in view.iter("Choices")}
    named = view.find("Text")
    assert named is not None
    for each in json.loads((tmp_path / "x.json").read_text(encoding="utf-8")):
        assert named.attrib["value"].removeprefix("$") in each["data"]
        for result in each["predictions"][0]["result"]:
            assert set(result["value"]["choices"]) <= offered[result["from_name"]]
            assert result["to_name"] == named.attrib["name"]


def test_a_run_card_makes_the_export_again(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    export(library, path, filters=Filters(elements=("goal",)))
    assert reproduce(library, card_path(path), pipeline.build) == []
    card = json.loads(card_path(path).read_text(encoding="utf-8"))
    (tmp_path / "z.run.json").write_text(json.dumps(card | {"rules": "0", "rows": 1, "sha256": "0"}), encoding="utf-8")
    lines = reproduce(library, tmp_path / "z.run.json", pipeline.build)
    assert [line.split(":")[0] for line in lines[:2]] == ["the rules", "rows"]
    (tmp_path / "no.run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ExportError, match="not a run card"):
        reproduce(library, tmp_path / "no.run.json", pipeline.build)


def test_a_run_card_remembers_how_each_document_was_read(tmp_path: Path) -> None:
    """With stated facts, and rules of one's own: both are there again after the files are gone, and what is lost is named."""
    plans, rules = tmp_path / "plans", tmp_path / "rules"
    plans.mkdir()
    shutil.copytree(Path(pipeline.__file__).parent / "nlp" / "rules", rules)
    stringency = (rules / "stringency.toml").read_text(encoding="utf-8")
    (rules / "stringency.toml").write_text(stringency.replace("'严禁|", "'严禁|认认真真|"), encoding="utf-8")
    (plans / "plan.txt").write_text("示例市方案\n\n一、重点任务\n认认真真推广热泵供暖。\n", encoding="utf-8")
    (plans / "corpus.toml").write_text('[[document]]\nfile = "plan.txt"\nissuer = "示例市“双碳”办"\n', encoding="utf-8")
    library = open_library(tmp_path / "own", create=True)
    pipeline.build(library, [plans], rules=rules)
    export(library, tmp_path / "x.jsonl")
    row = json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (row["issuer"], row["stringency"]) == ("示例市“双碳”办", "mandatory")
    shutil.rmtree(plans)
    assert reproduce(library, tmp_path / "x.jsonl.run.json", pipeline.build) == []
    shutil.rmtree(rules)
    lines = reproduce(library, tmp_path / "x.jsonl.run.json", pipeline.build)
    assert lines[0] == f"{rules}: is not here any more, the program's own is taken"
    assert any(line.startswith("how the documents were read") for line in lines)
    assert any(line.startswith("stringency: other in 1") for line in lines)


def test_targets_are_corrected_too_and_wrong_ones_refused_with_their_row(library: Library, tmp_path: Path) -> None:
    export(library, tmp_path / "x.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    row = next(row for row in rows if row["targets"])
    row["targets"][0]["value"] = 77
    (tmp_path / "y.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert [c.field for c in import_corrections(library, tmp_path / "y.jsonl", by="Li Hua").corrections] == ["targets"]
    assert library.statement(row["statement_id"]).tags.targets[0].value == 77  # type: ignore[union-attr]
    row["targets"][0]["year"] = 77
    (tmp_path / "y.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(ExportError, match="row 1: targets cannot be read"):
        import_corrections(library, tmp_path / "y.jsonl", by="Li Hua")


def test_a_hundred_thousand_conflicts_are_counted_and_nothing_is_changed(library: Library, tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["statement_id", "text", "element"])
        writer.writerows([f"0-{number}", "别的话", "goal"] for number in range(100_000))
    report = import_corrections(library, tmp_path / "x.csv", by="x")
    assert (report.rows, len(report.conflicts), report.corrections) == (100_000, 100_000, [])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.odt", b"", "known are .csv, .xlsx"),
        ("x.csv", "文".encode("gb18030"), "not a CSV file in UTF-8"),
        ("x.csv", b"statement_id,text\n1,2\n", "none of element"),
        ("x.csv", b"text,element\n1,goal\n", "statement_id missing"),
        ("x.csv", b"statement_id,text,element\n1,2,purpose\n", "element 'purpose' is not in the codebook"),
        ("x.xlsx", b"PK\x03\x04 broken", "not a workbook"),
        ("x.qdpx", b"PK\x03\x04 broken", "not a REFI-QDA project"),
        ("x.json", b"{}", "no list of tasks"),
        ("x.json", b"[", "not JSON"),
        ("x.jsonl", b"[1]", "no JSON object"),
        ("x.parquet", b"PAR1", "not a Parquet file"),
    ],
)
def test_a_file_that_is_no_coded_export_is_refused_in_one_line(
    library: Library, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExportError) as error:
        import_corrections(library, tmp_path / name, by="x")
    assert said in str(error.value)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_project_of_another_library_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("另一个城市的方案\n推进工业余热利用。\n", encoding="utf-8")
    other = open_library(tmp_path / "other", create=True)
    pipeline.build(other, [tmp_path / "plan.txt"])
    export(other, tmp_path / "x.qdpx")
    with pytest.raises(ExportError, match="none of its sources is in this library"):
        import_corrections(library, tmp_path / "x.qdpx", by="x")


def test_a_read_only_or_open_target_is_left_as_it_is(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"before")
    path.chmod(0o444)
    with pytest.raises(ExportError, match="read-only"):
        export(library, path)
    path.chmod(0o644)
    (tmp_path / ".~lock.x.xlsx#").write_text(",me,here,", encoding="utf-8")
    with pytest.raises(ExportError, match="open in another program"):
        export(library, path)
    assert path.read_bytes() == b"before"
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        export(library, tmp_path / "folder.csv")


def test_what_label_studio_knows_of_the_coder_comes_back(library: Library, tmp_path: Path) -> None:
    record = next(iter(library.statements(Filters(elements=("measure",))).records()))
    each = task(record)
    result = [{"from_name": "element", "to_name": "text", "type": "choices", "value": {"choices": ["goal"]}}]
    each["annotations"] = [{"completed_by": {"id": 3, "email": "li@example.org"}, "result": result}]
    (tmp_path / "x.json").write_text(json.dumps([each]), encoding="utf-8")
    report = import_corrections(library, tmp_path / "x.json", by="someone")
    assert {c.by for c in report.corrections} == {"li@example.org"}
