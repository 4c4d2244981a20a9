"""The library: the folder that holds a built collection, and every question it answers."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

import numpy as np

from domain.codebook import Element, Language
from domain.document import PAGE_PROBLEMS, Document, Facts
from domain.errors import EncoderError, LibraryError, NotFoundError
from domain.record import Record, citation
from domain.statement import Statement
from index.catalogue import FILE, Catalogue, Entry
from index.columns import ELEMENTS, HEADING, LANGUAGES, empty_columns
from index.derive import vectors_of_rows
from index.encoder import Encoder, Vectors, load_encoder, unit
from index.facets import count_facets
from index.filters import Filters
from index.glossary import OWN, Glossary, glossary, read_glossary
from index.hits import hits_of
from index.late import TokenEncoder, token_encoder
from index.ledger import Ledger, now
from index.query import Query, read_query
from index.questions import question
from index.reach import Reach, reach_of
from index.records import Correction, Refusal, RunCard, SavedSearch, Verdict
from index.results import Facets, Hit, Mode, Searched, SearchResult, Status, Why
from index.rows import read_record
from index.search import Asked, find
from index.selection import Selection, is_named
from index.snapshot import Snapshot
from index.snapshots import Snapshots
from index.table import Framed, Statements
from index.threads import one_thread
from index.view import View, read_view

FILES = "files"
T = TypeVar("T")
MOST_EXPANSIONS = 48  # a longer query costs time and finds little more


def open_library(folder: Path | str, *, encoder: str | None = None, create: bool = False) -> "Library":
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
        self._tokens: TokenEncoder | None = None
        self._lock = threading.RLock()
        self._snapshots = Snapshots(folder, catalogue, lambda: self.encoder)
        self._seen: View | None = None
        self._own_terms: tuple[int, Glossary | None] = (0, None)
        self._reached: tuple[tuple[Query, Path, bool], Reach] | None = None
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
                self._encoder, self._tokens = loaded, token_encoder(loaded)
            return self._encoder

    @property
    def encoder_name(self) -> str:
        """The encoder that the library was made with."""
        return self._catalogue.meta("encoder") or self.encoder.name

    @property
    def encoder_source(self) -> str | None:
        """The model folder or hub name that the encoder comes from; None is the bundled one."""
        return self._encoder_source

    # Documents in and out

    def add(self, document: Document) -> None:
        """Put a document in, in place of one with the same id."""
        self._snapshots.writing.set()
        self._catalogue.add(document, None)

    def remove(self, ids: Sequence[str]) -> None:
        """Take documents out, with their kept originals; raises NotFoundError before anything is taken out."""
        known = {facts.id for facts in self._view().documents.values()}
        for id in ids:
            if id not in known:
                raise NotFoundError(f"document {id!r} is not in the library")
        self._snapshots.writing.set()
        for file in self._catalogue.remove(list(ids)):
            if file:
                (self.folder / FILES / file).unlink(missing_ok=True)

    def commit(self) -> None:
        """Bring the search indexes up to date; who is searching goes on with the old ones until the new ones stand."""
        self._snapshots.make()
        self._snapshots.writing.clear()

    def close(self) -> None:
        """Let go of files and locks of the calling thread."""
        self._snapshots.writing.clear()
        self._catalogue.close()

    # Documents

    def facts(self, filters: Filters = Filters()) -> list[Facts]:  # noqa: B008  # frozen
        """The documents that have a statement passing the filters (all, for empty filters), by (source_file, id)."""
        view = self._view()
        chosen = view.documents
        if not filters.is_empty:
            seqs = np.unique(view.columns.seq[view.select(filters).mask]).tolist()
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
            raise LibraryError(
                f"{target}: {error.strerror}; the original could not be kept: free some space and build again"
            ) from error
        self._catalogue.set_file(document_id, target.name)

    # Statements

    def statements(self, filters: Filters = Filters()) -> Statements:  # noqa: B008
        """Statements that pass, by document in the order of (source_file, id), then in reading order."""
        return Statements(lambda: self._statements(filters), lambda: self._records(filters))

    def _statements(self, filters: Filters) -> Iterator[Statement]:
        for _, rows, found in self._chosen(filters, self._catalogue.statements):
            yield from (found[row] for row in rows if row in found)

    def _records(self, filters: Filters) -> Iterator[Record]:
        for facts, rows, found in self._chosen(filters, self._catalogue.stored_rows):
            cited = citation(facts)
            yield from (read_record(cited, *found[row]) for row in rows if row in found)

    def _chosen(
        self, filters: Filters, read: Callable[[Sequence[int]], dict[int, T]]
    ) -> Iterator[tuple[Facts, list[int], dict[int, T]]]:
        """For each document its facts, the rows of its statements that pass, and what `read` gives for them."""
        view = self._view()
        mask = view.select(filters).mask
        order = sorted(view.documents, key=lambda seq: (view.documents[seq].source_file, view.documents[seq].id))
        starts = np.searchsorted(view.columns.seq, order), np.searchsorted(view.columns.seq, order, side="right")
        for seq, start, end in zip(order, *starts, strict=True):
            rows = view.columns.row[start:end][mask[start:end]].tolist()
            with self._catalogue.read():  # a document that is taken out meanwhile comes whole or not at all
                found = read(rows)
            yield view.documents[seq], rows, found

    def statement(self, statement_id: str) -> Statement:
        """One statement; raises NotFoundError."""
        row = self._catalogue.row_of(statement_id)
        return self._catalogue.statements([row])[row]

    def neighbours(self, statement_id: str, n: int = 2) -> list[Statement]:
        """The statement between the `n` before and the `n` after it in its document, headings included, in reading order."""
        return self._catalogue.neighbours(statement_id, n)

    def count(self, filters: Filters = Filters()) -> int:  # noqa: B008
        """How many statements pass."""
        return self._view().select(filters).count

    def facets(self, filters: Filters = Filters()) -> Facets:  # noqa: B008
        """How many of the statements that pass bear each value."""
        view = self._view()
        return count_facets(view.columns, view.select(filters).mask, view.documents)

    def vectors(self, statement_ids: Sequence[str]) -> Vectors:
        """float32, shape (n, dim), rows of unit length; raises NotFoundError."""
        rows = self._catalogue.rows_of(statement_ids)
        return unit(vectors_of_rows(rows, self._catalogue, self.encoder).astype(np.float32))

    def text_vectors(self, statements: Sequence[Statement], texts: Sequence[str]) -> Vectors:
        """Vectors of what is made of each statement's text; float32, shape (n, dim), rows of unit length.

        An encoder that is not made of token vectors is too slow to encode them when asked: there, those with breadcrumbs.
        """
        if token_encoder(self.encoder) is None:
            return self.vectors([s.id for s in statements])
        return self.encoder.encode_passages(texts)

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
        view, asked = self._view(), read_query(query)
        snapshot = self._snapshots.searchable()
        selection = view.select(filters)
        notes = list(asked.notes)
        if snapshot is None:
            notes.append("The search index is being made by another process; search again when it is done.")
        if snapshot is None or asked.is_empty:
            return SearchResult(query, 0, searched(selection, view), (), mode, (), tuple(notes))
        if mode is Mode.HYBRID and (lost := self._lost_encoder()):
            mode = Mode.LEXICAL
            notes.append(f"Searched by words alone: {lost}.")
        with one_thread():
            question = self._question(asked, snapshot, view, selection, mode=mode, expand=expand)
            found = find(snapshot, question, mode=mode, k=k)
        hits = hits_of(found, question, snapshot, self._catalogue, k)
        expanded = tuple(expansion.term for expansion in question.expansions)
        return SearchResult(query, found.total, searched(question.selection, view), hits, mode, expanded, tuple(notes))

    def totals(self, query: str, among: Sequence[Filters], *, expand: bool = True) -> list[int]:
        """The `total` of `search` under each of several filters, without the hits."""
        view, asked, snapshot = self._view(), read_query(query), self._snapshots.searchable()
        if snapshot is None or asked.is_empty:
            return [0] * len(among)
        if self._lost_encoder():
            return [self.search(query, k=1, filters=filters, mode=Mode.LEXICAL).total for filters in among]
        with one_thread():
            reach = self._reach_of(asked, snapshot, view, expand=expand)
            return [reach.total(view.within(snapshot, view.select(filters))[0]) for filters in among]

    def _lost_encoder(self) -> str | None:
        """Why the encoder that the library was made with cannot be loaded, if it cannot."""
        try:
            self.encoder  # noqa: B018  # loaded at first use
        except EncoderError as error:
            return str(error)
        return None

    def _reach_of(self, query: Query, snapshot: Snapshot, view: View, *, expand: bool) -> Reach:
        """The reach of a query; that of the last one is kept, since who filters asks it again."""
        key = (query, snapshot.folder, expand)
        kept = self._reached
        if kept is None or kept[0] != key:
            everything = view.select(Filters())
            question = self._question(query, snapshot, view, everything, mode=Mode.HYBRID, expand=expand)
            kept = self._reached = key, reach_of(snapshot, question)
        return kept[1]

    def _question(self, query: Query, snapshot: Snapshot, view: View, selection: Selection, *, mode: Mode, expand: bool) -> Asked:
        """The query with everything that finding its answer takes."""
        mask, within = view.within(snapshot, selection)
        expansions = self._glossary().expansions(query.text)[:MOST_EXPANSIONS] if expand and mode is Mode.HYBRID else ()
        told = " ".join([query.text, *(expansion.term for expansion in expansions if expansion.own)])
        vector = None if mode is Mode.LEXICAL else self.encoder.encode_queries([told])[0]
        return Asked(query, vector, expansions, within, mask, view.documents, self._tokens)

    def similar(self, statement_id: str, k: int = 10, filters: Filters = Filters()) -> tuple[Hit, ...]:  # noqa: B008
        """The `k` statements nearest in meaning to one, without itself and its word-for-word repetitions."""
        view, snapshot = self._view(), self._snapshots.searchable()
        if snapshot is None:
            return ()
        asked = self.statement(statement_id)
        mask, _ = view.within(snapshot, view.select(filters))
        with one_thread():
            nearest = snapshot.dense.search(self.vectors([statement_id])[0], mask, k=min(len(mask), 4 * k + 10))
        statements = self._catalogue.statements(nearest.rows.tolist())
        hits: list[Hit] = []
        for row, score in zip(nearest.rows.tolist(), nearest.scores.tolist(), strict=True):
            statement = statements.get(row)
            if statement is None or statement.text == asked.text or len(hits) == k:
                continue
            facts = view.facts_of(row)
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
            generation = self._view().generation
            self._ledger.save_search(replace(saved, seen_generation=generation, seen_at=now()))
        return result

    def _search_since(self, saved: SavedSearch, k: int) -> SearchResult:
        view = self._view()
        new = view.columns.since > saved.seen_generation
        ids = {view.documents[int(seq)].id for seq in np.unique(view.columns.seq[new])}
        if saved.filters.documents:
            ids &= {facts.id for facts in self.facts(saved.filters)}
        if not ids:
            return SearchResult(saved.query, 0, Searched(0, 0, view.without_text, len(view.documents)), ())
        among = replace(saved.filters, documents=tuple(sorted(ids)))
        everything = self.search(saved.query, k=int(np.count_nonzero(new)) + 1000, filters=among)
        at = view.columns.positions(np.array(self._catalogue.rows_of([hit.statement.id for hit in everything.hits]), np.int64))
        hits = [hit for hit, place in zip(everything.hits, at, strict=True) if place >= 0 and new[place]]
        ranked = tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits[:k], 1))
        passing = view.select(among).mask & new
        documents, statements = len(np.unique(view.columns.seq[passing])), int(np.count_nonzero(passing))
        looked_through = replace(everything.searched, documents=documents, statements=statements)
        return replace(everything, total=len(hits), hits=ranked, searched=looked_through)

    # Questions answered above

    def compare(self, source: str, *locals: str) -> Framed:
        """Local plans held against a source plan, each by id, title or file name: a row a requirement and local plan.

        The answer has `.to_pandas()`, `.to_polars()` and, as analysis.compare gives it, `.comparison`.
        """
        names = [self.find_document(name).id for name in (source, *locals)]
        answer: Framed = question("compare")(self, names[0], names[1:])
        return answer

    def practices(self, filters: Filters = Filters()) -> Framed:  # noqa: B008
        """The practices of the statements that pass: a row a statement on a card, with `.to_pandas()` and `.to_polars()`."""
        answer: Framed = question("practices")(self, filters)
        return answer

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

    def reviewed(self) -> list[tuple[str, str]]:
        """The (source, local) pairs of documents on which there are verdicts."""
        return self._ledger.reviewed()

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
        view, entries = self._view(), self._catalogue.entries()
        codes = view.columns.element
        spoken = view.columns.language[codes != HEADING]
        return Status(
            documents=len(entries),
            pages=sum(entry.pages for entry in entries),
            statements=int(np.count_nonzero(codes != HEADING)),
            elements={e: int(np.count_nonzero(codes == place)) for place, e in enumerate(ELEMENTS) if e is not Element.HEADING},
            languages={each: int(np.count_nonzero(spoken == LANGUAGES.index(each))) for each in Language},
            without_text=view.without_text,
            failed={path: refusal.reason for path, refusal in self._ledger.refusals().items()},
            problems=_by_file(entries, PAGE_PROBLEMS.__contains__),
            left_out=_by_file(entries, lambda reason: reason not in PAGE_PROBLEMS),
            encoder=self._catalogue.meta("encoder") or "",
            generation=view.generation,
            bytes_on_disk=sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()),
        )

    def _glossary(self) -> Glossary:
        """The program's glossary with the user's own terms, which stand in glossary.csv of the library folder."""
        own = self.folder / OWN
        changed = own.stat().st_mtime_ns if own.exists() else 0
        if changed != self._own_terms[0]:
            entries = [replace(entry, own=True) for entry in read_glossary(own).entries]
            self._own_terms = changed, Glossary([*glossary().entries, *entries])
        return self._own_terms[1] or glossary()

    def _view(self) -> View:
        with self._lock, self._catalogue.read():
            if self._seen is None:
                snapshot = self._snapshots.newest()
                self._seen = read_view(self._catalogue, snapshot.columns if snapshot else empty_columns(), {})
            elif self._seen.generation != self._catalogue.generation:
                self._seen = read_view(self._catalogue, self._seen.columns, self._seen.documents)
            return self._seen


def searched(selection: Selection, view: View) -> Searched:
    """What a search with this selection looks through."""
    return Searched(selection.documents, selection.count, view.without_text, len(view.documents))


def _by_file(entries: Sequence[Entry], is_asked: Callable[[str], bool]) -> dict[str, dict[str, int]]:
    """What is asked of the problems of each document, by file name; documents without any are left out."""
    found = {e.facts.source_file: {name: n for name, n in e.problems.items() if is_asked(name)} for e in entries}
    return {file: problems for file, problems in found.items() if problems}
