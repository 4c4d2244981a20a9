"""Web pages, saved pages, OFD, plain text and Markdown, each in the form that users have it in."""

import time
import zipfile
from pathlib import Path

import pytest

from domain.codebook import Language
from domain.statement import Kind
from ingest import read_document
from ingest.office import run_within

GOV_PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>云岭市低碳园区建设方案_云岭市人民政府</title>
<meta name="ArticleTitle" content="云岭市低碳园区建设方案"><meta name="PubDate" content="2024-03-15 10:20">
<meta name="ContentSource" content="云岭市发展改革委"></head><body>
<div class="nav"><a href="/">首页</a> <a href="/zw">政务公开</a> <a href="/fw">办事服务</a></div>
<div class="crumb">当前位置：<a href="/">首页</a> > <a href="/zw">政策</a></div>
<div id="main"><h1>云岭市低碳园区建设方案</h1><div class="TRS_Editor">
<p>为推动园区绿色低碳转型，由堃镕工作组起草，经市政府同意，制定本方案，请各园区认真执行。</p>
<p style="text-align:center"><b>一、总体要求</b></p>
<p>　　坚持绿色发展，推动园区在节约资源、保护环境中实现高质量发展，到2030年碳排放达到峰值。</p>
<table><tr><th>指标</th><th>2025年</th><th>2030年</th></tr>
<tr><td rowspan="2">光伏装机<br>（万千瓦）</td><td>10</td><td>30</td></tr>
<tr><td>12</td><td>35</td></tr></table>
<p>附件：<a href="files/plan.pdf">重点项目表</a>、<a href="/down?f=list.docx">清单.docx</a></p><p>&nbsp;</p></div></div>
<script>var a = "不该出现";</script><div class="footer"><p>版权所有</p></div></body></html>"""


def save(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_government_page_is_read_without_its_navigation(tmp_path: Path) -> None:
    document = read_document(save(tmp_path, "page.html", GOV_PAGE.encode("gb18030")))
    assert "首页" not in document.text
    assert "版权所有" not in document.text
    assert "不该出现" not in document.text
    assert "堃镕" in document.text, "GB 2312 pages use characters that only GB 18030 has"
    assert document.facts.title == "云岭市低碳园区建设方案"
    assert (document.facts.date, document.facts.issuer) == ("2024-03-15", "云岭市发展改革委")
    assert document.attachments == ("files/plan.pdf", "/down?f=list.docx")
    rows = [statement for statement in document.statements if statement.kind is Kind.ROW]
    assert [row.text for row in rows] == ["光伏装机（万千瓦）\t10\t30", "12\t35"]
    assert rows[1].column_heads == ("2025年", "2030年")
    assert rows[0].heading_path[0] == "一、总体要求"


def test_a_saved_page_in_one_file_is_read(tmp_path: Path) -> None:
    part = "<html><body><h2>Goals</h2><p>The city will cut emissions by 40 percent by 2030. It will report.</p></body></html>"
    head = "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=BB\n\n--BB\n"
    body = f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{part}\n--BB--\n"
    document = read_document(save(tmp_path, "page.mht", head + body))
    assert [(s.kind, s.text) for s in document.statements] == [
        (Kind.HEADING, "Goals"),
        (Kind.SENTENCE, "The city will cut emissions by 40 percent by 2030."),
        (Kind.SENTENCE, "It will report."),
    ]
    assert document.statements[1].heading_path == ("Goals",)


def test_a_page_laid_out_with_tables_is_no_table(tmp_path: Path) -> None:
    inner = "<table><tr><td><p>园区将建设光伏电站。</p><p>电站于2025年建成。</p></td></tr></table>"
    page = f"<html><body><table><tr><td>{inner}</td></tr></table></body></html>"
    document = read_document(save(tmp_path, "page.html", page))
    assert [statement.kind for statement in document.statements] == [Kind.SENTENCE, Kind.SENTENCE]


def test_html_of_word_is_read_with_its_numbers(tmp_path: Path) -> None:
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=ZH-CN>'
        "<p class=MsoNormal><b><span>一、<span>总体</span>要求</span></b></p>"
        "<p class=MsoNormal><![if !supportLists]><span>1.<span>&nbsp;</span></span><![endif]>"
        "<span>推进节能\n改造。</span><o:p></o:p></p></body></html>"
    )
    document = read_document(save(tmp_path, "word.htm", page.encode("gb18030")))
    assert document.text.split("\n") == ["一、总体要求", "1.推进节能改造。"]


NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'
OFD = {
    "OFD.xml": f"<ofd:OFD {NAMES}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
    "Doc_0/Document.xml": (
        f"<ofd:Document {NAMES}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>'
    ),
}


def ofd_page(lines: list[tuple[float, float, float, str]]) -> str:
    things = "".join(
        f'<ofd:TextObject Boundary="{x} {y} {width} 5" Size="5"><ofd:TextCode X="0" Y="4">{text}</ofd:TextCode></ofd:TextObject>'
        for x, y, width, text in lines
    )
    return (
        f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer>{things}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def test_ofd_is_read_in_the_order_of_its_places(tmp_path: Path) -> None:
    lines = [
        (30, 60, 155, "坚持绿色发展，推动园区在节约资源、保护环境中实现高质"),
        (25, 40, 60, "一、总体要求"),
        (25, 67, 50, "量发展。"),
        (50, 20, 20, "云岭市"),
        (70, 20, 60, "低碳园区建设方案"),
    ]
    path = tmp_path / "plan.ofd"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in OFD.items():
            archive.writestr(name, content)
        archive.writestr("Doc_0/Pages/Page_0/Content.xml", ofd_page(lines))
    document = read_document(path)
    assert document.text.split("\n") == [
        "云岭市低碳园区建设方案",
        "一、总体要求",
        "坚持绿色发展，推动园区在节约资源、保护环境中实现高质量发展。",
    ]
    assert document.pages[0].width == pytest.approx(595.3, abs=0.1)
    assert document.statements[-1].boxes[0].page == 1


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "big5"])
def test_text_is_read_in_any_charset(charset: str, tmp_path: Path) -> None:
    simple = "一、主要目标\n到2025年，园区能耗下降。\n"
    text = ("一、主要目標\n到2025年，園區能耗下降百分之十三，建成綠色園區五個。\n" if charset == "big5" else simple) * 20
    document = read_document(save(tmp_path, "plan.txt", text.encode(charset)))
    assert document.text.startswith(text.split("\n")[0])
    assert document.facts.language is Language.ZH


def test_a_text_crawled_to_one_line_is_parted_again(tmp_path: Path) -> None:
    task = "（{0}）推进第{0}项工作。围绕重点环节完善工作机制，形成合力，确保各项措施落到实处。"
    tasks = " ".join(task.format(number) for number in "一二三四五六七八九")
    ending = "二、保障措施 加强组织领导，明确责任分工。" + "落实资金。" * 60
    text = f"云岭市低碳园区建设方案 为推动园区绿色低碳转型，制定本方案。 一、重点任务 {tasks} {ending}"
    document = read_document(save(tmp_path, "crawl.txt", text))
    paths = [statement.heading_path for statement in document.statements if statement.text.startswith("围绕")]
    assert paths == [("一、重点任务", f"（{number}）推进第{number}项工作") for number in "一二三四五六七八九"]
    assert document.statements[-1].heading_path == ("二、保障措施",)


def test_lines_that_break_off_are_joined_in_a_text_that_has_others_whole(tmp_path: Path) -> None:
    whole = "推动重点行业节能改造，支持企业建设能源管理中心，" * 8 + "形成一批示范项目。"
    title = "（二）发展循环经济"
    broken = (
        "加快建设绿色制造体系，鼓励工业企业和园区创建绿色工厂、绿色供应链和绿色园区，对标国内先进水平开展节\n"
        "能诊断，实施一批改造项目。推行合同能源管理、\n合同节水管理。"
        f"建立台账，定期公布进展，并把完成情况纳入年度考核，与资金安排和项目审批挂钩。{title}\n"
        "完善回收网络，建设分拣中心。"
    )
    document = read_document(save(tmp_path, "plan.txt", "示例市方案\n\n一、重点任务\n" + f"{whole}\n{broken}\n" * 3))
    texts = [statement.text for statement in document.statements]
    assert any(text.endswith("对标国内先进水平开展节能诊断，实施一批改造项目。") for text in texts)
    assert "推行合同能源管理、合同节水管理。" in texts
    assert "完善回收网络，建设分拣中心。" in texts


@pytest.mark.parametrize(
    "head",
    [
        "示例省发展改革委、示例省财政厅、示例省生态环境厅关于印发示例省碳达峰碳中和实施方案的通知",
        "（一）加快推进工业、建筑、交通等重点领域节能降碳，全面提升能源资源利用效率和水平",
    ],
)
def test_titles_and_headings_with_commas_are_not_joined_to_what_follows(tmp_path: Path, head: str) -> None:
    document = read_document(save(tmp_path, "plan.txt", f"{head}\n推动重点行业节能改造，建设能源管理中心。\n"))
    assert document.statements[-1].text == "推动重点行业节能改造，建设能源管理中心。"


def test_items_without_a_stop_stay_apart(tmp_path: Path) -> None:
    items = [
        "加快建设绿色制造体系、绿色供应链，鼓励工业企业和园区创建绿色工厂和绿色园区",
        "推进新能源汽车在公共领域的应用，完善居住区、商业区和高速公路服务区充电设施，到年底建成一批示范站",
        "实施农村能源革命，推广生物质、地热和太阳能供暖，减少散煤燃烧，改善人居环境",
    ]
    document = read_document(save(tmp_path, "plan.txt", "示例市任务清单\n\n" + "\n".join(items) + "\n"))
    assert [statement.text for statement in document.statements][-3:] == items


def test_lines_wrapped_by_hand_are_joined(tmp_path: Path) -> None:
    sentence = "The council will review the condition of every public building and list the repairs that save the most energy."
    wrapped = "The council will review the condition of every public\nbuilding and list the repairs that save the most\nenergy.\n"
    document = read_document(save(tmp_path, "plan.txt", wrapped * 6))
    assert {statement.text for statement in document.statements} == {sentence}


def test_a_numbered_heading_that_the_file_declares_needs_no_capitals(tmp_path: Path) -> None:
    goals, heat = "## 1. Goals for 2030\n\nEmissions fall by 40 percent.", "## 2. Buildings and heat\n\nInsulate schools."
    text = f"# Riverton Plan\n\n{goals}\n\n{heat}\n"
    document = read_document(save(tmp_path, "plan.md", text))
    paths = {statement.text: statement.heading_path[-1] for statement in document.statements if statement.kind is Kind.SENTENCE}
    assert paths == {"Emissions fall by 40 percent.": "1. Goals for 2030", "Insulate schools.": "2. Buildings and heat"}


def test_a_numbered_heading_ends_an_unnumbered_one_of_the_rank_that_the_file_gives_both(tmp_path: Path) -> None:
    front, goals, heat = (
        "## Foreword\n\nWe begin.",
        "## 1. Our goals\n\nEmissions fall.",
        "### 1.1 Heat and homes\n\nInsulate schools.",
    )
    text = "\n\n".join(["# Riverton Plan", front, goals, heat])
    document = read_document(save(tmp_path, "plan.md", text))
    paths = {statement.text: statement.heading_path for statement in document.statements if statement.kind is Kind.SENTENCE}
    assert paths["We begin."] == ("Foreword",)
    assert paths["Emissions fall."] == ("1. Our goals",)
    assert paths["Insulate schools."] == ("1. Our goals", "1.1 Heat and homes")


def test_markdown_headings_tables_and_lists_are_read(tmp_path: Path) -> None:
    text = (
        "# Riverton Plan\n\n## Goals\n\nBy **2030**, emissions fall by\n40 percent. See [the data](http://x.y).\n\n"
        "- plant trees\n- insulate schools\n\n"
        "## Indicators\n\n| Indicator | 2030 |\n|---|---|\n| Solar (MW) | 30 |\n| Trees | 500 |\n"
    )
    document = read_document(save(tmp_path, "plan.md", text))
    assert [(s.kind, s.text, s.heading_path[-1]) for s in document.statements[2:]] == [
        (Kind.SENTENCE, "By 2030, emissions fall by 40 percent.", "Goals"),
        (Kind.SENTENCE, "See the data.", "Goals"),
        (Kind.ITEM, "- plant trees", "Goals"),
        (Kind.ITEM, "- insulate schools", "Goals"),
        (Kind.HEADING, "Indicators", "Indicators"),
        (Kind.HEADING, "Indicator\t2030", "Indicators"),
        (Kind.ROW, "Solar (MW)\t30", "Indicators"),
        (Kind.ROW, "Trees\t500", "Indicators"),
    ]
    assert document.facts.title == "Riverton Plan"


def test_traditional_chinese_is_kept_as_it_stands(tmp_path: Path) -> None:
    document = read_document(save(tmp_path, "plan.txt", "一、主要目標\n到2025年，園區能耗下降13.5%。\n"))
    assert document.statements[1].text == "到2025年，園區能耗下降13.5%。"
    assert document.statements[1].language is Language.ZH


def test_the_language_is_told_for_each_statement(tmp_path: Path) -> None:
    document = read_document(
        save(tmp_path, "plan.txt", "园区将建设光伏电站。\nThe park will build a solar station.\n电站于2025年建成。\n")
    )
    assert [statement.language for statement in document.statements] == [Language.ZH, Language.EN, Language.ZH]
    assert document.facts.language is Language.ZH


def test_the_same_file_gives_the_same_ids(tmp_path: Path) -> None:
    text = "园区将建设光伏电站。\n园区将建设光伏电站。\n"
    one, two = (read_document(save(tmp_path, name, text)) for name in ("a.txt", "b.txt"))
    assert [s.id for s in one.statements] == [s.id for s in two.statements]
    assert len({s.id for s in one.statements}) == 2


def test_a_program_that_does_not_end_is_ended_with_what_it_has_started(tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    run_within(["sh", "-c", f"(sleep 1; touch {sign}) & wait"], 0.2)
    time.sleep(1.5)
    assert not sign.exists()
