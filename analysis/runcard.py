"""Run cards: what an export was made of, so that it can be made again and what differs be named."""

import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from domain.digest import digest, file_digest, files_digest
from domain.errors import ExportError
from domain.record import Record
from index import Filters, Library
from index.ledger import now
from index.readings import readings

SUFFIX = ".run.json"
ROOT = Path(__file__).resolve().parent.parent
MADE_BY = {
    "model": ("nlp/model",),
    "rules": ("nlp/rules", "nlp/units.csv"),
    "codebook": ("analysis/codebook.toml",),
    "judgement": (
        *("analysis/coverage.toml", "analysis/missing.toml", "analysis/answering.npz", "index/model/checksums.json"),
        *("analysis/voice.toml", "analysis/voice_model.npz", "index/ranking.toml"),
    ),
}
COMPARED = ("made_by", "python", "packages", "corpus", "encoder", *MADE_BY, "own_codebook", "reading", "corrections")
PACKAGES = ("numpy", "pypdfium2", "pdfplumber", "rjieba", "tokenizers", "faiss-cpu", "tantivy", "pyarrow")


def export_card(library: Library, settings: Record, filters: Filters) -> Record:
    """What an export is made of: the same for the same library, program and settings on any machine but for the versions."""
    documents = [facts.id for facts in library.facts()]
    read = readings(library)
    card: Record = {
        "made_by": f"pilotlight {version('pilotlight')}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "corpus": digest(documents),
        "documents_held": len(documents),
        "encoder": library.encoder_name,
        **{name: files_digest(ROOT / place for place in places) for name, places in MADE_BY.items()},
        "own_codebook": files_digest(library.folder / name for name in ("codebook.toml", "labels.json", "rules")),
        "reading": digest([without_paths(read.get(id, {})) for id in documents]),
        "corrections": digest([asdict(correction) | {"at": ""} for correction in library.corrections()]),
        "settings": {name: value for name, value in settings.items() if value is not None},
        "filters": {name: list(value) for name, value in asdict(filters).items() if value},
    }
    return {"id": digest(card)[:16], **card}


def without_paths(reading: Record) -> Record:
    """How a document was read, wherever the rules and the tagger lay."""
    return {name: value for name, value in reading.items() if name not in ("rules", "tagger")}


def write_card(library: Library, path: Path, card: Record, rows: int) -> None:
    """The card beside the file that was made, with the documents, the file's own hash and the time."""
    read = readings(library)
    documents = [
        {"id": facts.id, "source_file": facts.source_file, "title": facts.title, "read": read.get(facts.id, {})}
        for facts in library.facts()
    ]
    made = {**card, "documents": documents, "rows": rows, "file": path.name, "sha256": file_digest(path), "at": now()}
    card_path(path).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_card(path: Path) -> Record:
    """The card in a file; raises ExportError where it is none."""
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        missing = [name for name in (*COMPARED, "documents", "settings", "filters", "file", "sha256", "rows") if name not in card]
    except (OSError, ValueError, TypeError) as error:
        raise ExportError(f"{path}: not a run card ({error}); expected the {SUFFIX} file beside an export") from error
    if missing:
        raise ExportError(f"{path}: not a run card ({', '.join(missing)} missing); expected the {SUFFIX} file beside an export")
    return card  # type: ignore[no-any-return]


def card_path(path: Path) -> Path:
    """Where the run card of a file lies."""
    return path.with_name(path.name + SUFFIX)
