"""The library: the folder that holds a built collection, and every question it answers."""

import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from domain.codebook import Element, Language
from domain.document import Document, Facts
from domain.errors import LibraryError, NotFoundError
from domain.statement import Statement
from index.catalogue import FILE, Catalogue
from index.columns import ELEMENTS, HEADING, LANGUAGES, Columns, brought_up_to_date, empty_columns
from index.derive import derive, vectors_of_rows
from index.encoder import Encoder, Vectors, load_encoder
from index.facets import count_facets
from index.filters import Filters
from index.glossary import glossary
from index.late import TokenEncoder, token_encoder
from index.ledger import Ledger, now
from index.lock import WritingMark, making
from index.query import Query, read_query
from index.ranking import ranked_down
from index.records import Correction, Refusal, RunCard, SavedSearch, Verdict
from index.results import Facets, Hit, Mode, Searched, SearchResult, Status, Why
from index.search import Asked, Found, find
from index.selection import Mask, Selection, is_named, select
from index.snapshot import DamagedError, Snapshot, newest, open_snapshot
from index.tokenizer import pieces

log = logging.getLogger("pilotlight")
FILES = "files"
BATCH = 500
KEPT_SELECTIONS = 16


@dataclass(frozen=True, slots=True)
class State:
    """The catalogue at one generation: its columns and the facts of its documents by seq."""

    generation: int
    columns: Columns
    documents: dict[int, Facts]


def open_library(folder: Path, *, encoder: str | None = None, create: bool = False) -> "Library":
    """Open the library in a folder, with `create` also a new one.

    `encoder` is a model folder or hub name; None is the one that the library remembers, the bundled one for a new
    library. Raises LibraryError if there is no library or it was made with another encoder.
    """
    folder = Path(folder)
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"{folder}: {error.strerror}; choose a folder that can be written to") from error
    return Library(folder, Catalogue(folder / FILE, create=create), encoder)


