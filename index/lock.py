"""Locks between processes: one makes snapshots at a time, and a reader can tell whether somebody is writing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from domain.errors import LibraryError

WAIT_SECONDS = 600.0
MAKING, WRITING = ".making", ".writing"


@contextmanager
def making(root: Path, *, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Be the only one to make a snapshot; raises LibraryError if another process does not finish in time."""
    handle = os.open(root / MAKING, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        end = monotonic() + wait
        while not try_lock(handle, fcntl.LOCK_EX):
            if monotonic() > end:
                raise LibraryError(f"{root}: another process has been making the search index for {wait:.0f} s; try again later")
            sleep(0.05)
        yield
    finally:
        os.close(handle)


class WritingMark:
    """Shows other processes that documents are being put in which are not to be searched yet."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._handle: int | None = None

    @property
    def is_set(self) -> bool:
        """Whether this library object is writing."""
        return self._handle is not None

    def set(self) -> None:
        """Begin to write."""
        if self._handle is None:
            self._handle = os.open(self._root / WRITING, os.O_RDWR | os.O_CREAT, 0o644)
            try_lock(self._handle, fcntl.LOCK_SH)

    def clear(self) -> None:
        """Done writing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def is_set_by_others(self) -> bool:
        """Whether any library object, in this process or another, is writing."""
        try:
            handle = os.open(self._root / WRITING, os.O_RDONLY)
        except OSError:
            return False
        try:
            return not try_lock(handle, fcntl.LOCK_EX)
        finally:
            os.close(handle)


def try_lock(handle: int, kind: int) -> bool:
    """Take a lock if it is free."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
