"""A comparison on paper: JSON for programs, a workbook, a page to print, a table for the terminal."""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from analysis.compare import Comparison, Match, Row
from analysis.coverage import Coverage
from analysis.phrases import phrase
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
    "target_relation",
    "evidence",
    "verdict",
    "note",
    "by",
)


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


def table_rows(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    """A flat row per requirement and local plan, in the order of COLUMNS."""
    number: dict[str, int] = {}
    language = comparison.source.language
    for row in comparison.rows:
        no = number.setdefault(row.source.id, len(number) + 1)
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
            phrase(language, f"relation_{row.target_relation.value}"),
            row.evidence,
            phrase(language, f"status_{row.verdict.status}") if row.verdict else "",
            row.verdict.note if row.verdict else "",
            row.verdict.by if row.verdict else "",
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
    """A page that stands alone and prints; every text of a document is escaped."""
    language = comparison.source.language
    rows = "\n".join(html_row(row, no, language) for no, row in enumerate(comparison.rows, start=1))
    title = f"{comparison.source.title} / {', '.join(facts.title for facts in comparison.locals)}"
    counts = " · ".join(f"{phrase(language, f'status_{status.value}')} {n}" for status, n in comparison.counts().items())
    columns = ("no", "requirement", "status", "best_match", "evidence", "verdict")
    head = "".join(f"<th>{phrase(language, name)}</th>" for name in columns)
    return (
        f'<!doctype html><html lang="{language.value}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1><p>{counts}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></html>\n"
    )


STYLE = (
    "body{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #bbb;padding:.4em .6em;vertical-align:top;text-align:left}small{color:#555;display:block}"
    "h1{font-size:1.3em}@media print{body{margin:0}}"
)


def html_row(row: Row, no: int, language: Language) -> str:
    """One row of the printed table."""
    match = statement_html(row.matches[0].statement, language) if row.matches and row.status is not Coverage.MISSING else ""
    verdict = (
        f"{phrase(language, f'status_{row.verdict.status}')}<small>{escape(row.verdict.by)}: {escape(row.verdict.note)}</small>"
        if row.verdict
        else ""
    )
    status = phrase(language, f"status_{row.status.value}")
    cells = (str(no), statement_html(row.source, language), status, match, escape(row.evidence), verdict)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def statement_html(statement: Statement, language: Language) -> str:
    """A statement with its breadcrumb and page below it."""
    place = " > ".join([*statement.heading_path, *([phrase(language, "page", page=statement.page)] if statement.page else [])])
    return f"{escape(statement.text)}<small>{escape(place)}</small>"


def write_workbook(comparison: Comparison, path: Path) -> int:
    """A sheet for the summary, one for the requirements and one for their targets; returns the number of rows."""
    import xlsxwriter

    def word(name: str) -> str:
        return phrase(comparison.source.language, name)

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        overview = book.add_worksheet(word("summary"))
        overview.write_row(0, 0, [word("source"), comparison.source.title], head)
        overview.write_row(1, 0, [word("local_document"), *(word(f"status_{status.value}") for status in Coverage)], head)
        for line, facts in enumerate(comparison.locals, start=2):
            overview.write_row(line, 0, [facts.title, *comparison.counts(facts).values()])
        overview.set_column(0, 0, 50)
        sheet = book.add_worksheet(word("requirements"))
        sheet.write_row(0, 0, [word(name) for name in COLUMNS], head)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, 60 if name in ("requirement", "best_match") else 24 if "path" in name else 14, wrap)
        for line, row in enumerate(table_rows(comparison), start=1):
            sheet.write_row(line, 0, [fitted(value) for value in row])
        sheet.autofilter(0, 0, len(comparison.rows), len(COLUMNS) - 1)
        write_rungs(book.add_worksheet(word("targets")), comparison, head)
    return len(comparison.rows)


def amount(target: Target, language: Language) -> str:
    """A target's number as a reader of the language writes it: 1.2亿千瓦, 120,000,000 kW."""
    value, multiplier = target.value, ""
    if language is Language.ZH and value >= 1e4:
        value, multiplier = (value / 1e8, "亿") if value >= 1e8 else (value / 1e4, "万")
    return f"{target.comparator.value} {value:,.10g}{multiplier}{'' if language is Language.ZH else ' '}{target.unit}".strip()


def write_rungs(sheet: Any, comparison: Comparison, head: Any) -> None:
    """The target ladder: a line for every source target that a local one was held against."""
    language = comparison.source.language
    columns = ("indicator", "source_value", "local_value", "source_quote", "local_quote", "relation", "reason")
    sheet.write_row(0, 0, [phrase(language, name) for name in columns], head)
    line = 0
    for row in comparison.rows:
        for rung in row.rungs:
            line += 1
            ours, theirs = rung.source, rung.local
            sheet.write_row(
                line,
                0,
                [
                    ours.indicator,
                    amount(ours, language),
                    amount(theirs, language),
                    ours.quote,
                    theirs.quote,
                    phrase(language, f"relation_{rung.relation.value}"),
                    rung.reason,
                ],
            )
