"""Plain text and Markdown files in any charset."""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.block import Block, Form, Reading
from ingest.characters import HAN, clean, han_share, is_wide
from ingest.charset import decode
from ingest.numbering import read_mark
from ingest.table import Table, TableCell, TableRow, table_blocks, table_caption

LONG_LINE = 600  # characters: a longer line of Chinese may hold several paragraphs
HARD_WRAP = 130  # characters: nobody wraps longer lines by hand
BARE_BULLET = re.compile(r"[•●▪■◆–—*-]|\(?[a-z0-9]{1,2}[.)]")
MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
MARKDOWN_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
MARKDOWN_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`|!?\[([^\]]*)\]\([^)]*\)")
CRAWLED_BREAK = re.compile(rf"(?<=[{HAN}。；：！？）》”\d])[ \u3000\t]+(?=[（(《“\d{HAN}①-⑳—])")
INLINE_HEAD = re.compile(rf"(?<=[。；！？）])(?=(?:[一二三四五六七八九十]{{1,3}}、|（[一二三四五六七八九十]{{1,3}}）)[{HAN}])")


def read_text(path: Path, source_file: str, *, markdown: bool = False) -> Reading:
    """The blocks of a text file: crawled lines parted again, lines wrapped by hand joined."""
    text = decode(path.read_bytes(), source_file).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    lines = [part for line in text.split("\n") for part in unfold(line)]
    if markdown:
        return Reading(list(_markdown(lines)))
    return Reading([Block(text) for line in with_bullets(unwrap(lines)) if (text := clean(line))])


def unfold(line: str) -> list[str]:
    """A line that holds a whole document, parted where its paragraphs were."""
    if len(line) < LONG_LINE or han_share(line[:2000]) < 0.5:
        return [line]
    parted = CRAWLED_BREAK.sub("\n", line)
    return INLINE_HEAD.sub("\n", parted).split("\n")


def with_bullets(lines: list[str]) -> Iterator[str]:
    """The lines, a bullet that stands alone on its line put before the next."""
    bullet = ""
    for line in lines:
        bare = line.strip()
        if bare and BARE_BULLET.fullmatch(bare):
            bullet = bare + " "
        else:
            yield bullet + bare if bare else line
            bullet = "" if bare else bullet


def unwrap(lines: list[str]) -> list[str]:
    """The lines, those that were wrapped by hand joined to paragraphs again."""
    width = wrapped_at(lines)
    joined: list[str] = []
    last = ""
    for line in lines:
        bare = line.strip()
        if last and bare and read_mark(bare) is None and _goes_on(last, bare, line, width):
            glue = "" if is_wide(last[-1]) or is_wide(bare[0]) else " "
            joined[-1] += glue + bare
        else:
            joined.append(bare)
        last = bare
    return joined


def wrapped_at(lines: list[str]) -> int:
    """The length that lines were wrapped at by hand, 0 where they were not."""
    full = sorted(len(line.strip()) for line in lines if len(line.strip()) > 15)
    if len(full) < 8:
        return 0
    width = full[int(0.9 * (len(full) - 1))]
    near = sum(0.7 * width < length <= 1.15 * width for length in full)
    return width if width <= HARD_WRAP and near >= 0.35 * len(full) else 0


def _goes_on(last: str, bare: str, line: str, width: int) -> bool:
    """Whether the line goes on with the sentence of the last one."""
    if last[-1] in "。！？；：!?:" or (line.startswith(("\u3000", "\t")) and is_wide(bare[0])):
        return False
    if bare[0].islower() and last[-1] not in ".;":
        return True
    return bool(width) and 0.75 * width < len(last) <= 1.15 * width and not line.startswith("   ")


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
