"""The source of a sample document: lines of text with a few marks, read into blocks.

`# `, `## `, `### ` are headings; `@word text` is a part of the form that official documents have (letterhead, number,
title, ...); `@box` and `@table` open a table of `|` rows, which may be followed by a note and closed by `@end`. `//` in a title
is where its line breaks on paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADINGS = {"# ": "heading1", "## ": "heading2", "### ": "heading3"}
TABLES = ("box", "table")
MARKS = (
    *("letterhead", "masthead", "number", "kicker", "title", "subtitle", "note", "source", "to", "para"),
    *("attach", "sign", "date", "contents", "break"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a part of the form, or a table with its `rows` and the notes under it."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()


def read_blocks(path: Path) -> list[Block]:
    """The blocks of a source in order; ValueError names the file and line of an unknown mark."""
    lines = list(enumerate(path.read_text(encoding="utf-8").splitlines(), start=1))
    lines.reverse()
    blocks = []
    while lines:
        number, line = lines.pop()
        if not line.strip():
            continue
        mark, _, text = line[1:].partition(" ") if line.startswith("@") else ("", "", line)
        if mark in TABLES:
            blocks.append(Block(mark, text.strip(), tuple(_take_rows(lines)), tuple(_take_notes(lines))))
        elif mark and mark not in MARKS:
            raise ValueError(f"{path.name}:{number}: mark @{mark} is unknown, expected one of {', '.join(MARKS + TABLES)}")
        elif mark:
            blocks.append(Block(mark, text.strip()))
        else:
            blocks.append(_text_block(line))
    return blocks


def _text_block(line: str) -> Block:
    for prefix, kind in HEADINGS.items():
        if line.startswith(prefix):
            return Block(kind, line.removeprefix(prefix).strip())
    return Block("paragraph", line.strip())


def _take_rows(lines: list[tuple[int, str]]) -> Iterator[tuple[str, ...]]:
    while lines and lines[-1][1].startswith("|"):
        yield tuple(cell.strip() for cell in lines.pop()[1].strip("|").split("|"))


def _take_notes(lines: list[tuple[int, str]]) -> Iterator[str]:
    """The lines between the rows and `@end`; none where no `@end` follows."""
    ahead = [line for _, line in reversed(lines[-3:])]
    if "@end" not in ahead:
        return
    while (line := lines.pop()[1]) != "@end":
        yield line.strip()
