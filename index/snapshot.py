"""The snapshot: what is derived from the catalogue for searching, in one stamped folder that is never changed once it stands."""

import json
import os
import shutil
import uuid
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.columns import Columns
from index.dense import DenseIndex
from index.forward import ForwardIndex
from index.late import SPREAD_FILE, TokenIndex
from index.lexical import LexicalIndex

FORMAT = 6
STAMP = "stamp.json"
SMALL_BYTES = 32 * 1024 * 1024
FOLDER = "search"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a snapshot was made of: the catalogue's generation, the encoder, and the documents by seq."""

    generation: int
    encoder: str
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The open indexes of one state of the library; `late` only where the encoder is made of token vectors."""

    folder: Path
    stamp: Stamp
    columns: Columns
    lexical: LexicalIndex
    forward: ForwardIndex
    dense: DenseIndex
    late: TokenIndex | None = None


class DamagedError(Exception):
    """A snapshot that is not what its stamp says; it is made again."""


def newest(root: Path) -> Path | None:
    """The folder of the newest snapshot of a library."""
    found = sorted(path for path in (root / FOLDER).glob("[0-9]*") if path.is_dir())
    return found[-1] if found else None


def open_snapshot(folder: Path) -> Snapshot:
    """Check a snapshot against its stamp and open it; raises DamagedError."""
    stamp = read_stamp(folder)
    try:
        columns = Columns.load(folder)
        late = TokenIndex(folder) if (folder / SPREAD_FILE).exists() else None
        lexical, forward, dense = LexicalIndex(folder / "lexical"), ForwardIndex(folder), DenseIndex(folder, columns.row)
        return Snapshot(folder, stamp, columns, lexical, forward, dense, late)
    except (OSError, ValueError, RuntimeError) as error:
        raise DamagedError(f"{folder.name}: {error}") from error


def read_stamp(folder: Path) -> Stamp:
    """The stamp of a snapshot all of whose files fit it; raises DamagedError.

    Size and checksum of every file are compared; for a file over 32 MiB the checksum only where its time was touched.
    """
    try:
        value = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        body = value["body"]
        if value["checksum"] != zlib.crc32(canonical(body)) or body["format"] != FORMAT:
            raise DamagedError(f"{folder.name}: the stamp does not fit")
        for name, (size, checksum, time) in body["files"].items():
            status = (folder / name).stat()
            untouched = status.st_mtime_ns == time and size > SMALL_BYTES
            if status.st_size != size or not (untouched or checksum_of(folder / name) == checksum):
                raise DamagedError(f"{folder.name}/{name}: the file does not fit its checksum")
        return Stamp(body["generation"], body["encoder"], tuple(body["seqs"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{folder.name}: {error}") from error


def new_folder(root: Path) -> Path:
    """A folder aside in which a snapshot can be made."""
    folder = root / FOLDER / f".new-{uuid.uuid4().hex}"
    (folder / "lexical").mkdir(parents=True)
    return folder


def link_files(source: Path, target: Path, names: Iterable[str]) -> None:
    """Take files over without copying where the file system allows; they are never changed in place."""
    for name in names:
        try:
            os.link(source / name, target / name)
        except OSError:
            shutil.copy2(source / name, target / name)


def publish(folder: Path, stamp: Stamp) -> Path:
    """Stamp a folder made aside, bring it safely to disk and give it its name; older snapshots are taken away."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    described = {}
    for path in files:
        sync(path)
        status = path.stat()
        described[path.relative_to(folder).as_posix()] = [status.st_size, checksum_of(path), status.st_mtime_ns]
    body = {"format": FORMAT, "generation": stamp.generation, "encoder": stamp.encoder, "seqs": stamp.seqs, "files": described}
    body = json.loads(canonical(body))
    (folder / STAMP).write_text(json.dumps({"body": body, "checksum": zlib.crc32(canonical(body))}), encoding="utf-8")
    for path in (folder / STAMP, folder / "lexical", folder):
        sync(path)
    target = folder.parent / f"{stamp.generation:012d}-{uuid.uuid4().hex[:8]}"
    folder.rename(target)
    sync(folder.parent)
    return target


def clear_others(root: Path, kept: Path) -> None:
    """Take away older snapshots and what a killed writer left; who has them open keeps reading."""
    for path in (root / FOLDER).iterdir():
        if path != kept and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def canonical(value: Any) -> bytes:
    """JSON bytes that depend on the value alone."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def checksum_of(path: Path) -> int:
    """CRC-32 of a file."""
    checksum = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            checksum = zlib.crc32(part, checksum)
    return checksum


def sync(path: Path) -> None:
    """Bring a file or folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
