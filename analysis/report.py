"""A comparison on paper: JSON for programs, a workbook, a page to print, a table for the terminal."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from analysis.compare import Comparison, Match, Row, section_of
from analysis.coverage import Coverage
from analysis.ladder import Relation, Rung
from analysis.phrases import phrase
from analysis.workbook import Workbook
from analysis.writers import fitted, write_aside, write_text
from domain.codebook import Language
from domain.record import facts_record, target_record
from domain.statement import Statement
from domain.target import Target

COLUMNS = (
    "no",
    "heading_path",
    "page_number",
    "element",
    "requirement",
    "local_document",
    "status",
    "confidence",
    "best_match",
    "match_heading_path",
    "match_page",
    "match_score",
    "verbatim",
    "target_relation",
    "evidence",
    "verdict",
    "note",
    "by",
    "at",
)
SURE, DOUBTFUL = 0.9, 0.6  # scores of an element: of those from the first on nine in ten are right, below the second every other
ONLY_LOCAL = ("no", "local_document", "heading_path", "page_number", "element", "statement", "nearest_in_source", "match_score")


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain values, in the form that `compare --format json` promises."""
    return {
        "source": facts_record(comparison.source),
        "local": [facts_record(facts) for facts in comparison.locals],
        "summary": summary(comparison),
        "rows": [row_record(row) for row in comparison.rows],
    }


def summary(comparison: Comparison) -> dict[str, Any]:
    """How many requirements there are and how many have each status, in all and by local document."""
    counts = comparison.counts()
    requirements = len({row.source.id for row in comparison.rows})
    return {
        "requirements": requirements,
        **{status.value: n for status, n in counts.items()},
        "not_applicable": comparison.not_applicable(),
        "by_document": {
            facts.id: {status.value: n for status, n in comparison.counts(facts).items()} for facts in comparison.locals
        },
    }


def statement_part(statement: Statement) -> dict[str, Any]:
    """What a comparison shows of a statement."""
    tags = statement.tags
    return {
        "statement_id": statement.id,
        "text": statement.text,
        "page": statement.page,
        "heading_path": list(statement.heading_path),
        "element": tags.element.value if tags else None,
        "targets": [target_record(target) for target in tags.targets] if tags else [],
    }


def row_record(row: Row) -> dict[str, Any]:
    """A row as plain values."""
    verdict = row.verdict
    return {
        "source": statement_part(row.source),
        "local_document": row.local.id,
        "status": row.status.value,
        "confidence": round(row.confidence, 4),
        "matches": [match_record(match) for match in row.matches],
        "target_relation": row.target_relation.value,
        "evidence": row.evidence,
        "verdict": {"status": verdict.status, "note": verdict.note, "by": verdict.by, "at": verdict.at} if verdict else None,
    }


def match_record(match: Match) -> dict[str, Any]:
    """A match as plain values."""
    return {**statement_part(match.statement), "score": round(match.score, 4)}


