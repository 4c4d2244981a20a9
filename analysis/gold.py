"""Gold labels, and where the units that people coded lie in what the program exports.

Texts are compared with white space, punctuation and width removed, so that a score does not depend on how lines, pages
or statements are cut.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any

from analysis.wording import norm
from domain.errors import NotFoundError

Record = dict[str, Any]
_HAN = re.compile("[\u4e00-\u9fff]")


def read_lines(path: Path) -> list[Record]:
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()]


def read_gold(folder: Path) -> dict[str, list[Record]]:
    """The coded units of each document, by the stem of its file name; alignments and queries are no documents."""
    files = [path for path in sorted(folder.glob("*.jsonl")) if not path.name.startswith(("align_", "queries_"))]
    if not files:
        raise NotFoundError(f"{folder}: no gold labels here; expected files such as SLUG.jsonl, a coded unit a line")
    return {path.stem: read_lines(path) for path in files}


def slug(row: Record) -> str:
    """The name that a gold document goes by, from an exported row."""
    return PurePath(row["source_file"]).stem


class Stream:
    """The normalised text of one exported document, with the row that each character came from."""

    def __init__(self, rows: Iterable[Record]) -> None:
        self.rows = list(rows)
        parts = [norm(row["text"]) for row in self.rows]
        self.text = "".join(parts)
        self.owner = [i for i, part in enumerate(parts) for _ in part]
        self.rewind()

    def rewind(self) -> None:
        """Look for the next unit from the beginning."""
        self._last = 0

    def cover(self, text: str) -> list[tuple[Record, int]]:
        """Rows under `text` with the characters that each covers, most first; empty if it is not there.

        Units come in reading order: a text that occurs often is looked for after the last hit first.
        """
        wanted = norm(text)
        if not wanted:
            return []
        span = self._find(wanted)
        if span:
            self._last = span[1]
            return self._counted(self.owner[span[0] : span[1]])
        return self._counted(self.owner[at] for at in self._gather(wanted))

    def _find(self, wanted: str) -> tuple[int, int] | None:
        """Where the text stands whole, or with something fallen into it (a footnote, a page number)."""
        at = self.text.find(wanted, self._last)
        if at < 0:
            at = self.text.find(wanted)
        if at >= 0:
            return at, at + len(wanted)
        if len(wanted) < 16:
            return None
        at = self.text.find(wanted[:8])
        while at >= 0:
            end = self.text.find(wanted[-8:], at)
            if 0 <= end - at <= 2 * len(wanted):
                return at, end + 8
            at = self.text.find(wanted[:8], at + 1)
        return None

    def _gather(self, wanted: str) -> Iterator[int]:
        """Positions of the text's pieces where columns or cells came in another order; none if too few are there."""
        size = 4 if _HAN.search(wanted) else 10
        found: dict[int, int] = {}
        for i in range(len(wanted) - size + 1):
            at = self.text.find(wanted[i : i + size])
            if at >= 0:
                found.update({i + j: at + j for j in range(size)})
        return iter(found.values() if len(found) >= 0.7 * len(wanted) else ())

    def _counted(self, owners: Iterable[int]) -> list[tuple[Record, int]]:
        return [(self.rows[i], n) for i, n in Counter(owners).most_common()]


def overlap(a: str, b: str) -> float:
    """Share of the shorter of two normalised texts that the other holds in one run."""
    short, long = sorted((norm(a), norm(b)), key=len)
    if not short:
        return 0.0
    if short in long:
        return 1.0
    best, above = 0, [0] * (len(long) + 1)
    for character in short:
        row = [0]
        for j, other in enumerate(long, start=1):
            row.append(above[j - 1] + 1 if character == other else 0)
        best, above = max(best, *row), row
    return best / len(short)
