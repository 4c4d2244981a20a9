"""Bring coded statements and the texts that they were coded in into one folder, as `pilotlight train` takes it.

Run: .venv/bin/python scripts/gather_training.py TRAIN OUT
TRAIN holds labels/*.jsonl (lines with doc), policy_*.jsonl.gz (lines with doc and text) and pairs_policy.tsv.gz.

Three files of codes beside this script, of sectors and instruments by text (nlp.coding.text_key), are the project's own:
facet_codes_taught.csv.gz, by a larger model (teach_facets.py), of statements of all texts and of translations;
facet_codes.csv, of translations, and facet_codes_object.csv, of the labelled statements over again, by coders with the codebook.
The last asks what the statement itself works on, not what its document is about; `governance` of other statements than measures
and principles stands there only where the first coder of the labels has it too. Where several know a text, the last one counts.

elements_en.csv beside this script holds the elements of 4,800 more statements of the English texts, by one coder with the same
codebook (accepted ones, the main one first): stretches in which an earlier model had seen practice and outcome, or was in doubt.
They are keyed by document and by the text as the program reads it (nlp.coding.text_key), as the texts are not the project's to
give.
"""

import csv
import gzip
import json
import shutil
import sys
from collections.abc import Iterator
from hashlib import blake2s
from pathlib import Path

from analysis.wording import norm
from ingest import read_document
from nlp.coding import text_key

CODES = ("facet_codes_taught.csv.gz", "facet_codes.csv", "facet_codes_object.csv")  # the later count more
MORE = Path(__file__).with_name("elements_en.csv")
PROBE = 8  # lines of a document that are looked for in a text


def main(train: Path, out: Path) -> None:
    """Write the labels with a file name for `doc`, a .txt for each text that they were coded in, translations and their codes."""
    others = out / "taught"
    others.mkdir(parents=True, exist_ok=True)
    texts = {row["doc"]: row["text"] for path in sorted(train.glob("policy_*.jsonl.gz")) for row in read_gzip(path)}
    plain = {doc: norm(text) for doc, text in texts.items()}
    used: set[str] = set()
    for path in sorted((train / "labels").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        by_document: dict[str, list[dict[str, object]]] = {}
        for row in rows:
            by_document.setdefault(str(row["doc"]), []).append(row)
        for doc, lines in by_document.items():
            name = blake2s(doc.encode(), digest_size=6).hexdigest() + ".txt"
            if (source := text_of(doc, [norm(str(line["text"])) for line in lines[:PROBE]], plain)) is not None:
                (out / name).write_text(texts[source], encoding="utf-8")
                used.add(source)
            for line in lines:
                line["doc"] = name
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / path.name).write_text(text, encoding="utf-8")
    for source in texts.keys() - used:
        (others / (blake2s(source.encode(), digest_size=6).hexdigest() + ".txt")).write_text(texts[source], encoding="utf-8")
    more = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in more_coded(out))
    (out / "statements_more.jsonl").write_text(more, encoding="utf-8")  # read after those that it must not outvote
    shutil.copy(train / "pairs_policy.tsv.gz", out / "translations_policy.tsv.gz")
    copy_codes(out)
    sys.stdout.write(f"{len(used)} documents with their texts, {more.count(chr(10))} statements more\n")


def more_coded(out: Path) -> Iterator[dict[str, object]]:
    """The statements of the texts in a folder whose elements MORE holds, each text once a document, in reading order."""
    elements: dict[str, dict[str, list[str]]] = {}
    with MORE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            elements.setdefault(row["document"], {})[row["text"]] = row["elements"].split()
    for document, known in elements.items():
        if (path := out / f"{document}.txt").exists():
            for statement in read_document(path).statements:
                if found := known.pop(text_key(statement.text), None):
                    yield {"doc": path.name, "text": statement.text, "el": found, "language": statement.language}


def copy_codes(out: Path) -> None:
    """Put the files of codes where they are read in the order of CODES."""
    for number, name in enumerate(CODES):
        opened = gzip.open if name.endswith(".gz") else open
        with opened(Path(__file__).with_name(name), "rt", encoding="utf-8") as lines:
            (out / f"codes{number}_{name.split('.')[0]}.csv").write_text(lines.read(), encoding="utf-8")


def text_of(doc: str, probes: list[str], plain: dict[str, str]) -> str | None:
    """The text that a document's lines come from: by name, or the one that holds most of the first lines."""
    if doc in plain:
        return doc
    best = max(plain, key=lambda name: sum(probe in plain[name] for probe in probes))
    return best if sum(probe in plain[best] for probe in probes) >= 0.75 * len(probes) else None


def read_gzip(path: Path) -> list[dict[str, str]]:
    """The rows of a compressed JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
