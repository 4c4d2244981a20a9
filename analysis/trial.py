"""What edited rules would change before they are used: which tags flip in a library, and what becomes of F1."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from domain.document import Document
from domain.statement import Tags
from index import Library
from nlp import Tagger, load_tagger
from nlp.coding import read_coded, runs_of_documents
from nlp.elements import ElementClassifier
from nlp.scoring import score_elements

FIELDS = ("element", "sectors", "instruments", "stringency", "targets")
SHOWN = 40  # flips in a table
WIDTH = 60  # characters of a statement in it


@dataclass(frozen=True, slots=True)
class Flip:
    """One tag of one statement that the edited rules change."""

    document: str
    text: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """Every flip in reading order; `scores` are those of the elements before and after, None without gold."""

    statements: int
    flips: tuple[Flip, ...]
    scores: tuple[str, str] | None


def try_rules(library: Library, rules: Path, gold: Path | None = None) -> Trial:
    """The tags of a library with the shipped rules and with those in `rules`; the library is left as it is.

    CodebookError names the file and the id of a rule that is broken or fails its own examples.
    """
    documents = [library.document(facts.id) for facts in library.facts()]
    tagger = load_tagger()
    before, score_before = [tagger.tag(document) for document in documents], _score(gold)
    try:
        tagger = load_tagger(rules=rules)
        flips = tuple(flip for old in before for flip in _flips(old, tagger))
        score_after = _score(gold)
    finally:
        load_tagger()
    scores = (score_before, score_after) if score_before and score_after else None
    return Trial(sum(len(document.statements) for document in documents), flips, scores)


def print_trial(trial: Trial, format: str, out: TextIO) -> None:
    """The trial as a table for a person, or as one JSON object."""
    if format == "json":
        out.write(json.dumps(asdict(trial), ensure_ascii=False) + "\n")
        return
    counts = Counter(flip.field for flip in trial.flips)
    said = ", ".join(f"{counts[field]} {field}" for field in FIELDS if counts[field]) or "nothing"
    out.write(f"of {trial.statements} statements these would change: {said}\n")
    for flip in trial.flips[:SHOWN]:
        out.write(f"{flip.field}: {flip.before or '-'} -> {flip.after or '-'} | {flip.text[:WIDTH]} | {flip.document}\n")
    if len(trial.flips) > SHOWN:
        out.write(f"and {len(trial.flips) - SHOWN} more; --format json has all\n")
    if trial.scores:
        out.write(f"before: {trial.scores[0]}\nafter:  {trial.scores[1]}\n")


def _flips(old: Document, tagger: Tagger) -> Iterator[Flip]:
    for first, second in zip(old.statements, tagger.tag(old).statements, strict=True):
        if first.tags is None or second.tags is None:
            continue
        for field in FIELDS:
            before, after = _plain(first.tags, field), _plain(second.tags, field)
            if before != after:
                yield Flip(old.facts.title or old.facts.source_file, first.text, field, before, after)


def _plain(tags: Tags, field: str) -> str:
    if field == "targets":
        return "; ".join(f"{target.indicator} {target.value:g} {target.unit}".strip() for target in tags.targets)
    value = getattr(tags, field)
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")


def _score(gold: Path | None) -> str | None:
    if gold is None:
        return None
    rows, classifier = read_coded(gold), ElementClassifier()
    read = [verdict for run in runs_of_documents(rows) for verdict in classifier.classify([row.statement for row in rows[run]])]
    coded = [(row.elements, verdict.element) for row, verdict in zip(rows, read, strict=True) if row.elements]
    return str(score_elements([elements for elements, _ in coded], [element for _, element in coded]))
