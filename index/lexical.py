"""The lexical index: statements by their words, in tantivy. Derived from the catalogue."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from errno import EIO
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.catalogue import is_writable
from index.columns import HEADING, coded_statement
from index.selection import Selection
from index.tokenizer import grams, words

WRITER_BYTES = 64_000_000
PATH_BOOST, PAIR_BOOST = 0.3, 0.3
ALONE = 0.95  # of the statements with a pair: from here on the pair is a word
KNOWN_WORDS = 65_536


@dataclass(frozen=True, slots=True)
class Matches:
    """Statements that match: `rows` int64 and `scores` float32 (BM25), best first, ties by row; `count` counts all that do."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    count: int


@dataclass(frozen=True, slots=True)
class Term:
    """Something to match: one word or, with several, words that must stand together; `weight` multiplies its score."""

    words: tuple[str, ...]
    weight: float = 1.0


class Field(StrEnum):
    """The fields that words stand in: the statement's own, those of its breadcrumb, and the pairs that phrases are found by."""

    TEXT = "text"
    PATH = "path"
    GRAMS = "grams"


class Clause(NamedTuple):
    """One way in which a statement matches: all of some words stand in a field."""

    field: Field
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worded:
    """A statement as words: its own, those of its breadcrumb, the pairs that phrases are found by, and its tags."""

    seq: int
    row: int
    words: Sequence[str]
    path: Sequence[str]
    grams: Sequence[str]
    tags: Sequence[str]


