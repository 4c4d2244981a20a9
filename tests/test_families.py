"""Restated practices come together, alone and in a crowd, the same on every run, whatever the encoder's scale."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.families import Meanings, find_families, meanings_of
from domain.codebook import Language
from index import load_encoder
from index.encoder import Vectors

QUALITY = Path(__file__).parent / "quality"
FLOOR = 0.85  # of the adjusted Rand index, alone and among 750 statements of other matters


def read(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (QUALITY / name).read_text(encoding="utf-8").splitlines()]


def rand_index(families: np.ndarray) -> float:
    from sklearn.metrics import adjusted_rand_score

    gold = [row["family"] for row in read("practice_families.jsonl")]
    return float(adjusted_rand_score(gold, families[: len(gold)]))


class Stretched:
    """An encoder that finds everything alike, as many do: one direction is common to all."""

    name, dim = "stretched", 257

    def encode_passages(self, texts: list[str]) -> Vectors:
        vectors = np.hstack([load_encoder().encode_passages(texts), np.full((len(texts), 1), 2.0, np.float32)])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_queries = encode_passages


@pytest.mark.parametrize("encoder", [load_encoder, Stretched])
def test_restated_practices_come_together_the_same_on_every_run(encoder) -> None:
    rows = read("practice_families.jsonl")
    meanings = meanings_of(encoder(), [row["text"] for row in rows], [Language(row["language"]) for row in rows])
    families = find_families(meanings)
    assert rand_index(families) >= FLOOR
    assert np.array_equal(families, find_families(meanings))


def test_restated_practices_come_together_in_a_crowd() -> None:
    rows = [*read("practice_families.jsonl"), *read("practices_gold.jsonl"), *read("elements_gold.jsonl")]
    meanings = meanings_of(load_encoder(), [row["text"] for row in rows], [Language(row["language"]) for row in rows])
    assert rand_index(find_families(meanings)) >= FLOOR


def test_what_is_known_to_belong_together_stays_together() -> None:
    strangers = Meanings(np.eye(4, dtype=np.float32), 0.1, {})
    assert len(set(find_families(strangers).tolist())) == 4
    assert find_families(strangers, [(0, 3)]).tolist()[0] == find_families(strangers, [(0, 3)]).tolist()[3]


def test_no_statements_make_no_family() -> None:
    assert find_families(Meanings(np.zeros((0, 8), np.float32), 0.1, {})).size == 0
