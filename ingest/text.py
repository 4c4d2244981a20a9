"""Plain text and Markdown files in any charset."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from ingest.block import Block, Form, Reading
from ingest.characters import HAN, clean, han_share, is_wide
from ingest.charset import decode
from ingest.form import part_form
from ingest.numbering import read_mark
from ingest.printed import without_pages
from ingest.table import Table, TableCell, TableRow, table_blocks, table_caption
from ingest.wrapping import LEAST_FIGURES, is_figure, unwrap, with_labels

LONE_INDEX = re.compile(r"(?<=[A-Za-z])\n(\d{1,2})\n(?=[),.;])")  # the small figure of "CH4", which a page's lines have set apart
LONG_LINE = 600  # characters: a longer line of Chinese may hold several paragraphs
MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
MARKDOWN_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
MARKDOWN_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`|!?\[([^\]]*)\]\([^)]*\)")
CRAWLED_BREAK = re.compile(rf"(?<=[{HAN}。；：！？）》”\d])[ \u3000\t]+(?=[（(《“\d{HAN}①-⑳—])")
INLINE_HEAD = re.compile(rf"(?<=[。；！？）])(?=(?:[一二三四五六七八九十]{{1,3}}、|（[一二三四五六七八九十]{{1,3}}）)[{HAN}])")


def read_text(path: Path, source_file: str, *, markdown: bool = False) -> Reading:
    """The blocks of a text file: crawled lines parted again, page furniture dropped, wrapped lines joined."""
    text = decode(path.read_bytes(), source_file).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    lines = [part for line in LONE_INDEX.sub(r"\1", text).split("\n") for part in unfold(line)]
    if markdown:
        return Reading(list(_markdown(lines)))
    printed = without_pages(lines)
    texts = [text for line in with_labels(unwrap(part_form(printed.lines))) if (text := clean(line))]
    return Reading([*_blocks(texts), *printed.notes], dropped=printed.dropped)


def _blocks(texts: list[str]) -> Iterator[Block]:
    """Each text as a block; the labels of a chart, one number a line, are put together."""
    for numbers, group in groupby(texts, key=is_figure):
        run = list(group)
        if numbers and len(run) >= LEAST_FIGURES:
            yield Block(" ".join(run), Form.CAPTION)
        else:
            yield from map(Block, run)


def unfold(line: str) -> list[str]:
    """A line that holds a whole document, parted where its paragraphs were."""
    if len(line) < LONG_LINE or han_share(line[:2000]) < 0.5:
        return [line]
    parted = CRAWLED_BREAK.sub("\n", line)
    return INLINE_HEAD.sub("\n", parted).split("\n")


def _markdown(lines: list[str]) -> Iterator[Block]:
    rows: list[TableRow] = []
    paragraph = ""
    before = ""
    for line in [*lines, ""]:
        bare = line.strip()
        if bare.startswith("|") and bare.count("|") >= 2:
            if not MARKDOWN_RULE.match(bare):
                cells = [clean(_unmarked(cell)) for cell in bare.strip("|").split("|")]
                rows.append(TableRow([TableCell(text, at) for at, text in enumerate(cells)]))
            continue
        if rows:
            yield from table_blocks(Table(rows), table_caption(before))
            rows = []
        heading = MARKDOWN_HEADING.match(bare)
        starts = bool(heading) or not bare or read_mark(bare) is not None or bare.startswith(("- ", "* ", "+ ", "> "))
        if starts and paragraph:
            before = clean(_unmarked(paragraph))
            yield Block(before)
            paragraph = ""
        if heading:
            yield Block(clean(_unmarked(heading[2])), Form.HEADING, rank=len(heading[1]))
        elif bare and not MARKDOWN_RULE.match(bare):
            bare = re.sub(r"^[*+]\s", "- ", bare.lstrip("> "))
            glue = "" if not paragraph or is_wide(paragraph[-1]) or is_wide(bare[0]) else " "
            paragraph += glue + bare


def _unmarked(text: str) -> str:
    """The text without the marks for bold, code and links."""
    return MARKDOWN_MARKS.sub(lambda found: found[1] or "", text)
