"""Rows per CPU second and memory of each export, at 100,000 or 1 M statements.

    benchmarks/export.py FOLDER [--sizes 100000,1000000] [--keep FOLDER]

The statements are those of the documents in FOLDER, tagged, each document put in again and again under new ids. Each export
runs in a process of its own; its memory is the most that the process held.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.export import export
from domain.codebook import Element
from domain.document import Document, document_id
from domain.errors import RefusedError
from domain.statement import statement_id
from index import Library, open_library
from ingest import SUFFIXES, read_document
from nlp import load_tagger

KINDS = {"jsonl": 50_000, "csv": None, "xlsx": 5_000, "parquet": None, "json": None, "qdpx": None}
MOST_MB = 500


def tagged(folder: Path) -> list[Document]:
    """The documents of a folder, tagged; those that cannot be read are passed over."""
    tagger, found = load_tagger(), []
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        try:
            found.append(tagger.tag(read_document(path)))
        except RefusedError as error:
            print(error, file=sys.stderr)
    return found


def again(documents: list[Document]) -> Iterator[Document]:
    """The documents over and over, each time under new ids."""
    for number, document in enumerate(cycle(documents)):
        id = document_id(f"{number} {document.facts.id}".encode())
        facts = replace(document.facts, id=id, source_file=f"{number}-{document.facts.source_file}")
        statements = tuple(
            replace(statement, id=statement_id(id, statement.text, place), document_id=id)
            for place, statement in enumerate(document.statements)
        )
        yield replace(document, facts=facts, statements=statements)


def made(folder: Path, documents: list[Document], size: int) -> Library:
    """A library of at least `size` statements; one that is kept is used again."""
    if folder.exists():
        return open_library(folder)
    library = open_library(folder, create=True)
    per_round = sum(
        s.tags is not None and s.tags.element is not Element.HEADING for document in documents for s in document.statements
    )
    for document in islice(again(documents), (size // per_round + 1) * len(documents)):
        library.add(document)
    return library


def measure(library: Path, kind: str, out: Path) -> None:
    """Export once in this process and print rows, CPU seconds, bytes and peak memory as JSON."""
    opened = open_library(library)
    total = opened.count()
    start = time.process_time()
    count = export(opened, out / f"all.{kind}")
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = (out / f"all.{kind}").stat().st_size
    print(json.dumps({"count": count, "total": total, "seconds": spent, "peak": peak, "bytes": size}))


def table(library: Path, kinds: list[str]) -> bool:
    """Print a line a format; whether every bar was reached."""
    reached = True
    print(f"{'format':10}{'rows/CPU s':>12}{'bar':>9}{'MB file':>9}{'peak MB':>9}{'bar':>6}")
    for kind in kinds:
        with tempfile.TemporaryDirectory() as out:
            command = [sys.executable, __file__, str(library), "--one", kind, "--out", out]
            said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        speed, bar = said["count"] / said["seconds"], KINDS[kind]
        reached &= (bar is None or speed >= bar) and said["peak"] <= MOST_MB
        print(f"{kind:10}{speed:12,.0f}{bar or '-':>9}{said['bytes'] / 1e6:9.0f}{said['peak']:9.0f}{MOST_MB:6}")
    return reached


def main() -> None:
    """Run the benchmark; exit code 1 where a bar was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="100000")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--keep", type=Path, help="keep the libraries here and use them again")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        measure(arguments.folder, arguments.one, arguments.out)
        return
    documents, reached = tagged(arguments.folder), True
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as scratch:
            library = made((arguments.keep or Path(scratch)) / str(size), documents, size)
            print(f"\n== {library.count():,} statements of {len(library.facts()):,} documents")
            library.close()
            reached &= table(library.folder, arguments.kinds.split(","))
    sys.exit(not reached)


if __name__ == "__main__":
    main()
