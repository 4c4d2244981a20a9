"""Sample documents as DOCX, in the page form of official documents: letterhead, numbering tree, boxes, page numbers."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from corpus_source import Block
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

RED, BLUE, GREY = RGBColor(0xC8, 0x10, 0x2E), RGBColor(0x1F, 0x3A, 0x5F), RGBColor(0x66, 0x66, 0x66)
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


@dataclass(frozen=True, slots=True)
class Fonts:
    """The typefaces of a document; a DOCX names those of the office, a PDF embeds those that the machine has."""

    body: str
    heading: str
    second: str


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of block looks; `size` is in points, `indent` in characters of the first line."""

    size: float
    align: str = "left"
    bold: bool = False
    face: str = "body"
    indent: int = 0
    before: float = 0
    after: float = 0
    colour: RGBColor | None = None
    rule: bool = False
    style: str | None = None


OFFICE = {"zh": Fonts("仿宋", "黑体", "楷体"), "en": Fonts("Cambria", "Calibri", "Calibri")}
EMBEDDED = {
    "zh": Fonts("Noto Serif CJK SC", "Noto Sans CJK SC", "Noto Serif CJK SC"),
    # without ligatures, whose text PDFium gives back as loose letters: "f igures"
    "en": Fonts("Noto Serif CJK SC:-liga", "Noto Sans CJK SC:-liga", "Noto Sans CJK SC:-liga"),
}
LOOKS = {
    "zh": {
        "letterhead": Look(34, "center", True, "heading", before=30, after=20, colour=RED),
        "number": Look(16, "center", after=20, rule=True, colour=None),
        "kicker": Look(16, face="heading", after=12),
        "title": Look(22, "center", True, "heading", before=20, after=10),
        "note": Look(12, "center", after=14, colour=GREY),
        "source": Look(12, "center", after=14),
        "to": Look(16, before=6),
        "attach": Look(16, indent=2, before=10),
        "sign": Look(16, "right", before=20),
        "date": Look(16, "right", after=6),
        "heading1": Look(16, face="heading", indent=2, style="Heading 1"),
        "heading2": Look(16, face="second", bold=True, indent=2, style="Heading 2"),
        "heading3": Look(16, bold=True, indent=2, style="Heading 3"),
        "paragraph": Look(16, indent=2),
        "caption": Look(14, "center", True, "heading", before=10, after=6),
        "cell": Look(11),
        "contents": Look(20, "center", True, "heading", after=16),
        "entry": Look(14),
    },
    "en": {
        "masthead": Look(20, bold=True, face="heading", after=6, colour=BLUE, rule=True),
        "number": Look(11, after=30, colour=GREY),
        "title": Look(28, bold=True, face="heading", before=20, after=14, colour=BLUE),
        "subtitle": Look(11, after=12, colour=GREY),
        "date": Look(11, after=18),
        "para": Look(11, after=6),
        "heading1": Look(18, bold=True, face="heading", before=18, after=8, colour=BLUE, style="Heading 1"),
        "heading2": Look(13, bold=True, face="heading", before=12, after=6, colour=BLUE, style="Heading 2"),
        "paragraph": Look(11, after=7),
        "caption": Look(11, bold=True, face="heading", before=12, after=6),
        "cell": Look(10),
        "contents": Look(18, bold=True, face="heading", after=12, colour=BLUE),
        "entry": Look(11, after=4),
    },
}
CONTENTS = {"zh": "目　录", "en": "Contents"}
FOOTER = {"zh": ("— ", " —"), "en": ("Page ", "")}


