"""An export made again from its run card: read, tagged and written anew in a library of its own, and held against the first."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from analysis.coded import COLUMNS, raw_rows
from analysis.export import export
from analysis.runcard import COMPARED, export_card, read_card
from analysis.tables import OWN_CODEBOOK, TableName
from analysis.trial import keep_rules, kept_rules
from domain.digest import file_digest
from domain.errors import ExportError, NotFoundError
from domain.record import CITATION, Record
from index import Filters, Library, open_library

Build = Callable[..., Any]  # pipeline.build
WORDS = {
    "made_by": "the program",
    "python": "Python",
    "packages": "the packages",
    "corpus": "the documents",
    "encoder": "the encoder",
    "model": "the tagger's models",
    "rules": "the rules",
    "codebook": "the codebook",
    "judgement": "what comparisons and practices are judged by",
    "own_codebook": "your own codebook",
    "reading": "how the documents were read",
    "corrections": "the coders' corrections",
}
SHOWN = 10


def reproduce(library: Library, card_file: Path, build: Build) -> list[str]:
    """What differs when the export of a run card is made again, a line each; nothing where it is byte for byte the same.

    The originals are those that the library keeps, the corrections those that it holds; `build` brings files into a library.
    """
    card = read_card(card_file)
    with tempfile.TemporaryDirectory(prefix="pilotlight-reproduce-") as folder:
        work = Path(folder)
        again = open_library(work / "library", encoder=library.encoder_source, create=True)
        take_over(library, again)
        lost = read_again(library, again, card["documents"], work / "originals", build)
        filters = Filters(**card["filters"])
        settings = card["settings"]
        now = export_card(again, settings, filters)
        made = work / card["file"]
        table, source = TableName(settings["table"]), settings.get("source")
        rows = export(again, made, filters=filters, format=settings["format"], table=table, source=source)
        again.close()
        lines = [*lost, *card_differences(card, now)]
        if rows != card["rows"]:
            lines.append(f"rows: {card['rows']} then, {rows} now")
        if file_digest(made) != card["sha256"]:
            lines += file_differences(card_file.with_name(card["file"]), made, card, library)
    return lines


def read_again(library: Library, again: Library, documents: list[Record], staged: Path, build: Build) -> list[str]:
    """Read the originals as they were read then; a line for each, and for each folder of rules or a tagger, that is gone."""
    lost: list[str] = []
    batches: dict[tuple[Any, ...], list[Path]] = {}
    for number, document in enumerate(documents):
        original = find_original(library, document["id"])
        if original is None:
            lost.append(f"document {document['source_file']} ({document['id']}): its original is not here any more")
            continue
        reading = document.get("read", {})
        how = bool(reading.get("ocr")), reading.get("tagger"), reading.get("rules")
        batches.setdefault(how, []).append(stage(original, document["source_file"], reading, staged / str(number)))
    for (ocr, *folders), originals in batches.items():
        lost += [
            f"{folder}: is not here any more, the program's own is taken"
            for folder in folders
            if folder and not Path(folder).exists()
        ]
        model, rules = (Path(folder) if folder and Path(folder).exists() else None for folder in folders)
        build(again, originals, ocr=ocr, model=model, rules=rules)
    return lost


def find_original(library: Library, document_id: str) -> Path | None:
    """The library's copy of a document's file, or where it was read from, if it is there unchanged."""
    with suppress(NotFoundError):
        if kept := library.file(document_id):
            return kept
    read_from = library.source_of(document_id)
    if read_from and Path(read_from).is_file() and file_digest(Path(read_from)).startswith(document_id):
        return Path(read_from)
    return None


def stage(original: Path, name: str, reading: Record, folder: Path) -> Path:
    """The original under its own name in a folder of its own, beside the facts that were stated of it then."""
    folder.mkdir(parents=True)
    shutil.copyfile(original, folder / name)
    if facts := reading.get("facts"):
        said = {"file": name, **facts}
        lines = ["[[document]]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items())]
        (folder / "corpus.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


def take_over(library: Library, again: Library) -> None:
    """What people added to the library, into the one that is made again."""
    again.record_corrections(library.corrections())
    for name in (OWN_CODEBOOK, "labels.json"):
        if (library.folder / name).exists():
            shutil.copyfile(library.folder / name, again.folder / name)
    if kept := kept_rules(library):
        keep_rules(again, kept)


def card_differences(then: Record, now: Record) -> Iterator[str]:
    """A line for each thing that an export is made of and that is another now."""
    for name in COMPARED:
        if then[name] != now[name]:
            if isinstance(then[name], dict):
                parts = sorted({*then[name], *now[name]})
                changed = [p for p in parts if then[name].get(p) != now[name].get(p)]
                said = ", ".join(f"{p} {then[name].get(p)} then, {now[name].get(p)} now" for p in changed)
            else:
                said = f"{str(then[name])[:24]} then, {str(now[name])[:24]} now"
            yield f"{WORDS[name]}: {said}"


def file_differences(then: Path, now: Path, card: Record, library: Library) -> Iterator[str]:
    """How the two files differ, by statement where both are there and hold statements."""
    yield f"{card['file']}: the bytes are others"
    if not then.exists() or file_digest(then) != card["sha256"]:
        yield f"{card['file']}: the first export is not beside its card unchanged, so the rows cannot be held against it"
        return
    try:
        rows = [{str(row.get("statement_id")): row for _, row in raw_rows(path, library)} for path in (then, now)]
    except ExportError:
        return
    for words, ids in (("gone", rows[0].keys() - rows[1].keys()), ("new", rows[1].keys() - rows[0].keys())):
        if ids:
            yield f"statements {words}: {len(ids)}, such as {', '.join(sorted(ids)[:SHOWN])}"
    for name in ("text", *CITATION[1:], *COLUMNS):
        changed = [id for id in sorted(rows[0].keys() & rows[1].keys()) if rows[0][id].get(name) != rows[1][id].get(name)]
        if changed:
            yield f"{name}: other in {len(changed)} statements, such as {', '.join(changed[:SHOWN])}"
