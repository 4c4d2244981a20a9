"""The measured promises of reading, on plans in every style of numbering, as Word files and as LibreOffice prints them."""

import difflib
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from ingest_content import CONTENTS, DATA, Content, long_table, write_docx
from ingest_styles import STYLES

from domain.document import Document
from domain.statement import Kind
from ingest import read_document

FLOORS = tomllib.loads((Path(__file__).parent / "quality" / "floors.toml").read_text(encoding="utf-8"))["parse"]
FURNITURE = re.compile(r"云岭市文件汇编|RIVERTON ?PLANS|—\s?\d+\s?—")
PRINTED = {**STYLES, **CONTENTS}


def bare(text: str) -> str:
    return re.sub(r"\s+|[•]", "", text)


@cache
def printed(name: str) -> tuple[Content, Document]:
    return PRINTED[name][0](), read_document(DATA / f"{name}.pdf")


def right_paths(content: Content, document: Document) -> tuple[int, int]:
    """How many pieces stand under the breadcrumb that their author gave them, and of how many."""
    said = {(bare(statement.text)[:18], tuple(map(bare, statement.heading_path))) for statement in document.statements}
    pieces = [piece for piece in content.pieces[1:] if piece.path]
    return sum((bare(piece.text)[:18], tuple(map(bare, piece.path))) in said for piece in pieces), len(pieces)


@pytest.mark.parametrize("name", STYLES)
def test_headings_of_every_style_make_the_breadcrumb(name: str, tmp_path: Path) -> None:
    content, document = printed(name)
    word = read_document(write_docx(content, tmp_path / "plan.docx", **STYLES[name][1]))
    for found in (document, word):
        right, count = right_paths(content, found)
        assert count == 30
        assert right >= FLOORS["heading_path"] * count


@pytest.mark.parametrize("name", STYLES)
def test_headings_are_headings_and_text_is_text(name: str) -> None:
    content, document = printed(name)
    heads = {bare(piece.text) for piece in content.pieces if piece.heading}
    assert {bare(s.text) for s in document.statements if s.kind is Kind.HEADING} == heads


@pytest.mark.parametrize("name", PRINTED)
def test_no_character_is_lost_and_none_comes_twice(name: str) -> None:
    content, document = printed(name)
    matcher = difflib.SequenceMatcher(None, bare(content.text), bare(document.text), autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    assert kept >= FLOORS["characters"] * len(bare(content.text))
    assert len(FURNITURE.sub("", bare(document.text))) <= 1.002 * len(bare(content.text))


def test_hardly_a_line_of_page_furniture_is_left() -> None:
    lines = [line for name in PRINTED for line in printed(name)[1].text.split("\n")]
    assert len(lines) > 500
    assert sum(bool(FURNITURE.search(line)) for line in lines) <= FLOORS["furniture"] * len(lines)


def test_paragraphs_stand_in_the_order_they_were_written_in() -> None:
    for name in PRINTED:
        content, document = printed(name)
        text = bare(document.text)
        places = [text.find(bare(piece.text)[:40]) for piece in content.pieces if len(piece.text) > 40]
        assert places == sorted(places), name
        assert -1 not in places, name


def test_no_statement_begins_or_ends_in_mid_sentence() -> None:
    torn, count = [], 0
    for name in PRINTED:
        content, document = printed(name)
        pieces = {bare(piece.text) for piece in content.pieces}
        whole = {
            bare(text) for piece in content.pieces for text in re.split(r"(?<=[。；])(?!（)|(?<=\.)\s+(?=[A-Z])", piece.text)
        } | pieces
        said = [s for s in document.statements if s.kind in (Kind.SENTENCE, Kind.ITEM)]
        count += len(said)
        torn += [(name, s.text) for s in said if bare(s.text) not in whole and not FURNITURE.search(s.text)]
    assert count > 200
    assert len(torn) <= (1 - FLOORS["whole"]) * count, torn


def test_rows_of_tables_over_page_breaks_are_kept() -> None:
    rows = [statement.text.split("\t") for statement in printed("long_table")[1].statements if statement.kind is Kind.ROW]
    wanted = long_table().tables[0][1:]
    assert sum(row in rows for row in wanted) >= FLOORS["table_rows"] * len(wanted)


def test_prose_makes_no_table() -> None:
    for name in STYLES:
        assert not [s for s in printed(name)[1].statements if s.kind is Kind.ROW]