class DocxPage:
    """One DOCX under construction; `pages` gives the page of each heading for the table of contents."""

    def __init__(self, facts: Mapping[str, str], fonts: Fonts, pages: Mapping[str, int]) -> None:
        self.language, self.facts, self.fonts, self.pages = facts["language"], facts, fonts, pages
        self.looks = LOOKS[self.language]
        self.docx: Any = Document()
        self._set_page()

    def _set_page(self) -> None:
        section = self.docx.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = (Cm(3.7), Cm(3.5)) if self.language == "zh" else (Cm(2.6), Cm(2.4))
        section.left_margin, section.right_margin = (Cm(2.8), Cm(2.6)) if self.language == "zh" else (Cm(2.8), Cm(2.8))
        self._write(section.header.paragraphs[0], self.facts["running_head"], Look(10, "center", colour=GREY))
        footer = section.footer.paragraphs[0]
        before, after = FOOTER[self.language]
        look = Look(12 if self.language == "zh" else 10, "center")
        self._write(footer, before, look)
        self._add_page_field(footer, look)
        self._write(footer, after, look)
        # without the language LibreOffice takes the Japanese shapes of the CJK fonts
        for tag in self.docx.styles.element.iter(qn("w:lang")):
            tag.set(qn("w:eastAsia"), "zh-CN")
        properties = self.docx.core_properties
        properties.author, properties.title = self.facts["issuer"], self.facts["title"]
        properties.created = properties.modified = datetime.fromisoformat(self.facts["date"])

    def _write(self, paragraph: Any, text: str, look: Look) -> Any:
        shape = paragraph.paragraph_format
        shape.alignment = ALIGN[look.align]
        shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
        if look.indent:
            shape.first_line_indent = Pt(look.size * look.indent)
        if self.language == "zh" and look.size == 16:
            shape.line_spacing = Pt(28)
        elif self.language == "zh" and look is self.looks["entry"]:
            shape.line_spacing = Pt(20)
        run = paragraph.add_run(text.replace("//", "\n"))
        self._set_face(run, look)
        if look.rule:
            paragraph._p.get_or_add_pPr().append(_bottom_rule(RED if self.language == "zh" else BLUE))
        return run

    def _set_face(self, run: Any, look: Look) -> None:
        face = getattr(self.fonts, look.face)
        run.font.size, run.font.bold, run.font.italic, run.font.name = Pt(look.size), look.bold, False, face
        run.font.color.rgb = look.colour or RGBColor(0, 0, 0)
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)

    def _add_page_field(self, paragraph: Any, look: Look) -> None:
        for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "1"), ("end", "")):
            run = paragraph.add_run(text if kind == "text" else "")
            self._set_face(run, look)
            if kind in ("begin", "separate", "end"):
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._r.append(mark)
            elif not kind:
                code = OxmlElement("w:instrText")
                code.text = text
                run._r.append(code)

    def add(self, block: Block, headings: Sequence[str]) -> None:
        """Append a block; `headings` are the entries of the table of contents."""
        if block.kind == "break":
            self.docx.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        elif block.kind == "contents":
            self._add_contents(headings)
        elif block.kind in ("box", "table"):
            self._add_table(block)
        else:
            look = self.looks.get(block.kind, self.looks["paragraph"])
            if block.kind == "letterhead":  # on one line of 15.6 cm
                look = replace(look, size=min(look.size, 430 // len(block.text)))
            style = look.style if look.style else None
            self._write(self.docx.add_paragraph(style=style), block.text, look)

    def _add_contents(self, headings: Sequence[str]) -> None:
        self._write(self.docx.add_paragraph(), CONTENTS[self.language], self.looks["contents"])
        for heading in headings:
            paragraph = self.docx.add_paragraph()
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(15.4), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            look = self.looks["entry"]
            self._write(paragraph, f"{heading}\t{self.pages.get(heading, 0)}", look)
            if heading.startswith(("（", "Strategy")):
                paragraph.paragraph_format.left_indent = Pt(28)

    def _add_table(self, block: Block) -> None:
        if block.text:
            caption = self.docx.add_paragraph()
            self._write(caption, block.text, self.looks["caption"])
            caption.paragraph_format.keep_with_next = True
        table = self.docx.add_table(rows=0, cols=len(block.rows[0]))
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        look = self.looks["cell"]
        for number, row in enumerate(block.rows):
            for column, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
                head = Look(look.size, "center", True, "heading", before=2, after=2)
                body = Look(look.size, "left" if column == 0 or len(text) > 11 else "center", before=2, after=2)
                self._write(cell.paragraphs[0], text, head if number == 0 else body)
        _widen(table, block.rows, Cm(15.4))
        for note in block.notes:
            self._write(self.docx.add_paragraph(), note, Look(11, after=10))
        if not block.notes:
            self._write(self.docx.add_paragraph(), "", Look(6))

    def save(self, path: Path) -> None:
        """Write the file so that the same blocks give the same bytes."""
        buffer = BytesIO()
        self.docx.save(buffer)
        with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as fixed:
            for name in made.namelist():
                fixed.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), made.read(name), zipfile.ZIP_DEFLATED)


def write_docx(
    path: Path, blocks: Sequence[Block], facts: Mapping[str, str], fonts: Fonts, pages: Mapping[str, int] | None = None
) -> None:
    """Write the blocks as DOCX."""
    page = DocxPage(facts, fonts, pages or {})
    headings = contents_headings(blocks)
    for block in blocks:
        page.add(block, headings)
    page.save(path)


def contents_headings(blocks: Sequence[Block]) -> list[str]:
    """The headings that a table of contents lists: the two upper ranks."""
    return [block.text for block in blocks if block.kind in ("heading1", "heading2")]


def _bottom_rule(colour: RGBColor) -> Any:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "18"), ("space", "12"), ("color", str(colour))):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    return borders


def _widen(table: Any, rows: Sequence[Sequence[str]], total: int) -> None:
    """Give each column a width by its longest cell, within bounds."""
    longest = [min(max(len(row[column].encode("gb18030")) for row in rows), 26) + 9 for column in range(len(rows[0]))]
    table.autofit = False
    for column, share in enumerate(longest):
        table.columns[column].width = width = int(total * share / sum(longest))
        for cell in table.columns[column].cells:
            cell.width = width
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
