"""An export made again from its run card: read, tagged and written anew in a library of its own, and held against the first."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from analysis.coded import COLUMNS, raw_rows
from analysis.export import export
from analysis.runcard import COMPARED, export_card, file_digest, read_card
from analysis.tables import OWN_CODEBOOK, TableName
from domain.errors import ExportError, NotFoundError
from domain.record import Record
from index import Filters, Library, open_library

Build = Callable[[Library, list[Path]], Any]
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
        originals, lost = find_originals(library, card["documents"], work / "originals")
        again = open_library(work / "library", encoder=library.encoder_source, create=True)
        take_over(library, again)
        build(again, originals)
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


def find_originals(library: Library, documents: list[Record], staged: Path) -> tuple[list[Path], list[str]]:
    """The files to read, and a line for each that is gone: where it was read from, else the library's copy under its name."""
    found: list[Path] = []
    lost: list[str] = []
    for number, document in enumerate(documents):
        read_from = library.source_of(document["id"])
        if read_from and Path(read_from).is_file() and file_digest(Path(read_from)).startswith(document["id"]):
            found.append(Path(read_from))
            continue
        try:
            kept = library.file(document["id"])
        except NotFoundError:
            kept = None
        if kept is None:
            lost.append(f"document {document['source_file']} ({document['id']}): its original is not here any more")
            continue
        place = staged / str(number) / document["source_file"]
        place.parent.mkdir(parents=True)
        shutil.copyfile(kept, place)
        found.append(place)
    return found, lost


def take_over(library: Library, again: Library) -> None:
    """What people added to the library, into the one that is made again."""
    again.record_corrections(library.corrections())
    for name in (OWN_CODEBOOK, "labels.json"):
        if (library.folder / name).exists():
            shutil.copyfile(library.folder / name, again.folder / name)


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
    for name in ("text", *COLUMNS):
        changed = [id for id in sorted(rows[0].keys() & rows[1].keys()) if rows[0][id].get(name) != rows[1][id].get(name)]
        if changed:
            yield f"{name}: other in {len(changed)} statements, such as {', '.join(changed[:SHOWN])}"
