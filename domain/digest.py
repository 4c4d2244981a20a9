"""Digests: what plain data and files are, in 64 letters that are the same on any machine."""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any


def digest(value: Any) -> str:
    """SHA-256 of plain data."""
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    found = sha256()
    with path.open("rb") as stream:
        while part := stream.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def files_digest(places: Iterable[Path]) -> str:
    """SHA-256 of files, folders with all that is in them, by name; files that are not there are passed over."""
    found = sha256()
    for place in places:
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(f"{file.name}\0{file_digest(file)}\n".encode())
    return found.hexdigest()
