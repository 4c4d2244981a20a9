"""Plain text and Markdown files in any charset."""

import re

from charset_normalizer import from_bytes

from domain.errors import RefusedError
from ingest.block import Block, Form, Reading
from ingest.characters import HAN, clean, han_share

LONG_LINE = 600
MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
CRAWLED_BREAK = re.compile(rf"(?<=[{HAN}。；：！？）》”\d])[ \u3000\t]+(?=[（(《“\d{HAN}①-⑳])")
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(content: bytes, source_file: str) -> str:
    """The text of these bytes; UTF-8 first, then GB 18030, then what its letters speak for."""
    for bom, charset in BOMS:
        if content.startswith(bom):
            return content.decode(charset, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    best = from_bytes(content[:200_000]).best()
    if best is None:
        raise RefusedError(source_file, "the charset of the text cannot be told", "save it as UTF-8")
    charset = "gb18030" if best.encoding in ("gb2312", "gbk", "gb18030", "hz") else best.encoding
    return content.decode(charset, errors="replace")


def read_text(content: bytes, source_file: str, *, markdown: bool = False) -> Reading:
    """The blocks of a text file: one a line, crawled lines parted again, hard-wrapped lines joined."""
    text = decode(content, source_file).replace("\r\n", "\n").replace("\r", "\n")
    lines = [part for line in text.split("\n") for part in unfold(line)]
    blocks = [_block(clean(line), markdown) for line in lines]
    return Reading([block for block in blocks if block.text])


def unfold(line: str) -> list[str]:
    """A line that holds a whole document, parted where its paragraphs were."""
    if len(line) < LONG_LINE or han_share(line[:2000]) < 0.5:
        return [line]
    return CRAWLED_BREAK.sub("\n", line).split("\n")


def _block(line: str, markdown: bool) -> Block:
    found = MARKDOWN_HEADING.match(line) if markdown else None
    if found:
        return Block(found[2], Form.HEADING, rank=len(found[1]))
    return Block(line)
