"""The catalogue: the SQLite file that is the truth of a library. No other module speaks SQL."""

import json
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from domain.document import Document, Facts
from domain.errors import LibraryError, NotFoundError
from domain.statement import Statement
from index.encoder import passage_text
from index.rows import (
    body_row,
    facts_row,
    passage_key,
    place_row,
    read_document,
    read_facts,
    read_statement,
    tags_row,
    to_json,
)

VERSION = "1"
FILE = "catalogue.db"
BUSY_SECONDS = 60.0
BATCH = 500
Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the catalogue without its text; `seq` changes when the document does, `file` is the kept original.

    `problems` counts its pages by what is wrong with them, and the lines left out by the reason.
    """

    seq: int
    facts: Facts
    statements: int
    pages: int
    problems: dict[str, int]
    file: str | None


class Catalogue:
    """The tables of a library; each thread has its own connection, writers wait for one another, readers never wait."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        if not path.exists() and not create:
            raise LibraryError(f"{path.parent}: there is no library here; make one with `pilotlight build PATH`")
        self.is_read_only = path.exists() and not is_writable(path)
        self._local = threading.local()
        if create and not self.is_read_only and not self.query("SELECT 1 FROM sqlite_master WHERE name = 'run'"):
            self._lay_out()
        self._check_version()

    def _lay_out(self) -> None:
        schema = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
        version = f"INSERT OR IGNORE INTO meta VALUES ('version', '{VERSION}');"
        try:
            self.connection.executescript(f"BEGIN IMMEDIATE; {schema} {version} COMMIT;")
        except sqlite3.Error as error:
            raise self.broken(error) from error

    @property
    def connection(self) -> sqlite3.Connection:
        """The calling thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection

    def _connect(self) -> sqlite3.Connection:
        address = f"file:{uri_path(self.path)}" + ("?mode=ro" if self.is_read_only else "")
        if self.is_read_only and not (self.path.parent / (FILE + "-wal")).exists():
            address += "&immutable=1"  # WAL needs a writable folder for its index, even to read
        try:
            connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            if not self.is_read_only:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error as error:
            raise self.broken(error) from error
        return connection

    def broken(self, error: sqlite3.Error) -> LibraryError:
        """What a user is told of an error of SQLite."""
        remedy = {
            "readonly": "the library is read-only: make the folder writable or copy it",
            "full": "the disk is full: free some space and go on, nothing is lost",
            "locked": "another process is writing to the library: try again when it is done",
        }
        said = str(error)
        for word, advice in remedy.items():
            if word in said:
                return LibraryError(f"{self.path}: {said}; {advice}")
        return LibraryError(
            f"{self.path}: {said}; the catalogue cannot be read: restore it from a copy or build the library again"
        )

    def _check_version(self) -> None:
        version = self.meta("version")
        if version != VERSION:
            raise LibraryError(
                f"{self.path}: the library has format {version}, expected {VERSION};"
                " build it again with this version of Pilotlight"
            )

    def query(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """All rows of a question."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self.broken(error) from error

    @contextmanager
    def read(self) -> Iterator[None]:
        """One state of the catalogue for several questions, whatever is written meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        self.query("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("COMMIT")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A change that happens as a whole or not at all."""
        if self.is_read_only:
            raise LibraryError(f"{self.path}: the library is read-only: make the folder writable or copy it")
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            if connection.in_transaction:
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self.broken(error) from error

    def close(self) -> None:
        """Close the calling thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def meta(self, key: str) -> str | None:
        """A word that the library remembers about itself."""
        found = self.query("SELECT value FROM meta WHERE key = ?", (key,))
        return found[0][0] if found else None

    def set_meta(self, key: str, value: str) -> None:
        """Remember a word."""
        with self.write() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def generation(self) -> int:
        """Counts the changes of documents, from 0 for an empty library."""
        return int(self.meta("generation") or 0)

    def add(self, document: Document, file: str | None) -> None:
        """Put a document in, in place of the one with its id; `since` of statements that were there already is kept."""
        with self.write() as connection:
            generation = next_generation(connection)
            id = document.facts.id
            known = connection.execute(
                "SELECT s.id, s.since FROM statement s JOIN document d ON d.seq = s.document WHERE d.id = ?", (id,)
            )
            since = dict(known.fetchall())
            kept = connection.execute("DELETE FROM document WHERE id = ? RETURNING file", (id,)).fetchall()
            problems = Counter(problem for page in document.pages for problem in page.problems)
            problems.update(line.reason for line in document.dropped)
            seq = connection.execute(
                "INSERT INTO document (id, generation, statements, pages, facts, problems, file, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    id,
                    generation,
                    len(document.statements),
                    len(document.pages),
                    facts_row(document.facts),
                    to_json(problems),
                    file or (kept[0][0] if kept else None),
                    body_row(document),
                ),
            ).lastrowid
            connection.executemany(
                "INSERT INTO statement (id, document, position, since, passage, text, place, tags)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        statement.id,
                        seq,
                        position,
                        since.get(statement.id, generation),
                        passage_key(passage_text(statement.heading_path, statement.text)),
                        statement.text,
                        place_row(statement),
                        tags_row(statement.tags),
                    )
                    for position, statement in enumerate(document.statements)
                ),
            )

    def remove(self, ids: Sequence[str]) -> list[str | None]:
        """Take documents out with what is recorded of their source files; gives back the names of the kept originals."""
        with self.write() as connection:
            next_generation(connection)
            files = [connection.execute("DELETE FROM document WHERE id = ? RETURNING file", (id,)).fetchall() for id in ids]
            connection.executemany("DELETE FROM source WHERE document_id = ?", ((id,) for id in ids))
        return [found[0][0] for found in files if found]

    def set_file(self, document_id: str, file: str) -> None:
        """Remember the name under which the original of a document is kept."""
        with self.write() as connection:
            connection.execute("UPDATE document SET file = ? WHERE id = ?", (file, document_id))

    def sequence(self) -> list[int]:
        """The `seq` of every document, ascending: what has changed shows by comparing two of these."""
        return [row[0] for row in self.query("SELECT seq FROM document ORDER BY seq")]

    def entries(self, seqs: Iterable[int] | None = None) -> list[Entry]:
        """The documents, all or some, by seq."""
        sql = "SELECT seq, facts, statements, pages, problems, file FROM document"
        if seqs is None:
            rows = self.query(sql + " ORDER BY seq")
        else:
            rows = [
                row
                for part in batches(sorted(seqs))
                for row in self.query(f"{sql} WHERE seq IN ({marks(part)}) ORDER BY seq", part)
            ]
        return [
            Entry(seq, read_facts(facts), n, pages, read_problems(problems), file)
            for seq, facts, n, pages, problems, file in rows
        ]

    def document(self, document_id: str) -> Document:
        """The whole document; raises NotFoundError."""
        with self.read():
            found = self.query("SELECT seq, facts, body FROM document WHERE id = ?", (document_id,))
            if not found:
                raise NotFoundError(f"document {document_id!r} is not in the library")
            seq, facts, body = found[0]
            rows = self.query("SELECT id, text, place, tags FROM statement WHERE document = ? ORDER BY position", (seq,))
        return read_document(read_facts(facts), body, tuple(read_statement(*row) for row in rows))

    def statements(self, rows: Sequence[int]) -> dict[int, Statement]:
        """Statements by row number; a row that is gone is left out."""
        return {row: read_statement(*stored) for row, stored in self.stored_rows(rows).items()}

    def stored_rows(self, rows: Sequence[int]) -> dict[int, tuple[str, str, str, str | None]]:
        """(id, text, place, tags) as stored by row number; a row that is gone is left out."""
        sql = "SELECT row, id, text, place, tags FROM statement WHERE row IN ({})"
        return {row[0]: row[1:] for part in batches(rows) for row in self.query(sql.format(marks(part)), part)}

    def row_of(self, statement_id: str) -> int:
        """The row number of a statement; raises NotFoundError."""
        found = self.query("SELECT row FROM statement WHERE id = ?", (statement_id,))
        if not found:
            raise NotFoundError(f"statement {statement_id!r} is not in the library")
        return int(found[0][0])

    def rows_of(self, statement_ids: Sequence[str]) -> list[int]:
        """The row number of each statement, in the order given; raises NotFoundError."""
        found: dict[str, int] = {}
        for part in batches(statement_ids):
            found.update(self.query(f"SELECT id, row FROM statement WHERE id IN ({marks(part)})", part))
        for id in statement_ids:
            if id not in found:
                raise NotFoundError(f"statement {id!r} is not in the library")
        return [found[id] for id in statement_ids]

    def neighbours(self, statement_id: str, n: int) -> list[Statement]:
        """A statement between those that stand at most `n` places from it; raises NotFoundError."""
        row = self.row_of(statement_id)
        rows = self.query(
            "SELECT o.id, o.text, o.place, o.tags FROM statement s JOIN statement o ON o.document = s.document"
            " AND o.position BETWEEN s.position - ? AND s.position + ? WHERE s.row = ? ORDER BY o.position",
            (n, n, row),
        )
        return [read_statement(*found) for found in rows]

    def stored(self, seq: int) -> list[Row]:
        """(row, text, place, tags) of each statement of a document, in reading order."""
        return self.query("SELECT row, text, place, tags, since FROM statement WHERE document = ? ORDER BY position", (seq,))

    def passage_parts(self, rows: Sequence[int]) -> dict[int, tuple[bytes, tuple[str, ...], str]]:
        """(passage key, breadcrumb, text) by row; a row that is gone is left out."""
        sql = "SELECT row, passage, place, text FROM statement WHERE row IN ({})"
        found = (each for part in batches(rows) for each in self.query(sql.format(marks(part)), part))
        return {row: (key, tuple(json.loads(place)[5]), text) for row, key, place, text in found}

    def texts(self, rows: Sequence[int]) -> Iterator[str]:
        """The text of each row, in the order given; nothing for a row that is gone."""
        for part in batches(rows):
            found: dict[int, str] = dict(self.query(f"SELECT row, text FROM statement WHERE row IN ({marks(part)})", part))
            yield from (found.get(row, "") for row in part)

    def vectors(self, encoder: str, passages: Iterable[bytes]) -> dict[bytes, bytes]:
        """Cached vectors by passage key: float16, little-endian."""
        sql = "SELECT passage, data FROM vector WHERE encoder = ? AND passage IN ({})"
        found: dict[bytes, bytes] = {}
        for part in batches(list(dict.fromkeys(passages))):
            found.update(self.query(sql.format(marks(part)), (encoder, *part)))
        return found

    def keep_vectors(self, encoder: str, vectors: dict[bytes, bytes]) -> None:
        """Cache vectors."""
        with self.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", ((key, encoder, data) for key, data in vectors.items())
            )

    def forget_vectors(self) -> None:
        """Let go of the vectors of passages that no statement has any more."""
        with self.write() as connection:
            connection.execute("DELETE FROM vector WHERE passage NOT IN (SELECT passage FROM statement)")


def next_generation(connection: sqlite3.Connection) -> int:
    """Count one change of documents inside the running transaction."""
    sql = (
        "INSERT INTO meta VALUES ('generation', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
    )
    return int(connection.execute(sql).fetchall()[0][0])


def batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values in parts that one SQL statement can name."""
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def marks(values: Sequence[Any]) -> str:
    """A question mark for each value."""
    return ",".join("?" * len(values))


def read_problems(row: str) -> dict[str, int]:
    """How many pages of a document have each problem."""
    value: dict[str, int] = json.loads(row)
    return value


def is_writable(path: Path) -> bool:
    """Whether this process may change a file and make others beside it."""
    effective = os.access in os.supports_effective_ids
    return all(os.access(place, os.W_OK, effective_ids=effective) for place in (path, path.parent))


def uri_path(path: Path) -> str:
    """A path as SQLite's URI form wants it."""
    return quote(str(path.resolve()))
