"""The whole way of a file on one screen: read it, tag it, put it into the library."""

import gzip
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.codebook import Element, Language
from domain.digest import files_digest
from domain.document import Document, document_id
from domain.errors import PilotlightError, RefusedError
from domain.profile import OWN_PROFILES, keep_profiles
from index import Library, RunCard
from index.correcting import FACTS, by_text, corrected, with_facts
from index.labels import labelled, read_labels
from index.readings import READING, taggers
from ingest import SUFFIXES, PageProgress, read_document
from ingest.ocr import engine_name

if TYPE_CHECKING:
    from index.encoder import Encoder
    from nlp.coding import Coded, Codes, Translation
    from nlp.facet_training import FacetScores
    from nlp.scoring import Scores

Progress = Callable[[int, int, str], None]
FACTS_FILE = "corpus.toml"
OWN_CODEBOOK = "codebook.toml"  # in the library's folder: the user's own, once it was applied
TWIN = 0.8  # of the statements that two documents of one title share


@dataclass(slots=True)
class BuildReport:
    """What became of each file: `refused` maps the path to the reason, `duplicates` to the file that was there first.

    `twins` maps a file that was read to one of another format or edition that says the same; both are kept.
    """

    added: list[Path] = field(default_factory=list)
    replaced: list[Path] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)
    duplicates: dict[Path, str] = field(default_factory=dict)
    twins: dict[Path, str] = field(default_factory=dict)
    refused: dict[Path, str] = field(default_factory=dict)


def build(
    library: Library,
    paths: Iterable[Path],
    *,
    ocr: bool = False,
    force: bool = False,
    model: Path | None = None,
    rules: Path | None = None,
    progress: Progress | None = None,
    report: BuildReport | None = None,
) -> BuildReport:
    """Bring every file of `paths` (folders are searched) into the library; a bad file is recorded and the rest goes on.

    `model` is a folder that `train` wrote, `rules` one of rule files of your own. A file whose content the library knows is
    left alone unless `force`. `progress(done, total, name)` is called before each file, before each page that is read by OCR
    ("NAME 3/12") and once at the end; a `report` of one's own is filled file by file.
    """
    report = BuildReport() if report is None else report
    files = list(find_files(paths))
    facts = facts_given(files)
    known = library.sources()
    refusals = library.refusals()
    titled: dict[str, list[str]] = {}
    for each in library.facts():
        titled.setdefault(each.title, []).append(each.id)
    tag: Callable[[Document], Document] | None = None
    how = reading(ocr=ocr, model=model, rules=rules)
    for done, path in enumerate(files):
        if progress:
            progress(done, len(files), path.name)
        source = str(path.resolve())
        content = path.read_bytes()
        digest = sha256(content).hexdigest()
        if not force and known.get(source) == digest:
            report.unchanged.append(path)
            continue
        if not force and not ocr and source in refusals and refusals[source].digest == digest:
            report.refused[path] = refusals[source].reason
            continue
        first = library.source_of(document_id(content))
        if not force and first is not None and first != source and Path(first).exists():
            library.record_source(source, digest, document_id(content))
            report.duplicates[path] = first
            continue
        try:
            document = read_document(path, ocr=ocr, progress=by_page(progress, done, len(files), path.name))
        except RefusedError as error:
            library.record_refusal(source, digest, f"{error.reason}; {error.remedy}")
            report.refused[path] = f"{error.reason}; {error.remedy}"
            continue
        tag = tag or tagging(library, model=model, rules=rules)
        document = tag(with_facts(document, facts.get(path, {})))
        library.add(document)
        library.keep_file(document.facts.id, path)
        library.record_source(source, digest, document.facts.id)
        library.record_run(RunCard(document.facts.id, READING, how | {"facts": stated(facts.get(path, {}))}))
        before = known.pop(source, None)
        if before not in (None, digest, *known.values()):  # the file held another document, and no other file holds it
            old = str(before)[: len(document.facts.id)]
            library.remove([old])
            titled = {title: [id for id in ids if id != old] for title, ids in titled.items()}
        alike = titled.setdefault(document.facts.title, [])
        if twin := find_twin(library, document, alike):
            report.twins[path] = twin
        alike.append(document.facts.id)
        (report.added if before is None else report.replaced).append(path)
    if report.added or report.replaced:
        library.commit()
    report.refused |= take_profiles(library, files)
    if progress:
        progress(len(files), len(files), "")
    return report


