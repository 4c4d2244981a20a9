"""The parallel texts that an encoder is trained on, as they stand in the files of the training folder."""

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from index.glossary import Entry

CEDICT_LINE = re.compile(r"(\S+) (\S+) \[[^]]*\] /(.+)/")
GLOSS_NOTE = re.compile(r"\([^)]*\)")
GLOSS_SKIPPED = ("CL:", "variant of", "see ", "surname ", "used in ", "abbr. for", "also pr.", "old variant")
GLOSSES_A_TERM = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A Chinese text and its English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Row:
    """A policy statement in both languages with the search that should find it, in both languages."""

    zh: str
    en: str
    query_zh: str
    query_en: str


def read_pairs(path: Path) -> Iterator[Pair]:
    """Pairs of a gzipped `source TAB Chinese TAB English` file; lines without exactly three columns are left out."""
    for columns in _columns(path, 3):
        yield Pair(columns[1], columns[2])


def read_rows(path: Path) -> Iterator[Row]:
    """Rows of a gzipped `id TAB Chinese TAB English TAB query TAB query` file; lines broken by a line end are left out."""
    for columns in _columns(path, 5):
        yield Row(*columns[1:])


def read_terms(path: Path) -> Iterator[Pair]:
    """Each simplified headword of a gzipped CC-CEDICT with its first glosses, one pair a gloss."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not (match := CEDICT_LINE.match(line)):
                continue
            glosses = [gloss for gloss in match[3].split("/") if not gloss.startswith(GLOSS_SKIPPED) and "|" not in gloss]
            for gloss in glosses[:GLOSSES_A_TERM]:
                if english := GLOSS_NOTE.sub(" ", gloss).strip():
                    yield Pair(match[2], english)


def glossary_names(entries: Iterable[Entry]) -> Iterator[Pair]:
    """Every two names of a notion, in whichever language: a long name and its abbreviation are a pair like any other."""
    for entry in entries:
        for one, other in combinations((*entry.zh, *entry.en), 2):
            yield Pair(one, other)


def _columns(path: Path, count: int) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if len(columns) == count and all(column.strip() for column in columns[1:]):
                yield columns
