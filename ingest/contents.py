"""Contents pages: entries with dot leaders or page numbers at their end."""

import re

from ingest.block import Block, Form
from ingest.line import Line

LEADER = re.compile(r"(?:[.．…·・‥_]\s?){4,}\s*[-–—(（]?\s*(?:\d{1,4}|[ivxlIVXL]{1,6})?\s*[-–—)）]?\s*$|[…]{2,}\s*\d{1,4}\s*$")
TITLE = re.compile(r"(?:目\s*录|(?:table\s+of\s+)?contents|table\s+of\s+content|list of (?:tables|figures))\s*[:：]?", re.I)
ENTRY = re.compile(r".*?[^\d\s][\s.]+(?:\d{1,3}|[ivxl]{1,5})\s*$|^[\u4e00-\u9fff（）()一-十、\d.\s]{3,}\d{1,3}$")


def is_entry(text: str) -> bool:
    """Whether the text is an entry of a contents page, by its leaders."""
    return bool(LEADER.search(text[-200:])) and any(char.isalpha() for char in text)


def is_contents_title(text: str) -> bool:
    """Whether the text is the head of a contents page."""
    return bool(TITLE.fullmatch(text.strip()))


def contents_lines(lines: list[Line]) -> set[int]:
    """The `id()` of the lines that are entries of a contents page: those with leaders, or all of a page that is one."""
    marked = {id(line) for line in lines if is_entry(line.text)}
    title = next((at for at, line in enumerate(lines) if is_contents_title(line.text)), None)
    if title is None:
        return marked
    after = lines[title:]
    numbered = sum(bool(ENTRY.match(line.text)) for line in after)
    full = sum(line.text.rstrip().endswith(("。", ".", "；")) for line in after)
    is_whole = len(marked) >= 2 or numbered >= 0.3 * len(after)
    if is_whole and full <= 0.2 * len(after) and all(len(line.text) < 130 for line in after):
        return marked | {id(line) for line in after}
    return marked | {id(lines[title])}


def mark_contents(blocks: list[Block]) -> list[Block]:
    """The blocks, those of a contents page marked: from its head as far as entries go."""
    marked: list[Block] = []
    inside = False
    for block in blocks:
        if block.form in (Form.TEXT, Form.HEADING):
            if is_contents_title(block.text):
                inside = True
            elif inside and not (is_entry(block.text) or (len(block.text) < 100 and ENTRY.match(block.text))):
                inside = False
            if inside or is_entry(block.text):
                block = Block(block.text, Form.CONTENTS, block.page, block.spans, size=block.size, bold=block.bold)
        marked.append(block)
    return marked
