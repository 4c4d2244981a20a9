"""The rules of reading, one by one: sentences, numbers, headings, tables, dates, facts."""

import re
import tomllib

import pytest

from domain.codebook import Genre, Language, Level
from domain.statement import Kind
from ingest.assemble import assemble
from ingest.block import Block, Form, Reading
from ingest.characters import clean
from ingest.contents import is_entry
from ingest.date import read_date, read_period
from ingest.facts import GENRES, find_genre
from ingest.line import Line
from ingest.numbering import Series, chinese_number, read_mark
from ingest.order import find_gutter
from ingest.sentence import is_duty, split_sentences
from ingest.table import Table, TableCell, TableRow, stitch, table_blocks
from ingest.title import issued_title
from ingest.word_numbering import chinese, format_number


def read(*lines: str | Block) -> list[tuple[str, tuple[str, ...], Kind]]:
    """The statements of these blocks as (text, breadcrumb, kind)."""
    blocks = [line if isinstance(line, Block) else Block(line) for line in lines]
    return [(s.text, s.heading_path, s.kind) for s in assemble(Reading(blocks), "d" * 12, "plan.txt").statements]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("建设园区。推广光伏！行不行？", ["建设园区。", "推广光伏！", "行不行？"]),
        ("他说：“要建设园区。”会议强调落实。", ["他说：“要建设园区。”", "会议强调落实。"]),
        ("“要建设园区。”的说法不对。", ["“要建设园区。”的说法不对。"]),
        ("降低能耗；提高效率。", ["降低能耗；", "提高效率。"]),
        ("建设园区（含开发区；高新区）。", ["建设园区（含开发区；高新区）。"]),
        ("建设园区。（责任单位：市工信局；市住建局）推广光伏。", ["建设园区。（责任单位：市工信局；市住建局）", "推广光伏。"]),
        ("建设园区。（市工信局牵头，市住建局配合）", ["建设园区。（市工信局牵头，市住建局配合）"]),
        (
            "建设园区。（市工业和信息化局、市住房城乡建设局、有关县（市、区）人民政府按职责分工负责）推广光伏。",
            ["建设园区。（市工业和信息化局、市住房城乡建设局、有关县（市、区）人民政府按职责分工负责）", "推广光伏。"],
        ),
        (
            "建设园区。（省发展改革委、省经信厅、省能源局）推广光伏。",
            ["建设园区。（省发展改革委、省经信厅、省能源局）", "推广光伏。"],
        ),
        *(
            (f"建设园区。{duty}推广光伏。", [f"建设园区。{duty}", "推广光伏。"])
            for duty in (
                "（市住房和城乡建设局、市自然资源和规划局牵头；市财政局、市生态环境局配合）",
                "（市发展改革委、市工信局按职责分工负责。）",
                "（市发展改革委、各县（市、区）人民政府）",
                "（市发展改革委、市工信局等有关部门、各区县）",
                "（市工业和信息化局按职责分工负责，各县（市、区）人民政府，2025年12月底前完成）",
            )
        ),
        (
            "建设平台。（其中电力、热力由企业负责）平台由市政府建设。",
            ["建设平台。", "（其中电力、热力由企业负责）平台由市政府建设。"],
        ),
        ("建设园区。（" + "市财政局和县财政局、" * 40 + "其他", ["建设园区。", "（" + "市财政局和县财政局、" * 40 + "其他"]),
        ("建设平台。（含电力、热力和燃气）平台由市政府建设。", ["建设平台。", "（含电力、热力和燃气）平台由市政府建设。"]),
        ("能耗下降13.5%。到2025年达到1.2亿千瓦。", ["能耗下降13.5%。", "到2025年达到1.2亿千瓦。"]),
        (
            "Emissions fell by 3.5 percent. The U.S. grid helped, e.g. by wind.",
            ["Emissions fell by 3.5 percent.", "The U.S. grid helped, e.g. by wind."],
        ),
        ("Dr. A. Green wrote it. It helps!", ["Dr. A. Green wrote it.", "It helps!"]),
        ("1. Expand the program. Report it.", ["1. Expand the program.", "Report it."]),
        ("See No. 5 and Fig. 2 for more.", ["See No. 5 and Fig. 2 for more."]),
        ("“We will act.” She left.", ["“We will act.”", "She left."]),
        ("没有句号的一行", ["没有句号的一行"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert [text[begin:end] for begin, end in split_sentences(text)] == sentences


@pytest.mark.parametrize(
    ("text", "series", "number"),
    [
        ("十二、保障措施", Series.CHINESE, 12),
        ("（二十一）加快", Series.CHINESE_BRACKET, 21),
        ("(三)加快", Series.CHINESE_BRACKET, 3),
        ("3．推进", Series.NUMBER, 3),
        ("（4）推进", Series.NUMBER_BRACKET, 4),
        ("⑤推进", Series.CIRCLED, 5),
        ("第三章 总则", Series.CHAPTER, 3),
        ("第十一条 园区", Series.ARTICLE, 11),
        ("专栏2 重点工程", Series.BOX, 2),
        ("附件1", Series.ANNEX, 1),
        ("2.3 Transport", Series.DECIMAL, 3),
        ("Chapter IV: Energy", Series.CHAPTER, 4),
        ("Goal 1.2: Cut waste", Series.NAMED, 2),
        ("(b) plant trees", Series.LETTER_BRACKET, 2),
        ("iv. Principles", Series.ROMAN, 4),
        ("——统筹推进", Series.BULLET, 0),
        ("• plant trees", Series.BULLET, 0),
    ],
)
def test_numbers_of_every_series_are_read(text: str, series: Series, number: int) -> None:
    mark = read_mark(text)
    assert mark is not None
    assert (mark.series, mark.number) == (series, number)


@pytest.mark.parametrize("text", ["2025年建成", "13.5%的能耗", "1.2亿千瓦", "第三条件", "I will act", "园区"])
def test_figures_and_words_are_no_numbers_of_paragraphs(text: str) -> None:
    assert read_mark(text) is None


@pytest.mark.parametrize("number", [1, 9, 10, 11, 20, 25, 99, 100, 105, 110, 123])
def test_chinese_numerals_go_both_ways(number: int) -> None:
    assert chinese_number(chinese(number)) == number


def test_word_writes_numbers_in_the_formats_it_names() -> None:
    formats = {"chineseCounting": "十二", "decimal": "12", "upperRoman": "XII", "lowerLetter": "l", "decimalEnclosedCircle": "⑫"}
    assert {kind: format_number(12, kind) for kind in formats} == formats


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("到 2025 年，能 耗 下降 13.5 %。", "到2025年，能耗下降13.5%。"),
        ("第一章 总则", "第一章 总则"),
        ("表 1　主要指标", "表1 主要指标"),
        ("\uf0b7 plant trees", "• plant trees"),
        ("e\u0301nergie ef\ufb01cace", "énergie efficace"),
        ("a\u200bb\x07c", "ab c"),
        ("采用 CCUS 技术", "采用 CCUS 技术"),
    ],
)
def test_typesetting_goes_and_words_stay(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_a_heading_that_runs_into_its_sentence_is_parted_from_it() -> None:
    assert read("一、重点任务", "（一）完善机制。建立协调机制，落实责任。", "（二）推广光伏。建设电站。")[1:3] == [
        ("（一）完善机制。", ("一、重点任务", "（一）完善机制"), Kind.HEADING),
        ("建立协调机制，落实责任。", ("一、重点任务", "（一）完善机制"), Kind.SENTENCE),
    ]


def test_short_items_of_a_list_are_no_headings() -> None:
    items = ["一、申报条件", "符合以下条件：", "（一）依法注册；", "（二）信用良好；", "（三）无重大事故。"]
    assert [kind for _, _, kind in read(*items)] == [Kind.HEADING, Kind.SENTENCE, Kind.ITEM, Kind.ITEM, Kind.ITEM]


def test_series_nest_in_the_order_in_which_the_document_uses_them() -> None:
    lines = ["一、总则", "1.目标", "到2025年建成。", "（1）能耗", "能耗下降。", "2.原则", "坚持统筹。", "二、任务", "落实任务。"]
    paths = {text: path for text, path, _ in read(*lines)}
    assert paths["能耗下降。"] == ("一、总则", "1.目标", "（1）能耗")
    assert paths["坚持统筹。"] == ("一、总则", "2.原则")
    assert paths["落实任务。"] == ("二、任务",)


def test_a_box_ends_with_the_next_heading() -> None:
    lines = ["二、任务", "（一）能源", "发展光伏。", "专栏1 重点工程", "建设电站。", "（二）工业", "改造高炉。"]
    paths = {text: path for text, path, _ in read(*lines)}
    assert paths["建设电站。"] == ("二、任务", "（一）能源", "专栏1 重点工程")
    assert paths["改造高炉。"] == ("二、任务", "（二）工业")


def test_an_objective_in_words_is_a_statement_and_opens_a_section() -> None:
    lines = ["Goal 1", "Objective 1.1: Reduce the energy use of all city buildings by 2030", "Retrofit forty schools each year."]
    statements = read(*lines)
    assert statements[1][2] is not Kind.HEADING
    assert statements[2][1][-1].startswith("Objective 1.1")


def test_contents_pages_are_told_by_leaders() -> None:
    assert is_entry("一、总体要求..................3")
    assert is_entry("Transportation ……………… 24")
    assert not is_entry("到2025年，能耗下降13.5")
    kinds = [
        kind for _, _, kind in read("目 录", "一、总体要求...........1", "二、重点任务...........3", "一、总体要求", "坚持统筹。")
    ]
    assert kinds == [Kind.CONTENTS] * 3 + [Kind.HEADING, Kind.SENTENCE]


def test_an_annex_that_a_letter_only_lists_opens_no_section() -> None:
    lines = ["关于印发《云岭市节能方案》的通知", "现予印发。", "附件：1.云岭市节能方案", "云岭市人民政府", "2024年3月15日"]
    lines += ["附件1", "云岭市节能方案", "一、总体要求", "坚持统筹。"]
    assert {text: path for text, path, _ in read(*lines)}["坚持统筹。"] == ("一、总体要求",)


def test_an_annex_is_cited_by_its_number_and_the_name_below_it() -> None:
    head = Block("附件2", page=3, size=14.0)
    name = Block("云岭市低碳园区评价指南", page=3, size=22.0, centred=True)
    title = Block("云岭市低碳园区建设方案", page=1, size=22.0, centred=True)
    blocks = [
        title,
        Block("坚持统筹。", page=1, size=14.0),
        head,
        name,
        *(Block(text, page=3, size=14.0) for text in ("一、评价对象", "园区由各县（区）推荐并逐级审核确定。")),
    ]
    assert read(*blocks)[-1][1] == ("附件2 云岭市低碳园区评价指南", "一、评价对象")


def test_a_foreword_is_no_parent_of_the_chapters() -> None:
    foreword = Block("前 言", page=1, size=22.0, centred=True, bold=True)
    texts = ("园区由各县（区）推荐并逐级审核确定。", "第一章 总体要求", "坚持统筹推进，分类施策。")
    assert read(foreword, *(Block(text, page=2, size=14.0) for text in texts))[-1][1] == ("第一章 总体要求",)


def test_capitals_behind_a_bullet_are_a_heading_and_a_date_is_none() -> None:
    text = Block("The city will plant trees by the river and publish what it finds each year.", page=3, size=11.0)
    blocks = [Block("• CURRENT ENERGY PROFILE", page=3, size=13.0), text, Block("SEPTEMBER 2014", page=3, size=13.0), text]
    found = read(*blocks)
    assert found[1][1] == found[3][1] == ("CURRENT ENERGY PROFILE",)


def test_a_sentence_of_codes_is_no_heading() -> None:
    assert read("（2）主营产品为3206粗钢，3208钢材。产量按年度填写。", "（3）燃气按热值折算。")[0][2] is Kind.ITEM


def test_a_telephone_number_is_no_heading() -> None:
    lines = [
        Block("现予印发。", page=1, size=14.0),
        Block("电话：0871-12345678", page=1, size=21.0),
        Block("请遵照执行。" * 20, page=1, size=14.0),
    ]
    assert [kind for _, _, kind in read(*lines)][1] is Kind.SENTENCE


def test_a_plan_goes_on_behind_an_annex_in_its_middle() -> None:
    lines = [
        "一、总体要求",
        "坚持统筹。",
        "二、主要目标",
        "（一）总量",
        "能耗下降。",
        "附表：主要指标（示例）",
        "指标由市级统一核算。",
    ]
    lines += [
        "三、重点任务",
        "（一）能源",
        "发展光伏。",
        "附件1 任务分工",
        "一、能源",
        "牵头单位落实任务。",
        "二、工业",
        "改造高炉。",
    ]
    paths = {text: path for text, path, _ in read(*lines)}
    assert paths["指标由市级统一核算。"] == ("附表：主要指标（示例）",)
    assert paths["发展光伏。"] == ("三、重点任务", "（一）能源")
    assert paths["牵头单位落实任务。"] == ("附件1 任务分工", "一、能源")
    assert paths["改造高炉。"] == ("附件1 任务分工", "二、工业")


def table(*rows: list[str]) -> Table:
    return Table([TableRow([TableCell(text, at) for at, text in enumerate(row)]) for row in rows], (0.0, 50.0, 100.0), 1)


def test_a_table_without_heads_has_none() -> None:
    blocks = table_blocks(table(["1", "光伏装机", "30"], ["2", "风电装机", "40"]))
    assert [block.form for block in blocks] == [Form.ROW, Form.ROW]
    assert blocks[0].column_heads == ()


def test_a_repeated_head_is_dropped_when_a_table_is_stitched() -> None:
    head = ["序号", "项目", "内容"]
    first, second = table(head, ["1", "余热", "换热站"]), table(head, ["2", "光伏", "电站"])
    second.page = 2
    texts = [block.text for block in table_blocks(stitch([first, second]))]
    assert texts == ["序号\t项目\t内容", "1\t余热\t换热站", "2\t光伏\t电站"]


def test_a_row_that_a_page_break_cut_is_closed_again() -> None:
    first, second = table(["序号", "项目", "内容"], ["1", "余热", "建设换热"]), table(["", "", "站三座"], ["2", "光伏", "电站"])
    second.page = 2
    assert [block.text for block in table_blocks(stitch([first, second]))][1] == "1\t余热\t建设换热站三座"


def test_a_merged_cell_that_a_page_break_cut_heads_the_rows_below() -> None:
    def part(page: int, *rows: list[TableCell]) -> Table:
        return Table([TableRow(list(row)) for row in rows], (0.0, 50.0, 100.0), page)

    first = part(
        1,
        [TableCell("领域", 0), TableCell("项目", 1), TableCell("内容", 2)],
        [TableCell("能源", 0, height=2), TableCell("光伏", 1), TableCell("电站", 2)],
        [TableCell("余热", 1), TableCell("换热", 2)],
    )
    second = part(
        2,
        [TableCell("", 0, height=3), TableCell("", 1), TableCell("站三座", 2)],
        [TableCell("风电", 1), TableCell("风机", 2)],
        [TableCell("储能", 1), TableCell("电池", 2)],
    )
    blocks = table_blocks(stitch([first, second]))
    assert [block.text for block in blocks[2:]] == ["余热\t换热站三座", "风电\t风机", "储能\t电池"]
    assert [block.caption for block in blocks[2:]] == ["能源"] * 3


def test_empty_cells_take_their_heads_with_them() -> None:
    blocks = table_blocks(table(["指标", "2025年", "2030年"], ["光伏", "", "30"]))
    assert (blocks[1].text, blocks[1].column_heads) == ("光伏\t30", ("指标", "2030年"))


def test_a_ragged_page_has_no_gutter() -> None:
    lines = [Line("a line of prose that goes on", 1, 72, 20.0 * at, 400 + 7 * (at % 5), 20.0 * at + 12, 12) for at in range(30)]
    assert find_gutter(lines) is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024年3月15日", "2024-03-15"),
        ("2024 年 3 月 15 日", "2024-03-15"),
        ("二〇二四年三月十五日", "2024-03-15"),
        ("二○二一年十二月二十日", "2021-12-20"),
        ("2024年3月", "2024-03"),
        ("2024-03-15", "2024-03-15"),
        ("October 12, 2009", "2009-10-12"),
        ("12 October 2009", "2009-10-12"),
        ("September 2014", "2014-09"),
        ("2024年13月1日", None),
        ("no date", None),
    ],
)
def test_dates_are_read_in_every_writing(text: str, date: str | None) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("云岭市“十四五”节能规划", (2021, 2025)),
        ("云岭市十三五规划", (2016, 2020)),
        ("云岭市行动计划（2022—2030年）", (2022, 2030)),
        ("Riverton Plan 2024-2035", (2024, 2035)),
        ("2030年前碳达峰行动方案", None),
    ],
)
def test_the_period_of_a_plan_is_in_its_title(title: str, period: tuple[int, int] | None) -> None:
    assert read_period(title) == period


