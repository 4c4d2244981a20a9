"""Agreement between coders, and between coders and the machine: percent, Cohen's kappa, Krippendorff's alpha with its interval.

Everything is a nominal decision on a statement. Element and stringency are one decision; of sectors and instruments, of which
a statement may have several, each code is a decision of its own, yes or no. Alpha's interval is the middle 95 % of a seeded
bootstrap over statements. Sources: Cohen 1960, doi:10.1177/001316446002000104; Krippendorff, Content Analysis, 4th ed., ch. 12.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coded import CLOSED, coded_rows
from analysis.writers import write_csv, write_text, write_xlsx
from domain.errors import ExportError, NotFoundError
from domain.record import Record, statement_record
from index import Kind, Library, Table
from index.table import columns_of

MACHINE = "Pilotlight"
SINGLE = ("element", "stringency")
OF_MEASURES = ("stringency", "instruments")
ALL = "all"
ROUNDS, SEED = 1000, 1409
NOTHING = -1
FIELDS = ("field", "code", "document", "coders", "statements", "percent", "kappa", "alpha", "alpha_low", "alpha_high")
Codes = NDArray[np.int64]  # shape (units, coders), a number for each value, NOTHING where a coder said nothing


@dataclass(frozen=True, slots=True)
class Coding:
    """What one coder said: the codes of each statement as plain values, by statement id and field."""

    coder: str
    codes: dict[str, Record]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coders agree on one question; `kappa` is None unless there are two, all of them where nothing can be said."""

    field: str
    code: str
    document: str
    coders: tuple[str, ...]
    statements: int
    percent: float | None
    kappa: float | None
    alpha: float | None
    interval: tuple[float, float] | None


def read_coding(path: Path, library: Library, coder: str | None = None) -> Coding:
    """A coder's file: the statements that were coded in it; the coder is called after the file unless named."""
    codes: dict[str, Record] = {}
    for line, row in coded_rows(path, library):
        if row.get("element", "") is None:
            continue
        try:
            statement = library.statement(row["statement_id"])
        except NotFoundError:
            raise ExportError(f"{path.name}, row {line}: no statement {row['statement_id']!r} in the library") from None
        codes[statement.id] = {name: row[name] for name in CLOSED if name in row}
    if not codes:
        raise ExportError(f"{path}: no statement is coded in it; fill in the column element")
    return Coding(coder or path.stem, codes)


def machine_coding(library: Library, ids: Iterable[str]) -> Coding:
    """What the machine said of these statements, before anybody corrected it."""
    facts = {each.id: each for each in library.facts()}
    first: dict[tuple[str, str], object] = {}
    for correction in library.corrections():
        first.setdefault((correction.text, correction.field), correction.machine_value)
    codes: dict[str, Record] = {}
    for id in ids:
        statement = library.statement(id)
        record = statement_record(statement, facts[statement.document_id])
        codes[id] = {name: first.get((statement.text, name), record[name]) for name in CLOSED}
    return Coding(MACHINE, codes)


def find_agreement(codings: Sequence[Coding], documents: dict[str, str]) -> list[Agreement]:
    """Rows by field and each code given, for every pair of coders and for all of them, then by document for whole fields.

    `documents` is the document's name by statement id.
    """
    ids = sorted(set().union(*(coding.codes for coding in codings)))
    groups = [*combinations(codings, 2), *([tuple(codings)] if len(codings) > 2 else [])]
    rows = []
    for field in CLOSED:
        if not any(field in codes for coding in codings for codes in coding.codes.values()):
            continue
        for group in groups:
            rows.append(row_of(field, ALL, ALL, group, ids))
            rows += [row_of(field, code.value, ALL, group, ids) for code in CLOSED[field]]
            for document in sorted(set(documents.values())):
                rows.append(row_of(field, ALL, document, group, [id for id in ids if documents[id] == document]))
    return [row for row in rows if row.statements]


