"""REFI-QDA 1.5: coded statements as a project (.qdpx) or a codebook (.qdc) for NVivo, MAXQDA, ATLAS.ti and QualCoder.

Sources are plain text, positions are code points into it, and ids are made of names, so that the same library gives the
same project everywhere. Source: https://www.qdasoftware.org, Project.xsd and Codebook.xsd.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from analysis.codes import LABEL, LABEL_COLOUR, Code, codes
from analysis.workbook import entry
from domain.codebook import Language
from domain.document import Facts
from domain.errors import NotFoundError
from domain.record import Record
from domain.statement import Statement
from index import Filters, Library

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
SPACE = UUID("5b1b7f0e-6f0e-5d3c-9d0a-1d5a5c0a1409")
ORIGIN = "Pilotlight"
QDE = "project.qde"
Memos = dict[str, list[tuple[str, str]]]  # by statement id: guid and words


def write_project(path: Path, library: Library, statements: Iterable[Statement], filters: Filters, card: Record) -> int:
    """Every document with a statement that passes the filters, as text, and the statements' codings; returns their number."""
    facts = library.facts(filters)
    labels: set[str] = set()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in facts:
            document = library.document(each.id)
            source = entry(f"sources/{guid('source', each.id)}.txt")
            archive.writestr(source, document.text.encode("utf-8"), zipfile.ZIP_DEFLATED)
            labels.update(label for statement in document.statements if statement.tags for label in statement.tags.labels)
        with archive.open(entry(QDE), "w", force_zip64=True) as stream, etree.xmlfile(stream, encoding="utf-8") as xml:
            xml.write_declaration()
            with xml.element(
                tag("Project"), nsmap={None: PROJECT}, name=ORIGIN, origin=card["made_by"], creatingUserGUID=guid("user")
            ):
                users = etree.Element(tag("Users"), nsmap={None: PROJECT})
                etree.SubElement(users, tag("User"), guid=guid("user"), name=ORIGIN)
                xml.write(users)
                xml.write(codebook_xml(PROJECT, sorted(labels)))
                memos = memos_of(library)
                count = write_sources(xml, facts, statements, memos) if facts else 0
                write_notes(xml, memos)
                described = etree.Element(tag("Description"), nsmap={None: PROJECT})
                described.text = f"{card['made_by']}; run card {card['id']}"
                xml.write(described)
    return count


def write_sources(xml: Any, documents: Sequence[Facts], statements: Iterable[Statement], memos: Memos) -> int:
    """The sources one after the other, each with its selections; returns the number of selections."""
    titles = {facts.id: f"{facts.title} ({facts.source_file})" for facts in documents}
    count = 0
    with xml.element(tag("Sources")):
        for document_id, spans in groupby(statements, key=lambda statement: statement.document_id):
            source = guid("source", document_id)
            named = {"guid": source, "name": xml_text(titles[document_id]), "plainTextPath": f"internal://{source}.txt"}
            with xml.element(tag("TextSource"), **named):
                for statement in spans:
                    xml.write(selection(statement, memos))
                    count += 1
    return count


def memos_of(library: Library) -> Memos:
    """What reviewers noted on requirements, as memos on the statements of the source."""
    memos: Memos = {}
    for source_id, local_id in library.reviewed():
        try:
            statements = {statement.text: statement.id for statement in library.document(source_id).statements}
            local = library.find_document(local_id).title
        except NotFoundError:
            continue
        for verdict in library.verdicts(source_id, local_id):
            if verdict.note and verdict.requirement_text in statements:
                statement_id = statements[verdict.requirement_text]
                words = f"{verdict.by}, {verdict.at}, {local}: {verdict.status}. {verdict.note}"
                memos.setdefault(statement_id, []).append((guid("note", statement_id, local_id, verdict.by), words))
    return memos


def write_notes(xml: Any, memos: Memos) -> None:
    """The memos' texts."""
    if not memos:
        return
    with xml.element(tag("Notes")):
        for each in memos.values():
            for at, words in each:
                note = etree.Element(
                    tag("Note"), nsmap={None: PROJECT}, guid=at, name=xml_text(words[:60]), creatingUser=guid("user")
                )
                etree.SubElement(note, tag("PlainTextContent")).text = xml_text(words)
                xml.write(note)


def write_codebook(path: Path) -> int:
    """The codebook alone; returns the number of codes."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK}, origin=ORIGIN)
    root.extend(codebook_xml(CODEBOOK))
    etree.ElementTree(root).write(str(path), xml_declaration=True, encoding="utf-8", pretty_print=True)
    return sum(bool(code.name) for code in codes())


def codebook_xml(namespace: str, labels: Iterable[str] = ()) -> Any:
    """The families of codes, each a code of its own that holds its members; the user's labels are one more family."""
    book = etree.Element(f"{{{namespace}}}CodeBook", nsmap={None: namespace})
    parent = held = etree.SubElement(book, f"{{{namespace}}}Codes")
    for code in (*codes(), *label_codes(labels)):
        holder = parent if code.name else held
        described = " ".join(f"{code.titles[language]}: {code.definitions[language]}" for language in Language)
        element = code_xml(holder, namespace, code, described)
        if not code.name:
            parent = element
    return book


def code_xml(holder: Any, namespace: str, code: Code, described: str) -> Any:
    """One code below its family, or a family."""
    named = (code.family, code.name) if code.name else (code.family,)
    colour = {"color": code.colour} if code.colour else {}
    element = etree.SubElement(
        holder,
        f"{{{namespace}}}Code",
        guid=guid("code", *named),
        name=xml_text(code.name or code.family),
        isCodable="true" if code.name else "false",
        **colour,
    )
    etree.SubElement(element, f"{{{namespace}}}Description").text = xml_text(described)
    return element


def label_codes(labels: Iterable[str]) -> Iterator[Code]:
    """The labels of the user's own codebook as codes."""
    same = dict.fromkeys(Language, "")
    for place, label in enumerate(labels):
        if not place:
            yield Code(LABEL, "", dict.fromkeys(Language, LABEL), same)
        yield Code(LABEL, label, dict.fromkeys(Language, label), same, LABEL_COLOUR)


def selection(statement: Statement, memos: Memos) -> Any:
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
    for at, _ in memos.get(statement.id, ()):
        etree.SubElement(span, tag("NoteRef"), targetGUID=at)
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
    yield from ((LABEL, label) for label in tags.labels)


def tag(name: str) -> str:
    """A name in the project's namespace."""
    return f"{{{PROJECT}}}{name}"


def guid(*parts: str) -> str:
    """An id made of names."""
    return str(uuid5(SPACE, "/".join(parts)))


def xml_text(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000")
