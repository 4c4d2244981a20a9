"""How the documents of a library were read, as the build noted it."""

from pathlib import Path

from domain.errors import LibraryError
from domain.record import Record
from index.library import Library

READING = "reading"


def readings(library: Library) -> dict[str, Record]:
    """How each document was read, by its id, as the build noted it."""
    return {run.id: run.card for run in library.runs(READING)}


def taggers(library: Library) -> dict[str, Path | None]:
    """The user's own tagger that each document was tagged by, by the document's id, None for the bundled one.

    LibraryError names a tagger that is gone.
    """
    read, found = readings(library), dict[str, Path | None]()
    for facts in library.facts():
        own = read.get(facts.id, {}).get("tagger")
        if own and not Path(own).is_dir():
            raise LibraryError(f"{facts.source_file}: its tagger {own} is gone; put it back or build the file again with --force")
        found[facts.id] = Path(own) if own else None
    return found
