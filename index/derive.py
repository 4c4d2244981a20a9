"""Derive: make a snapshot from the catalogue, taking over from the one before what still holds."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.columns import Columns, brought_up_to_date, empty_columns
from index.dense import Halves, write_dense
from index.encoder import Encoder, passage_text
from index.forward import FreshWords
from index.late import token_encoder, write_tokens
from index.lexical import worded, write_lexical
from index.snapshot import Snapshot, Stamp, clear_others, link_files, new_folder, publish

ENCODE_BATCH = 2048
Progress = Callable[[int, int], None]


def derive(root: Path, catalogue: Catalogue, encoder: Encoder, previous: Snapshot | None) -> Path:
    """Write the snapshot of the catalogue's present state and give back its folder; `previous` is left as it is.

    A previous snapshot of another encoder serves for its words only. Raises OSError where the disk is full or not writable.
    """
    folder = new_folder(root)
    try:
        with catalogue.read():
            generation, seqs = catalogue.generation, catalogue.sequence()
            columns = brought_up_to_date(previous.columns if previous else empty_columns(), seqs, catalogue)
            held = set(previous.stamp.seqs) if previous else set()
            if previous:
                words = [path.name for path in (previous.folder / "lexical").iterdir() if not path.name.endswith(".lock")]
                link_files(previous.folder / "lexical", folder / "lexical", words)
            added = (worded(seq, row) for seq in seqs if seq not in held for row in catalogue.stored(seq))
            fresh = FreshWords()
            write_lexical(folder / "lexical", removed=sorted(held - set(seqs)), added=map(fresh.noted, added))
            at = previous.columns.positions(columns.row) if previous else np.full(len(columns), -1, np.int64)
            fresh.write(folder, previous.forward if previous else None, at)
        columns.save(folder)
        same_encoder = previous is not None and previous.stamp.encoder == encoder.name
        vectors = vectors_of(columns, catalogue, encoder, previous if same_encoder else None)
        taken_over = write_dense(folder, vectors, columns.row, previous.folder if previous and same_encoder else None)
        if previous:
            link_files(previous.folder, folder, taken_over)
        derive_tokens(folder, columns, catalogue, encoder, previous if same_encoder else None)
        published = publish(folder, Stamp(generation, encoder.name, tuple(seqs)))
    except BaseException:
        with suppress(OSError):
            rmtree(folder)
        raise
    clear_others(root, published)
    return published


def derive_tokens(folder: Path, columns: Columns, catalogue: Catalogue, encoder: Encoder, previous: Snapshot | None) -> None:
    """Write the tokens of the statements, if the encoder has any."""
    tokens = token_encoder(encoder)
    if tokens is None:
        return
    before = previous.late if previous else None
    kept = previous.columns.positions(columns.row) if previous and before else np.full(len(columns), -1, np.int64)
    write_tokens(folder, tokens, before, kept, catalogue.texts(columns.row[kept < 0].tolist()))


def vectors_of(columns: Columns, catalogue: Catalogue, encoder: Encoder, previous: Snapshot | None) -> Halves:
    """float16, shape (n, dim): from the previous snapshot, else from the catalogue's cache, else encoded now."""
    vectors = np.zeros((len(columns), encoder.dim), np.float16)
    missing = np.ones(len(columns), bool)
    if previous is not None:
        at = previous.columns.positions(columns.row)
        missing = at < 0
        vectors[~missing] = previous.dense.vectors[at[~missing]]
    places = np.flatnonzero(missing)
    for start in range(0, len(places), ENCODE_BATCH):
        part = places[start : start + ENCODE_BATCH]
        vectors[part] = vectors_of_rows(columns.row[part].tolist(), catalogue, encoder)
    return vectors


def vectors_of_rows(rows: Sequence[int], catalogue: Catalogue, encoder: Encoder) -> Halves:
    """float16, shape (n, dim): the vectors of some rows, encoded and cached if they are not; zeros for a row that is gone."""
    parts = catalogue.passage_parts(rows)
    cached = catalogue.vectors(encoder.name, [key for key, _, _ in parts.values()])
    new = {key: passage_text(path, text) for key, path, text in parts.values() if key not in cached}
    if new:
        encoded: NDArray[np.float16] = encoder.encode_passages(list(new.values())).astype("<f2")
        fresh = {key: encoded[at].tobytes() for at, key in enumerate(new)}
        if not catalogue.is_read_only:
            catalogue.keep_vectors(encoder.name, fresh)
        cached |= fresh
    nothing = bytes(2 * encoder.dim)
    data = b"".join(cached[parts[row][0]] if row in parts else nothing for row in rows)
    return np.frombuffer(data, "<f2").reshape(len(rows), encoder.dim)
