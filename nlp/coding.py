"""Statements that people have coded, read for training: JSON Lines in reading order."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.codebook import Element, Language
from domain.errors import CodebookError
from domain.statement import Kind, Statement

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
_DEEPEST = 5
_LONGEST_HEADING = 80


@dataclass(frozen=True, slots=True)
class Coded:
    """A statement with the elements that its coder accepts, the main one first, and the document that it stands in."""

    document: str
    statement: Statement
    elements: tuple[Element, ...]


def read_coded(folder: Path) -> list[Coded]:
    """The coded statements of all .jsonl files of a folder, by file name, each file in its own order; headings left out.

    A line has `text`, `el` (a list) or `element`, and may have `doc` (or `document_id`), `language` and `heading_path`;
    where there is no heading_path, the lines coded as headings give it. CodebookError names a line that cannot be read.
    """
    coded: list[Coded] = []
    for path in sorted(folder.glob("*.jsonl")):
        coded += _read_file(path)
    if not coded:
        raise CodebookError(f"{folder}: there are no coded statements; give a folder with .jsonl files with text and element")
    return coded


def _read_file(path: Path) -> Iterator[Coded]:
    document, headings = "", list[tuple[int, str]]()
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                elements = tuple(Element(name) for name in (row["el"] if "el" in row else [row["element"]]))
                text = str(row["text"])
            except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
                raise CodebookError(f"{path.name}, line {number}: {error}; expected text and el or element") from error
            if (name := str(row.get("doc") or row.get("document_id") or path.stem)) != document:
                document, headings = name, []
            if elements[0] is Element.HEADING:
                push_heading(headings, text)
            else:
                path_above = tuple(row["heading_path"]) if "heading_path" in row else tuple(title for _, title in headings)
                yield Coded(document, _statement(row, text, path_above), tuple(e for e in elements if e is not Element.HEADING))


def _statement(row: dict[str, Any], text: str, heading_path: tuple[str, ...]) -> Statement:
    language = Language(row["language"]) if row.get("language") else language_of(text)
    kind = Kind.ROW if "\t" in text else Kind.SENTENCE
    return Statement("", "", text, 0, len(text), kind, language, heading_path)


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
