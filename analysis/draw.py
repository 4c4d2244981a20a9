"""A draw of statements for double coding: random or even over strata, seeded, without what the machine says of them."""

from collections import defaultdict
from pathlib import Path

import numpy as np

from analysis.codes import codebook_table
from analysis.label_studio import write_tasks
from analysis.writers import WRITERS, write_aside, write_xlsx
from domain.errors import ExportError
from domain.record import Record
from index import Filters, Library, statements_table

STRATA = ("element", "document_title", "language", "level", "place", "genre")
CODED = ("element", "element_score", "element_evidence", "sectors", "instruments", "stringency", "targets")
EMPTY: dict[str, object] = {"sectors": [], "instruments": [], "targets": []}
KNOWN = (*WRITERS, "json")


def draw(library: Library, filters: Filters, size: int, *, by: str | None = None, seed: int = 1) -> list[Record]:
    """`size` records of the statements that pass, or all there are, in the library's order; the same for the same seed.

    With `by` every stratum gives the same number, as far as it has as many.
    """
    records = list(library.statements(filters).records())
    strata: dict[str, list[int]] = defaultdict(list)
    for place in np.random.default_rng(seed).permutation(len(records)).tolist():
        strata[str(records[place][by]) if by else ""].append(place)
    chosen: list[int] = []
    waiting = [strata[name] for name in sorted(strata)]
    while len(chosen) < size and waiting:
        for stratum in waiting[: size - len(chosen)]:
            chosen.append(stratum.pop())
        waiting = [stratum for stratum in waiting if stratum]
    return [records[place] for place in sorted(chosen)]


def write_draw(path: Path, records: list[Record], format: str | None = None) -> int:
    """The drawn statements with empty codes for a coder to fill in, a workbook with the codebook beside them."""
    kind = (format or path.suffix.lstrip(".")).lower()
    if kind not in KNOWN:
        raise ExportError(f"{path}: cannot write {kind or 'a file without suffix'!r}; known formats are {', '.join(KNOWN)}")
    blind = [record | {name: EMPTY.get(name) for name in CODED} for record in records]
    table = statements_table(blind)
    if kind == "json":
        return write_aside(path, lambda aside: write_tasks(aside, blind))
    if kind == "xlsx":
        return write_aside(path, lambda aside: write_xlsx(aside, table, beside=[codebook_table()]))
    return write_aside(path, lambda aside: WRITERS[kind](aside, table))
