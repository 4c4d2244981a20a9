"""Nearest vectors by codes are those of an exact search, with filters and after changes too."""

from pathlib import Path

import numpy as np
import pytest

from index import dense
from index.dense import CODES_FILE, DenseIndex, decoded, write_dense
from index.snapshot import link_files
from index.threads import one_thread

COUNT, DIM, K = 4000, 32, 10


@pytest.fixture
def vectors(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Unit vectors around 200 centres; the limits are drawn down so that codes are used for them."""
    for name, limit in (("EXACT_STATEMENTS", 1000), ("EXACT_SELECTED", 500), ("GATHERED", 100)):
        monkeypatch.setattr(dense, name, limit)
    rng = np.random.default_rng(7)
    drawn = rng.normal(size=(200, DIM))[rng.integers(0, 200, COUNT)] + rng.normal(size=(COUNT, DIM))
    unit: np.ndarray = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float16)
    return unit


def written(folder: Path, vectors: np.ndarray, rows: np.ndarray, previous: Path | None = None) -> DenseIndex:
    folder.mkdir()
    taken_over = write_dense(folder, vectors, rows, previous)
    if previous is not None:
        link_files(previous, folder, taken_over)
    return DenseIndex(folder, rows)


def recall(index: DenseIndex, vectors: np.ndarray, rows: np.ndarray, mask: np.ndarray | None) -> float:
    queries = vectors[::300].astype(np.float32)
    with one_thread():
        scores = queries @ vectors.astype(np.float32).T
        if mask is not None:
            scores[:, ~mask] = -9
        exact = rows[np.argsort(-scores, axis=1, kind="stable")[:, :K]]
        found = [index.search(query, mask, k=100).rows[:K] for query in queries]
    return float(np.mean([len(set(some) & set(all_)) / K for some, all_ in zip(found, exact, strict=True)]))


def test_halves_are_decoded_exactly() -> None:
    bits = np.arange(1 << 16, dtype=np.uint16)
    halves = bits[(bits & 0x7C00) != 0x7C00].view(np.float16).reshape(1, -1)
    assert np.array_equal(decoded(halves), halves.astype(np.float32))


@pytest.mark.parametrize("share", [1.0, 0.5, 0.05, 0.01])
def test_codes_find_what_an_exact_search_finds(tmp_path: Path, vectors: np.ndarray, share: float) -> None:
    rows = np.arange(10, COUNT + 10)
    index = written(tmp_path / "one", vectors, rows)
    mask = None if share == 1 else np.random.default_rng(3).random(COUNT) < share
    assert recall(index, vectors, rows, mask) >= 0.99


def test_a_filter_that_leaves_nothing_near_is_answered_exactly(tmp_path: Path, vectors: np.ndarray) -> None:
    rows = np.arange(COUNT)
    index = written(tmp_path / "one", vectors, rows)
    query = vectors[0].astype(np.float32)
    far = vectors.astype(np.float32) @ query < 0
    assert len(index.search(query, far, k=100).rows) == 100
    assert recall(index, vectors, rows, far) >= 0.99


def test_codes_serve_on_after_small_changes_and_are_made_again_after_large_ones(tmp_path: Path, vectors: np.ndarray) -> None:
    rows = np.arange(COUNT)
    written(tmp_path / "one", vectors[:-10], rows[:-10])
    little = written(tmp_path / "two", vectors[10:], rows[10:], tmp_path / "one")
    assert (tmp_path / "two" / CODES_FILE).samefile(tmp_path / "one" / CODES_FILE)
    assert recall(little, vectors[10:], rows[10:], None) >= 0.99
    much = written(tmp_path / "three", vectors[2000:], rows[2000:], tmp_path / "two")
    assert not (tmp_path / "three" / CODES_FILE).samefile(tmp_path / "two" / CODES_FILE)
    assert recall(much, vectors[2000:], rows[2000:], None) >= 0.99
