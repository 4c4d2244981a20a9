"""Search at 10k, 100k and 1 M statements: time, memory and recall, beside SQLite FTS5 with jieba, bm25s and FAISS Flat.

    benchmarks/search.py FOLDER [--sizes 10000,100000,1000000] [--keep FOLDER] [--others]

The statements are recombined from the clauses of the documents in FOLDER. All times are CPU milliseconds of one process
(wall time says little on a shared machine); memory is the process's resident set.
"""

import argparse
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from domain.codebook import Element, Genre, Language, Level, Sector
from domain.document import Document, Facts, document_id
from domain.errors import RefusedError
from domain.statement import Kind, Statement, Tags, statement_id
from index import Filters, Library, Mode, open_library
from index.threads import one_thread
from index.tokenizer import words
from ingest import SUFFIXES, read_document

PER_DOCUMENT = 300
QUERIES = 60
PLACES = [f"示例{number}市" for number in range(200)]
CLAUSE = re.compile(r"[^，；。,;.]{4,60}")
ELEMENTS = [element for element in Element if element is not Element.HEADING]


def clauses_of(folder: Path) -> dict[Language, list[str]]:
    """Clauses of the documents of a folder, by language."""
    found: dict[Language, list[str]] = {Language.ZH: [], Language.EN: []}
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        try:
            document = read_document(path)
        except RefusedError:
            continue
        for statement in document.statements:
            if statement.kind in (Kind.SENTENCE, Kind.ITEM):
                found[statement.language] += CLAUSE.findall(statement.text)
    return found


