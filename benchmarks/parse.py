"""Parsing speed and memory, beside other readers: python benchmarks/parse.py FOLDER [--copies 2000] [--growth].

Every reader runs in a process of its own over the same PDF files; pages per CPU second, peak memory in MB. `--copies N` also
reads one PDF of N pages made from the folder's pages, `--growth` reads 10, 100 and 500 documents (the folder's over and
over), to show how time and memory grow.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path


def pilotlight(path: Path) -> int:
    """Our reader, tables and headings included."""
    from ingest import read_document

    return len(read_document(path).text)


def pdfium_text(path: Path) -> int:
    """The bare text of pypdfium2."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    return sum(len(page.get_textpage().get_text_range()) for page in document)


def plumber(path: Path) -> int:
    """pdfplumber's extract_text."""
    import pdfplumber

    with pdfplumber.open(path) as document:
        total = 0
        for page in document.pages:
            total += len(page.extract_text())
            page.close()
        return total


def miner(path: Path) -> int:
    """pdfminer.six's extract_text."""
    from pdfminer.high_level import extract_text

    return len(extract_text(str(path)))


def docling(path: Path) -> int:
    """docling's converter, where it is installed."""
    from docling.document_converter import DocumentConverter  # type: ignore[import-not-found]

    return len(DocumentConverter().convert(path).document.export_to_text())


READERS: dict[str, Callable[[Path], int]] = {
    "pilotlight": pilotlight,
    "pypdfium2 text": pdfium_text,
    "pdfplumber extract_text": plumber,
    "pdfminer.six extract_text": miner,
    "docling": docling,
}
NEEDS = {"docling": "docling"}
GROWTH = (10, 100, 500)  # documents


def pdf_files(folder: Path) -> list[Path]:
    """The PDF files of the folder, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf")


def run_one(reader: str, files: list[Path]) -> None:
    """Read the files with one reader and print pages, characters, CPU seconds and peak memory."""
    import pypdfium2

    pages = sum(len(pypdfium2.PdfDocument(path)) for path in files)
    begin = time.process_time()
    characters = sum(READERS[reader](path) for path in files)
    seconds = time.process_time() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rate = f"{seconds:8.2f} CPU s {pages / seconds:8.1f} pages/s {memory:6d} MB"
    print(f"{reader:28} {pages:6d} pages {characters:9d} characters {rate}", flush=True)


def taken(files: list[Path], count: int) -> list[Path]:
    """So many of the files, over and over where there are fewer; all of them where `count` is 0."""
    return list(islice(cycle(files), count)) if count else files


def long_pdf(files: list[Path], pages: int, folder: Path) -> Path:
    """One PDF of this many pages, made of the pages of the files over and over."""
    import pypdfium2

    made, at = pypdfium2.PdfDocument.new(), 0
    while at < pages:
        for path in files:
            source = pypdfium2.PdfDocument(path)
            count = min(len(source), pages - at)
            made.import_pages(source, list(range(count)))
            at += count
    out = folder / f"long-{pages}.pdf"
    made.save(out)
    return out


def main() -> None:
    """Run every reader that is installed, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", choices=sorted(READERS), action="append")
    parser.add_argument("--copies", type=int, default=0, metavar="PAGES")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--documents", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    files = pdf_files(options.folder) if options.folder.is_dir() else [options.folder]
    if options.here:
        run_one(options.reader[0], taken(files, options.documents))
        return
    for reader in options.reader or READERS:
        if find_spec(NEEDS.get(reader, "pypdfium2")) is None:
            print(f"{reader:28} is not installed")
            continue
        subprocess.run([sys.executable, __file__, str(options.folder), "--reader", reader, "--here"], check=False)
    for count in GROWTH if options.growth else ():
        again = [sys.executable, __file__, str(options.folder), "--reader", "pilotlight", "--documents", str(count), "--here"]
        subprocess.run(again, check=False)
    if options.copies:
        with tempfile.TemporaryDirectory() as folder:
            path = long_pdf(files, options.copies, Path(folder))
            subprocess.run([sys.executable, __file__, str(path), "--reader", "pilotlight", "--here"], check=False)


if __name__ == "__main__":
    main()
