"""What edited rules would change before they are used: which tags flip in a library, and what becomes of F1."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from domain.codebook import Element
from domain.document import Document
from domain.statement import Tags
from index import Library
from index.readings import taggers
from nlp import Tagger, load_tagger
from nlp.coding import Coded, read_coded, runs_of_documents
from nlp.rules import KEPT_RULES
from nlp.scoring import score_elements

FIELDS = ("element", "sectors", "instruments", "stringency", "targets")
SCORED = FIELDS[:3]
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
    """Every flip in reading order; `scores` are those before and after, None where nothing is coded."""

    statements: int
    flips: tuple[Flip, ...]
    scores: tuple[str, str] | None


def try_rules(library: Library, rules: Path, gold: Path | None = None) -> Trial:
    """The tags of a library with the rules that it uses and with those in `rules` on top; the library is left as it is.

    Scored are the statements coded in `gold`, without it those that people have decided on in the library. CodebookError names
    the file and the id of a rule that is broken or fails its own examples.
    """
    documents = [library.document(facts.id) for facts in library.facts()]
    decided = {} if gold else decisions(library)
    coded = read_coded(gold) if gold else []
    models = taggers(library)
    usual = Counter(models.values()).most_common(1)[0][0] if models else None  # reads what is coded in `gold`
    try:
        with laid_over(kept_rules(library), None) as used:
            before = tag_with(documents, models, used)
            first = score(coded, load_tagger(usual, rules=used)) or score_decided(decided, before)
        with laid_over(kept_rules(library), rules) as used:
            after = tag_with(documents, models, used)
            second = score(coded, load_tagger(usual, rules=used)) or score_decided(decided, after)
    finally:
        load_tagger()
    flips = tuple(flip for old, new in zip(before, after, strict=True) for flip in _flips(old, new))
    scores = (first, second) if first and second else None
    return Trial(sum(len(document.statements) for document in documents), flips, scores)


def tag_with(documents: Iterable[Document], models: Mapping[str, Path | None], rules: Path) -> list[Document]:
    """The documents as they are tagged with these rules, each by the tagger that it was built with."""
    known = {model: load_tagger(model, rules=rules) for model in set(models.values())}
    return [known[models[document.facts.id]].tag(document) for document in documents]


def keep_rules(library: Library, rules: Path) -> None:
    """Let the library use these rule files from now on; what was tagged before is not touched."""
    kept = library.folder / KEPT_RULES
    kept.mkdir(exist_ok=True)
    for path in sorted(rules.glob("*.toml")):
        shutil.copyfile(path, aside := kept / f"{path.name}.new")
        aside.replace(kept / path.name)


def kept_rules(library: Library) -> Path | None:
    """The folder of the library's own rule files, None where it has none."""
    kept = library.folder / KEPT_RULES
    return kept if kept.exists() else None


@contextmanager
def laid_over(kept: Path | None, rules: Path | None) -> Iterator[Path]:
    """A folder with the files of `kept` and, in place of those of the same name, of `rules`."""
    with TemporaryDirectory() as folder:
        for source in (kept, rules):
            for path in sorted(source.glob("*.toml")) if source else ():
                shutil.copyfile(path, Path(folder) / path.name)
        yield Path(folder)


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


def _flips(old: Document, new: Document) -> Iterator[Flip]:
    for first, second in zip(old.statements, new.statements, strict=True):
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


def decisions(library: Library) -> dict[str, dict[str, Any]]:
    """What people have decided on each text, by field; of several decisions the last counts."""
    found: dict[str, dict[str, Any]] = {}
    for correction in library.corrections():
        if correction.field in SCORED:
            found.setdefault(correction.text, {})[correction.field] = correction.value
    return found


def score(rows: Sequence[Coded], tagger: Tagger) -> str:
    """The scores of coded statements, "" of none."""
    tagged = [
        statement.tags
        for run in runs_of_documents(rows)
        for statement in tagger.tag_statements(tuple(r.statement for r in rows[run]))
    ]
    pairs = [
        ({"element": row.elements, "sectors": row.sectors, "instruments": row.instruments}, tags)
        for row, tags in zip(rows, tagged, strict=True)
        if row.elements and tags
    ]
    return _written(pairs)


def score_decided(decided: Mapping[str, dict[str, Any]], documents: Iterable[Document]) -> str:
    """The scores of the statements that people have decided on, "" where there are none."""
    pairs = [
        (said | {"element": (Element(said["element"]),)} if "element" in said else said, statement.tags)
        for document in documents
        for statement in document.statements
        if statement.tags and (said := decided.get(statement.text))
    ]
    return _written(pairs)


def _written(pairs: Sequence[tuple[Mapping[str, Any], Tags]]) -> str:
    """F1 of elements, and of all sectors and instruments together, of statements with what people said of them."""
    parts = []
    if chosen := [(said["element"], tags.element) for said, tags in pairs if said.get("element")]:
        parts.append(str(score_elements([accepted for accepted, _ in chosen], [element for _, element in chosen])))
    for field in ("sectors", "instruments"):
        sets = [(set(said[field]), set(getattr(tags, field))) for said, tags in pairs if said.get(field) is not None]
        if size := sum(len(wanted) + len(got) for wanted, got in sets):
            parts.append(f"{field} {2 * sum(len(wanted & got) for wanted, got in sets) / size:.3f}")
    return "; ".join(parts)
