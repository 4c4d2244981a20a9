"""The sample collection is complete, says that it is invented, and bears no real place's name."""

import csv
import sys
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from domain.codebook import Genre, Language, Level

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / "corpora"
DOCUMENTS = tomllib.loads((CORPORA / "corpus.toml").read_text(encoding="utf-8"))["document"]
FIELDS = ("file", "source", "title", "number", "issuer", "date", "level", "place", "genre", "language", "summary", "licence")
SAYS_EXAMPLE = {Language.ZH: "示例", Language.EN: "Example: an invented"}
SAYS_INVENTED = {Language.ZH: "虚构", Language.EN: "invented"}
each_document = pytest.mark.parametrize("facts", DOCUMENTS, ids=lambda facts: facts["file"])


def sample_text(name: str) -> str:
    """The characters of a sample file, read by the plainest means."""
    path = CORPORA / "sample" / name
    if path.suffix == ".pdf":
        pdf = pypdfium2.PdfDocument(path)
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            return archive.read("word/document.xml").decode("utf-8")
    return path.read_text(encoding="utf-8")


def real_place_names() -> set[str]:
    with (ROOT / "domain" / "places.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["name"] for row in rows if len(row["name"]) > 2} | {row["short"] for row in rows if row["short"]}


def test_files_and_list_agree() -> None:
    listed = sorted(facts["file"] for facts in DOCUMENTS)
    assert listed == sorted(path.name for path in (CORPORA / "sample").iterdir())
    assert sorted(facts["source"] for facts in DOCUMENTS) == sorted(path.name for path in (CORPORA / "sources").glob("*.md"))


def test_every_sample_place_has_a_profile_that_says_it_is_invented() -> None:
    with (CORPORA / "profiles.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["name_zh"] for row in rows} == {facts["place"] for facts in DOCUMENTS if facts["place"]}
    assert all("虚构" in row["source"] or "invented" in row["source"] for row in rows)


@each_document
def test_facts_are_complete_and_well_formed(facts: dict[str, str]) -> None:
    assert set(FIELDS) <= set(facts)
    assert date.fromisoformat(facts["date"])
    assert facts["level"] in set(Level)
    assert facts["genre"] in set(Genre)
    assert facts["language"] in set(Language)
    assert facts["licence"] in ("CC0-1.0", "Apache-2.0")


@each_document
def test_document_says_in_its_first_lines_that_it_is_an_example(facts: dict[str, str]) -> None:
    text = sample_text(facts["file"])
    language = Language(facts["language"])
    assert SAYS_EXAMPLE[language] in text
    assert SAYS_INVENTED[language] in text


@each_document
def test_document_shows_the_facts_that_are_listed(facts: dict[str, str]) -> None:
    text = "".join(sample_text(facts["file"]).split())
    assert "".join(facts["issuer"].split()) in text
    assert "".join(facts["number"].split()) in text


def test_each_format_and_language_is_shown_more_than_once() -> None:
    for suffix in (".pdf", ".docx", ".html", ".txt"):
        assert sum(facts["file"].endswith(suffix) for facts in DOCUMENTS) >= 2, suffix
    assert {facts["language"] for facts in DOCUMENTS} == set(Language)


@each_document
def test_issuer_and_place_bear_no_real_name(facts: dict[str, str]) -> None:
    named = facts["issuer"] + facts["place"]
    assert not [name for name in real_place_names() if name in named]


def test_sample_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in (CORPORA / "sample").iterdir()) < 3_000_000


def test_text_formats_come_out_of_their_sources_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    from corpus_source import read_blocks
    from corpus_text import to_html, to_txt

    for facts in DOCUMENTS:
        path = CORPORA / "sample" / facts["file"]
        blocks = read_blocks(CORPORA / "sources" / facts["source"])
        if path.suffix == ".txt":
            assert path.read_text(encoding="utf-8") == to_txt(blocks)
        elif path.suffix == ".html":
            assert path.read_text(encoding="utf-8") == to_html(blocks, facts)


def test_source_with_an_unknown_mark_names_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    from corpus_source import read_blocks

    source = tmp_path / "x.md"
    source.write_text("@title 示例\n@colour red\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.md:2: mark @colour is unknown"):
        read_blocks(source)
