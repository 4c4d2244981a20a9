"""Word files (.docx), read from their XML: automatic numbers, tables with merged cells, text boxes, footnotes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import RefusedError
from ingest.archive import open_archive, parse_part
from ingest.block import Block, Form, Reading
from ingest.characters import clean, is_wide
from ingest.table import Table, TableCell, TableRow, table_blocks, table_caption
from ingest.word_numbering import Numbering, W, read_numbering
from ingest.word_style import Look, read_look, read_styles

BOX = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
LONGEST_HEADING = 120
SKIPPED = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{BOX}Fallback", f"{W}pPr", f"{W}rPr"}
BREAKS = {f"{W}br", f"{W}cr"}


@dataclass(slots=True)
class WordReader:
    """What is needed of a Word file to read its paragraphs."""

    styles: dict[str, Look]
    numbering: Numbering

    def blocks(self, parent: Any) -> Iterator[Block]:
        """The blocks of the paragraphs and tables in this element, in order."""
        before: list[Block] = []
        for child in parent:
            if child.tag == f"{W}p":
                before = list(self.paragraph(child))
                yield from before
            elif child.tag == f"{W}tbl":
                yield from table_blocks(self.table(child), table_caption(before[-1].text if before else ""))
            elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}smartTag", f"{W}customXml"):
                yield from self.blocks(child)

    def paragraph(self, paragraph: Any) -> Iterator[Block]:
        """The blocks of a paragraph: its text, parted at line breaks that end sentences, then its text boxes."""
        look = self.look_of(paragraph)
        label = self.numbering.next_label(look.number_id, look.level or 0) if look.number_id not in (None, "0") else ""
        pieces = _parted("".join(_texts(paragraph)))
        for at, piece in enumerate(pieces):
            text = clean((label if at == 0 else "") + piece)
            if text and text != label.strip():
                yield _block(text, look)
        for box in paragraph.iter(f"{W}txbxContent"):
            if not any(parent.tag == f"{BOX}Fallback" for parent in box.iterancestors()):
                yield from self.blocks(box)

    def look_of(self, paragraph: Any) -> Look:
        """How the paragraph is set: by itself, by its runs, by its style."""
        own = read_look(paragraph)
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        below = self.styles.get(style.get(f"{W}val", "") if style is not None else "", self.styles[""])
        runs = [run for run in paragraph.iter(f"{W}r") if "".join(_texts(run)).strip()]
        looks = [read_look(run) for run in runs]
        if looks:
            bold = all(run.bold if run.bold is not None else below.bold for run in looks)
            own = Look(own.name, own.rank, looks[0].size, bold, own.centred, own.number_id, own.level)
        return own.over(below)

    def table(self, table: Any) -> Table:
        """The table with its merged cells."""
        rows: list[TableRow] = []
        open_cells: dict[int, TableCell] = {}
        for line in table.iterchildren(f"{W}tr"):
            row, column = TableRow(), 0
            for cell in line.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tr")) is not line:
                    continue
                width = int(_attribute(cell, "gridSpan") or 1)
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None and merge.get(f"{W}val") != "restart" and column in open_cells:
                    open_cells[column].height += 1
                else:
                    text = " ".join(block.text.replace("\t", " ") for block in self.blocks(cell))
                    made = TableCell(clean(text), column, width)
                    row.cells.append(made)
                    open_cells.pop(column, None)
                    if merge is not None:
                        open_cells[column] = made
                column += width
            rows.append(row)
        widest = max((sum(cell.width for cell in row.cells) for row in rows), default=0)
        if widest < 2 or len(rows) < 2:
            return Table([TableRow(plain=[Block(cell.text) for cell in row.filled]) for row in rows])
        return Table([_plain_if_whole(row, widest) for row in rows])


def _plain_if_whole(row: TableRow, widest: int) -> TableRow:
    if len(row.cells) == 1 and row.cells[0].width >= widest and row.cells[0].text:
        return TableRow(plain=[Block(row.cells[0].text)])
    return row


def _attribute(cell: Any, tag: str) -> str | None:
    found = cell.find(f"{W}tcPr/{W}{tag}")
    return found.get(f"{W}val") if found is not None else None


def _texts(element: Any) -> Iterator[str]:
    """The printed text in this element; deleted text, field codes and text boxes are left out, breaks are LF."""
    for child in element:
        if child.tag in SKIPPED or child.tag == f"{W}txbxContent":
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}tab":
            yield " "
        elif child.tag in BREAKS:
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        else:
            yield from _texts(child)


def _parted(text: str) -> list[str]:
    """The text of a paragraph, parted at the line breaks that follow a full stop or colon, else joined over them."""
    parts = [""]
    for line in text.split("\n"):
        last = parts[-1].rstrip()
        if last and last[-1] in "。；：.;:！？!?":
            parts.append(line)
        else:
            glue = "" if not last or not line or is_wide(last[-1]) or is_wide(line.lstrip()[:1] or "a") else " "
            parts[-1] = parts[-1] + glue + line
    return parts


def _block(text: str, look: Look) -> Block:
    if look.name.lower().startswith("toc ") or re.match(r"目录\s*\d", look.name):
        form = Form.CONTENTS
    elif look.name.lower() in ("caption", "题注"):
        form = Form.CAPTION
    elif look.rank is not None and len(text) <= LONGEST_HEADING and not text.endswith(("。", "；")):
        form = Form.HEADING
    else:
        form = Form.TEXT
    return Block(text, form, rank=look.rank, size=look.size or 0.0, bold=bool(look.bold), centred=bool(look.centred))


def read_docx(path: Path, source_file: str) -> Reading:
    """The blocks of a Word file in order, its footnotes last."""
    with open_archive(path, source_file) as archive:
        document = parse_part(archive, "word/document.xml", source_file)
        styles = read_styles(parse_part(archive, "word/styles.xml", source_file))
        numbering = read_numbering(parse_part(archive, "word/numbering.xml", source_file))
        notes = parse_part(archive, "word/footnotes.xml", source_file)
    body = document.find(f"{W}body") if document is not None else None
    if body is None:
        raise RefusedError(source_file, "the Word file has no text part", "save it again from Word")
    reader = WordReader(styles, numbering)
    reading = Reading(list(reader.blocks(body)))
    for note in notes.iter(f"{W}footnote") if notes is not None else ():
        if note.get(f"{W}type") is None:
            text = clean(" ".join(block.text for block in reader.blocks(note)))
            reading.blocks += [Block(text, Form.FOOTNOTE)] if text else []
    return reading
