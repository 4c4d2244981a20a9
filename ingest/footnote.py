"""Footnotes and lists of references, kept apart from the body."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.block import Block, Form
from ingest.line import Line
from ingest.paragraph import Measure
from ingest.structure import Node, path_of

SMALL = 0.88  # of the body's type size
LOW = 0.55  # of the page's height: footnotes stand below
MARK = re.compile(r"(?:\d{1,3}(?![\d.．、%年月])\s*\S|[①-⑳*†‡]|\[\d{1,3}\]|注[:：\d])")
REFERENCES = re.compile(
    r"(?:[\dIVX]{1,4}[.、]?\s*)?(?:references(?: cited)?|bibliography|works cited|endnotes|参考文献|引用文献|注释)", re.I
)


def part_footnotes(lines: list[Line], usual: Measure, height: float) -> tuple[list[Line], list[Line]]:
    """The lines of the body and those of the footnotes: small print at the foot of the page that begins with a mark."""
    at = len(lines)
    while at and lines[at - 1].size <= SMALL * usual.size and lines[at - 1].middle > LOW * height:
        at -= 1
    while at < len(lines) and not MARK.match(lines[at].text):
        at += 1
    return lines[:at], lines[at:]


def mark_references(blocks: Sequence[Block], nodes: Sequence[Node], places: Sequence[int | None]) -> list[Block]:
    """The blocks, those under a head of references marked as such."""
    marked = []
    for block, place in zip(blocks, places, strict=True):
        under = path_of(nodes, place)
        if block.form is Form.TEXT and under and REFERENCES.fullmatch(under[-1].strip()):
            block = replace(block, form=Form.REFERENCE)
        marked.append(block)
    return marked