def test_the_plan_that_a_letter_issues_gives_the_title() -> None:
    assert issued_title("云岭市人民政府关于印发《云岭市节能方案》的通知", []) == "云岭市节能方案"
    assert issued_title("云岭市人民政府关于开展申报工作的通知", []) == "云岭市人民政府关于开展申报工作的通知"


def facts(*lines: str) -> tuple[str | None, str | None, str | None]:
    found = assemble(Reading([Block(line) for line in lines]), "d" * 12, "file.txt").facts
    return found.number, found.issuer, found.date


def test_numbers_with_mixed_brackets_are_written_one_way() -> None:
    for number in ("云政发〔2024〕12号", "云政发[2024]12号", "云政发（2024）12号", "云政发〔2024]12 号", "云政发【2024】第12号"):
        assert facts("云岭市人民政府关于印发节能方案的通知", number, "现予印发。")[0] == "云政发〔2024〕12号"


def test_a_number_that_the_text_cites_is_not_its_own() -> None:
    assert facts("云岭市节能方案", "根据《省政府关于节能的通知》（岭政发〔2023〕1号）要求，结合实际，制定本方案。")[0] is None


def test_the_day_of_issue_is_not_the_day_of_printing() -> None:
    lines = (
        "云岭市人民政府关于开展申报工作的通知",
        "现予通知。",
        "云岭市人民政府",
        "2024年3月15日",
        "云岭市人民政府办公室 2024年3月20日印发",
    )
    assert facts(*lines) == (None, "云岭市人民政府", "2024-03-15")


