"""Documents of an invented city, with what a careful clerk would read in them, and the Word files that hold them."""

from dataclasses import dataclass, field
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

DATA = Path(__file__).with_name("data") / "ingest"
CHINESE_FONT = "Noto Serif CJK SC"


@dataclass
class Piece:
    """A paragraph: its words, the breadcrumb it stands under, and how it is set."""

    text: str
    path: tuple[str, ...] = ()
    heading: bool = False
    level: int | None = None
    centred: bool = False
    size: float = 0
    bold: bool = False


@dataclass
class Content:
    """A document as its author knows it."""

    pieces: list[Piece] = field(default_factory=list)
    tables: dict[int, list[list[str]]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All words in reading order, tables by row."""
        parts = []
        for at, piece in enumerate(self.pieces):
            parts.append(piece.text)
            parts += ["".join(row) for row in self.tables.get(at, [])]
        return "".join(parts)


NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
TASKS = ("能源", "工业", "建筑", "交通", "循环", "碳汇")


def notice() -> Content:
    """A covering letter with the plan that it issues, headings in the four usual series, a table of indicators."""
    made = Content()

    def put(text: str, *path: str, **more: object) -> None:
        made.pieces.append(Piece(text, path, **more))  # type: ignore[arg-type]

    put("云岭市人民政府关于印发《云岭市低碳园区建设方案》的通知", heading=True, centred=True, size=22, bold=True)
    put("云政发〔2024〕12号", centred=True)
    put("各县（区）人民政府，市政府各部门：")
    put("现将《云岭市低碳园区建设方案》印发给你们，请认真贯彻执行。")
    put("云岭市人民政府")
    put("2024年3月15日")
    put("云岭市低碳园区建设方案", heading=True, centred=True, size=22, bold=True)
    put("为推动园区绿色低碳转型，结合云岭实际，制定本方案。")
    first = "一、总体要求"
    put(first, first, heading=True)
    put("（一）指导思想。坚持绿色发展，推动园区在节约资源、保护环境中实现高质量发展。", first, "（一）指导思想")
    put(
        "（二）主要目标。到2025年，园区单位产值能耗比2020年下降13.5%，光伏装机达到12.5万千瓦以上；到2030年，园区碳排放达到峰值。",
        first,
        "（二）主要目标",
    )
    made.tables[len(made.pieces) - 1] = [
        ["指标", "单位", "2025年", "2030年"],
        ["光伏装机", "万千瓦", "12.5", "30"],
        ["单位产值能耗下降", "%", "13.5", "18"],
        ["绿色建筑占比", "%", "70", "100"],
    ]
    second = "二、重点任务"
    put(second, second, heading=True)
    for number, name in zip("一二三四五六", TASKS, strict=True):
        head = f"（{number}）推进{name}领域低碳转型"
        put(head, second, head, heading=True)
        for at, verb in enumerate(("完善", "建设", "推广"), 1):
            title = f"{at}.{verb}{name}低碳体系"
            body = (
                f"{title}。围绕{name}领域的重点环节，{verb}一批成熟适用的技术和设备，形成园区、企业、社区共同参与的工作格局，"
                f"确保各项措施落到实处。对{name}领域年用能超过五千吨标准煤的单位开展节能诊断，帮助其找到改造空间，"
                f"由园区管委会建立台账并按季度更新。（责任单位：市发展改革委、园区管委会）"
            )
            put(body, second, head, title)
    third = "三、保障措施"
    put(third, third, heading=True)
    put("加强组织领导，明确责任分工，定期调度进展。", third)
    return made


def chapters() -> Content:
    """A regulation in chapters, sections and articles."""
    made = Content()
    put = made.pieces.append
    put(Piece("云岭市园区节能管理办法", heading=True, centred=True, size=22, bold=True))
    article = 0
    for number, name in zip("一二三", ("总则", "节能管理", "附则"), strict=True):
        chapter = f"第{number}章 {name}"
        put(Piece(chapter, (chapter,), heading=True, centred=True, size=16))
        for part, section in zip("一二", ("一般规定", "具体要求"), strict=True):
            head = f"第{part}节 {section}"
            put(Piece(head, (chapter, head), heading=True, centred=True, size=16))
            for _ in range(2):
                article += 1
                label = f"第{NUMERALS[article - 1]}条"
                put(Piece(f"{label} 园区应当加强{name}中的用能管理，落实{section}所列的各项措施。", (chapter, head, label)))
    return made


def city_plan() -> Content:
    """An English city plan with heading styles, goals, bullets and numbered strategies."""
    made = Content()
    put = made.pieces.append
    put(Piece("Riverton Climate Action Plan", heading=True, size=26, bold=True))
    for chapter, topic in (("Clean Energy", "solar power"), ("Green Buildings", "building retrofits")):
        put(Piece(chapter, (chapter,), heading=True, size=18, bold=True))
        put(
            Piece(
                f"The city has long worked on {topic} with its neighbors. Residents asked for faster progress, and the council "
                "agreed to set targets that can be checked every year by an independent panel of experts.",
                (chapter,),
            )
        )
        put(Piece("Initiatives Under Way", (chapter, "Initiatives Under Way"), heading=True, size=14, bold=True))
        put(Piece(f"• Expand the {topic} program to all public schools", (chapter, "Initiatives Under Way")))
        put(Piece(f"• Publish the results of the {topic} program each spring", (chapter, "Initiatives Under Way")))
        put(Piece("Future Objectives", (chapter, "Future Objectives"), heading=True, size=14, bold=True))
        put(
            Piece(
                f"By 2030, the city will cut emissions from {topic} by 40 percent below 2015 levels.",
                (chapter, "Future Objectives"),
            )
        )
    return made


def long_table() -> Content:
    """A table of sixty projects that runs over several pages."""
    made = Content([Piece("表1 重点项目清单")])
    made.tables[0] = [["序号", "项目名称", "建设内容", "完成时间"]] + [
        [str(at), f"第{at}园区余热利用项目", f"建设换热站{at}座，铺设管网{at * 3}公里，为周边社区供热", f"{2025 + at % 5}年"]
        for at in range(1, 61)
    ]
    return made


def columns() -> Content:
    """Numbered sentences, for pages of two columns."""
    made = Content()
    for at in range(1, 41):
        made.pieces.append(
            Piece(
                f"Item {at:02d} says that the council should review the condition of every public building, list the repairs "
                f"that save the most energy, and report the outcome of measure {at:02d} to residents in plain words."
            )
        )
    return made


def write_docx(content: Content, path: Path, *, chinese: bool, two_columns: bool = False, foot: bool = True) -> Path:
    """The content as a Word file with a running head and page numbers."""
    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(12)
    if chinese:
        style.font.name = CHINESE_FONT
        style.element.rPr.rFonts.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia", CHINESE_FONT)
    if foot:
        section = document.sections[0]
        section.header.paragraphs[0].text = "云岭市文件汇编" if chinese else "RIVERTON PLANS"
        number = section.footer.paragraphs[0]
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        number.add_run("— ")
        number._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
        number.add_run(" —")
    if two_columns:
        document.sections[0]._sectPr.append(parse_xml(f'<w:cols {nsdecls("w")} w:num="2" w:space="500"/>'))
    for at, piece in enumerate(content.pieces):
        paragraph = document.add_paragraph()
        run = paragraph.add_run(piece.text)
        if piece.size:
            run.font.size = Pt(piece.size)
        run.bold = piece.bold or None
        if piece.centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif chinese and not piece.text.endswith("：") and at not in content.tables:
            paragraph.paragraph_format.first_line_indent = Pt(24)
        rows = content.tables.get(at, [])
        if rows:
            table = document.add_table(len(rows), len(rows[0]))
            table.style = "Table Grid"
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
            document.add_paragraph()
    document.save(str(path))
    return path


CONTENTS = {
    "notice": (notice, {"chinese": True}),
    "chapters": (chapters, {"chinese": True}),
    "city_plan": (city_plan, {"chinese": False}),
    "long_table": (long_table, {"chinese": True}),
    "columns": (columns, {"chinese": False, "two_columns": True}),
}
