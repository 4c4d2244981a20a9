"""Ragged: rows of different length kept as one array, for what every statement has several of."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Row i is `values[starts[i]:starts[i + 1]]`; `starts` is int64 of shape (n + 1,)."""

    values: NDArray[Any]
    starts: Ints

    def lengths(self, places: Ints) -> Ints:
        """How long the rows at some places are."""
        return self.starts[places + 1] - self.starts[places]

    def of(self, places: Ints) -> NDArray[Any]:
        """The values of the rows at some places, one row after the other."""
        return self.values[runs(self.starts[places], self.lengths(places))]

    def save(self, folder: Path, name: str) -> None:
        """Write both arrays."""
        np.save(folder / f"{name}.npy", self.values)
        np.save(folder / f"{name}_starts.npy", self.starts)

    @classmethod
    def load(cls, folder: Path, name: str) -> "Ragged":
        """What `save` wrote, mapped rather than read."""
        return cls(mapped(folder / f"{name}.npy"), mapped(folder / f"{name}_starts.npy"))


class Growing:
    """Takes rows one by one; `kind` is the type code of `array.array`."""

    def __init__(self, kind: str) -> None:
        self._values = array(kind)
        self._starts = array("q", [0])

    def add(self, row: Iterable[Any]) -> None:
        """Put a row behind the others."""
        self._values.extend(row)
        self._starts.append(len(self._values))

    def ragged(self) -> Ragged:
        """The rows so far."""
        return Ragged(np.array(self._values), np.array(self._starts, np.int64))


def renewed(previous: Ragged | None, kept: Ints, fresh: Ragged) -> Ragged:
    """A row for each entry of `kept`, which says where it stands in `previous`; -1 stands for the next of the `fresh` rows."""
    if previous is None:
        return fresh
    old, new = np.flatnonzero(kept >= 0), np.flatnonzero(kept < 0)
    lengths = np.empty(len(kept), np.int64)
    lengths[old], lengths[new] = previous.lengths(kept[old]), np.diff(fresh.starts)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    values = np.empty(starts[-1], fresh.values.dtype)
    values[runs(starts[old], lengths[old])] = previous.of(kept[old])
    values[runs(starts[new], lengths[new])] = fresh.values
    return Ragged(values, starts)


def runs(starts: Ints, lengths: Ints) -> Ints:
    """The positions of runs of some lengths that begin at `starts`, one run after the other."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)


def mapped(path: Path) -> NDArray[Any]:
    """The array of a file, mapped rather than read; a plain one, of which parts are taken several times as quick."""
    array: NDArray[Any] = np.load(path, mmap_mode="r")
    return array.view(np.ndarray)
