"""References to documents and citations of statements, in the national standard and for reference managers."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from domain.codebook import Language
from domain.document import Facts
from domain.statement import Statement

BRACES = str.maketrans(
    {"{": "\\{", "}": "\\}", "%": "\\%", "&": "\\&", "#": "\\#", "_": "\\_", "$": "\\$", "\\": "\\textbackslash{}"}
)


def write_references(path: Path, documents: Sequence[Facts], kind: str) -> int:
    """The documents as a BibTeX file (kind "bib"), or as a list by GB/T 7714; returns how many."""
    if kind == "bib":
        text = "\n".join(entry(facts, ()) for facts in documents)
    else:
        text = "".join(f"[{n}] {reference(facts)}.\n" for n, facts in enumerate(documents, start=1))
    path.write_text(text, encoding="utf-8")
    return len(documents)


def reference(facts: Facts) -> str:
    """A document by GB/T 7714-2015: issuer. title: number[Z]. date."""
    unknown = "[发布者不详]" if facts.language is Language.ZH else "[s.n.]"
    title = f"{facts.title}: {facts.number}" if facts.number else facts.title
    return f"{facts.issuer or unknown}. {title}[Z]. {facts.date or '[n.d.]'}"


def gbt_7714(cited: Iterable[tuple[Statement, Facts]]) -> str:
    """A numbered list of statements: the document's reference, the page and the words."""
    lines = []
    for n, (statement, facts) in enumerate(cited, start=1):
        page = f": {statement.page}" if statement.page else ""
        lines.append(f"[{n}] {reference(facts)}{page}. “{' '.join(statement.text.split())}”")
    return "\n".join(lines) + "\n"


def bibtex(cited: Iterable[tuple[Statement, Facts]]) -> str:
    """An entry for each document, keyed by its id; the note quotes the statements with their pages."""
    quotes: dict[str, tuple[Facts, list[str]]] = {}
    for statement, facts in cited:
        page = f" (p. {statement.page})" if statement.page else ""
        quotes.setdefault(facts.id, (facts, []))[1].append(f"“{' '.join(statement.text.split())}”{page}")
    return "\n".join(entry(facts, said) for facts, said in quotes.values())


def entry(facts: Facts, said: Iterable[str]) -> str:
    """One @misc entry."""
    fields = {
        "title": f"{{{latex(facts.title)}}}",
        "author": f"{{{latex(facts.issuer)}}}" if facts.issuer else None,
        "year": str(facts.year) if facts.year else None,
        "date": facts.date,
        "number": latex(facts.number) if facts.number else None,
        "address": latex(facts.place) if facts.place else None,
        "langid": "chinese" if facts.language is Language.ZH else "english",
        "note": latex("; ".join(said)),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{re.sub(r'[^a-z0-9]', '', facts.id.lower())},\n{body}\n}}\n"


def latex(words: str) -> str:
    """The words with LaTeX's own characters escaped."""
    return words.translate(BRACES)