def test_several_bodies_sign_together() -> None:
    lines = ("关于开展申报工作的通知", "现予通知。", "云岭市发展和改革委员会", "云岭市财政局", "2024年3月15日")
    assert facts(*lines)[1] == "云岭市发展和改革委员会 云岭市财政局"


def test_every_genre_rule_matches_its_example_and_not_its_counterexample() -> None:
    with GENRES.open("rb") as stream:
        rules = tomllib.load(stream)["genre"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert re.search(rule["pattern"], rule["example"]), rule["id"]
        assert not re.search(rule["pattern"], rule["counterexample"]), rule["id"]
        assert find_genre(rule["example"]) is Genre(rule["genre"]), rule["id"]


def test_a_park_and_a_province_are_told_apart() -> None:
    park = assemble(Reading([Block("汐浦化工园区碳达峰方案"), Block("建设园区。")]), "d" * 12, "f.txt").facts
    province = assemble(Reading([Block("浙江省碳达峰实施方案"), Block("建设园区。")]), "d" * 12, "f.txt").facts
    assert (park.level, park.place) == (Level.PARK, "汐浦化工园区")
    assert (province.level, province.place, province.place_code) == (Level.PROVINCE, "浙江省", "330000")
    assert province.language is Language.ZH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（市发展改革委、市工信局按职责分工负责）", True),
        ("【市工信局牵头，市发展改革委配合】", True),
        ("[责任单位：市工信局、市发展改革委]", True),
        ("责任单位：市工信局、市发展改革委。", True),
        ("（省发展改革委、省能源局）。", True),
        ("（布局一批新型储能项目，建设抽水蓄能电站）", False),
        ("（鼓励用能单位自愿参加绿电交易。）", False),
        ("（各地可结合实际，支持工业园区管委会建设分布式光伏。）", False),
        ("建设园区。（市工信局负责）", False),
        ("(Lead service lines are replaced in every school by 2030.)", False),
        ("(Lead: City Planning)", True),
    ],
)
def test_who_is_in_charge_alone_is_told_from_what_is_to_be_done(text: str, expected: bool) -> None:
    assert is_duty(text) is expected