def by_page(progress: Progress | None, done: int, total: int, name: str) -> PageProgress | None:
    """What is called before each page of a file that OCR reads, which takes seconds."""
    return (lambda page, pages: progress(done, total, f"{name} {page}/{pages}")) if progress else None


def reading(*, ocr: bool, model: Path | None, rules: Path | None) -> dict[str, Any]:
    """How files are read, as plain values that a run card can hold: with what, and the digest of what is the user's own."""
    own = [path.resolve() for path in (model, rules) if path]
    return {
        "ocr": engine_name() if ocr else None,
        "tagger": str(model.resolve()) if model else None,
        "rules": str(rules.resolve()) if rules else None,
        "own": files_digest(own) if own else None,
    }


def stated(given: Mapping[str, Any]) -> dict[str, str]:
    """What a corpus.toml says of a document that is a fact of it."""
    return {name: given[name] for name in FACTS if name in given}


def tagging(library: Library, *, model: Path | None = None, rules: Path | None = None) -> Callable[[Document], Document]:
    """How a library tags its documents: by the model and its users' rules, codebook, learnt labels and corrections."""
    from nlp import load_tagger  # draws spaCy and torch: seconds that a build with nothing to do need not spend
    from nlp.rules import KEPT_RULES

    codebook, kept = library.folder / OWN_CODEBOOK, library.folder / KEPT_RULES
    tagger = load_tagger(
        model, rules=rules or (kept if kept.exists() else None), codebook=codebook if codebook.exists() else None
    )
    labels, corrections = read_labels(library.folder), by_text(library.corrections())

    def tag(document: Document) -> Document:
        document = tagger.tag(document)
        document = labelled(document, labels, library.encoder) if labels else document
        return corrected(document, corrections)

    return tag


def tag_again(library: Library) -> None:
    """Tag every document of the library anew, as a build would tag it now, with the tagger that it was built with."""
    models = taggers(library)
    tags = {model: tagging(library, model=model) for model in set(models.values())}
    for id, model in models.items():
        library.add(tags[model](library.document(id)))
    library.commit()


def find_twin(library: Library, document: Document, ids: Iterable[str]) -> str | None:
    """The file name of the one of these other documents that says the same, None where there is none."""
    said = said_in(document)
    for id in ids:
        other = library.document(id) if id != document.facts.id else None
        if other and len(said & said_in(other)) >= TWIN * max(len(said), len(said_in(other)), 1):
            return other.facts.source_file
    return None


def said_in(document: Document) -> set[str]:
    """What the statements of a document say, without what typesetting did to them."""
    return {re.sub(r"\W", "", statement.text) for statement in document.statements}


def train(data: Path, out: Path, *, encoder: "Encoder | None" = None) -> "dict[Language, tuple[Scores, FacetScores]]":
    """Train the tagger on a folder of coded statements and write its model to `out`; returns cross-validated scores.

    `data` holds .jsonl files (see nlp.coding) and, where they are at hand, the documents that were coded, named as in the
    lines' `doc`: the model then learns from them as the program reads them, headings and neighbours included.
    translations*.tsv.gz, with lines of id, Chinese and English, lend English the elements of Chinese. codes*.csv hold sectors
    and instruments by text: of coded statements, in place of those of the lines; of translations; and of statements that
    no line is of, which then teach as well. The encoder's word vectors lend words that were not seen those of their like.
    """
    from nlp.coding import read_codes
    from nlp.training import train as train_models

    codes = read_codes(sorted(data.glob("codes*.csv")))
    rows = coded_rows(data, codes)
    return train_models(
        rows,
        out,
        translations=translations(data, codes),
        taught=list(taught(data, codes, rows)),
        embed=encoder.encode_passages if encoder else None,
    )


