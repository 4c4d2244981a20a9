"""REFI-QDA 1.5: coded statements as a project (.qdpx) or a codebook (.qdc) for NVivo, MAXQDA, ATLAS.ti and QualCoder.

Sources are plain text, positions are code points into it, and ids are made of names, so that the same library gives the
same project everywhere. Source: https://www.qdasoftware.org, Project.xsd and Codebook.xsd.
"""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from domain.codebook import Element, Instrument, Sector, Stringency
from domain.statement import Statement
from index import Filters, Library

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
SPACE = UUID("5b1b7f0e-6f0e-5d3c-9d0a-1d5a5c0a1409")
FAMILIES: dict[str, Iterable[StrEnum]] = {
    "element": [element for element in Element if element is not Element.HEADING],
    "sector": Sector,
    "instrument": Instrument,
    "stringency": Stringency,
}
COLOURS = {"element": "#2f6f6a", "sector": "#8a5a1c", "instrument": "#4a5a96", "stringency": "#94475a"}
ORIGIN = "Pilotlight"
DATED = (1980, 1, 1, 0, 0, 0)  # what a zip entry says of its time, the same on every machine


def write_project(path: Path, library: Library, filters: Filters) -> int:
    """Every document with a statement that passes the filters, as text with its codings; returns the number of codings."""
    chosen: dict[str, list[Statement]] = defaultdict(list)
    for statement in library.statements(filters):
        chosen[statement.document_id].append(statement)
    facts = {each.id: each for each in library.facts()}
    count = 0
    project = BytesIO()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with etree.xmlfile(project, encoding="utf-8") as xml:
            xml.write_declaration()
            with xml.element(
                tag("Project"), nsmap={None: PROJECT}, name="Pilotlight", origin=ORIGIN, creatingUserGUID=guid("user")
            ):
                users = etree.Element(tag("Users"), nsmap={None: PROJECT})
                etree.SubElement(users, tag("User"), guid=guid("user"), name=ORIGIN)
                xml.write(users)
                xml.write(codebook_xml(PROJECT))
                with xml.element(tag("Sources")):
                    for document_id, statements in chosen.items():
                        source = guid("source", document_id)
                        text = library.document(document_id).text
                        archive.writestr(zipfile.ZipInfo(f"sources/{source}.txt", DATED), text, zipfile.ZIP_DEFLATED)
                        title = f"{facts[document_id].title} ({facts[document_id].source_file})"
                        path_in = f"internal://{source}.txt"
                        with xml.element(tag("TextSource"), guid=source, name=xml_text(title), plainTextPath=path_in):
                            for statement in statements:
                                xml.write(selection(statement))
                                count += 1
        archive.writestr(zipfile.ZipInfo("project.qde", DATED), project.getvalue(), zipfile.ZIP_DEFLATED)
    return count


def write_codebook(path: Path) -> int:
    """The codebook alone; returns the number of codes."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK}, origin=ORIGIN)
    root.extend(codebook_xml(CODEBOOK))
    etree.ElementTree(root).write(str(path), xml_declaration=True, encoding="utf-8", pretty_print=True)
    return sum(len(list(family)) for family in FAMILIES.values())


def codebook_xml(namespace: str) -> Any:
    """The four families of codes, each a code of its own that holds its members."""
    book = etree.Element(f"{{{namespace}}}CodeBook", nsmap={None: namespace})
    codes = etree.SubElement(book, f"{{{namespace}}}Codes")
    for family, members in FAMILIES.items():
        colour = COLOURS[family]
        parent = etree.SubElement(
            codes, f"{{{namespace}}}Code", guid=guid("code", family), name=family, isCodable="false", color=colour
        )
        for member in members:
            etree.SubElement(
                parent,
                f"{{{namespace}}}Code",
                guid=guid("code", family, member),
                name=member.value,
                isCodable="true",
                color=colour,
            )
    return book


def selection(statement: Statement) -> Any:
    """A statement's span with a coding for each of its tags; the evidence stands in the description."""
    span = etree.Element(
        tag("PlainTextSelection"),
        nsmap={None: PROJECT},
        guid=guid("selection", statement.id),
        name=xml_text(statement.text[:60]),
        creatingUser=guid("user"),
        startPosition=str(statement.char_start),
        endPosition=str(statement.char_end),
    )
    if statement.tags:
        etree.SubElement(span, tag("Description")).text = xml_text(
            f"{statement.id}; {statement.tags.element_score:.2f}; {statement.tags.element_evidence}"
        )
        for family, member in codes_of(statement):
            coding = etree.SubElement(
                span, tag("Coding"), guid=guid("coding", statement.id, family, member), creatingUser=guid("user")
            )
            etree.SubElement(coding, tag("CodeRef"), targetGUID=guid("code", family, member))
    return span


def codes_of(statement: Statement) -> Iterator[tuple[str, str]]:
    """Family and member of each of the statement's codes."""
    tags = statement.tags
    if tags is None:
        return
    yield "element", tags.element.value
    yield from (("sector", sector.value) for sector in tags.sectors)
    yield from (("instrument", instrument.value) for instrument in tags.instruments)
    if tags.stringency:
        yield "stringency", tags.stringency.value


def tag(name: str) -> str:
    """A name in the project's namespace."""
    return f"{{{PROJECT}}}{name}"


def guid(*parts: str) -> str:
    """An id made of names."""
    return str(uuid5(SPACE, "/".join(parts)))


def xml_text(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000")
