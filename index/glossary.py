"""The glossary: terms of the field in both languages, by which a query is made wider."""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from domain.codebook import Language
from index.query import HAN
from index.tokenizer import folded, words

FILE = Path(__file__).parent / "glossary.csv"
OWN = "glossary.csv"
SEPARATOR = "|"
ASCII_WORD = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One notion: its names in each language, the usual one first; abbreviations stand with the English ones.

    `own` are the user's: words that an encoder may never have seen.
    """

    zh: tuple[str, ...]
    en: tuple[str, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word added to a query: `term` for what the query names as `source`."""

    term: str
    source: str
    language: Language
    own: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words that must all stand in a statement for the term to stand there, each once."""
        return words_of(self.term)


class Glossary:
    """Looks terms up in a query: the longest first, each part of the query once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)

    @cached_property
    def _chinese(self) -> dict[str, list[Entry]]:
        return self._by_key(lambda name: bool(HAN.search(name)))

    @cached_property
    def _english(self) -> dict[str, list[Entry]]:
        return self._by_key(lambda name: not HAN.search(name))

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._chinese), default=0)

    @cached_property
    def _most_words(self) -> int:
        return max((key.count(" ") + 1 for key in self._english), default=1)

    def _by_key(self, is_asked: Callable[[str], bool]) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for name in filter(is_asked, (*entry.zh, *entry.en)):
                found.setdefault(term_key(name), []).append(entry)
        return found

    def expansions(self, text: str) -> tuple[Expansion, ...]:
        """Other names, in both languages, of every term that stands in a text; those that stand in it are left out."""
        found: dict[str, Expansion] = {}
        present = folded(text)
        for key, entries in self._terms(present):
            for entry in entries:
                for language, names in ((Language.ZH, entry.zh), (Language.EN, entry.en)):
                    for name in names:
                        if term_key(name) != key and folded(name) not in present:
                            found.setdefault(folded(name), Expansion(name, key, language, entry.own))
        return tuple(found.values())

    def _terms(self, text: str) -> Iterable[tuple[str, list[Entry]]]:
        if HAN.search(text):
            yield from self._chinese_terms(text)
        if ASCII_WORD.search(text):
            yield from self._english_terms(text)

    def _chinese_terms(self, text: str) -> Iterable[tuple[str, list[Entry]]]:
        at = 0
        while at < len(text):
            if HAN.match(text[at]):
                for length in range(min(self._longest, len(text) - at), 1, -1):
                    name = text[at : at + length]
                    if name in self._chinese:
                        yield name, self._chinese[name]
                        at += length - 1
                        break
            at += 1

    def _english_terms(self, text: str) -> Iterable[tuple[str, list[Entry]]]:
        found = words(text)
        at = 0
        while at < len(found):
            for length in range(min(self._most_words, len(found) - at), 0, -1):
                key = " ".join(found[at : at + length])
                if key in self._english:
                    yield key, self._english[key]
                    at += length - 1
                    break
            at += 1


@lru_cache(maxsize=16384)
def words_of(term: str) -> tuple[str, ...]:
    """The words of a term, each once."""
    return tuple(dict.fromkeys(words(term)))


def term_key(name: str) -> str:
    """What a term is looked up by: Chinese as it is folded, English by its stems."""
    return folded(name) if HAN.search(name) else " ".join(words(name)) or folded(name)


def read_glossary(*paths: Path) -> Glossary:
    """The glossary of CSV files with columns zh, en, zh_synonyms, en_synonyms and abbreviations (parts by `|`)."""
    entries = []
    for path in paths:
        if path.exists():
            with path.open(encoding="utf-8-sig", newline="") as file:
                entries += [entry_of(row) for row in csv.DictReader(file)]
    return Glossary(entries)


def entry_of(row: dict[str, str]) -> Entry:
    """The entry of one line."""
    return Entry(
        zh=names_of(row.get("zh"), row.get("zh_synonyms")),
        en=names_of(row.get("en"), row.get("en_synonyms"), row.get("abbreviations")),
    )


def names_of(*cells: str | None) -> tuple[str, ...]:
    """The names in some cells, each once."""
    return tuple(dict.fromkeys(name.strip() for cell in cells for name in (cell or "").split(SEPARATOR) if name.strip()))


@cache
def glossary() -> Glossary:
    """The glossary that comes with the program."""
    return read_glossary(FILE)
