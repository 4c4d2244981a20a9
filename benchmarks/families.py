"""Families of 50,000 statements: CPU seconds, memory, and whether a second run gives the same, beside k-means of scikit-learn.

Run: .venv/bin/python benchmarks/families.py

The statements are made by joining clauses of the restated practices and voice passages in tests/quality, seeded.
"""

import json
import random
import re
import resource
from pathlib import Path
from time import process_time

import numpy as np

from analysis.families import find_families, meanings_of
from domain.codebook import Language
from index import load_encoder

QUALITY = Path(__file__).parents[1] / "tests" / "quality"
COUNT = 50_000
SEED = 1409


def main() -> None:
    """Print the table."""
    texts, languages = statements()
    started = process_time()
    meanings = meanings_of(load_encoder(), texts, languages)
    encoded = process_time() - started
    families = find_families(meanings)
    found = process_time() - started
    print(f"{COUNT} statements, {families.max() + 1} families")
    print(f"{'encoding':34}{encoded:10.1f} CPU s")
    print(f"{'encoding and families':34}{found:10.1f} CPU s, must be <= 60")
    print(f"{'most memory of the process':34}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:10.2f} GB, must be <= 2")
    print(f"{'a second run gives the same':34}{np.array_equal(families, find_families(meanings))!s:>10}")
    from sklearn.cluster import MiniBatchKMeans

    started = process_time()
    MiniBatchKMeans(int(families.max()) + 1, random_state=SEED, init="random", n_init=1, max_iter=1, batch_size=4096).fit(
        meanings.vectors
    )
    print(f"{'scikit-learn: MiniBatchKMeans':34}{process_time() - started:10.1f} CPU s")


def statements() -> tuple[list[str], list[Language]]:
    """Statements of two to four clauses of one language, drawn with a seed."""
    clauses: dict[Language, list[str]] = {language: [] for language in Language}
    for name in ("practice_families.jsonl", "practices_gold.jsonl", "elements_gold.jsonl"):
        for line in (QUALITY / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            clauses[Language(row["language"])] += [part for part in re.split(r"[，。；]|[,;.] ", row["text"]) if len(part) > 3]
    draw = random.Random(SEED)
    languages = [draw.choice(list(Language)) for _ in range(COUNT)]
    joint = {Language.ZH: "，", Language.EN: ", "}
    return [joint[language].join(draw.sample(clauses[language], draw.randint(2, 4))) for language in languages], languages


if __name__ == "__main__":
    main()
