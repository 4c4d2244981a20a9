"""The reach of a query: what it takes to count what it finds under many filters at once."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.dense import EXACT_SELECTED
from index.search import NEAREST, Asked, nearest_to, terms_of
from index.selection import Mask, Selection
from index.snapshot import Snapshot

ROUNDING = 1e-6  # of cosines that are summed in another order


@dataclass(frozen=True, slots=True)
class Reach:
    """Over a snapshot's columns, which statements match the words of a query, and the cosine of each with it, float32."""

    snapshot: Snapshot
    asked: Asked
    matched: Mask
    cosines: NDArray[np.float32]

    def total(self, mask: Mask) -> int:
        """How many a search finds among the statements of a mask: those that match a word, and the nearest that match none."""
        found = int(np.count_nonzero(self.matched & mask))
        if not self.asked.query.phrases:
            found += int(np.count_nonzero(~self.matched[self._nearest(mask)]))
        return found

    def _nearest(self, mask: Mask) -> NDArray[np.int64]:
        """The places of the nearest, in any order: as the search has them where it looks at codes, or rounding decides."""
        places = np.flatnonzero(mask)
        if len(places) <= NEAREST:
            return places
        if len(places) <= EXACT_SELECTED:
            far = -self.cosines[places]
            order = np.argpartition(far, (NEAREST - 1, NEAREST))
            if far[order[NEAREST]] - far[order[NEAREST - 1]] >= ROUNDING:
                return places[order[:NEAREST]]
        selection = replace(self.asked.selection, count=len(places))
        return nearest_to(self.snapshot, replace(self.asked, mask=mask, selection=selection)).places


def reach_of(snapshot: Snapshot, asked: Asked) -> Reach:
    """The reach of a query over the whole of a snapshot, whatever it may give."""
    columns = snapshot.columns
    if asked.vector is None:
        raise ValueError("the reach of a query needs its vector")
    everything = Selection(np.ones(len(columns), bool))
    found = snapshot.lexical.search(terms_of(asked), asked.query.phrases, everything, k=max(1, len(columns)))
    matched = np.zeros(len(columns), bool)
    matched[columns.positions(found.rows)] = True
    return Reach(snapshot, asked, matched, snapshot.dense.similarities(asked.vector))
