"""The snapshots of a library: the newest is opened, one that does not fit is made again, a new one put in its place."""

import logging
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from domain.errors import LibraryError
from index.catalogue import Catalogue
from index.derive import derive
from index.encoder import Encoder
from index.lock import WritingMark, making
from index.snapshot import DamagedError, Snapshot, newest, open_snapshot

log = logging.getLogger("pilotlight")
TRIES = 3


class Snapshots:
    """Opens and makes the snapshots in a library folder; safe to use from several threads, beside other processes."""

    def __init__(self, root: Path, catalogue: Catalogue, encoder: Callable[[], Encoder]) -> None:
        self._root = root
        self._catalogue = catalogue
        self._encoder = encoder
        self._lock = threading.RLock()
        self._folder: Path | None = None
        self._open: Snapshot | None = None
        self.writing = WritingMark(root)

    def newest(self) -> Snapshot | None:
        """The newest snapshot, whatever it was made of; None where there is none that is whole."""
        try:
            return self._newest()
        except DamagedError:
            return None

    def searchable(self) -> Snapshot | None:
        """The snapshot to search; brought up to date first where a killed process left it behind or it is damaged.

        While somebody is putting documents in it is the one from before, or None if there is none yet.
        """
        with self._lock:
            try:
                snapshot, problem = self._newest(), "does not fit the catalogue and is brought up to date"
            except DamagedError as error:
                snapshot, problem = None, f"is damaged ({error}) and is made again"
            if self._fits(snapshot) or self.writing.is_set or self.writing.is_set_by_others():
                return snapshot
            if snapshot is not None or self._catalogue.generation:
                log.warning("%s: the search index %s", self._root, problem)
            if self._catalogue.is_read_only:
                return self._make_aside(snapshot)
            with making(self._root):
                snapshot = self.newest()
                return snapshot if self._fits(snapshot) else self._made_or_before(snapshot)

    def make(self) -> None:
        """Make the snapshot of the catalogue as it is now."""
        with making(self._root), self._lock:
            self._make(self.newest())

    def _fits(self, snapshot: Snapshot | None) -> bool:
        if snapshot is None or snapshot.stamp.generation != self._catalogue.generation:
            return False
        return snapshot.stamp.encoder == (self._catalogue.meta("encoder") or self._encoder().name)

    def _newest(self) -> Snapshot | None:
        with self._lock:
            for _ in range(TRIES):
                folder = newest(self._root)
                if folder is None or folder == self._folder:
                    break
                try:
                    self._open, self._folder = open_snapshot(folder), folder
                except DamagedError:
                    if folder.exists():
                        raise
                    continue  # another process has just put a newer one in its place
            return self._open

    def _made_or_before(self, previous: Snapshot | None) -> Snapshot:
        try:
            return self._make(previous)
        except LibraryError as error:
            if previous is None:
                raise
            log.warning("%s; what came in since is not found yet", error)
            return previous

    def _make(self, previous: Snapshot | None) -> Snapshot:
        try:
            folder = derive(self._root, self._catalogue, self._encoder(), previous)
        except OSError as error:
            raise LibraryError(
                f"{self._root}: {error.strerror or error}; the documents are safe, free some space and try again"
            ) from error
        self._open, self._folder = open_snapshot(folder), folder
        if previous and not set(previous.stamp.seqs) <= set(self._open.stamp.seqs):
            self._catalogue.forget_vectors()
        return self._open

    def _make_aside(self, previous: Snapshot | None) -> Snapshot:
        aside = Path(tempfile.mkdtemp(prefix="pilotlight-"))
        try:
            self._open = open_snapshot(derive(aside, self._catalogue, self._encoder(), previous))
            self._folder = newest(self._root)
        finally:
            shutil.rmtree(aside, ignore_errors=True)  # what is open stays readable
        return self._open
