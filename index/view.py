"""The view: what the catalogue holds at one generation, in memory, for filters, counts and facts."""

from dataclasses import replace
from threading import Lock

import numpy as np

from domain.document import Facts
from index.catalogue import Catalogue
from index.columns import HEADING, Columns, brought_up_to_date
from index.filters import Filters
from index.selection import Mask, Selection, select
from index.snapshot import Snapshot

KEPT_SELECTIONS = 16


class View:
    """The columns of all statements and the facts of all documents by seq, at one generation of the catalogue."""

    def __init__(self, generation: int, columns: Columns, documents: dict[int, Facts]) -> None:
        self.generation = generation
        self.columns = columns
        self.documents = documents
        spoken = set(np.unique(columns.seq[columns.element != HEADING]).tolist())
        self.without_text = tuple(sorted(facts.source_file for seq, facts in documents.items() if seq not in spoken))
        self._selections: dict[Filters, Selection] = {}
        self._lock = Lock()

    def select(self, filters: Filters) -> Selection:
        """The filters resolved; raises FilterError."""
        with self._lock:
            if filters not in self._selections:
                while len(self._selections) >= KEPT_SELECTIONS:
                    del self._selections[next(iter(self._selections))]
                self._selections[filters] = select(filters, self.columns, self.documents)
            return self._selections[filters]

    def within(self, snapshot: Snapshot, selection: Selection) -> tuple[Mask, Selection]:
        """The selection over the columns of a snapshot, which may be of another generation."""
        if snapshot.stamp.generation == self.generation:
            return selection.mask, selection
        at = self.columns.positions(snapshot.columns.row)
        mask = np.where(at >= 0, selection.mask[at], False) if len(self.columns) else np.zeros(len(at), bool)
        gone = tuple(seq for seq in snapshot.stamp.seqs if seq not in self.documents)
        documents = len(np.unique(snapshot.columns.seq[mask]))
        return mask, replace(selection, gone=gone, count=int(np.count_nonzero(mask)), documents=documents)

    def facts_of(self, row: int) -> Facts:
        """The facts of the document that a statement is of."""
        at = self.columns.positions(np.array([row], np.int64))[0]
        return self.documents[int(self.columns.seq[at])]


def read_view(catalogue: Catalogue, columns: Columns, documents: dict[int, Facts]) -> View:
    """The view of the catalogue as it is now; columns and facts of earlier documents are taken over."""
    with catalogue.read():
        seqs = catalogue.sequence()
        kept = {seq: documents[seq] for seq in seqs if seq in documents}
        kept |= {entry.seq: entry.facts for entry in catalogue.entries(seq for seq in seqs if seq not in kept)}
        return View(catalogue.generation, brought_up_to_date(columns, seqs, catalogue), kept)
