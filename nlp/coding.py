"""Statements that people have coded, read for training: JSON Lines in reading order."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from domain.codebook import Element, Instrument, Language, Sector
from domain.errors import CodebookError
from domain.statement import Kind, Statement

Code = TypeVar("Code", Sector, Instrument)
Codes = dict[str, tuple[tuple[Sector, ...], tuple[Instrument, ...] | None]]
"""Sectors and instruments by the key of a text, the instruments None where they were not coded."""

_HAN = re.compile(r"[\u4e00-\u9fff]")
_NUMBERINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"第[一二三四五六七八九十百]+[章篇编部]",
        r"第[一二三四五六七八九十百]+节",
        r"[一二三四五六七八九十]+[、.．]",
        r"[（(][一二三四五六七八九十]+[）)]",
        r"\d+[、.．](?!\d)",
        r"[（(]\d+[）)]",
        r"\d+[.．]\d+(?![.．\d])",
        r"\d+[.．]\d+[.．]\d+",
        r"第[一二三四五六七八九十百]+条",
        r"专栏|表\s*\d",
        r"[①-⑳]",
        r"[IVX]+[.、)]",
        r"[a-z][.、)]",
        r"(?:goal|objective|strategy|action|chapter|section|part)\s+[\d.]+",
    )
)
FOLDS = 4
_DEEPEST = 5
_LETTERS = re.compile(r"[\W_]+")
_NO_STATEMENT = (Kind.HEADING, Kind.CONTENTS)
_NEAR = 8  # statements round a coded one that are kept as its neighbours; farther ones say what the document is about
_FAR = 10  # of which every tenth is kept
_COVERED = 0.6  # share of a statement that coded lines must cover
_LONGEST_HEADING = 80


@dataclass(frozen=True, slots=True)
class Coded:
    """A statement with its codes and the document that it stands in.

    `elements` are those that its coder accepts, the main one first, none for a neighbour that was not coded; `sectors` and
    `instruments` are None where they were not coded.
    """

    document: str
    statement: Statement
    elements: tuple[Element, ...] = ()
    sectors: tuple[Sector, ...] | None = None
    instruments: tuple[Instrument, ...] | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """A Chinese statement and its English; `sectors` and `instruments` are None where they were not coded."""

    chinese: str
    english: str
    sectors: tuple[Sector, ...] | None = None
    instruments: tuple[Instrument, ...] | None = None


def read_coded(source: Path) -> list[Coded]:
    """The coded statements of a .jsonl file, or of all those of a folder by name, each in its own order; headings left out.

    A line has `text`, `el` (a list) or `element`, and may have `doc` (or `document_id`), `language`, `heading_path`, `se` or
    `sectors`, `in` or `instruments`; where there is no heading_path, the lines coded as headings give it. CodebookError names
    a line that cannot be read.
    """
    coded: list[Coded] = []
    for path in [source] if source.is_file() else sorted(source.glob("*.jsonl")):
        coded += _read_file(path)
    if not coded:
        raise CodebookError(f"{source}: there are no coded statements; give a folder with .jsonl files with text and element")
    return coded


def _read_file(path: Path) -> Iterator[Coded]:
    document, headings = "", list[tuple[int, str]]()
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                elements = tuple(Element(name) for name in (row["el"] if "el" in row else [row["element"]]))
                text = str(row["text"])
                sectors, instruments = _codes(row, Sector, "se", "sectors"), _codes(row, Instrument, "in", "instruments")
            except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
                raise CodebookError(f"{path.name}, line {number}: {error}; expected text and el or element") from error
            if (name := str(row.get("doc") or row.get("document_id") or path.stem)) != document:
                document, headings = name, []
            if elements and elements[0] is Element.HEADING:
                push_heading(headings, text)
            else:
                path_above = tuple(row["heading_path"]) if "heading_path" in row else tuple(title for _, title in headings)
                kept = tuple(element for element in elements if element is not Element.HEADING)
                yield Coded(document, _statement(row, text, path_above), kept, sectors, instruments)


def _codes(row: dict[str, Any], kind: type[Code], *keys: str) -> tuple[Code, ...] | None:
    return next((tuple(kind(name) for name in row[key] or ()) for key in keys if key in row), None)


def place_codes(rows: Sequence[Coded], statements: Sequence[Statement]) -> list[Coded]:
    """The statements of the document that `rows` were coded in, as the program reads it, with their codes.

    A statement takes the codes of the lines that cover most of it; those near coded ones, and some of the others, stay as
    neighbours without codes. Lines that the document does not hold are left out.
    """
    plain = [_LETTERS.sub("", statement.text).lower() for statement in statements]
    whole = "".join(plain)
    owners = [number for number, text in enumerate(plain) for _ in text]
    votes: list[Counter[int]] = [Counter() for _ in statements]
    end = 0
    for number, row in enumerate(rows):
        text = _LETTERS.sub("", row.statement.text).lower()
        start = whole.find(text, end)
        start = whole.find(text) if start < 0 else start
        if text and start >= 0:
            end = start + len(text)
            for owner in owners[start:end]:
                votes[owner][number] += 1
    coded = [
        replace(best, statement=statement) if (best := _best(rows, counts, len(text))) else None
        for statement, counts, text in zip(statements, votes, plain, strict=True)
    ]
    near = {at for place, one in enumerate(coded) if one for at in range(place - _NEAR, place + _NEAR + 1)}
    return [
        one or Coded(rows[0].document, statement)
        for place, (statement, one) in enumerate(zip(statements, coded, strict=True))
        if statement.kind not in _NO_STATEMENT and (place in near or place % _FAR == 0)
    ]


def _best(rows: Sequence[Coded], counts: Counter[int], length: int) -> Coded | None:
    """The line that covers most of a statement among those with the element that does; None where too little is covered."""
    by_element: Counter[Element | None] = Counter()
    for number, count in counts.items():
        by_element[rows[number].elements[0] if rows[number].elements else None] += count
    if not by_element:
        return None
    element, covered = by_element.most_common(1)[0]
    if element is None or covered < _COVERED * length:
        return None
    chosen = [number for number in counts if rows[number].elements and rows[number].elements[0] is element]
    return rows[max(chosen, key=lambda number: (counts[number], -number))]


def _statement(row: dict[str, Any], text: str, heading_path: tuple[str, ...]) -> Statement:
    language = Language(row["language"]) if row.get("language") else language_of(text)
    kind = Kind.ROW if "\t" in text else Kind.SENTENCE
    return Statement("", "", text, 0, len(text), kind, language, heading_path)


def with_codes(row: Coded, codes: Codes) -> Coded:
    """A row with the sectors and instruments that `codes` have for its text in place of its own."""
    found = codes.get(text_key(row.statement.text)) if row.elements else None
    return replace(row, sectors=found[0], instruments=found[1]) if found else row


def read_codes(files: Iterable[Path]) -> Codes:
    """Sectors and instruments by the key of a statement's text, from lines of key, sectors and instruments; "-" is not coded."""
    found = {}
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                key, sectors, instruments = line.split(",")
                tools = None if instruments == "-" else tuple(Instrument(name) for name in instruments.split())
                found[key] = tuple(Sector(name) for name in sectors.split()), tools
            except ValueError as error:
                raise CodebookError(f"{path.name}, line {number}: {error}; expected key,sectors,instruments") from error
    return found