def numbered(rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
    """The rows with the number of their requirement, the same for every local plan."""
    number: dict[str, int] = {}
    for row in rows:
        yield number.setdefault(row.source.id, len(number) + 1), row


def table_rows(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    """A flat row per requirement and local plan, in the order of COLUMNS."""
    language = comparison.source.language
    for no, row in numbered(comparison.rows):
        best = row.matches[0] if row.matches else None
        yield (
            no,
            " > ".join(row.source.heading_path),
            row.source.page,
            phrase(language, f"element_{row.source.tags.element.value}") if row.source.tags else "",
            row.source.text,
            row.local.title,
            phrase(language, f"status_{row.status.value}"),
            round(row.confidence, 2),
            best.statement.text if best else "",
            " > ".join(best.statement.heading_path) if best else "",
            best.statement.page if best else None,
            round(best.score, 2) if best else None,
            round(row.verbatim, 2) if best else None,
            phrase(language, f"relation_{row.target_relation.value}"),
            row.evidence,
            phrase(language, f"status_{row.verdict.status}") if row.verdict else "",
            row.verdict.note if row.verdict else "",
            ", ".join(verdict.by for verdict in row.verdicts),
            row.verdict.at if row.verdict else "",
        )


def only_local_rows(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    """A flat row per local statement that the source has nothing like, in the order of ONLY_LOCAL."""
    titles = {facts.id: facts.title for facts in comparison.locals}
    for no, row in enumerate(comparison.only_local, start=1):
        best = row.matches[0] if row.matches else None
        yield (
            no,
            titles[row.source.document_id],
            " > ".join(row.source.heading_path),
            row.source.page,
            phrase(comparison.source.language, f"element_{row.source.tags.element.value}") if row.source.tags else "",
            row.source.text,
            best.statement.text if best else "",
            round(best.score, 2) if best else None,
        )


def write_comparison(comparison: Comparison, format: str, output: Path | None) -> None:
    """Write a comparison as table, json, xlsx or html, to a file or, where the format is text, to stdout."""
    if format == "xlsx":
        if output is None:
            raise ValueError("a workbook needs a file to be written to")
        write_aside(output, lambda aside: write_workbook(comparison, aside))
        return
    write_text({"json": as_json, "html": as_html, "table": as_table}[format](comparison), output)


def as_json(comparison: Comparison) -> str:
    """One JSON object."""
    return json.dumps(comparison_record(comparison), ensure_ascii=False, indent=1) + "\n"


def as_table(comparison: Comparison) -> str:
    """Three lines a row, the counts last."""
    lines = []
    for row in comparison.rows:
        lines.append(f"[{row.status.value}] {row.source.text}")
        if row.matches and row.status is not Coverage.MISSING:
            lines.append(f"    -> {row.matches[0].statement.text}")
        lines.append(f"    {row.evidence}")
    for facts in comparison.locals:
        counts = ", ".join(f"{n} {status.value}" for status, n in comparison.counts(facts).items())
        lines.append(f"{facts.title}: {counts}")
    return "\n".join(lines) + "\n"


def as_html(comparison: Comparison) -> str:
    """A report that stands alone and prints; every text is escaped.

    First what a reviewer's file needs: counts, sections, what is missing or weaker, targets; then every requirement.
    """
    language = comparison.source.language
    title = f"{comparison.source.title} / {', '.join(facts.title for facts in comparison.locals)}"
    rows = list(numbered(comparison.rows))
    missing = [gap_row(no, row, language) for no, row in rows if row.status is Coverage.MISSING]
    weaker = [(no, row.source.text, row.matches[0].statement.text, row.local.title) for no, row in rows if row.is_weakened]
    parts = [
        f"<h1>{escape(title)}</h1><p>{phrase(language, 'report_note')}</p><p>{trust(comparison)}</p>",
        section_html("summary", SUMMARY, list(summary_rows(comparison)), language),
        section_html("by_section", ("section", *STATUSES), list(section_rows(comparison)), language),
        section_html("not_found", GAPS, missing, language),
        section_html("weaker_words", ("no", "requirement", "best_match", "local_document"), weaker, language),
        section_html("targets", RUNG_COLUMNS, list(rung_rows(comparison)), language),
        f'<div class="new"></div><h2>{phrase(language, "requirements")}</h2>',
        table_html(
            ("no", "requirement", "status", "best_match", "evidence", "verdict"),
            [html_row(row, no, language) for no, row in rows],
            language,
        ),
        section_html("only_local", ONLY_LOCAL, list(only_local_rows(comparison)), language),
    ]
    return (
        f'<!doctype html><html lang="{language.value}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style>{''.join(parts)}</html>\n"
    )


def trust(comparison: Comparison) -> str:
    """How many requirements the machine is sure to be one, and how many it doubts, with what its scores mean."""
    scores = {row.source.id: row.source.tags.element_score for row in comparison.rows if row.source.tags}.values()
    counts = {"sure": sum(score >= SURE for score in scores), "doubtful": sum(score < DOUBTFUL for score in scores)}
    return phrase(comparison.source.language, "trust", requirements=len(scores), **counts)


STATUSES = tuple(f"status_{status.value}" for status in Coverage)
SUMMARY = ("source", "local_document", *STATUSES, "not_applicable", "only_local", "agreement")
GAPS = ("no", "heading_path", "requirement", "local_document", "nearest", "match_score", "verdict")


def summary_rows(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    """A line for each local plan: how many requirements have each status, and how often reviewers agree with the machine."""
    news = Counter(row.source.document_id for row in comparison.only_local)
    for facts in comparison.locals:
        rows = [row for row in comparison.rows if row.local.id == facts.id]
        counts = comparison.counts(facts).values()
        said = agreed(rows, comparison.source.language)
        yield (comparison.source.title, facts.title, *counts, comparison.not_applicable(facts), news[facts.id], said)


def section_rows(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    """A line for each section of the source: how many requirements have each status, in all local plans together."""
    counts: dict[str, Counter[Coverage]] = {}
    for row in comparison.rows:
        counts.setdefault(section_of(row.source), Counter())[row.status] += 1
    for section, found in counts.items():
        yield (section, *(found[status] for status in Coverage))


def gap_row(no: int, row: Row, language: Language) -> tuple[Any, ...]:
    """What is shown of a missing requirement, in the order of GAPS."""
    best = row.matches[0] if row.matches else None
    nearest = (best.statement.text, round(best.score, 2)) if best else ("", None)
    verdict = phrase(language, f"status_{row.verdict.status}") if row.verdict else ""
    return (no, " > ".join(row.source.heading_path[-2:]), row.source.text, row.local.title, *nearest, verdict)


def section_html(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], language: Language) -> str:
    """A heading and a table of plain values; nothing where there is no row."""
    cells = [[escape("" if value is None else str(value)) for value in row] for row in rows]
    return f"<h2>{phrase(language, name)}</h2>{table_html(columns, cells, language)}" if rows else ""


def table_html(columns: Sequence[str], rows: Sequence[Sequence[str]], language: Language) -> str:
    """A table of cells that are safe already."""
    head = "".join(f"<th>{phrase(language, name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def agreed(rows: Sequence[Row], language: Language) -> str:
    """How often reviewers and the machine, and reviewers among themselves, say the same; nothing where nobody reviewed."""
    reviewed = [row for row in rows if row.verdict]
    if not reviewed:
        return ""
    same = sum(row.verdict is not None and row.verdict.status == row.status for row in reviewed)
    twice = [{verdict.status for verdict in row.verdicts} for row in reviewed if len(row.verdicts) > 1]
    counts = {"reviewed": len(reviewed), "same": same, "twice": len(twice), "alike": sum(len(said) == 1 for said in twice)}
    return phrase(language, "machine_and_reviewers", **counts)


STYLE = (
    "body{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #bbb;padding:.4em .6em;vertical-align:top;text-align:left}small{color:#555;display:block}"
    "h1{font-size:1.3em}h2{font-size:1.1em;margin-top:2em}h2{break-after:avoid}tr{break-inside:avoid}"
    "@media print{body{margin:0;font-size:11px}.new{break-before:page}}"
)


def html_row(row: Row, no: int, language: Language) -> tuple[str, ...]:
    """The cells of one row of the printed table."""
    match = statement_html(row.matches[0].statement, language) if row.matches and row.status is not Coverage.MISSING else ""
    verdicts = "".join(
        f"{phrase(language, f'status_{verdict.status}')}<small>{escape(verdict.by)}: {escape(verdict.note)}</small>"
        for verdict in row.verdicts
    )
    status = phrase(language, f"status_{row.status.value}")
    return str(no), statement_html(row.source, language), status, match, escape(row.evidence), verdicts


def statement_html(statement: Statement, language: Language) -> str:
    """A statement with its breadcrumb and page below it."""
    place = " > ".join([*statement.heading_path, *([phrase(language, "page", page=statement.page)] if statement.page else [])])
    return f"{escape(statement.text)}<small>{escape(place)}</small>"


def write_workbook(comparison: Comparison, path: Path) -> int:
    """A sheet each for the summary, the requirements, their targets and what is only local; returns the number of rows."""
    language = comparison.source.language
    with Workbook(path) as book:
        add_sheet(book, "summary", SUMMARY, summary_rows(comparison), language)
        count = add_sheet(book, "requirements", COLUMNS, table_rows(comparison), language)
        add_sheet(book, "targets", RUNG_COLUMNS, rung_rows(comparison), language)
        if len(comparison.locals) > 1:
            titles = [facts.title for facts in comparison.locals]
            add_sheet(book, "ladder", ("indicator", "source_quote"), ladder_rows(comparison), language, titles)
        add_sheet(book, "only_local", ONLY_LOCAL, only_local_rows(comparison), language)
    return count


def add_sheet(
    book: Workbook,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    language: Language,
    titles: Sequence[str] = (),
) -> int:
    """A sheet whose name and columns are in the language; `titles` head further columns as they are."""
    cells = (["" if value is None else fitted(value) for value in row] for row in rows)
    widths = [60 if column in WIDE else 24 if "path" in column else 14 for column in columns]
    head = [*(phrase(language, column) for column in columns), *titles]
    return book.add(phrase(language, name), head, cells, [*widths, *(24 for _ in titles)], wrap=True)


WIDE = ("requirement", "best_match", "statement", "nearest_in_source", "source", "old", "new", "reason")


def amount(target: Target, language: Language) -> str:
    """A target's number as a reader of the language writes it: 1.2亿千瓦, 120,000,000 kW."""
    value, multiplier = target.value, ""
    if language is Language.ZH and value >= 1e4:
        value, multiplier = (value / 1e8, "亿") if value >= 1e8 else (value / 1e4, "万")
    return f"{target.comparator.value} {value:,.10g}{multiplier}{'' if language is Language.ZH else ' '}{target.unit}".strip()


RUNG_COLUMNS = ("indicator", "local_document", "source_value", "local_value", "source_quote", "local_quote", "relation", "reason")


def rung_rows(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    """The target ladder: a line for every source target that a local one was held against, in the order of RUNG_COLUMNS."""
    language = comparison.source.language
    for row in comparison.rows:
        for rung in row.rungs:
            yield (
                rung.source.indicator,
                row.local.title,
                amount(rung.source, language),
                amount(rung.local, language),
                rung.source.quote,
                rung.local.quote,
                relation_word(rung, language),
                rung.reason,
            )


def relation_word(rung: Rung, language: Language) -> str:
    """The relation of two targets in a word."""
    return phrase(language, "not_comparable" if rung.relation is Relation.NONE else f"relation_{rung.relation.value}")


def ladder_rows(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    """Each source target on one line with what every local plan has for it, locals in the comparison's order."""
    language = comparison.source.language
    for target, rungs in comparison.ladder():
        local = (rungs.get(facts.id) for facts in comparison.locals)
        steps = (f"{rung.local.quote} ({relation_word(rung, language)})" if rung else "" for rung in local)
        yield (target.indicator, target.quote, *steps)