def recombined(clauses: dict[Language, list[str]], count: int) -> Iterator[Document]:
    """Documents of 300 statements each, every statement of two to four clauses, with tags and facts drawn at random."""
    rng = random.Random(1)
    languages = [language for language in Language if len(clauses[language]) >= 1000]
    for number in range(count // PER_DOCUMENT + 1):
        language = languages[0] if rng.random() < 0.8 or len(languages) == 1 else languages[1]
        joint, end = ("，", "。") if language is Language.ZH else (", ", ".")
        id, at, statements, seen = document_id(f"recombined {number}".encode()), 0, [], set()
        for _ in range(min(PER_DOCUMENT, count - number * PER_DOCUMENT)):
            text = joint.join(rng.choices(clauses[language], k=rng.randint(2, 4))) + end
            if text in seen:
                continue
            seen.add(text)
            tags = Tags(rng.choice(ELEMENTS), 0.9, "drawn", sectors=tuple(rng.sample(list(Sector), rng.randint(0, 2))))
            place = (at, at + len(text))
            statements.append(Statement(statement_id(id, text, 0), id, text, *place, Kind.SENTENCE, language, tags=tags))
            at += len(text) + 1
        facts = Facts(
            id, f"recombined-{number}.txt", f"Recombined {number}", language, date=str(2010 + number % 15), genre=Genre.PLAN,
            level=rng.choice(list(Level)), place=rng.choice(PLACES),
        )  # fmt: skip
        yield Document(facts, "\n".join(statement.text for statement in statements), tuple(statements))


def cpu(job: Callable[[], object]) -> float:
    """CPU milliseconds of a job in this process."""
    start = time.process_time()
    job()
    return 1000 * (time.process_time() - start)


def spread(times: list[float]) -> str:
    """Median and 95th percentile."""
    return f"p50 {np.percentile(times, 50):7.2f}  p95 {np.percentile(times, 95):7.2f} ms CPU"


def resident_mb() -> float:
    """Resident memory of this process."""
    line = next(line for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def queries_of(library: Library) -> list[str]:
    """Queries made of parts of statements, half of them of two statements."""
    rng = random.Random(2)
    texts = [statement.text for _, statement in zip(range(20_000), library.statements(), strict=False)]
    parts = [CLAUSE.findall(text)[0] for text in rng.sample(texts, QUERIES * 2) if CLAUSE.findall(text)]
    return [part[:14] if at % 2 else f"{part[:8]} {other[:8]}" for at, (part, other) in enumerate(pairwise(parts))][:QUERIES]


def measure(size: int, clauses: dict[Language, list[str]], keep: Path | None) -> tuple[Library, list[str]]:
    """Build (or open a kept) library of a size and print what its queries cost."""
    folder = (keep or Path(tempfile.mkdtemp(prefix="pilotlight-bench-"))) / str(size)
    print(f"\n== {size:,} statements")
    if not folder.exists():
        library = open_library(folder, create=True)
        puts = cpu(lambda: [library.add(document) for document in recombined(clauses, size)])
        makes = cpu(library.commit)
        print(f"build         {puts / 1000:8.1f} s CPU into the catalogue, {makes / 1000:.1f} s CPU for vectors and indexes")
        library.close()
        del library
    library = open_library(folder)
    opening = cpu(lambda: library.search("余热回收"))
    print(f"disk          {library.status().bytes_on_disk / 1e6:8.0f} MB;  first search in this process {opening:.0f} ms CPU")
    queries = queries_of(library)
    library.search(queries[0])
    place = next(facts.place for facts in library.facts() if facts.place)
    filters = {
        "no filter": Filters(),
        "element": Filters(elements=(Element.GOAL,)),
        "sector+element": Filters(elements=(Element.GOAL,), sectors=(Sector.ENERGY,)),
        "place": Filters(places=(place,)),
        "place+element": Filters(places=(place,), elements=(Element.MEASURE,)),
        "year+language": Filters(years=(2019,), languages=(Language.ZH,)),
    }
    for name, chosen in filters.items():
        kept = library.count(chosen)
        for mode in Mode:
            times = [cpu(lambda q=query, f=chosen, m=mode: library.search(q, filters=f, mode=m)) for query in queries]  # type: ignore[misc]
            print(f"{name:14}{kept:9,} left  {mode.value:8} {spread(times)}")
    print(f"facets        {spread([cpu(lambda: library.facets(filters['sector+element'])) for _ in range(10)])}")
    print(f"memory        {resident_mb():8.0f} MB resident")
    return library, queries


def recall(library: Library, queries: list[str]) -> None:
    """Recall@10 of the codes against exact search, with and without a filter."""
    snapshot = library._snapshots.searchable()
    assert snapshot is not None
    vectors = library.encoder.encode_queries(queries)
    rng = np.random.default_rng(3)
    with one_thread():
        for name, share in (("no filter", 1.0), ("a tenth", 0.1), ("3 %", 0.03)):
            mask = rng.random(len(snapshot.columns)) < share
            found, exact_times, list_times = [], [], []
            for vector in vectors:
                at = np.flatnonzero(mask)
                start = time.process_time()
                scores = snapshot.dense.similarities(vector, at)
                exact = set(snapshot.columns.row[at[np.argsort(-scores, kind="stable")[:10]]].tolist())
                exact_times.append(1000 * (time.process_time() - start))
                start = time.process_time()
                near = snapshot.dense.search(vector, None if share == 1 else mask, k=1000).rows[:10].tolist()
                list_times.append(1000 * (time.process_time() - start))
                found.append(len(exact & set(near)) / 10)
            spent = f"exact {np.mean(exact_times):.1f} ms, here {np.mean(list_times):.1f} ms CPU"
            print(f"recall@10     {np.mean(found):.4f} ({name});  {spent}")


def others(library: Library, queries: list[str]) -> None:
    """The same statements and queries in SQLite FTS5 with jieba's words, in bm25s and in FAISS Flat."""
    import sqlite3

    import bm25s
    import faiss

    faiss.omp_set_num_threads(1)
    texts = [" ".join(words(statement.text)) for statement in library.statements()]
    asked = [words(query) for query in queries]
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE f USING fts5(t, tokenize='unicode61')")
    fts_build = cpu(lambda: base.executemany("INSERT INTO f(t) VALUES (?)", ((text,) for text in texts)))
    sql = "SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f) LIMIT 10"
    times = [cpu(lambda q=query: base.execute(sql, (" OR ".join(f'"{w}"' for w in q),)).fetchall()) for query in asked if query]  # type: ignore[misc]
    print(f"SQLite FTS5   build {fts_build / 1000:6.1f} s CPU          {spread(times)}")
    ranker = bm25s.BM25()
    split = [text.split() for text in texts]
    build = cpu(lambda: ranker.index(split, show_progress=False))
    times = [cpu(lambda q=query: ranker.retrieve([q], k=10, show_progress=False)) for query in asked if query]  # type: ignore[misc]
    print(f"bm25s         build {build / 1000:6.1f} s CPU          {spread(times)}")
    snapshot = library._snapshots.searchable()
    assert snapshot is not None
    flat = faiss.IndexFlatIP(library.encoder.dim)
    flat.add(np.asarray(snapshot.dense.vectors, np.float32))
    vectors = library.encoder.encode_queries(queries)
    times = [cpu(lambda v=vector: flat.search(v[None], 10)) for vector in vectors]  # type: ignore[misc]
    print(f"FAISS Flat                                {spread(times)}")


def together(library: Library, queries: list[str]) -> None:
    """Four readers and one writer at once: wall times of the readers, and that none failed."""
    times: list[float] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        reader = open_library(library.folder)
        while not done.is_set():
            for query in queries[:10]:
                start = time.perf_counter()
                try:
                    reader.search(query)
                except BaseException as error:  # noqa: BLE001  # every failure is to be counted
                    errors.append(error)
                times.append(1000 * (time.perf_counter() - start))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    writer = open_library(library.folder)
    extra = next(recombined({Language.ZH: ["写入时也能检索", "读者从不等待"] * 500, Language.EN: []}, 200))
    start = time.perf_counter()
    writer.add(extra)
    writer.commit()
    wrote = time.perf_counter() - start
    writer.remove([extra.facts.id])
    writer.commit()
    done.set()
    for reader in readers:
        reader.join()
    p50, p95 = np.percentile(times, [50, 95])
    waits = f"wall p50 {p50:.0f} p95 {p95:.0f} ms; a document in {wrote:.1f} s"
    print(f"4 readers, 1 writer: {len(times)} searches, {len(errors)} errors, {waits}")


def cold(library: Library) -> None:
    """CPU seconds of a fresh process that opens the library and searches once."""
    code = "import sys, pathlib, index; index.open_library(pathlib.Path(sys.argv[1])).search('余热回收利用')"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code, str(library.folder)], check=True, cwd=Path(__file__).resolve().parent.parent)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"cold search   {spent:8.2f} s CPU")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--keep", type=Path, help="keep the libraries here and use them again")
    parser.add_argument("--others", action="store_true", help="also FTS5, bm25s and FAISS Flat (up to 100,000 statements)")
    arguments = parser.parse_args()
    clauses = clauses_of(arguments.folder)
    for size in map(int, arguments.sizes.split(",")):
        library, queries = measure(size, clauses, arguments.keep)
        cold(library)
        recall(library, queries)
        together(library, queries)
        if arguments.others and size <= 100_000:
            others(library, queries)
        if arguments.keep is None:
            shutil.rmtree(library.folder.parent)


if __name__ == "__main__":
    main()
