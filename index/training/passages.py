"""Passages of policy documents: each statement below its headings, found by the numbering that such documents share."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NUMBERING = tuple(
    re.compile(pattern)
    for pattern in (
        r"第[一二三四五六七八九十百]+[章编]|(?:Chapter|CHAPTER|Part|PART) ?[\dIVX]+\b",
        r"[一二三四五六七八九十]+、|第[一二三四五六七八九十百]+节|[A-Z][A-Z &,\-]{8,60}$|[IVX]+\. ",
        r"[（(][一二三四五六七八九十]+[）)]|专栏|\d\.\d\b",
        r"\d{1,2}[.．、](?!\d)|\d\.\d\.\d\b",
    )
)
CLEAN_LINE = re.compile(r"[.…·]{4,}|^[\s\d—-]*$")
SENTENCE = re.compile(r"[^。；！？;!?]+[。；！？;!?]?")
SENTENCE_EN = re.compile(r".+?(?:[.;!?](?=\s)|$)")
HAN = re.compile(r"[\u4e00-\u9fff]")
HEADING_MAX = {True: 34, False: 90}
SENTENCE_MIN, SENTENCE_MAX = {True: 10, False: 40}, 600


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence below its headings, the outermost first; `section` numbers the section within all documents read."""

    heading_path: tuple[str, ...]
    text: str
    section: int


def read_passages(path: Path) -> Iterator[Passage]:
    """Passages of a gzipped JSON Lines file of documents with the keys `doc` and `text`, in reading order."""
    section = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for passage in split_passages(json.loads(line)["text"], section):
                section = passage.section
                yield passage
            section += 1


def split_passages(text: str, first_section: int = 0) -> Iterator[Passage]:
    """Sentences of `text` with the headings above them; lines of a contents page and bare numbers are left out."""
    path: list[tuple[int, str]] = []
    section = first_section
    for paragraph in _paragraphs(text):
        depth, heading, rest = _take_heading(paragraph)
        if heading:
            path = [*(entry for entry in path if entry[0] < depth), (depth, heading)]
            section += 1
        for sentence in _sentences(rest):
            yield Passage(tuple(title for _, title in path), sentence, section)


def _paragraphs(text: str) -> Iterator[str]:
    """Lines joined where a full stop, a heading or a blank line does not part them."""
    joined = ""
    for line in (raw.strip() for raw in text.splitlines()):
        if not line or CLEAN_LINE.search(line):
            if joined:
                yield joined
            joined = ""
        elif joined and not joined.endswith(("。", "；", ".", ":", "：", "！")) and not _depth(line) and not _is_title(joined):
            joined += line if HAN.search(line) else " " + line
        else:
            if joined:
                yield joined
            joined = line
    if joined:
        yield joined


def _depth(line: str) -> int | None:
    return next((depth for depth, pattern in enumerate(NUMBERING, 1) if pattern.match(line)), None)


def _is_title(line: str) -> bool:
    return _depth(line) is not None and len(line) <= HEADING_MAX[bool(HAN.search(line))]


def _take_heading(paragraph: str) -> tuple[int, str, str]:
    """Depth, heading and what follows it in the same paragraph; depth 0 and no heading if there is none."""
    depth = _depth(paragraph)
    if depth is None:
        return 0, "", paragraph
    first, stop, rest = paragraph.partition("。") if HAN.search(paragraph) else (paragraph, "", "")
    if len(first) > HEADING_MAX[bool(HAN.search(first))] or (stop and not rest):
        return 0, "", paragraph
    return depth, first, rest


def _sentences(paragraph: str) -> Iterator[str]:
    is_zh = bool(HAN.search(paragraph))
    for match in (SENTENCE if is_zh else SENTENCE_EN).finditer(paragraph):
        sentence = match[0].strip()
        if SENTENCE_MIN[is_zh] <= len(sentence) <= SENTENCE_MAX:
            yield sentence
