"""What every reader promises, shown on documents of known text in every format."""

import difflib
import re
import zipfile
from pathlib import Path

import pytest
from ingest_content import CONTENTS, DATA, Content, chapters, city_plan, columns, long_table, notice, write_docx

from domain.codebook import Genre, Language, Level
from domain.document import Document
from domain.statement import Kind
from ingest import read_document
from ingest.office import find_office

RENDERED = {stem: DATA / f"{stem}.pdf" for stem in CONTENTS}


def bare(text: str) -> str:
    return re.sub(r"\s+|[•]", "", text)


@pytest.fixture(scope="module", params=["pdf", "docx", "doc", "html"])
def letter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Document:
    """The covering letter with its plan, in each format."""
    if request.param == "docx":
        return read_document(write_docx(notice(), tmp_path_factory.mktemp("docx") / "notice.docx", chinese=True))
    if request.param == "doc" and not find_office():
        pytest.skip("LibreOffice is not installed")
    return read_document(DATA / f"notice.{request.param}")


def kept(content: Content, document: Document) -> float:
    matcher = difflib.SequenceMatcher(None, bare(content.text), bare(document.text), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(bare(content.text))


def test_statements_give_back_their_stretch_of_the_text(letter: Document) -> None:
    for statement in letter.statements:
        assert letter.text[statement.char_start : statement.char_end] == statement.text


def test_no_character_of_the_text_is_lost(letter: Document) -> None:
    assert kept(notice(), letter) >= 0.998


def test_nothing_of_the_text_stands_outside_the_statements(letter: Document) -> None:
    covered = "".join(statement.text for statement in letter.statements)
    assert bare(covered) == bare(letter.text)


def test_every_statement_has_the_breadcrumb_its_author_gave_it(letter: Document) -> None:
    wrong = []
    for piece in notice().pieces:
        if piece.heading or not piece.path:
            continue
        said = bare(piece.text.split("。")[1])[:22] if piece.text.startswith(piece.path[-1]) else bare(piece.text)[-14:]
        statement = next(each for each in letter.statements if said in bare(each.text))
        if tuple(map(bare, statement.heading_path)) != tuple(map(bare, piece.path)):
            wrong.append((piece.path, statement.heading_path))
    assert not wrong


def test_the_facts_of_a_letter_are_those_of_its_plan(letter: Document) -> None:
    facts = letter.facts
    assert facts.title == "云岭市低碳园区建设方案"
    assert (facts.number, facts.issuer, facts.date) == ("云政发〔2024〕12号", "云岭市人民政府", "2024-03-15")
    assert (facts.genre, facts.level, facts.place, facts.language) == (Genre.PLAN, Level.CITY, "云岭市", Language.ZH)


def test_rows_of_an_indicator_table_are_statements_with_their_column_heads(letter: Document) -> None:
    rows = [statement for statement in letter.statements if statement.kind is Kind.ROW]
    assert [row.text.split("\t") for row in rows] == next(iter(notice().tables.values()))[1:]
    assert rows[0].column_heads == ("指标", "单位", "2025年", "2030年")


def test_a_bracket_of_duties_belongs_to_the_sentence_before_it(letter: Document) -> None:
    duties = [statement for statement in letter.statements if "责任单位" in statement.text]
    assert len(duties) == 18
    assert all(not statement.text.startswith("（") for statement in duties)


def test_the_running_head_and_page_numbers_are_dropped_and_recorded() -> None:
    document = read_document(RENDERED["notice"])
    assert "云岭市文件汇编" not in document.text
    assert not re.search(r"^— \d+ —$", document.text, re.MULTILINE)
    reasons = {line.reason for line in document.dropped}
    assert reasons == {"running head", "page number"}
    assert len(document.dropped) == 2 * len(document.pages)


def test_pages_cover_the_text_without_gaps() -> None:
    document = read_document(RENDERED["notice"])
    assert len(document.pages) > 2
    assert document.pages[0].char_start == 0
    assert document.pages[-1].char_end == len(document.text)
    for page, after in zip(document.pages, document.pages[1:], strict=False):
        assert page.char_end == after.char_start


def test_every_statement_of_a_pdf_has_its_place_on_the_page() -> None:
    document = read_document(RENDERED["notice"])
    sizes = {page.number: (page.width, page.height) for page in document.pages}
    for statement in document.statements:
        assert statement.boxes
        assert statement.boxes[0].page == statement.page
        for box in statement.boxes:
            width, height = sizes[box.page]
            assert 0 <= box.x0 < box.x1 <= width
            assert 0 <= box.top < box.bottom <= height


def test_a_paragraph_goes_on_over_a_page_break() -> None:
    document = read_document(RENDERED["notice"])
    over = [statement for statement in document.statements if len({box.page for box in statement.boxes}) > 1]
    whole = {bare(sentence) for piece in notice().pieces for sentence in re.split(r"(?<=[。；])(?!（)", piece.text)}
    assert all(bare(statement.text) in whole for statement in over)
    broken = [
        s for s in document.statements if s.kind in (Kind.SENTENCE, Kind.ITEM) and s.heading_path and bare(s.text) not in whole
    ]
    assert not broken


def test_chapters_sections_and_articles_make_the_breadcrumb(tmp_path: Path) -> None:
    for document in (
        read_document(RENDERED["chapters"]),
        read_document(write_docx(chapters(), tmp_path / "c.docx", chinese=True)),
    ):
        for piece in chapters().pieces[1:]:
            path = tuple(map(bare, piece.path))
            same = [each for each in document.statements if bare(each.text) == bare(piece.text)]
            statement = next(each for each in same if tuple(map(bare, each.heading_path)) == path)
            assert (statement.kind is Kind.HEADING) == piece.heading
        assert document.facts.genre is Genre.REGULATION


def test_english_headings_are_told_by_their_type(tmp_path: Path) -> None:
    for document in (
        read_document(RENDERED["city_plan"]),
        read_document(write_docx(city_plan(), tmp_path / "c.docx", chinese=False)),
    ):
        assert document.facts.title == "Riverton Climate Action Plan"
        assert document.facts.language is Language.EN
        for piece in city_plan().pieces[1:]:
            statement = next(
                s for s in document.statements if s.text.startswith(piece.text[:40]) and s.heading_path == piece.path
            )
            assert (statement.kind is Kind.HEADING) == piece.heading


def test_a_table_over_page_breaks_is_one_table_with_every_row() -> None:
    document = read_document(RENDERED["long_table"])
    rows = [statement for statement in document.statements if statement.kind is Kind.ROW]
    assert len(document.pages) > 2
    assert [row.text.split("\t") for row in rows] == long_table().tables[0][1:]
    assert all(row.column_heads == ("序号", "项目名称", "建设内容", "完成时间") for row in rows)
    assert all(row.heading_path[-1] == "表1 重点项目清单" for row in rows)


def test_two_columns_are_read_one_after_the_other() -> None:
    document = read_document(RENDERED["columns"])
    numbers = [int(number) for number in re.findall(r"Item (\d\d) says", document.text)]
    assert numbers == list(range(1, 41))
    assert kept(columns(), document) >= 0.998
    whole = {piece.text for piece in columns().pieces}
    assert {s.text for s in document.statements if s.text.startswith("Item")} == whole


@pytest.mark.slow
@pytest.mark.skipif(not find_office(), reason="LibreOffice is not installed")
def test_rtf_is_read_through_libreoffice(tmp_path: Path) -> None:
    rich = tmp_path / "plan.rtf"
    rich.write_text(r"{\rtf1\ansi The city will plant 500 trees by 2030. It will report each year.\par}", encoding="ascii")
    assert [statement.text for statement in read_document(rich).statements] == [
        "The city will plant 500 trees by 2030.",
        "It will report each year.",
    ]


def test_automatic_numbers_of_word_are_counted(tmp_path: Path) -> None:
    items = [(0, "总体要求"), (1, "指导思想"), (2, "坚持统筹。"), (2, "坚持创新。"), (1, "主要目标")]
    items += [(0, "重点任务"), (1, "能源"), (3, "风电")]
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for level, text in items
    )
    kinds = (
        ("chineseCounting", "%1、"),
        ("chineseCountingThousand", "（%2）"),
        ("decimal", "%3."),
        ("decimalEnclosedCircle", "%4"),
    )
    form = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:suff w:val="nothing"/><w:lvlText w:val="{}"/></w:lvl>'
    levels = "".join(form.format(at, kind, text) for at, (kind, text) in enumerate(kinds))
    lists = f'<w:abstractNum w:abstractNumId="3">{levels}</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num>'
    path = word_file(tmp_path / "auto.docx", body, numbering=lists)
    assert read_document(path).text.split("\n") == [
        "一、总体要求",
        "（一）指导思想",
        "1.坚持统筹。",
        "2.坚持创新。",
        "（二）主要目标",
        "二、重点任务",
        "（一）能源",
        "①风电",
    ]


