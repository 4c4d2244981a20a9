-- The catalogue: what is true of a library. Everything else in its folder can be made again from it.
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- `seq` is never used twice: a document that is put in again gets a new one, so that a reader sees that it changed.
CREATE TABLE IF NOT EXISTS document (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    generation INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    facts TEXT NOT NULL,
    problems TEXT NOT NULL,
    file TEXT,
    body TEXT NOT NULL
);

-- `since` is the generation in which a statement of this id first came in; it survives parsing again.
CREATE TABLE IF NOT EXISTS statement (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES document (seq) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    since INTEGER NOT NULL,
    passage BLOB NOT NULL,
    text TEXT NOT NULL,
    place TEXT NOT NULL,
    tags TEXT
);
CREATE INDEX IF NOT EXISTS statement_document ON statement (document, position);

CREATE TABLE IF NOT EXISTS vector (
    passage BLOB NOT NULL,
    encoder TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (passage, encoder)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS source (path TEXT PRIMARY KEY, digest TEXT NOT NULL, document_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusal (path TEXT PRIMARY KEY, digest TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS verdict (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id TEXT NOT NULL,
    source_title TEXT NOT NULL,
    local_id TEXT NOT NULL,
    local_title TEXT NOT NULL,
    requirement TEXT NOT NULL,
    requirement_text TEXT NOT NULL,
    status TEXT NOT NULL,
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    match_text TEXT,
    machine_status TEXT,
    at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS verdict_requirement ON verdict (requirement);

CREATE TABLE IF NOT EXISTS correction (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    statement_text TEXT NOT NULL,
    text TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    author TEXT NOT NULL,
    machine_value TEXT NOT NULL,
    statement_id TEXT,
    at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS correction_text ON correction (statement_text);

CREATE TABLE IF NOT EXISTS saved_search (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    filters TEXT NOT NULL,
    seen_generation INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, kind TEXT NOT NULL, card TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
