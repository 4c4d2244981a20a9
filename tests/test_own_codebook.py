"""A codebook of one's own labels what is in the library and what comes in later; learnt labels show their score first."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import cli
import pipeline
from analysis.export import export
from analysis.own_codebook import apply_codebook, check_codebook, lines_of, new_codebook
from analysis.tables import TableName
from domain.codebook import Sector
from domain.errors import CodebookError, ExportError
from index import Library, load_encoder, open_library

SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"
NAMES = ("shuanghe-city-plan.txt", "reference-plan-zh.pdf")
LEARNT = '[[label]]\nname = "heat"\ncoded = "coded.csv"\n\n[[label]]\nname = "pilots"\nterms = ["试点"]\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = open_library(tmp_path_factory.mktemp("own") / "library", create=True)
    pipeline.build(library, [SAMPLE / name for name in NAMES])
    return library


@pytest.fixture
def library(built: Library, tmp_path: Path) -> Library:
    shutil.copytree(built.folder, tmp_path / "library")
    return open_library(tmp_path / "library")


def write_coded(library: Library, folder: Path, count: int = 120) -> Path:
    """A codebook with a label learnt from statements that are yes where they are about energy, beside its coded sheet."""
    with (folder / "coded.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "heading_path", "heat"])
        for _, record in zip(range(count), library.statements().records(), strict=False):
            said = "是" if Sector.ENERGY in record["sectors"] else "no"
            writer.writerow([record["text"], " > ".join(record["heading_path"]), said])
    (folder / "own.toml").write_text(LEARNT, encoding="utf-8")
    return folder / "own.toml"


def test_the_codebook_to_start_from_passes_its_own_check(tmp_path: Path) -> None:
    new_codebook(tmp_path / "own.toml")
    checked = check_codebook(tmp_path / "own.toml", load_encoder())
    assert list(lines_of(checked)) == ["just-transition: terms"]
    with pytest.raises(ExportError, match="is there already"):
        new_codebook(tmp_path / "own.toml")


def test_a_learnt_label_shows_its_score_is_applied_and_goes_on_with_what_comes_in(library: Library, tmp_path: Path) -> None:
    path = write_coded(library, tmp_path)
    checked = check_codebook(path, library.encoder)
    score = checked.learnt[0].score
    assert score["f1"] > 0.6
    assert score["brier"] < 0.2
    assert "held-out precision" in next(lines_of(checked))
    counts = apply_codebook(library, path, checked)
    export(library, tmp_path / "labels.csv", table=TableName.LABELS)
    with (tmp_path / "labels.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {name: sum(row["label"] == name for row in rows) for name in counts} == counts
    assert {row["evidence"].split(":")[0] for row in rows if row["label"] == "heat"} == {"learnt"}
    heat = {row["statement_id"] for row in rows if row["label"] == "heat"}
    right = [Sector.ENERGY in s.tags.sectors for s in library.statements() if s.tags and s.id in heat]
    assert np.mean(right) > 0.6
    pipeline.build(library, [SAMPLE / "yanbei-city-report.txt"])
    new = [s for s in library.statements() if s.document_id == library.find_document("yanbei-city-report.txt").id]
    assert any("heat" in s.tags.labels for s in new if s.tags)
    assert any("pilots" in s.tags.labels for s in new if s.tags)


def test_a_codebook_applied_again_takes_the_earlier_labels_away(library: Library, tmp_path: Path) -> None:
    path = write_coded(library, tmp_path)
    apply_codebook(library, path, check_codebook(path, library.encoder))
    path.write_text('[[label]]\nname = "solar"\nterms = ["光伏"]\n', encoding="utf-8")
    counts = apply_codebook(library, path, check_codebook(path, library.encoder))
    assert {label for s in library.statements() if s.tags for label in s.tags.labels} == {"solar"}
    assert counts["solar"] == sum("光伏" in s.text for s in library.statements())
    assert not (library.folder / "labels.json").exists()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["text", "heat"], *([["余热利用", "yes"]] * 30)], "1 coded examples, 1 of them yes; at least 20 are needed"),
        ([["text", "cold"], ["余热利用", "yes"]], "no column heat"),
        ([["text", "heat"], ["余热利用", "maybe"]], "heat is 'maybe'; expected yes or no"),
        ([["text", "heat"], ["余热利用", "yes"], ["余热利用", "no"]], "coded yes and no"),
    ],
)
def test_examples_that_cannot_teach_are_refused_in_one_line(tmp_path: Path, rows: list[list[str]], said: str) -> None:
    (tmp_path / "own.toml").write_text(LEARNT, encoding="utf-8")
    with (tmp_path / "coded.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    with pytest.raises(CodebookError) as error:
        check_codebook(tmp_path / "own.toml", load_encoder())
    assert said in str(error.value)
    (tmp_path / "coded.csv").unlink()
    with pytest.raises(CodebookError, match="there is no such file"):
        check_codebook(tmp_path / "own.toml", load_encoder())


def test_the_commands_say_the_score_before_they_label(library: Library, tmp_path: Path) -> None:
    path = write_coded(library, tmp_path)
    runner = CliRunner()
    shared = ["--library", str(library.folder)]
    assert runner.invoke(cli.app, [*shared, "codebook", "new", str(tmp_path / "new.toml")]).exit_code == 0
    checked = runner.invoke(cli.app, [*shared, "codebook", "check", str(path)])
    assert "held-out precision" in checked.stdout
    applied = runner.invoke(cli.app, [*shared, "codebook", "apply", str(path)])
    assert "held-out precision" in applied.stderr
    assert applied.stdout.startswith("heat\t")
    drawn = runner.invoke(cli.app, [*shared, "draw", str(tmp_path / "draw.xlsx"), "--size", "12", "--by", "element"])
    assert (drawn.exit_code, drawn.stderr) == (0, f"{tmp_path / 'draw.xlsx'}: 12 statements to code\n")