def test_text_boxes_insertions_and_breaks_of_word_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>专栏1 示范工程</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>园区将建设</w:t></w:r><w:ins><w:r><w:t>新的</w:t></w:r></w:ins><w:del><w:r><w:delText>旧的</w:delText></w:r></w:del>"
        "<w:r><w:t>管网。</w:t><w:br/><w:t>管网长三公里。</w:t></w:r>"
        f'<w:r><mc:AlternateContent xmlns:mc="{MC}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert read_document(word_file(tmp_path / "box.docx", body)).text.split("\n") == [
        "园区将建设新的管网。",
        "管网长三公里。",
        "专栏1 示范工程",
    ]


def test_merged_cells_of_word_are_taken_once_and_carried_down(tmp_path: Path) -> None:
    def cell(text: str, extra: str = "") -> str:
        return f"<w:tc><w:tcPr>{extra}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    body = (
        "<w:tbl><w:tr>" + cell("类别") + cell("指标") + cell("目标值") + "</w:tr>"
        "<w:tr>" + cell("能源", '<w:vMerge w:val="restart"/>') + cell("光伏装机") + cell("10万千瓦") + "</w:tr>"
        "<w:tr>" + cell("", "<w:vMerge/>") + cell("风电装机") + cell("20万千瓦") + "</w:tr></w:tbl>"
    )
    rows = [s for s in read_document(word_file(tmp_path / "merged.docx", body)).statements if s.kind is Kind.ROW]
    assert [row.text for row in rows] == ["能源\t光伏装机\t10万千瓦", "风电装机\t20万千瓦"]
    assert rows[1].column_heads == ("指标", "目标值")
    assert rows[1].heading_path[-1] == "能源"


MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_file(path: Path, body: str, *, numbering: str = "") -> Path:
    """A Word file of these paragraphs and nothing else."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
        if numbering:
            archive.writestr("word/numbering.xml", f'<w:numbering xmlns:w="{WORD}">{numbering}</w:numbering>')
    return path
