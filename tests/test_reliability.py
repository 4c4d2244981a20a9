"""Agreement is what the textbooks say it is, and a draw is fair and the same every time."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import pipeline
from analysis.corrections import import_corrections
from analysis.draw import draw, write_draw
from analysis.reliability import (
    MACHINE,
    NOTHING,
    Coding,
    agreement_table,
    alpha_interval,
    alpha_of,
    cohen_kappa,
    find_agreement,
    machine_coding,
    percent_agreement,
    read_coding,
    report,
)
from domain.errors import ExportError
from index import Filters, Library, open_library

SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), example C: four coders, twelve units, nominal alpha 0.743
EXAMPLE = """
1 2 3 3 2 1 4 1 2 * * *
1 2 3 3 2 2 4 1 2 5 * 3
* 3 3 3 2 3 4 2 2 5 1 *
1 2 3 3 2 4 4 1 2 5 1 *
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = open_library(tmp_path_factory.mktemp("agreement") / "library", create=True)
    pipeline.build(library, [SAMPLE / "shuanghe-city-plan.txt", SAMPLE / "xingdu-park-report-en.docx"])
    return library


def units(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array([[NOTHING if value == "*" else int(value) for value in row.split()] for row in text.strip().splitlines()]).T


def test_alpha_of_the_textbook_example_with_missing_values() -> None:
    alpha = alpha_of([units(EXAMPLE)])
    assert alpha == pytest.approx(0.743, abs=0.0005)
    low, high = alpha_interval([units(EXAMPLE)]) or (1.0, 0.0)
    assert low < 0.743 < high <= 1


def test_kappa_and_percent_of_fifty_applications() -> None:
    """Two readers, 20 times yes by both, 15 times no by both, 5 and 10 times apart: 0.7 and 0.4."""
    both = np.array([[1, 1]] * 20 + [[0, 0]] * 15 + [[1, 0]] * 5 + [[0, 1]] * 10)
    assert percent_agreement(both) == pytest.approx(0.7)
    assert cohen_kappa(both) == pytest.approx(0.4)


def test_a_coder_who_always_says_the_same_has_no_kappa() -> None:
    assert cohen_kappa(np.array([[1, 1]] * 5)) is None
    assert alpha_of([np.array([[1, 1]] * 5)]) is None


def test_coders_and_machine_by_code_and_document(library: Library, tmp_path: Path) -> None:
    records = draw(library, Filters(), 40, by="element")
    files = []
    for coder, slips in (("li", 0), ("wang", 6)):
        rows = [dict(record) for record in records]
        for row in rows[:slips]:
            row["element"] = "context" if row["element"] != "context" else "goal"
        files.append(tmp_path / f"{coder}.jsonl")
        files[-1].write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    codings = [read_coding(file, library) for file in files]
    machine = machine_coding(library, codings[0].codes)
    documents = {record["statement_id"]: record["document_title"] for record in records}
    rows = find_agreement([*codings, machine], documents)
    whole = {row.coders: row for row in rows if (row.field, row.code, row.document) == ("element", "all", "all")}
    assert whole["li", MACHINE].percent == 1
    assert whole["li", "wang"].percent == pytest.approx(1 - 6 / len(records))
    assert set(whole) == {("li", "wang"), ("li", MACHINE), ("wang", MACHINE), ("li", "wang", MACHINE)}
    assert {row.document for row in rows} == {"all", *documents.values()}
    assert {row.code for row in rows if row.field == "sectors"} > {"all", "energy"}
    by_document = [
        row.statements for row in rows if row.field == "element" and row.document != "all" and row.coders == ("li", "wang")
    ]
    assert sum(by_document) == whole["li", "wang"].statements == len(records)
    assert len(list(agreement_table(rows))) == len(rows)
    assert "## element" in report(rows)


def test_the_machine_is_asked_for_what_it_said_before_it_was_corrected(library: Library, tmp_path: Path) -> None:
    shutil.copytree(library.folder, tmp_path / "library")
    own = open_library(tmp_path / "library")
    record = next(iter(own.statements(Filters(elements=("measure",))).records()))
    (tmp_path / "x.jsonl").write_text(json.dumps(record | {"element": "goal"}), encoding="utf-8")
    import_corrections(own, tmp_path / "x.jsonl", by="li")
    assert own.statement(record["statement_id"]).tags.element == "goal"  # type: ignore[union-attr]
    assert machine_coding(own, [record["statement_id"]]).codes[record["statement_id"]]["element"] == "measure"


def test_a_draw_is_even_blind_and_the_same_for_the_same_seed(library: Library, tmp_path: Path) -> None:
    records = draw(library, Filters(), 24, by="element")
    counts = {name: sum(r["element"] == name for r in records) for name in {r["element"] for r in records}}
    assert len(records) == 24
    assert max(counts.values()) - min(c for name, c in counts.items() if c < library.count(Filters(elements=(name,)))) <= 1
    assert draw(library, Filters(), 24, by="element") == records
    assert draw(library, Filters(), 24, by="element", seed=2) != records
    assert len(draw(library, Filters(), 10**6)) == library.count()
    for kind in ("csv", "xlsx", "jsonl"):
        assert write_draw(tmp_path / f"draw.{kind}", records) == 24
        report = import_corrections(library, tmp_path / f"draw.{kind}", by="li")
        assert (report.rows, report.uncoded, report.corrections, report.conflicts) == (24, 24, [], [])
    with pytest.raises(ExportError, match="no statement is coded"):
        read_coding(tmp_path / "draw.xlsx", library)
    with pytest.raises(ExportError, match="known formats are"):
        write_draw(tmp_path / "draw.doc", records)


def test_statements_that_one_coder_skipped_are_not_counted() -> None:
    first = Coding("a", {"1": {"element": "goal"}, "2": {"element": "measure"}})
    second = Coding("b", {"1": {"element": "goal"}})
    rows = find_agreement([first, second], {"1": "d", "2": "d"})
    assert [row.statements for row in rows if row.code == "all" and row.document == "all"] == [1]
