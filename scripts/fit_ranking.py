"""Learn index/ranking.toml from queries whose relevant statements people marked.

    python scripts/fit_ranking.py GOLD_DIR [--write] [--encoder MODEL]

GOLD_DIR holds docs/, the coded units SLUG.jsonl and queries_*.jsonl; its documents are built into a library as the program
does it. Prints nDCG@10 of what is learnt on each query file and tested on the other; --write keeps what is learnt on all.
"""

import argparse
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import pipeline
from analysis.gold import overlap, read_gold, read_lines
from analysis.wording import norm
from domain.codebook import Language
from index import Filters, Library, Mode, open_library
from index.features import NAMES
from index.query import read_query
from index.ranking import DOWN, WEIGHTS, down_mask
from index.search import closer_look, nearest_to
from index.search import find as find_rows

SAME_TEXT = 0.6
PENALTY = 1.0
FIXED = {"words": 1.0, "document": 1.0, "added": 2.0}  # few queries need them, those that do need them badly

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A query with its candidates: features (n, f), the gold units (by number) that each holds, and the grade of every unit."""

    file: str
    language: Language
    features: Matrix
    down: Matrix
    units: list[list[int]]
    grades: list[int]


def gold_library(folder: Path, encoder: str | None) -> Library:
    """A library of the gold documents, made as the program makes one."""
    library = open_library(Path(tempfile.mkdtemp(prefix="pilotlight-ranking-")), encoder=encoder, create=True)
    pipeline.build(library, [folder / "docs"])
    return library


def examples(library: Library, folder: Path) -> list[Example]:
    """Every query of the folder with the candidates that the library looks at."""
    gold = read_gold(folder)
    texts = {(slug, unit["id"]): unit["text"] for slug, units in gold.items() for unit in units}
    found = []
    for path in sorted(folder.glob("queries_*.jsonl")):
        records = read_lines(path)
        judged = sorted({slug for record in records for slug, _, _ in record["relevant"]})
        for record in records:
            relevant = [(slug, texts[slug, unit], grade) for slug, unit, grade in record["relevant"] if (slug, unit) in texts]
            found.append(example(library, path.stem.removeprefix("queries_"), record, relevant, judged))
    return found


def example(
    library: Library, file: str, record: dict[str, str], relevant: Sequence[tuple[str, str, int]], judged: Sequence[str]
) -> Example:
    """One query with its candidates, from the documents that its file was judged on: elsewhere nobody looked."""
    view, snapshot, query = library._view(), library._snapshots.searchable(), read_query(record["q"])
    assert snapshot is not None
    selection = view.select(Filters(documents=tuple(judged)))
    asked = library._question(query, snapshot, view, selection, mode=Mode.HYBRID, expand=True)
    words = find_rows(snapshot, asked, mode=Mode.LEXICAL, k=1000).ranked.rows
    rows, features = closer_look(snapshot, asked, words, nearest_to(snapshot, asked).rows)
    statements = library._catalogue.statements(rows.tolist())
    units = []
    for row in rows.tolist():
        statement = statements[row]
        slug = view.facts_of(row).source_file.rsplit(".", 1)[0]
        units.append([at for at, (where, text, _) in enumerate(relevant) if where == slug and is_same(text, statement.text)])
    down = DOWN * down_mask(snapshot.columns, snapshot.columns.positions(rows)).astype(float)
    matrix = features.matrix().astype(float)
    return Example(file, Language(record["lang"]), matrix, down, units, [grade for _, _, grade in relevant])


def is_same(gold: str, found: str) -> bool:
    """Whether a statement is the gold unit, as the scorer has it; texts without a piece in common are not compared."""
    first, second = norm(gold), norm(found)
    pieces = {first[at : at + 4] for at in range(max(1, len(first) - 3))}
    return any(piece in second for piece in pieces) and overlap(gold, found) >= SAME_TEXT


def fit(train: Sequence[Example], fixed: dict[str, float]) -> Matrix:
    """Weights by listwise cross-entropy over the candidates, none below zero, `fixed` ones given."""
    free = [at for at, name in enumerate(NAMES) if name not in fixed]
    given = np.array([fixed.get(name, 0.0) for name in NAMES])
    scale = np.concatenate([each.features for each in train]).std(0) + 1e-9
    lists = []
    for each in train:
        gains = np.array([max((2.0 ** each.grades[unit] - 1 for unit in units), default=0.0) for units in each.units])
        if gains.sum():
            lists.append((each.features / scale, each.features @ given - each.down, gains / gains.sum()))

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        value, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for features, base, wanted in lists:
            scores = features[:, free] @ weights + base
            scores -= scores.max()
            chance = np.exp(scores) / np.exp(scores).sum()
            value -= float(wanted @ np.log(chance + 1e-12)) / len(lists)
            slope = slope + (chance - wanted) @ features[:, free] / len(lists)
        return value, slope

    result = minimize(loss, np.full(len(free), 0.1), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(free))
    weights = given.copy()
    weights[free] = result.x / scale[free]
    return weights


def ndcg(each: Example, scores: Matrix, k: int = 10) -> float:
    """nDCG@k with every gold unit counted once, at the first statement that holds it."""
    left, gains = dict(enumerate(each.grades)), []
    for at in np.argsort(-scores, kind="stable")[:k]:
        gains.append(max((left[unit] for unit in each.units[at] if unit in left), default=0))
        for unit in each.units[at]:
            left.pop(unit, None)
    ideal = sorted(each.grades, reverse=True)[:k]
    return discounted(gains) / max(discounted(ideal), 1e-9)


def discounted(gains: Sequence[int]) -> float:
    """Discounted cumulative gain."""
    return math.fsum((2**gain - 1) / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def show(name: str, every: Sequence[Example], weights: Sequence[Matrix]) -> None:
    """Print the mean nDCG@10 by file and language."""
    means: dict[str, list[float]] = {}
    for each, weight in zip(every, weights, strict=True):
        value = ndcg(each, each.features @ weight - each.down)
        for key in (each.file, f"{each.file} {each.language.value}"):
            means.setdefault(key, []).append(value)
    print(f"{name:28}", "  ".join(f"{key} {np.mean(values):.3f}" for key, values in sorted(means.items())))


def across(every: Sequence[Example], fixed: dict[str, float]) -> list[Matrix]:
    """For each example the weights learnt on the other files."""
    learnt = {file: fit([each for each in every if each.file != file], fixed) for file in {each.file for each in every}}
    return [learnt[each.file] for each in every]


def written(weights: Matrix) -> None:
    """Put the weights into ranking.toml below its first comment."""
    head = WEIGHTS.read_text(encoding="utf-8").split("[weights]")[0]
    lines = [f"{feature} = {weight:.2f}" for feature, weight in zip(NAMES, weights, strict=True)]
    WEIGHTS.write_text(head + "\n".join(["[weights]", *lines]) + "\n", encoding="utf-8")


def main() -> None:
    """Learn, print and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--encoder")
    arguments = parser.parse_args()
    library = gold_library(arguments.gold, arguments.encoder)
    every = examples(library, arguments.gold)
    show("cosine alone", every, [np.eye(len(NAMES))[0]] * len(every))
    show("learnt on the other file", every, across(every, FIXED))
    weights = fit(every, FIXED)
    show("learnt on all", every, [weights] * len(every))
    print("   ", "  ".join(f"{feature} {weight:.2f}" for feature, weight in zip(NAMES, weights, strict=True)))
    if arguments.write:
        written(weights)


if __name__ == "__main__":
    main()