class LexicalIndex:
    """Opens the index of a folder for searching; an open one is not changed by what is written later."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        self._index = open_index(folder)
        self._schema = self._index.schema
        self._searcher: Any = self._index.searcher()
        self.rarity = lru_cache(maxsize=KNOWN_WORDS)(self._rarity)
        self._field_of = lru_cache(maxsize=KNOWN_WORDS)(self._home)

    def search(self, terms: Sequence[Term], phrases: Sequence[str], selection: Selection, *, k: int) -> Matches:
        """The `k` best statements that hold one of `terms` and all of `phrases`, and that pass the selection."""
        wanted = self._wanted(self.clauses(terms), phrases)
        if wanted is None:
            return Matches(np.empty(0, np.int64), np.empty(0, np.float32), 0)
        found = self._searcher.search(self._within(wanted, selection), limit=k, count=True)
        rows = np.array(self._searcher.fast_field_values("row", [address for _, address in found.hits]), np.int64)
        scores = np.array([score for score, _ in found.hits], np.float32)
        order = np.lexsort((rows, -scores))
        return Matches(rows[order], scores[order], found.count)

    def clauses(self, terms: Iterable[Term]) -> dict[Clause, float]:
        """The ways in which a statement may match terms, each once, with what it weighs."""
        found: defaultdict[Clause, float] = defaultdict(float)
        for term in terms:
            found[Clause(Field.TEXT, term.words)] += term.weight
            if len(term.words) == 1:
                found[Clause(Field.PATH, term.words)] += PATH_BOOST * term.weight
                for pair in (part for part in grams(term.words[0]) if len(part) == 2):
                    found[Clause(self._field_of(pair), (pair,))] += PAIR_BOOST * term.weight
        return found

    def _home(self, pair: str) -> Field:
        """Where a pair is looked for: among the words, if it nearly always is one, so that one list is gone through, not two."""
        is_word = self._searcher.doc_freq(Field.TEXT, pair) >= ALONE * self._searcher.doc_freq(Field.GRAMS, pair)
        return Field.TEXT if is_word else Field.GRAMS

    def _rarity(self, word: str) -> float:
        """The inverse document frequency of a word, as BM25 has it."""
        count, held = self._searcher.num_docs, self._searcher.doc_freq("text", word)
        return float(np.log1p((count - min(held, count) + 0.5) / (held + 0.5)))

    @property
    def _query(self) -> Any:
        return self._tantivy.Query

    def _wanted(self, clauses: Mapping[Clause, float], phrases: Sequence[str]) -> Any:
        must = [query for query in map(self._phrase, phrases) if query is not None]
        if not clauses:
            return self._all(must) if must else None
        options = [(self._tantivy.Occur.Should, self._option(*each)) for each in clauses.items()]
        return self._query.boolean_query([(self._tantivy.Occur.Must, part) for part in must] + options)

    def _option(self, clause: Clause, weight: float) -> Any:
        parts = [self._query.term_query(self._schema, clause.field, word) for word in clause.words]
        return self._query.boost_query(self._all(parts), weight)

    def _phrase(self, phrase: str) -> Any:
        parts = grams(phrase)
        if not parts:
            return None
        if len(parts) == 1:
            return self._query.term_query(self._schema, "grams", parts[0])
        return self._query.phrase_query(self._schema, "grams", parts)

    def _within(self, wanted: Any, selection: Selection) -> Any:
        must = [self._any(tags) for tags in selection.tags]
        if selection.seqs is not None:
            must.append(self._query.term_set_query(self._schema, "seq", list(selection.seqs)))
        if not must and not selection.excluded_tags and not selection.gone:
            return wanted
        occur = self._tantivy.Occur
        clauses = [(occur.Must, wanted)] + [(occur.Must, self._query.const_score_query(clause, 0.0)) for clause in must]
        clauses += [(occur.MustNot, self._term("tags", tag)) for tag in selection.excluded_tags]
        if selection.gone:
            clauses.append((occur.MustNot, self._query.term_set_query(self._schema, "seq", list(selection.gone))))
        return self._query.boolean_query(clauses)

    def _term(self, field: str, value: str) -> Any:
        return self._query.term_query(self._schema, field, value, index_option="basic")

    def _any(self, tags: Iterable[str]) -> Any:
        options = [(self._tantivy.Occur.Should, self._term("tags", tag)) for tag in tags]
        return options[0][1] if len(options) == 1 else self._query.boolean_query(options)

    def _all(self, parts: Sequence[Any]) -> Any:
        return parts[0] if len(parts) == 1 else self._query.boolean_query([(self._tantivy.Occur.Must, part) for part in parts])


def open_index(folder: Path) -> Any:
    """Open an index; tantivy wants to write a lock beside it, so one in a read-only folder is opened through links."""
    import tantivy

    if is_writable(folder / "meta.json"):
        return tantivy.Index.open(str(folder))
    with TemporaryDirectory(prefix="pilotlight-") as aside:
        for path in folder.iterdir():
            if not path.name.endswith(".lock"):
                (Path(aside) / path.name).symlink_to(path.resolve())
        index = tantivy.Index.open(aside)
        index.searcher()
        return index


def write_lexical(folder: Path, *, removed: Iterable[int], added: Iterable[Worded]) -> None:
    """Bring the index of a folder (a new one, if it is empty) up to date; `removed` are seqs of documents. Raises OSError."""
    import tantivy

    try:
        index = tantivy.Index(schema(), path=str(folder))
        writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for seq in removed:
            writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, "seq", seq))
        for statement in added:
            writer.add_document(lexical_row(tantivy, statement))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:  # what tantivy makes of a full disk
        raise OSError(EIO, str(error)) from error


def schema() -> Any:
    """Fields: `text` and `path` (breadcrumb) as words, `grams` for phrases, `tags` for filters, `seq` and `row` as numbers."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("path", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("tags", tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("seq", indexed=True)
    builder.add_unsigned_field("row", indexed=True, fast=True)
    return builder.build()


def lexical_row(tantivy: Any, statement: Worded) -> Any:
    """One statement as tantivy takes it."""
    document = tantivy.Document()
    document.add_text("text", " ".join(statement.words))
    document.add_text("path", " ".join(statement.path))
    document.add_text("grams", " ".join(statement.grams))
    document.add_text("tags", " ".join(statement.tags))
    document.add_unsigned("seq", statement.seq)
    document.add_unsigned("row", statement.row)
    return document


def worded(seq: int, stored: Sequence[Any]) -> Worded:
    """A row of `Catalogue.stored` of the document `seq` as words."""
    row, text, place, _, _ = stored
    path = [word for heading in json.loads(place)[5] for word in words(heading)]
    return Worded(seq, row, words(text), path, grams(text), tags_of(stored))


def tags_of(stored: Sequence[Any]) -> list[str]:
    """What filters find a statement by: a letter for the field and the member's place in its set, or the year."""
    _, element, kind, language, stringency, sectors, instruments, _, _, due = coded_statement(tuple(stored))
    found = [f"e{element}", f"k{kind}", f"l{language}", f"g{stringency}"]
    found += [f"s{place}" for place in range(16) if sectors >> place & 1]
    found += [f"i{place}" for place in range(8) if instruments >> place & 1]
    found += [f"y{year}" for year in due]
    return found + ([] if element == HEADING else ["statement"])