def lone_statement(text: str, language: Language) -> Statement:
    """A text that stands in no document, as a statement."""
    return Statement("", "", text, 0, len(text), Kind.SENTENCE, language)


def text_key(text: str) -> str:
    """What stands for a statement's text where the text itself may not: 12 hex digits, blind to spaces, points and case."""
    return blake2s(_LETTERS.sub("", text).lower().encode(), digest_size=6).hexdigest()


def document_folds(rows: Sequence[Coded]) -> npt.NDArray[np.int64]:
    """The fold of each row, by a hash of its document: all statements of a document lie in one fold."""
    return np.array([int.from_bytes(blake2s(row.document.encode()).digest()[:4], "big") % FOLDS for row in rows])


def runs_of_documents(rows: Sequence[Coded]) -> list[slice]:
    """The stretches of neighbouring rows of one document."""
    starts = [0, *(at for at in range(1, len(rows)) if rows[at].document != rows[at - 1].document), len(rows)]
    return [slice(start, end) for start, end in pairwise(starts)]


def language_of(text: str) -> Language:
    """Chinese where a fifth of the characters is, else English."""
    return Language.ZH if len(_HAN.findall(text)) * 5 >= len(text) else Language.EN


def push_heading(headings: list[tuple[int, str]], text: str) -> None:
    """Put a heading on the stack of open headings, closing those from the last one in the same style."""
    style = _style(text.strip())
    for index, (known, _) in enumerate(headings):
        if known == style:
            del headings[index:]
            break
    headings.append((style, text.strip()[:_LONGEST_HEADING]))
    del headings[:-_DEEPEST]


def _style(text: str) -> int:
    for number, pattern in enumerate(_NUMBERINGS):
        if pattern.match(text):
            return number
    looks: Sequence[bool] = (_HAN.search(text) is not None, text.isupper(), text.endswith(":"))
    return len(_NUMBERINGS) + next((place for place, holds in enumerate(looks) if holds), len(looks))