def coded_rows(data: Path, codes: "Codes") -> "list[Coded]":
    """The coded statements of a folder and their neighbours, as the program reads the documents that are at hand."""
    from nlp.coding import place_codes, read_coded, with_codes

    files = {name: path for path in find_files([data]) for name in (path.name, path.stem)}
    by_document: dict[str, list[Coded]] = {}
    for row in read_coded(data):
        by_document.setdefault(row.document, []).append(row)
    rows: list[Coded] = []
    for name, coded in by_document.items():
        placed = place_codes(coded, read_document(files[name]).statements) if name in files else coded
        rows += [with_codes(row, codes) for row in placed]
    return rows


def taught(data: Path, codes: "Codes", coded: "Iterable[Coded]") -> "Iterator[Coded]":
    """The statements of a folder's documents whose text `codes` have and no person coded, each text once.

    As measures, which alone have instruments.
    """
    from nlp.coding import Coded, text_key

    known = {text_key(row.statement.text) for row in coded if row.elements}
    left = {key: found for key, found in codes.items() if key not in known}
    for path in find_files([data]) if left else ():
        for statement in read_document(path).statements:
            if found := left.pop(text_key(statement.text), None):
                yield Coded(path.name, statement, (Element.MEASURE,), *found)


def translations(data: Path, codes: "Codes") -> "list[Translation]":
    """The pairs of Chinese and English in the translations*.tsv.gz of a folder, with the codes of those that have some."""
    from nlp.coding import Translation, text_key

    found = []
    for path in sorted(data.glob("translations*.tsv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            cells = [line.rstrip("\n").split("\t") for line in lines]
        pairs = [(row[1], row[2]) for row in cells if len(row) >= 3 and row[1].strip() and row[2].strip()]
        found += [Translation(chinese, english, *codes.get(text_key(chinese), ())) for chinese, english in pairs]
    return found


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to read: named files as they are, folders searched for known suffixes, hidden ones left out, each once."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: there is no such file or folder")
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in found:
            hidden = path.is_dir() and any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
            wanted = not path.is_dir() or file.suffix.lower() in SUFFIXES
            if file.is_file() and wanted and not hidden and file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def facts_given(files: Iterable[Path]) -> dict[Path, dict[str, str]]:
    """The facts that a corpus.toml in a file's folder, or in the one above, states of it; they win over what is read."""
    stated: dict[Path, dict[str, dict[str, str]]] = {}
    given: dict[Path, dict[str, str]] = {}
    for path in files:
        for folder in (path.parent.parent, path.parent):
            if folder not in stated:
                stated[folder] = stated_in(folder / FACTS_FILE)
            if path.name in stated[folder]:
                given[path] = stated[folder][path.name]
    return given


def take_profiles(library: Library, files: Iterable[Path]) -> dict[Path, str]:
    """Keep the profiles.csv of the files' folders and of those above; gives the tables that were refused, and why."""
    tables = {folder / OWN_PROFILES for path in files for folder in path.resolve().parents[:2]}
    refused = {}
    for table in sorted(table for table in tables if table.is_file()):
        try:
            keep_profiles(library.folder, table)
        except PilotlightError as error:
            refused[table] = str(error)
    return refused


def stated_in(file: Path) -> dict[str, dict[str, str]]:
    """The entries of a corpus.toml by file name; none where there is no such file."""
    if not file.exists():
        return {}
    with file.open("rb") as stream:
        return {entry["file"]: entry for entry in tomllib.load(stream).get("document", [])}