def row_of(field: str, code: str, document: str, group: Sequence[Coding], ids: Sequence[str]) -> Agreement:
    """The agreement of a group of coders on a field, or on one of its codes, over some statements."""
    blocks = decisions(field, code, group, ids)
    units = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    names = tuple(coding.coder for coding in group)
    pairable = int(((blocks[0] != NOTHING).sum(axis=1) >= 2).sum())
    unused = code != ALL and not (units > 0).any()  # all agree on a code that none of them gave: that says nothing
    if not pairable or unused:
        return Agreement(field, code, document, names, 0, None, None, None, None)
    kappa = cohen_kappa(units) if len(group) == 2 else None
    return Agreement(
        field, code, document, names, pairable, percent_agreement(units), kappa, alpha_of(blocks), alpha_interval(blocks)
    )


def decisions(field: str, code: str, group: Sequence[Coding], ids: Sequence[str]) -> list[Codes]:
    """The decisions asked about, an array for each, statements in one order in all of them.

    A measure's tags are asked only of statements that every coder who coded them calls a measure.
    """
    members = [member.value for member in CLOSED[field]]
    said = [[value_of(coding, id, field) for coding in group] for id in ids if is_asked(field, id, group)]
    if field in SINGLE:
        place = {value: number for number, value in enumerate((None, *members))}
        if code == ALL:
            return [as_codes([[NOTHING if value is Ellipsis else place[value] for value in row] for row in said], group)]
        return [as_codes([[NOTHING if value is Ellipsis else int(value == code) for value in row] for row in said], group)]
    return [
        as_codes([[NOTHING if value is Ellipsis else int(each in value) for value in row] for row in said], group)
        for each in (members if code == ALL else [code])
    ]


def is_asked(field: str, id: str, group: Sequence[Coding]) -> bool:
    """Whether a field is a question of this statement."""
    elements = [coding.codes[id].get("element", "measure") for coding in group if id in coding.codes]
    return field not in OF_MEASURES or all(element == "measure" for element in elements)


def value_of(coding: Coding, id: str, field: str) -> Any:
    """What a coder said; Ellipsis where nothing was said."""
    return coding.codes.get(id, {}).get(field, ...)


def as_codes(rows: list[list[int]], group: Sequence[Coding]) -> Codes:
    """Rows of numbers as an array."""
    return np.array(rows, np.int64).reshape(len(rows), len(group))


def percent_agreement(units: Codes) -> float | None:
    """The share of pairs of coders, over all units, that say the same."""
    same = pairs = 0
    for first, second in combinations(range(units.shape[1]), 2):
        both = (units[:, first] != NOTHING) & (units[:, second] != NOTHING)
        pairs += int(both.sum())
        same += int((units[both, first] == units[both, second]).sum())
    return same / pairs if pairs else None


def cohen_kappa(units: Codes) -> float | None:
    """Cohen's kappa of two coders, shape (units, 2); None where both use one and the same code throughout."""
    both = units[(units != NOTHING).all(axis=1)]
    if not len(both):
        return None
    values = np.unique(both)
    shares = [(both == value).mean(axis=0) for value in values]
    chance = float(sum(share[0] * share[1] for share in shares))
    agreed = float((both[:, 0] == both[:, 1]).mean())
    return (agreed - chance) / (1 - chance) if chance < 1 else None


def coincidences(units: Codes) -> NDArray[np.float64]:
    """What each unit adds to the coincidence matrix: float64, shape (units, values, values); units of one coder add nothing."""
    values = np.unique(units[units != NOTHING])
    counts = (
        np.stack([(units == value).sum(axis=1) for value in values], axis=1).astype(np.float64)
        if len(values)
        else (np.zeros((len(units), 0)))
    )
    coders = counts.sum(axis=1)
    products = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    products[:, diagonal, diagonal] -= counts
    return np.where(coders[:, None, None] >= 2, products / np.maximum(coders - 1, 1)[:, None, None], 0.0)


def alpha_of_matrix(matrix: NDArray[np.float64]) -> tuple[float, float]:
    """Observed and expected disagreement of a coincidence matrix, both by the number of paired values."""
    totals = matrix.sum(axis=1)
    n = totals.sum()
    if n <= 1:
        return 0.0, 0.0
    observed = n - np.trace(matrix)
    expected = (n * n - (totals**2).sum()) / (n - 1)
    return float(observed), float(expected)


