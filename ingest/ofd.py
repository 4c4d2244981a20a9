"""OFD files (GB/T 33190): a zip of XML pages with text objects at fixed places."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.document import Page
from domain.errors import RefusedError
from ingest.archive import open_archive, parse_part
from ingest.block import Reading
from ingest.flow import flow_blocks
from ingest.line import Line

POINTS = 72 / 25.4  # to a millimetre
A4 = (210.0, 297.0)  # millimetres
Box = tuple[float, float, float, float]


def read_ofd(path: Path, source_file: str) -> Reading:
    """The blocks of an OFD file; seals and pictures are left out."""
    with open_archive(path, source_file) as archive:
        pages = list(_pages(archive, source_file))
    if not any(lines for _, lines in pages):
        raise RefusedError(source_file, "no text layer on any page", "print it to PDF and build with --ocr")
    return flow_blocks([(page, lines, []) for page, lines in pages])


def _pages(archive: zipfile.ZipFile, source_file: str) -> Iterator[tuple[Page, list[Line]]]:
    root = parse_part(archive, "OFD.xml", source_file)
    number = 0
    for body in root.iter("{*}DocBody") if root is not None else ():
        entry = _text(body, "DocRoot").lstrip("/")
        document = parse_part(archive, entry, source_file) if entry else None
        if document is None:
            raise RefusedError(source_file, "the OFD file names a document part that is missing", "fetch it again")
        usual = _box(_text(document, "PhysicalBox")) or (0.0, 0.0, *A4)
        for page in document.iterfind(".//{*}Pages/{*}Page"):
            number += 1
            place = posixpath.normpath(posixpath.join(posixpath.dirname(entry), page.get("BaseLoc", ""))).lstrip("/")
            content = parse_part(archive, place, source_file)
            box = (_box(_text(content, "PhysicalBox")) if content is not None else None) or usual
            lines = _lines(content, number) if content is not None else []
            letters = sum(len(line.text) for line in lines)
            yield Page(number, box[2] * POINTS, box[3] * POINTS, 0, letters, () if letters else ("no_text",)), lines


def _lines(page: Any, number: int) -> list[Line]:
    lines = []
    for thing in page.iter("{*}TextObject"):
        boundary = _box(thing.get("Boundary", ""))
        text = "".join(code.text or "" for code in thing.iter("{*}TextCode")).strip()
        if boundary is None or not text:
            continue
        x, y, width, height = boundary
        size = _float(thing.get("Size")) or height
        bold = (_float(thing.get("Weight")) or 400) >= 600
        top = y + max(0.0, height - size) / 2
        line = Line(
            text, number, x * POINTS, top * POINTS, (x + width) * POINTS, (top + size) * POINTS, round(size * POINTS, 1), bold
        )
        lines.append(line)
    return _merged(lines)


def _merged(lines: list[Line]) -> list[Line]:
    """Text objects that follow each other closely on one base line, made one line: many writers give each glyph its own."""
    merged: list[Line] = []
    for line in sorted(lines, key=lambda line: (round(line.middle / max(line.size, 1)), line.x0)):
        last = merged[-1] if merged else None
        if last and abs(last.middle - line.middle) < 0.5 * line.size and -line.size < line.x0 - last.x1 < 1.6 * line.size:
            gap = " " if line.x0 - last.x1 > 0.25 * line.size and last.text[-1].isascii() and line.text[0].isascii() else ""
            merged[-1] = replace(last, text=last.text + gap + line.text, x1=max(last.x1, line.x1))
        else:
            merged.append(line)
    return merged


def _text(element: Any, tag: str) -> str:
    found = element.find(f".//{{*}}{tag}")
    return (found.text or "").strip() if found is not None else ""


def _box(text: str) -> Box | None:
    try:
        left, top, width, height = (float(part) for part in text.split())
    except ValueError:
        return None
    return left, top, width, height


def _float(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
