"""Codings out of a REFI-QDA project (.qdpx) that came back from NVivo, MAXQDA, ATLAS.ti or QualCoder.

Sources are known by their guid, or by their text where the software gave new guids; selections by where they stand.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from analysis.codes import codes
from analysis.refi import ORIGIN, PROJECT, guid, tag
from domain.errors import ExportError
from domain.record import Record
from domain.statement import Statement
from index import Library

COLUMNS = {"element": "element", "sector": "sectors", "instrument": "instruments", "stringency": "stringency"}
SINGLE = ("element", "stringency")
LARGEST = 1 << 30  # bytes of one entry; more is a bomb
Codes = dict[str, tuple[str, str]]  # family and name by guid


@dataclass(slots=True)
class Span:
    """What is selected of a source: its code points, the codes on it and who coded."""

    start: int
    end: int
    codes: list[tuple[str, str]] = field(default_factory=list)
    by: list[str] = field(default_factory=list)


def project_rows(path: Path, library: Library) -> Iterator[tuple[int, Record]]:
    """A row of the export for each coded span, with its number in the project; raises ExportError for a foreign project."""
    known = known_texts(library)
    count = found = 0
    try:
        with zipfile.ZipFile(path) as archive:
            project = read_xml(path, archive)
            names = code_names(project)
            users = {user.get("guid"): user.get("name") or "" for user in project.iter(tag("User"))}
            for source in project.iter(tag("TextSource")):
                text = source_text(archive, source)
                document_id = known.get(source.get("guid")) or known.get(normal(text))
                if document_id is None:
                    continue
                found += 1
                statements = {(s.char_start, s.char_end): s for s in library.document(document_id).statements}
                for span in spans_of(source, names, users):
                    count += 1
                    yield count, row_of(span, statements.get((span.start, span.end)), text)
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, etree.XMLSyntaxError) as error:
        raise ExportError(f"{path}: not a REFI-QDA project ({error}); export it again as .qdpx") from error
    if not found:
        raise ExportError(f"{path}: none of its sources is in this library; open the library that the project came from")


def known_texts(library: Library) -> dict[str, str]:
    """The id of each document by the guid that it leaves with and by its text."""
    known: dict[str, str] = {}
    for facts in library.facts():
        known[guid("source", facts.id)] = facts.id
        known[normal(library.document(facts.id).text)] = facts.id
    return known


def read_xml(path: Path, archive: zipfile.ZipFile) -> Any:
    """The project's XML, entities off."""
    entry = next((each for each in archive.infolist() if each.filename.lower().endswith(".qde")), None)
    if entry is None:
        raise ExportError(f"{path}: holds no project.qde; export it again as .qdpx")
    if entry.file_size > LARGEST:
        raise ExportError(f"{path}: {entry.filename} is larger than {LARGEST >> 20} MB; export fewer documents")
    root = etree.fromstring(archive.read(entry), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    if root.tag != tag("Project"):
        raise ExportError(f"{path}: {entry.filename} is {root.tag}, expected a Project of {PROJECT}")
    return root


def source_text(archive: zipfile.ZipFile, source: Any) -> str:
    """A source's plain text, which stands in the project or beside it."""
    inside = source.find(tag("PlainTextContent"))
    if inside is not None:
        return inside.text or ""
    name = source.get("plainTextPath", "").removeprefix("internal://")
    entries = {each.filename.lower(): each for each in archive.infolist()}
    entry = entries.get(f"sources/{name}".lower())
    if entry is None or entry.file_size > LARGEST:
        return ""
    return archive.read(entry).decode("utf-8-sig")


def normal(text: str) -> str:
    """A text as it is compared: software writes line ends of its own."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def code_names(project: Any) -> Codes:
    """Family and name of each code that is in our codebook: by its guid there, or by its names."""
    ours = {(code.family, code.name) for code in codes() if code.name}
    by_guid = {guid("code", *code): code for code in ours}
    found: Codes = {}
    for code in project.iter(tag("Code")):
        named = code.getparent().get("name", ""), code.get("name", "")
        known = by_guid.get(code.get("guid", "").lower(), named)
        if known in ours:
            found[code.get("guid")] = known
    return found


def spans_of(source: Any, names: Codes, users: dict[str, str]) -> list[Span]:
    """The coded spans of a source in order; several selections of one span are one."""
    spans: dict[tuple[int, int], Span] = {}
    for each in source.iter(tag("PlainTextSelection")):
        at = int(each.get("startPosition")), int(each.get("endPosition"))
        span = spans.setdefault(at, Span(*at))
        for coding in each.iter(tag("Coding")):
            code = names.get(coding.find(tag("CodeRef")).get("targetGUID"))
            if code and code not in span.codes:
                span.codes.append(code)
            span.by.append(users.get(coding.get("creatingUser") or each.get("creatingUser"), ""))
    return [spans[at] for at in sorted(spans) if spans[at].codes]


def row_of(span: Span, statement: Statement | None, text: str) -> Record:
    """The span's codes as a row of the export; a span that is no statement has no id."""
    row: Record = {"statement_id": statement.id if statement else "", "text": text[span.start : span.end]}
    for family, column in COLUMNS.items():
        members = [name for code_family, name in span.codes if code_family == family]
        row[column] = members if family not in SINGLE else "; ".join(members)
    coders = [name for name in span.by if name and name != ORIGIN]
    return {**row, "by": coders[-1]} if coders else row
