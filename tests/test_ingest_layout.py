"""Layouts that real files have: each line of a page at its place, and the paragraphs that a reader sees in them."""

from dataclasses import replace

from domain.document import Page
from ingest.block import Form, Reading
from ingest.flow import flow_blocks
from ingest.glyphs import Glyph
from ingest.grid import fill, find_grids
from ingest.line import Line
from ingest.ruling import Edge

LEFT, RIGHT, SIZE, LEADING = 80.0, 512.0, 12.0, 18.0
FULL = "推动产业结构优化升级，加快建设清洁低碳、安全高效的能源体系，到二〇二五年取得"  # 36 characters fill the measure


def row(text: str, top: float, *, page: int = 1, x0: float = LEFT, size: float = SIZE, bold: bool = False) -> Line:
    """A printed line of full-width characters."""
    return Line(text, page, x0, top, x0 + size * len(text), top + size, size, bold)


def centred(text: str, top: float, *, page: int = 1, size: float = SIZE, bold: bool = False) -> Line:
    return row(text, top, page=page, x0=(LEFT + RIGHT - size * len(text)) / 2, size=size, bold=bold)


def read(*pages: list[Line]) -> Reading:
    return flow_blocks([(Page(at, 592.0, 840.0, 0, 99), lines, []) for at, lines in enumerate(pages, 1)])


def texts(*pages: list[Line]) -> list[str]:
    return [block.text for block in read(*pages).blocks]


def body(top: float, count: int, page: int = 1) -> list[Line]:
    """A paragraph of full lines that ends with a short one."""
    lines = [row(FULL, top + at * LEADING, page=page) for at in range(count - 1)]
    return [*lines, row("明显成效。", top + (count - 1) * LEADING, page=page)]


def test_a_title_of_a_full_line_and_a_centred_one_is_one_heading() -> None:
    title = "云岭市人民政府关于完整准确全面贯彻新发展理念做好低碳"
    lines = [centred(title, 80, size=15), centred("园区建设工作的实施意见", 104, size=15), *body(150, 6)]
    assert texts(lines)[0] == title + "园区建设工作的实施意见"


def test_a_title_whose_first_line_is_the_shorter_is_one_heading() -> None:
    lines = [
        centred("云岭市人民政府关于印发", 80, size=22),
        centred("《云岭市低碳园区建设方案》的通知", 112, size=22),
        *body(170, 6),
    ]
    assert texts(lines)[0] == "云岭市人民政府关于印发《云岭市低碳园区建设方案》的通知"


def test_a_title_in_large_type_that_fills_its_line_goes_on_around_the_same_middle() -> None:
    first = replace(row("关于印发低碳园区林草碳汇（云", 80, size=25), x0=LEFT + 3, x1=RIGHT - 3)
    second = centred("岭）试验区实施方案的通知", 120, size=25)
    address = row("各县（区）人民政府，高新技术产业开发区管委会，市直各部门：", 170, size=14)
    assert texts([first, second, address, *body(200, 6)])[0] == first.text + second.text


def test_a_number_under_the_title_is_no_part_of_it_nor_of_the_address_below() -> None:
    address = row("各县（区）人民政府，市政府各部门：", 136)
    lines = [centred("关于印发低碳园区建设方案的通知", 80), centred("云政发〔2024〕12号", 98), address, *body(154, 6)]
    assert texts(lines)[:3] == ["关于印发低碳园区建设方案的通知", "云政发〔2024〕12号", "各县（区）人民政府，市政府各部门："]


def test_the_rest_of_a_line_that_a_web_page_wrapped_once_more_belongs_to_it() -> None:
    first = "（一）优化能源结构。" + FULL[:26]
    lines = [row(first, 80), row("限", 98, x0=LEFT + 2.5 * SIZE), *body(116, 4)]
    assert texts(lines)[0].startswith(first + "限推动产业")


def test_a_dash_at_the_head_of_a_line_does_not_begin_an_item_in_mid_sentence() -> None:
    lines = [row(FULL[:33] + "、中国", 80), row("—东盟合作中，强化绿色技术交流。", 98), *body(116, 5)]
    assert texts(lines)[0].endswith("、中国—东盟合作中，强化绿色技术交流。")


