"""What a search or a status question answers, as JSON, as CSV and as a table for the terminal."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from analysis.writers import write_csv_rows
from domain.document import Facts
from domain.record import breadcrumb, statement_record
from index import statements_table

if TYPE_CHECKING:
    from index import SearchResult, Status


def answer_record(result: "SearchResult") -> dict[str, Any]:
    """A search result as plain values, in the form that `search --format json` promises."""
    return {
        "query": result.query,
        "total": result.total,
        "searched": {
            "documents": result.searched.documents,
            "statements": result.searched.statements,
            "without_text": list(result.searched.without_text),
        },
        "hits": [
            {
                "rank": hit.rank,
                "score": round(hit.score, 6),
                **statement_record(hit.statement, hit.facts),
                "why": {
                    "lexical_rank": hit.why.lexical_rank,
                    "dense_rank": hit.why.dense_rank,
                    "terms": list(hit.why.terms),
                    "expanded": list(hit.why.expanded),
                    "ranked_down": hit.why.ranked_down,
                },
            }
            for hit in result.hits
        ],
    }


def print_hits(result: "SearchResult", format: str, out: TextIO) -> None:
    """Write a search result to `out` as json, csv or table."""
    if format == "json":
        json.dump(answer_record(result), out, ensure_ascii=False, indent=1)
        out.write("\n")
    elif format == "csv":
        write_csv_rows(out, statements_table(statement_record(hit.statement, hit.facts) for hit in result.hits))
    else:
        print_hit_table(result, out)


def print_hit_table(result: "SearchResult", out: TextIO) -> None:
    """Each hit as its text, where it stands and why it is there."""
    for hit in result.hits:
        tags = hit.statement.tags
        place = [hit.facts.place, f"《{hit.facts.title}》" if hit.facts.language == "zh" else hit.facts.title]
        place += [*breadcrumb(hit.statement, hit.facts)[-2:], f"p. {hit.statement.page}" if hit.statement.page else None]
        what = [tags.element.value, *(s.value for s in tags.sectors), tags.stringency and tags.stringency.value] if tags else []
        why = [*hit.why.terms, *(f"+{term}" for term in hit.why.expanded)]
        ranks = [
            f"words #{hit.why.lexical_rank}" if hit.why.lexical_rank else "",
            f"meaning #{hit.why.dense_rank}" if hit.why.dense_rank else "",
        ]
        print(f"{hit.rank:>3}. {hit.statement.text}", file=out)
        print(f"     {' | '.join(part for part in place if part)}", file=out)
        print(
            f"     [{', '.join(part for part in what if part)}]  {', '.join(filter(None, ranks))}  {' '.join(why)}".rstrip(),
            file=out,
        )


def print_status(status: "Status", documents: Sequence[Facts], format: str, out: TextIO) -> None:
    """Write the state of a library to `out` as json or table."""
    if format == "json":
        json.dump(asdict(status), out, ensure_ascii=False, indent=1, default=str)
        out.write("\n")
        return
    print(
        f"{status.documents} documents, {status.pages} pages, {status.statements} statements, encoder {status.encoder}", file=out
    )
    for element, count in status.elements.items():
        print(f"{count:>8}  {element}", file=out)
    for facts in documents:
        print("  ".join(filter(None, [facts.source_file, facts.title, facts.place, facts.date])), file=out)
    for name in status.without_text:
        print(f"nothing to search in: {name}", file=out)
    for name, problems in status.problems.items():
        print(f"{name}: {', '.join(f'{problem} on {pages} pages' for problem, pages in problems.items())}", file=out)
    for name, reasons in status.left_out.items():
        print(f"{name}: left out {', '.join(f'{lines} x {reason}' for reason, lines in reasons.items())}", file=out)
    for path, reason in status.failed.items():
        print(f"refused: {path}: {reason}", file=out)


def print_scores(scores: dict[str, Any], format: str, out: TextIO) -> None:
    """Write scores to `out` as json, or as an indented table with a line for each innermost group."""
    if format == "json":
        json.dump(scores, out, ensure_ascii=False, indent=1)
        out.write("\n")
    else:
        out.writelines(f"{line}\n" for line in score_lines(scores))


def score_lines(scores: dict[str, Any], indent: int = 0) -> Iterator[str]:
    """The lines of the table."""
    for name, value in scores.items():
        pad = " " * indent
        if isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values()):
            yield f"{pad}{name}"
            yield from score_lines(value, indent + 2)
        elif isinstance(value, dict):
            yield f"{pad}{name:{max(1, 30 - indent)}} " + "  ".join(f"{key}={shown(inner)}" for key, inner in value.items())
        else:
            yield f"{pad}{name:{max(1, 30 - indent)}} {shown(value)}"


def shown(value: Any) -> str:
    """A score to three decimals; anything else as it is."""
    if isinstance(value, list):
        return " ".join(shown(inner) for inner in value)
    return f"{value:.3f}" if isinstance(value, float) else str(value)
