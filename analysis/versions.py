"""Two versions of one plan: what was added, dropped, weakened or strengthened, and which numbers moved."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from analysis.compare import REQUIREMENTS, Row, body, compare, weakened
from analysis.ladder import Relation, climb, same_level, targets_of
from analysis.phrases import phrase
from analysis.report import add_sheet, statement_part
from analysis.wording import is_weaker, norm, verbatim_share
from analysis.workbook import Workbook
from analysis.writers import write_aside, write_text
from domain.codebook import Language
from domain.statement import Statement
from index import Library

COLUMNS = ("change", "heading_path", "old", "old_page", "new", "new_page", "reason")
LEAST_ALIKE = 0.4  # score or share of the wording below which two statements are not one in two versions


class Change(StrEnum):
    """What became of a statement from one version to the next."""

    DROPPED = "dropped"
    ADDED = "added"
    NUMBERS = "numbers"
    WEAKENED = "weakened"
    STRENGTHENED = "strengthened"
    REWORDED = "reworded"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Changed:
    """A statement of the older version beside that of the newer one; `reason` says what changed, in a clause."""

    change: Change
    old: Statement | None
    new: Statement | None
    reason: str = ""


def find_changes(library: Library, old_id: str, new_id: str) -> tuple[Changed, ...]:
    """The principles, goals and measures of the older version and what became of each, then what the newer one adds."""
    rows = compare(library, old_id, [new_id]).rows
    kept = pair_up(rows)
    facts = {each.id: each for each in library.facts()}
    comparable = same_level(facts[old_id].level, facts[new_id].level)
    found = [
        change_of(row.source, kept[row.source.id], comparable)
        if row.source.id in kept
        else Changed(Change.DROPPED, row.source, None)
        for row in rows
    ]
    used = {statement.id for statement in kept.values()}
    asked = (s for s in body(library, new_id) if s.tags and s.tags.element in REQUIREMENTS)
    return (*found, *(Changed(Change.ADDED, None, s) for s in asked if s.id not in used))


def pair_up(rows: Sequence[Row]) -> dict[str, Statement]:
    """The statement of the newer version that each of the older became, by id; none serves twice, the most alike go first."""
    alike = [
        (-max(match.score, verbatim_share(row.source.text, match.statement.text)), n, rank)
        for n, row in enumerate(rows)
        for rank, match in enumerate(row.matches)
    ]
    kept: dict[str, Statement] = {}
    used: set[str] = set()
    for unlike, n, rank in sorted(alike):
        old, new = rows[n].source, rows[n].matches[rank].statement
        if -unlike >= LEAST_ALIKE and old.id not in kept and new.id not in used:
            kept[old.id] = new
            used.add(new.id)
    return kept


def change_of(old: Statement, new: Statement, comparable: bool) -> Changed:
    """What became of one statement of the older version."""
    if norm(new.text) == norm(old.text):
        return Changed(Change.SAME, old, new)
    rungs = climb(targets_of(old), targets_of(new), same_level=comparable, language=old.language)
    moved = [rung.reason for rung in rungs if rung.relation is not Relation.EQUAL]
    if moved:
        return Changed(Change.NUMBERS, old, new, "; ".join(moved))
    if is_weaker(new, old):
        return Changed(Change.WEAKENED, old, new, weakened(old, new))
    return Changed(Change.STRENGTHENED if is_weaker(old, new) else Change.REWORDED, old, new)


def write_changes(changes: Sequence[Changed], format: str, output: Path | None) -> None:
    """Write the changes as table, json or xlsx, to a file or, where the format is text, to stdout."""
    if format == "xlsx":
        if output is None:
            raise ValueError("a workbook needs a file to be written to")
        write_aside(output, lambda aside: write_workbook(changes, aside))
        return
    write_text(as_json(changes) if format == "json" else as_table(changes), output)


def write_workbook(changes: Sequence[Changed], path: Path) -> int:
    """A sheet of the counts and one of the changes, in the language of the older version; returns the number of changes."""
    language = next((s.language for each in changes for s in (each.old, each.new) if s), Language.ZH)
    counts = [(phrase(language, f"change_{change}"), n) for change, n in count_changes(changes).items()]
    with Workbook(path) as book:
        add_sheet(book, "summary", ("change", "count"), counts, language)
        return add_sheet(book, "changes", COLUMNS, (change_row(each, language) for each in changes), language)


def change_row(each: Changed, language: Language) -> tuple[Any, ...]:
    """A change as a flat row, in the order of COLUMNS."""
    place = each.old or each.new
    return (
        phrase(language, f"change_{each.change}"),
        " > ".join(place.heading_path) if place else "",
        each.old.text if each.old else "",
        each.old.page if each.old else None,
        each.new.text if each.new else "",
        each.new.page if each.new else None,
        each.reason,
    )


def as_json(changes: Sequence[Changed]) -> str:
    """One JSON object: the counts and a row for every statement."""
    rows: list[dict[str, Any]] = [
        {
            "change": each.change.value,
            "old": statement_part(each.old) if each.old else None,
            "new": statement_part(each.new) if each.new else None,
            "reason": each.reason,
        }
        for each in changes
    ]
    return json.dumps({"summary": count_changes(changes), "rows": rows}, ensure_ascii=False, indent=1) + "\n"


def as_table(changes: Sequence[Changed]) -> str:
    """What changed, a few lines each, the counts last; what stayed the same is counted only."""
    lines = []
    for each in changes:
        if each.change is not Change.SAME:
            said = each.old or each.new
            language = said.language if said else None
            lines.append(f"[{phrase(language, f'change_{each.change}') if language else each.change}]")
            lines += [f"  - {each.old.text}"] if each.old else []
            lines += [f"  + {each.new.text}"] if each.new else []
            lines += [f"    {each.reason}"] if each.reason else []
    lines.append(", ".join(f"{n} {change}" for change, n in count_changes(changes).items()))
    return "\n".join(lines) + "\n"


def count_changes(changes: Sequence[Changed]) -> dict[str, int]:
    """How many statements each change has."""
    found = Counter(each.change for each in changes)
    return {change.value: found[change] for change in Change}