def test_page_numbers_above_a_foot_line_are_told_by_their_sequence() -> None:
    pages = []
    for number in range(1, 6):
        lines = body(90, 20, number)
        lines[-1] = row(FULL, lines[-1].top, page=number)  # the paragraph goes on over the page
        pages.append(
            [*lines, row(f"- {number} -", 690, page=number, x0=440), row("云岭市人民政府发布", 790, page=number, x0=300)]
        )
    reading = read(*pages)
    assert [block.text for block in reading.blocks] == [FULL * 100]
    assert {(line.page, line.text) for line in reading.dropped if line.reason == "page number"} == {
        (n, f"- {n} -") for n in range(1, 6)
    }


def test_a_number_within_a_page_is_kept() -> None:
    lines = [*body(90, 10), row("12", 400, x0=300), *body(430, 3)]
    assert "12" in texts(lines)


def english(text: str, top: float, x0: float, *, size: float = 10.0, bold: bool = False, page: int = 1) -> Line:
    """A printed line of letters half as wide as they are high."""
    return Line(text, page, x0, top, x0 + 0.5 * size * len(text), top + size, size, bold)


def column(words: str, x0: float, *, lines: int = 18) -> list[Line]:
    """A narrow column of one sentence."""
    middle = [english(f"the {words} of the city,", 100 + 11 * at, x0) for at in range(1, lines - 1)]
    last = english("as it must.", 100 + 11 * (lines - 1), x0)
    return [english(f"Improve the {words}", 100, x0), *middle, last]


def test_four_narrow_columns_are_read_one_after_the_other() -> None:
    names = ("streets", "harbour", "markets", "gardens")
    lines = [line for at, name in enumerate(names) for line in column(name, 40 + 135 * at)]
    found = texts(sorted(lines, key=lambda line: (line.top, line.x0)))
    assert [text.split()[2] for text in found] == list(names)
    assert all(text.endswith("as it must.") for text in found)


def test_a_column_is_measured_by_itself() -> None:
    left = [
        english("Reduce the use of energy in", 100, 40),
        english("County buildings by a tenth.", 111, 40),
        *column("streets", 40, lines=8)[1:],
    ]
    right = column("harbour of the old town and its quays", 300, lines=9)
    found = texts(left + right)
    assert found[0].startswith("Reduce the use of energy in County buildings by a tenth.")


def test_a_name_in_the_margin_is_read_before_the_column_beside_it() -> None:
    margin = [
        english("3.1", 100, 36, size=20, bold=True),
        english("Green Space /", 124, 36, bold=True),
        english("Land Use", 136, 36, bold=True),
    ]
    text = [english("Objective: maintain the integrity of the ecological", 108 + 12 * at, 168) for at in range(12)]
    assert texts(margin + text)[:2] == ["3.1", "Green Space / Land Use"]


def test_labels_of_rows_stay_with_their_rows() -> None:
    labels = [english(f"Measure {name}", 100 + 12 * at, 36) for at, name in enumerate("ABCDEFGHIJKL")]
    words = [english(f"plant {at} trees by the river before spring", 100 + 12 * at, 168) for at in range(12)]
    assert "Measure A" in texts(labels + words)[0]
    assert "plant 0 trees" in texts(labels + words)[0]


def test_a_sign_in_the_margin_does_not_tear_the_sentence_beside_it() -> None:
    text = [english("Plant trees along every street of the old town", 100 + 12 * at, 60) for at in range(8)]
    sign = english("W.M.", 141, 310, size=9, bold=True)
    found = read([*text, sign]).blocks
    assert [block.text for block in found if block.form is Form.CAPTION] == ["W.M."]
    assert "W.M." not in found[0].text


def test_a_word_in_bold_on_the_line_stays_in_it() -> None:
    text = [english("Plant trees along every street of the old", 100 + 12 * at, 60) for at in range(8)]
    word = english("town", 136, 275, bold=True)
    assert all(block.form is Form.TEXT for block in read([*text, word]).blocks)


def test_a_sentence_goes_on_over_a_gap_in_the_page() -> None:
    lines = [english("The city will plant trees along every street and", 100 + 12 * at, 60) for at in range(6)]
    rest = english("care for them.", 100 + 12 * 5 + 40, 60)
    assert texts([*lines, rest]) == [" ".join(line.text for line in [*lines, rest])]


def test_words_in_capitals_head_the_sentence_below_them() -> None:
    head = english("REDUCE THE USE OF ENERGY", 100, 60, bold=True)
    text = [english("County buildings shall use a tenth less of all energy", 112 + 12 * at, 60, bold=True) for at in range(8)]
    assert texts([head, *text])[0] == "REDUCE THE USE OF ENERGY"