class Library:
    """Documents and statements on disk; safe to use from several threads, beside other processes.

    What is put in or taken out is in the catalogue at once and found by `search` after `commit`.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, encoder: str | None) -> None:
        self.folder = folder
        self._catalogue = catalogue
        self._ledger = Ledger(catalogue)
        self._encoder_source = encoder if encoder is not None else catalogue.meta("encoder_source") or None
        self._encoder: Encoder | None = None
        self._tokens: tuple[TokenEncoder | None] | None = None
        self._lock = threading.RLock()
        self._writing = WritingMark(folder)
        self._state: State | None = None
        self._snapshot: Snapshot | None = None
        self._snapshot_folder: Path | None = None
        self._selections: dict[Filters, Selection] = {}
        if encoder is not None:
            self.encoder  # noqa: B018  # a wrong model is to be refused on opening, not at the first search

    # Encoder

    @property
    def encoder(self) -> Encoder:
        """The encoder of the library, loaded at first use; raises LibraryError if it is not the one it was made with."""
        with self._lock:
            if self._encoder is None:
                loaded = load_encoder(self._encoder_source)
                made_with = self._catalogue.meta("encoder")
                if made_with is None and not self._catalogue.is_read_only:
                    self._catalogue.set_meta("encoder_source", self._encoder_source or "")
                    self._catalogue.set_meta("encoder", loaded.name)
                elif made_with not in (None, loaded.name):
                    raise LibraryError(
                        f"{self.folder}: the library was made with the encoder {made_with}, this is {loaded.name};"
                        " open it with the first, or build it again in a new folder with the second"
                    )
                self._encoder = loaded
            return self._encoder

    def _token_encoder(self) -> TokenEncoder | None:
        if self._tokens is None:
            self._tokens = (token_encoder(self.encoder),)
        return self._tokens[0]

    @property
    def encoder_name(self) -> str:
        """The encoder that the library was made with."""
        return self._catalogue.meta("encoder") or self.encoder.name

    # Documents in and out

    def add(self, document: Document) -> None:
        """Put a document in, in place of one with the same id."""
        self._writing.set()
        self._catalogue.add(document, None)

    def remove(self, ids: Sequence[str]) -> None:
        """Take documents out, with their kept originals; raises NotFoundError before anything is taken out."""
        known = {facts.id for facts in self._current().documents.values()}
        for id in ids:
            if id not in known:
                raise NotFoundError(f"document {id!r} is not in the library")
        self._writing.set()
        for file in self._catalogue.remove(list(ids)):
            if file:
                (self.folder / FILES / file).unlink(missing_ok=True)

    def commit(self) -> None:
        """Bring the search indexes up to date; who is searching goes on with the old ones until the new ones stand."""
        try:
            with making(self.folder):
                self._derive(self._usable())
        except OSError as error:
            raise LibraryError(
                f"{self.folder}: {error.strerror}; the documents are safe, free some space and commit again"
            ) from error
        self._writing.clear()

    def close(self) -> None:
        """Let go of files and locks of the calling thread."""
        self._writing.clear()
        self._catalogue.close()

    # Documents

    def facts(self, filters: Filters = Filters()) -> list[Facts]:  # noqa: B008  # frozen
        """The documents that have a statement passing the filters (all, for empty filters), by (source_file, id)."""
        state = self._current()
        chosen = state.documents
        if not filters.is_empty:
            seqs = np.unique(state.columns.seq[self._select(state, filters).mask]).tolist()
            chosen = {seq: chosen[seq] for seq in seqs}
        return sorted(chosen.values(), key=lambda facts: (facts.source_file, facts.id))

    def document(self, document_id: str) -> Document:
        """The whole document; raises NotFoundError."""
        return self._catalogue.document(document_id)

    def find_document(self, name: str) -> Facts:
        """The document with that id, title or file name; raises NotFoundError that names near ones."""
        documents = self.facts()
        exact = [facts for facts in documents if is_named(facts, name)]
        partial = [facts for facts in documents if name.strip() and name.strip() in f"{facts.title} {facts.source_file}"]
        found = exact or partial
        if len(found) == 1 or (exact and len({facts.id for facts in exact}) == 1):
            return found[0]
        names = [facts.title or facts.source_file for facts in documents]
        near = (
            [facts.title or facts.source_file for facts in found] or get_close_matches(name, names, n=3, cutoff=0.1) or names[:3]
        )
        problem = "names several documents" if found else "is not in the library"
        raise NotFoundError(f"document {name!r} {problem}; near it: {'; '.join(near) or 'nothing, the library is empty'}")

    def file(self, document_id: str) -> Path | None:
        """The kept original of a document."""
        for entry in self._catalogue.entries():
            if entry.facts.id == document_id:
                path = self.folder / FILES / entry.file if entry.file else None
                return path if path and path.exists() else None
        raise NotFoundError(f"document {document_id!r} is not in the library")

    def keep_file(self, document_id: str, path: Path) -> None:
        """Copy the original of a document into the library; its name is never trusted, only its suffix kept."""
        suffix = path.suffix.lower() if path.suffix[1:].isalnum() and len(path.suffix) <= 8 else ""
        target = self.folder / FILES / f"{document_id}{suffix}"
        try:
            target.parent.mkdir(exist_ok=True)
            aside = target.with_name(f".{target.name}.new")
            shutil.copyfile(path, aside)
            aside.replace(target)
        except OSError as error:
            raise LibraryError(f"{target}: {error.strerror}; the original could not be kept") from error
        self._catalogue.set_file(document_id, target.name)

    # Statements

    def statements(self, filters: Filters = Filters()) -> Iterator[Statement]:  # noqa: B008
        """Statements that pass, by document in the order of (source_file, id), then in reading order."""
        state = self._current()
        mask = self._select(state, filters).mask
        order = sorted(state.documents, key=lambda seq: (state.documents[seq].source_file, state.documents[seq].id))
        starts = np.searchsorted(state.columns.seq, order), np.searchsorted(state.columns.seq, order, side="right")
        for start, end in zip(*starts, strict=True):
            rows = state.columns.row[start:end][mask[start:end]].tolist()
            for at in range(0, len(rows), BATCH):
                part = rows[at : at + BATCH]
                found = self._catalogue.statements(part)
                yield from (found[row] for row in part if row in found)

    def statement(self, statement_id: str) -> Statement:
        """One statement; raises NotFoundError."""
        row = self._catalogue.row_of(statement_id)
        return self._catalogue.statements([row])[row]

    def neighbours(self, statement_id: str, n: int = 2) -> list[Statement]:
        """The statement between the `n` before and the `n` after it in its document, headings included, in reading order."""
        return self._catalogue.neighbours(statement_id, n)

    def count(self, filters: Filters = Filters()) -> int:  # noqa: B008
        """How many statements pass."""
        return self._select(self._current(), filters).count

    def facets(self, filters: Filters = Filters()) -> Facets:  # noqa: B008
        """How many of the statements that pass bear each value."""
        state = self._current()
        return count_facets(state.columns, self._select(state, filters).mask, state.documents)

    def vectors(self, statement_ids: Sequence[str]) -> Vectors:
        """float32, shape (n, dim), rows of unit length; raises NotFoundError."""
        rows = self._catalogue.rows_of(statement_ids)
        return unit(vectors_of_rows(rows, self._catalogue, self.encoder).astype(np.float32))

    # Search

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        filters: Filters = Filters(),  # noqa: B008
        mode: Mode = Mode.HYBRID,
        expand: bool = True,
    ) -> SearchResult:
        """The `k` best statements for a query; raises FilterError for a filter value that is not there."""
        state, asked = self._current(), read_query(query)
        snapshot = self._searchable()
        selection = self._select(state, filters)
        notes = list(asked.notes)
        if snapshot is None:
            notes.append("The search index is being made by another process; search again when it is done.")
        if snapshot is None or asked.is_empty:
            return SearchResult(query, 0, self._searched(selection, state), (), mode, (), tuple(notes))
        question = self._question(asked, snapshot, state, selection, mode=mode, expand=expand)
        found = find(snapshot, question, mode=mode, k=k)
        hits = self._hits(found, question, snapshot, state, k)
        expanded = tuple(expansion.term for expansion in question.expansions)
        return SearchResult(query, found.total, self._searched(question.selection, state), hits, mode, expanded, tuple(notes))

    def _question(
        self, query: Query, snapshot: Snapshot, state: State, selection: Selection, *, mode: Mode, expand: bool
    ) -> Asked:
        """The query with everything that finding its answer takes."""
        mask, within = self._within(snapshot, state, selection)
        expansions = glossary().expansions(query.text) if expand and mode is Mode.HYBRID else ()
        vector = None if mode is Mode.LEXICAL else self.encoder.encode_queries([query.text])[0]
        tokens = self._token_encoder() if mode is Mode.HYBRID else None
        return Asked(query, vector, expansions, within, mask, state.documents, tokens)

    def similar(self, statement_id: str, k: int = 10, filters: Filters = Filters()) -> tuple[Hit, ...]:  # noqa: B008
        """The `k` statements nearest in meaning to one, without itself and its word-for-word repetitions."""
        state, snapshot = self._current(), self._searchable()
        if snapshot is None:
            return ()
        asked = self.statement(statement_id)
        mask, _ = self._within(snapshot, state, self._select(state, filters))
        nearest = snapshot.dense.search(self.vectors([statement_id])[0], mask, k=min(len(mask), 4 * k + 10))
        statements = self._catalogue.statements(nearest.rows.tolist())
        hits: list[Hit] = []
        for row, score in zip(nearest.rows.tolist(), nearest.scores.tolist(), strict=True):
            statement = statements.get(row)
            if statement is None or statement.text == asked.text or len(hits) == k:
                continue
            facts = self._facts_of(row, state)
            hits.append(Hit(len(hits) + 1, score, statement, facts, Why(dense_rank=len(hits) + 1, similarity=score)))
        return tuple(hits)

    def save_search(self, name: str, query: str, filters: Filters = Filters()) -> SavedSearch:  # noqa: B008
        """Keep a search; what is in the library now counts as seen."""
        search = SavedSearch(name, query, filters, self._catalogue.generation, now(), now())
        self._ledger.save_search(search)
        return search

    def saved_searches(self) -> list[SavedSearch]:
        """Saved searches by name."""
        return self._ledger.saved_searches()

    def forget_search(self, name: str) -> None:
        """Take a saved search away; raises NotFoundError."""
        self._ledger.forget_search(name)

    def news(self, name: str, *, k: int = 10, seen: bool = True) -> SearchResult:
        """What a saved search finds among statements that came in since its owner last looked; with `seen` they count as seen."""
        saved = self._ledger.saved_search(name)
        result = self._search_since(saved, k)
        if seen:
            generation = self._current().generation
            self._ledger.save_search(replace(saved, seen_generation=generation, seen_at=now()))
        return result

    def _search_since(self, saved: SavedSearch, k: int) -> SearchResult:
        state = self._current()
        new = state.columns.since > saved.seen_generation
        everything = self.search(saved.query, k=max(k, 1000), filters=saved.filters)
        at = state.columns.positions(np.array([self._catalogue.row_of(hit.statement.id) for hit in everything.hits], np.int64))
        hits = [hit for hit, place in zip(everything.hits, at, strict=True) if place >= 0 and new[place]]
        ranked = tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits[:k], 1))
        return replace(everything, total=len(hits), hits=ranked)

    # Ledger

    def sources(self) -> dict[str, str]:
        """Content hash of every file that was taken in, by path."""
        return self._ledger.sources()

    def source_of(self, document_id: str) -> str | None:
        """The first path by which a document was taken in."""
        return self._ledger.source_of(document_id)

    def record_source(self, path: str, digest: str, document_id: str) -> None:
        """Remember that a file was taken in."""
        self._ledger.record_source(path, digest, document_id)

    def refusals(self) -> dict[str, Refusal]:
        """Files that were refused, by path."""
        return self._ledger.refusals()

    def record_refusal(self, path: str, digest: str, reason: str) -> None:
        """Remember that a file was refused."""
        self._ledger.record_refusal(path, digest, reason)

    def verdicts(self, source_id: str, local_id: str) -> list[Verdict]:
        """The last verdict of each reviewer on each requirement of a pair of documents, oldest first."""
        return self._ledger.verdicts(source_id, local_id)

    def record_verdict(self, verdict: Verdict) -> None:
        """Add a reviewer's verdict."""
        self._ledger.record_verdict(verdict)

    def corrections(self, text: str | None = None) -> list[Correction]:
        """The last correction of each coder to each field of each text (or of one), oldest first."""
        return self._ledger.corrections(text)

    def record_correction(self, correction: Correction) -> None:
        """Add a coder's correction."""
        self._ledger.record_correction(correction)

    def record_corrections(self, corrections: list[Correction]) -> None:
        """Add corrections, all or none."""
        self._ledger.record_corrections(corrections)

    def runs(self, kind: str | None = None) -> list[RunCard]:
        """Run cards, oldest first."""
        return self._ledger.runs(kind)

    def record_run(self, run: RunCard) -> None:
        """Keep a run card."""
        self._ledger.record_run(run)

    # Status

    def status(self) -> Status:
        """The state of the library."""
        state, entries = self._current(), self._catalogue.entries()
        codes = state.columns.element
        spoken = state.columns.language[codes != HEADING]
        return Status(
            documents=len(entries),
            pages=sum(entry.pages for entry in entries),
            statements=int(np.count_nonzero(codes != HEADING)),
            elements={e: int(np.count_nonzero(codes == place)) for place, e in enumerate(ELEMENTS) if e is not Element.HEADING},
            languages={each: int(np.count_nonzero(spoken == LANGUAGES.index(each))) for each in Language},
            without_text=self._without_text(state),
            failed={path: refusal.reason for path, refusal in self._ledger.refusals().items()},
            problems={entry.facts.source_file: entry.problems for entry in entries if entry.problems},
            encoder=self._catalogue.meta("encoder") or "",
            generation=state.generation,
            bytes_on_disk=sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()),
        )

    def _without_text(self, state: State) -> tuple[str, ...]:
        held = set(np.unique(state.columns.seq[state.columns.element != HEADING]).tolist())
        return tuple(sorted(facts.source_file for seq, facts in state.documents.items() if seq not in held))

    # What stands behind the answers

    def _current(self) -> State:
        with self._lock, self._catalogue.read():
            generation = self._catalogue.generation
            if self._state is not None and self._state.generation == generation:
                return self._state
            before = self._state.columns if self._state else self._first_columns()
            seqs = self._catalogue.sequence()
            columns = brought_up_to_date(before, seqs, self._catalogue)
            documents = (
                {} if self._state is None else {seq: self._state.documents[seq] for seq in seqs if seq in self._state.documents}
            )
            new = self._catalogue.entries(seq for seq in seqs if seq not in documents)
            documents |= {entry.seq: entry.facts for entry in new}
            self._selections.clear()
            self._state = State(generation, columns, documents)
            return self._state

    def _first_columns(self) -> Columns:
        try:
            snapshot = self._open_newest()
        except DamagedError:
            snapshot = None
        return snapshot.columns if snapshot else empty_columns()

    def _select(self, state: State, filters: Filters) -> Selection:
        with self._lock:
            selection = self._selections.get(filters)
            if selection is None or state is not self._state:
                selection = select(filters, state.columns, state.documents)
                if len(self._selections) >= KEPT_SELECTIONS:
                    self._selections.clear()
                self._selections[filters] = selection
            return selection

    def _within(self, snapshot: Snapshot, state: State, selection: Selection) -> tuple[Mask, Selection]:
        """The selection over the snapshot's own columns."""
        if snapshot.stamp.generation == state.generation:
            return selection.mask, selection
        at = state.columns.positions(snapshot.columns.row)
        mask = np.where(at >= 0, selection.mask[at], False)
        selection = replace(selection, gone=tuple(seq for seq in snapshot.stamp.seqs if seq not in state.documents))
        passing = len(np.unique(snapshot.columns.seq[mask]))
        return mask, replace(selection, count=int(np.count_nonzero(mask)), documents=passing)

    def _open_newest(self) -> Snapshot | None:
        for _ in range(3):
            folder = newest(self.folder)
            if folder is None:
                return None
            if folder != self._snapshot_folder:
                try:
                    self._snapshot, self._snapshot_folder = open_snapshot(folder), folder
                except DamagedError:
                    if folder.exists():
                        raise
                    continue  # another process has just put a newer one in its place
            return self._snapshot
        return self._snapshot

    def _usable(self) -> Snapshot | None:
        try:
            return self._open_newest()
        except DamagedError as error:
            log.warning("%s: the search index is damaged (%s) and is made again", self.folder, error)
            return None

    def _searchable(self) -> Snapshot | None:
        """The snapshot to search; brought up to date first where a killed process left it behind."""
        with self._lock:
            snapshot = self._usable()
            current = snapshot is not None and snapshot.stamp.generation == self._catalogue.generation
            if current and snapshot is not None and snapshot.stamp.encoder == self.encoder_name:
                return snapshot
            if self._writing.is_set or self._writing.is_set_by_others():
                return snapshot
            return self._recover(snapshot)

    def _recover(self, snapshot: Snapshot | None) -> Snapshot | None:
        if snapshot is not None or self._catalogue.generation:
            log.warning("%s: the search index does not fit the catalogue and is brought up to date", self.folder)
        if self._catalogue.is_read_only:
            aside = Path(tempfile.mkdtemp(prefix="pilotlight-"))
            self._snapshot = open_snapshot(derive(aside, self._catalogue, self.encoder, snapshot))
            shutil.rmtree(aside, ignore_errors=True)  # what is open stays readable
            self._snapshot_folder = newest(self.folder)
            return self._snapshot
        with making(self.folder):
            fresh = self._usable()
            if fresh is None or fresh.stamp.generation != self._catalogue.generation or fresh.stamp.encoder != self.encoder_name:
                self._derive(fresh)
        return self._snapshot

    def _derive(self, previous: Snapshot | None) -> None:
        folder = derive(self.folder, self._catalogue, self.encoder, previous)
        with self._lock:
            self._snapshot, self._snapshot_folder = open_snapshot(folder), folder

    def _searched(self, selection: Selection, state: State) -> Searched:
        return Searched(selection.documents, selection.count, self._without_text(state))

    def _facts_of(self, row: int, state: State) -> Facts:
        at = state.columns.positions(np.array([row], np.int64))[0]
        return state.documents[int(state.columns.seq[at])]

    def _hits(self, found: Found, asked: Asked, snapshot: Snapshot, state: State, k: int) -> tuple[Hit, ...]:
        ranked = found.ranked
        rows = ranked.rows[:k].tolist()
        statements = self._catalogue.statements(rows)
        hits: list[Hit] = []
        for at, row in enumerate(rows):
            if row not in statements:
                continue
            why = Why(
                lexical_rank=int(ranked.lexical_rank[at]) or None,
                dense_rank=int(ranked.dense_rank[at]) or None,
                terms=matched(statements[row].text, asked.query.words),
                expanded=tuple(each.term for each in asked.expansions if matches(statements[row].text, each.term)),
                similarity=found.similarities.get(row),
                ranked_down=ranked_down(snapshot.columns, int(snapshot.columns.positions(np.array([row], np.int64))[0])),
            )
            hits.append(Hit(len(hits) + 1, float(ranked.scores[at]), statements[row], self._facts_of(row, state), why))
        return tuple(hits)


def matched(text: str, asked: Sequence[str]) -> tuple[str, ...]:
    """The words of a query as they stand in a text, each once."""
    wanted = set(asked)
    return tuple(dict.fromkeys(surface for word, surface in pieces(text) if word in wanted))


def matches(text: str, term: str) -> bool:
    """Whether every word of a term stands in a text."""
    held = {word for word, _ in pieces(text)}
    parts = [word for word, _ in pieces(term)]
    return bool(parts) and all(part in held for part in parts)


def unit(vectors: Vectors) -> Vectors:
    """The rows at unit length again, after float16."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(norms == 0, 1, norms)).astype(np.float32)
