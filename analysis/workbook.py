"""Excel workbooks of tables, row by row: a quarter of the time that xlsxwriter needs, and the same bytes every time.

Texts are inline strings, never formulas. Source of the form: ECMA-376 part 1, SpreadsheetML.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

ROW_LIMIT, CELL_LIMIT = 1_048_576, 32_767
DATED = (1980, 1, 1, 0, 0, 0)  # what a zip entry says of its time, the same on every machine
LEVEL = 2  # of compression: higher costs more time than it saves space
FLUSH = 500  # rows at a time
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
BOLD, WRAPPED = ' s="1"', ' s="2"'
FROZEN = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>'
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was written: its name and the cells that its filter spans."""

    name: str
    span: str


class Workbook:
    """A workbook that is written sheet after sheet; use it as a context."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self._sheets: list[Sheet] = []

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._write_parts()
        self._archive.close()

    def add(self, name: str, head: list[str], rows: Iterable[list[Any]], widths: list[int], *, wrap: bool = False) -> int:
        """A sheet with a head that is frozen and filterable; goes on in another one where Excel holds no more rows.

        `wrap` shows a long text on several lines. Cells are texts or numbers; "" leaves a cell empty. Returns the number of rows.
        """
        waiting, count, part = iter(rows), 0, 1
        while True:
            written = self._add_sheet(
                name if part == 1 else f"{name} {part}", head, islice(waiting, ROW_LIMIT - 1), widths, WRAPPED if wrap else ""
            )
            count += written
            following = next(waiting, None)
            if following is None:
                return count
            waiting, part = chain([following], waiting), part + 1

    def _add_sheet(self, name: str, head: list[str], rows: Iterable[list[Any]], widths: list[int], style: str) -> int:
        letters = [letter(column) for column in range(len(head))]
        selected = "" if self._sheets else ' tabSelected="1"'
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, start=1)
        )
        count = 0
        with self._archive.open(entry(f"xl/worksheets/sheet{len(self._sheets) + 1}.xml"), "w", force_zip64=True) as stream:
            opening = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView{selected} workbookViewId="0">{FROZEN}</sheetView>'
            first = row_xml(1, head, letters, style=BOLD)
            stream.write(f"{opening}</sheetViews><cols>{columns}</cols><sheetData>{first}".encode())
            numbered = enumerate(rows, start=2)
            while lines := [row_xml(number, row, letters, style) for number, row in islice(numbered, FLUSH)]:
                stream.write("".join(lines).encode())
                count += len(lines)
            span = f"A1:{letters[-1]}{max(count, 1) + 1}"
            stream.write(f'</sheetData><autoFilter ref="{span}"/></worksheet>'.encode())
        self._sheets.append(Sheet(name, span))
        return count

    def _write_parts(self) -> None:
        """The parts that say what the sheets are."""
        numbers = range(1, len(self._sheets) + 1)
        numbered = list(zip(numbers, self._sheets, strict=True))
        listed = "".join(f'<sheet name="{escaped(s.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, s in numbered)
        filters = "".join(
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n - 1}" hidden="1">{fixed(sheet)}</definedName>'
            for n, sheet in numbered
        )
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
            + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>' for n in numbers)
            + "</Types>",
            "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
            f"<definedNames>{filters}</definedNames></workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                [*(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers), ("styles", "styles.xml")]
            ),
            "xl/styles.xml": STYLES,
        }
        for name, content in parts.items():
            self._archive.writestr(entry(name), HEAD + content)


def row_xml(number: int, cells: list[Any], letters: list[str], style: str = "") -> str:
    """A row; empty cells are left out."""
    out = [f'<row r="{number}">']
    for at, value in zip(letters, cells, strict=True):
        if value.__class__ is str:
            if value:
                out.append(f'<c r="{at}{number}"{style} t="inlineStr"><is><t xml:space="preserve">{escaped(value)}</t></is></c>')
        else:
            out.append(f'<c r="{at}{number}"{style}><v>{value}</v></c>')
    out.append("</row>")
    return "".join(out)


def escaped(text: str) -> str:
    """A text as XML holds it; what XML cannot hold is written as Excel writes it, _x001F_."""
    return SPECIAL.sub(special, text) if SPECIAL.search(text) else text


def special(found: re.Match[str]) -> str:
    """One character, or what only looks like one written so."""
    text = found[0]
    return ENTITIES.get(text) or (f"_x{ord(text):04X}_" if len(text) == 1 else f"_x005F{text}")


def letter(column: int) -> str:
    """The name of a column counted from 0: A, Z, AA."""
    return (letter(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def fixed(sheet: Sheet) -> str:
    """A sheet's span as a name holds it: 'statements'!$A$1:$X$20."""
    name = escaped(sheet.name.replace("'", "''"))
    return f"'{name}'!" + re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", sheet.span)


def relations(targets: Iterable[tuple[str, str]]) -> str:
    """The part that numbers what another part refers to."""
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def entry(name: str) -> zipfile.ZipInfo:
    """An entry of a zip that says the same of its time on every machine."""
    made = zipfile.ZipInfo(name, DATED)
    made.compress_type = zipfile.ZIP_DEFLATED
    made._compresslevel = LEVEL  # type: ignore[attr-defined]  # public only from Python 3.13 on
    return made