def test_text_that_another_text_covers_is_left_out_and_recorded() -> None:
    under = [english(f"An older draft of line {at} that nobody sees any more", 100 + 12 * at, 60) for at in range(9)]
    over = [english(f"The line {at} that is printed on the page in its place", 101 + 12 * at, 60) for at in range(9)]
    found = read([*under, *over])
    assert "older draft" not in found.blocks[0].text
    assert [line.reason for line in found.dropped] == ["hidden under other text"] * 9


def test_a_line_that_ends_a_page_is_measured_by_that_page() -> None:
    left, right = column("streets", 40, lines=14), column("harbour", 300, lines=14)
    head = [english("CARE FOR THE QUAYS", 100, 40, page=2, bold=True), english("Mend them by 2030.", 112, 40, page=2)]
    assert "CARE FOR THE QUAYS" in texts(left + right, head)


def test_a_word_that_runs_over_the_edge_of_its_cell_stays_whole() -> None:
    edges = [
        *(Edge(0, top, 200, top) for top in (0.0, 20.0, 40.0)),
        *(Edge(x, 0, x, 40) for x in (0.0, 52.0, 200.0)),
    ]
    words = [("delivery and", 0.0, 5.0), ("X", 120.0, 5.0), ("trees", 10.0, 25.0), ("X", 120.0, 25.0)]
    glyphs = []
    for word, x0, top in words:
        for char in word:
            x1 = x0 + 5
            glyphs.append(Glyph(char, x0, top, x1, top + 10, len(glyphs)))
            x0 = x1
    (grid,), rest = fill(find_grids(edges), glyphs)
    assert not rest
    assert ["".join(glyph.char for glyph in cell.glyphs) for cell in grid.rows[0]] == ["delivery and", "X"]


def test_a_title_in_bold_that_fills_its_line_ends_where_the_text_is_indented() -> None:
    title = row("《关于完整准确全面贯彻新发展理念做好低碳园区建设工作的实施方案》", LEFT + 36, bold=True)
    title = replace(title, top=80, bottom=92, x0=LEFT + 36, x1=RIGHT)
    first = row(FULL[2:], 98, x0=LEFT + 2 * SIZE)
    assert texts([title, first, *body(116, 6)])[0] == title.text


def test_a_title_ends_where_smaller_type_begins_and_an_annex_where_it_is_named() -> None:
    title = [centred("云岭市生态环境局关于印发", 80, size=22), centred("云岭市碳排放配额分配方案的通知", 110, size=22)]
    title[1] = replace(title[1], x0=LEFT + 12, x1=RIGHT - 12)
    address = row("各县（区）生态环境局，高新技术产业开发区自然资源与环境局：", 150, size=16)
    last = row("2.云岭市纳入配额管理的重点排放单位名单和各行业的计算方法", 700)
    found = texts([*title, address, *body(180, 6), last], [row("附件1", 80, page=2), *body(116, 6, page=2)])
    assert found[:2] == ["云岭市生态环境局关于印发云岭市碳排放配额分配方案的通知", address.text]
    assert "附件1" in found


def test_a_sentence_goes_on_behind_a_closing_mark_where_no_indent_begins_another() -> None:
    first = row(FULL[:29] + "“互联”", 80, x0=LEFT + 2 * SIZE)
    rest = [row("等新型模式" + FULL[5:], 98), *body(116, 5)]
    assert texts([first, *rest])[0].startswith(first.text + "等新型模式")


def test_a_foot_line_in_small_type_goes_though_the_text_comes_close_to_it() -> None:
    pages = []
    for number in range(1, 13):
        text = [
            english(f"The council of page {number} will plant trees in its quarter", 100 + 12 * at, 60, page=number)
            for at in range(55)
        ]
        foot = [english("SEPTEMBER 2014", 760, 60, size=8, page=number)] if number % 2 else []
        pages.append([*text, *foot])
    assert not any("SEPTEMBER" in text for text in texts(*pages))


def test_a_bullet_of_a_symbol_font_begins_an_item() -> None:
    lines = [
        english(f"\uf0b7 Plant trees in quarter {name} and along its quays and bridges", 100 + 12 * at, 60)
        for at, name in enumerate("ABCDEF")
    ]
    assert len(texts(lines)) == 6
