"""Restated practices come together, the same on every run."""

import json
from pathlib import Path

import numpy as np

from analysis.families import find_families
from index import load_encoder

FAMILIES = Path(__file__).parent / "quality" / "practice_families.jsonl"
FLOOR = 0.78


def test_restated_practices_come_together_the_same_on_every_run() -> None:
    from sklearn.metrics import adjusted_rand_score

    rows = [json.loads(line) for line in FAMILIES.read_text(encoding="utf-8").splitlines()]
    vectors = load_encoder().encode_passages([row["text"] for row in rows])
    families = find_families(vectors)
    assert adjusted_rand_score([row["family"] for row in rows], families) >= FLOOR
    assert np.array_equal(families, find_families(vectors))


def test_no_vectors_make_no_family() -> None:
    assert find_families(np.zeros((0, 8), np.float32)).size == 0