def alpha_of(blocks: Sequence[Codes]) -> float | None:
    """Krippendorff's alpha for nominal data; over several decisions their disagreements are added up."""
    return alpha_of_sums([coincidences(units).sum(axis=0) for units in blocks])


def alpha_of_sums(matrices: Iterable[NDArray[np.float64]]) -> float | None:
    """Alpha of coincidence matrices; None where no two different values were given."""
    parts = [alpha_of_matrix(matrix) for matrix in matrices]
    expected = sum(part[1] for part in parts)
    return 1 - sum(part[0] for part in parts) / expected if expected else None


def alpha_interval(blocks: Sequence[Codes], rounds: int = ROUNDS) -> tuple[float, float] | None:
    """The middle 95 % of alpha over statements drawn again with replacement."""
    parts = [coincidences(units) for units in blocks]
    count = len(blocks[0])
    rng = np.random.default_rng(SEED)
    alphas = []
    for _ in range(rounds):
        drawn = np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)
        alpha = alpha_of_sums(np.tensordot(drawn, part, axes=1) for part in parts)
        if alpha is not None:
            alphas.append(alpha)
    return (float(np.quantile(alphas, 0.025)), float(np.quantile(alphas, 0.975))) if alphas else None


def agreement_of(library: Library, files: Sequence[Path], *, machine: bool) -> list[Agreement]:
    """The agreement of the coders of these files, with the machine as one more."""
    codings = [read_coding(path, library) for path in files]
    ids = sorted(set().union(*(coding.codes for coding in codings)))
    titles = {facts.id: facts.title for facts in library.facts()}
    documents = {id: titles[library.statement(id).document_id] for id in ids}
    return find_agreement([*codings, *([machine_coding(library, ids)] if machine else [])], documents)


def agreement_table(rows: Sequence[Agreement]) -> Table:
    """The rows as a table."""

    def record(row: Agreement) -> Record:
        low, high = row.interval or (None, None)
        numbers = {"percent": row.percent, "kappa": row.kappa, "alpha": row.alpha, "alpha_low": low, "alpha_high": high}
        return {
            "field": row.field,
            "code": row.code,
            "document": row.document,
            "coders": " × ".join(row.coders),
            "statements": row.statements,
            **{name: None if value is None else round(value, 4) for name, value in numbers.items()},
        }

    kinds = dict.fromkeys(FIELDS[5:], Kind.NUMBER) | {"statements": Kind.WHOLE}
    return Table("agreement", columns_of(FIELDS, **kinds), lambda: map(record, rows))


def write_agreement(rows: Sequence[Agreement], format: str, output: Path | None) -> None:
    """Write the rows as csv, xlsx or a Markdown report, to a file or, where the format is text, to stdout."""
    table = agreement_table(rows)
    if format == "report":
        write_text(report(rows), output)
    elif output is None:
        raise ValueError(f"{format} needs a file to be written to")
    else:
        (write_xlsx if format == "xlsx" else write_csv)(output, table)


def report(rows: Sequence[Agreement]) -> str:
    """A section for each field: how far coders agree in all, by code and by document."""
    lines = ["# Agreement", "", "Percent, Cohen's kappa (two coders) and Krippendorff's alpha with its 95 % interval.", ""]
    for field in dict.fromkeys(row.field for row in rows):
        lines += [f"## {field}", "", "| of | coders | statements | percent | kappa | alpha |", "|---|---|---|---|---|---|"]
        for row in (row for row in rows if row.field == field):
            of = row.code if row.document == ALL else row.document
            alpha = shown(row.alpha) + (f" ({shown(row.interval[0])} to {shown(row.interval[1])})" if row.interval else "")
            coders = " × ".join(row.coders)
            percent = "–" if row.percent is None else f"{100 * row.percent:.0f}"
            lines.append(f"| {of} | {coders} | {row.statements} | {percent} | {shown(row.kappa)} | {alpha} |")
        lines.append("")
    return "\n".join(lines)


def shown(value: float | None) -> str:
    """A coefficient with two places, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"
