"""Learn analysis/coverage.toml from pairs of plans that people aligned.

    python scripts/fit_coverage.py GOLD_DIR...

A GOLD_DIR holds docs/, the coded units SLUG.jsonl and align_SOURCE_LOCAL.jsonl; its documents are read, tagged and compared
as the program does it. The invented pair of tests/quality/plans is always among them. Prints what
is learnt on the others and tested on each pair, then writes what is learnt on all.
"""

import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

import pipeline
from analysis.alignment import CHANNELS, Matrix, Rarity, rarity_in, weigh_evidence
from analysis.compare import REQUIREMENTS, body, side_of
from analysis.coverage import FEATURES, NEAREST, WEIGHTS, Coverage, Judge, softmax, status_features
from analysis.evaluate import SAME_TEXT, prf
from analysis.gold import overlap, read_gold, read_lines
from domain.statement import Statement
from index import Library, open_library

OWN = Path(__file__).parents[1] / "tests" / "quality" / "plans"
MOST_FALSE_MISSING = 0.05
LEAST_SURE = 0.58  # the least chance of "missing" at which it is said: on pairs not learnt from, false ones need up to 0.57
RIDGE = 0.01
STATUSES = list(Coverage)


@dataclass(frozen=True, slots=True)
class Pair:
    """One aligned pair of plans: the requirements that were aligned and, for each, which local statements answer it."""

    name: str
    source: list[Statement]
    local: list[Statement]
    rarity: Rarity
    evidence: Matrix
    aligned: list[int]
    right: NDArray[np.bool_]
    status: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of the aligned requirements of a pair: `nearest` int, shape (aligned, NEAREST); `best` the first's score."""

    nearest: NDArray[np.intp]
    features: NDArray[np.float64]
    best: NDArray[np.float32]


def read_pairs(folder: Path) -> list[Pair]:
    """The aligned pairs of a folder, its documents built in passing."""
    with tempfile.TemporaryDirectory() as scratch:
        library = open_library(Path(scratch), create=True)
        pipeline.build(library, [folder / "docs"])
        return [read_pair(library, folder, path) for path in sorted(folder.glob("align_*.jsonl"))]


def read_pair(library: Library, folder: Path, path: Path) -> Pair:
    """The pair with its gold mapped to the program's own statements."""
    gold = read_gold(folder)
    words = path.stem.removeprefix("align_").split("_")
    names = [next(name for name in gold if word in name.split("_")) for word in words]
    ours, theirs = ({unit["id"]: unit["text"] for unit in gold[name]} for name in names)
    source_id, local_id = (library.find_document(name).id for name in names)
    source = [s for s in body(library, source_id) if s.tags and s.tags.element in REQUIREMENTS]
    local = body(library, local_id)
    rarity = rarity_in(source)
    evidence = weigh_evidence(*(side_of(library, side, rarity) for side in (source, local)))
    aligned, right, status = [], [], []
    for row in read_lines(path):
        share = [overlap(ours[row["source"]], s.text) for s in source]
        if max(share) < SAME_TEXT:
            continue
        aligned.append(int(np.argmax(share)))
        right.append([any(overlap(theirs[unit], s.text) >= SAME_TEXT for unit in row["local"]) for s in local])
        status.append(STATUSES.index(Coverage(row["status"])))
    return Pair(path.stem, source, local, rarity, evidence, aligned, np.array(right), np.array(status))


def learn(pairs: list[Pair]) -> Judge:
    """Match weights, then status weights, then the thresholds that keep false "missing" rare."""
    weights, bias = learn_match(pairs)
    judge = Judge(weights, bias, np.zeros((3, len(FEATURES))), 0.5, 0.5)
    features = np.vstack([look(judge, pair).features[:, 1:] for pair in pairs])
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    status = LogisticRegression(C=0.3, max_iter=5000).fit((features - mean) / spread, np.concatenate([p.status for p in pairs]))
    slopes = status.coef_ / spread
    judge = replace(judge, status=np.column_stack([status.intercept_ - slopes @ mean, slopes]))
    seen = [look(judge, pair) for pair in pairs]
    tried = [
        replace(judge, missing_from=round(float(m), 2), covered_from=round(float(c), 2))
        for m in np.arange(LEAST_SURE, 0.71, 0.02)
        for c in np.arange(0.3, 0.71, 0.05)
    ]
    return max(tried, key=lambda one: sum(worth(score(one, pair, sight)) for pair, sight in zip(pairs, seen, strict=True)))


def learn_match(pairs: list[Pair]) -> tuple[NDArray[np.float64], float]:
    """The weights under which a right statement is most likely to come first, then scale and bias that make it a chance."""
    evidence = [pair.evidence[pair.aligned][has(pair)].astype(np.float64) for pair in pairs]
    right = [pair.right[has(pair)] for pair in pairs]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.5 * RIDGE * float(weights @ weights), RIDGE * weights
        for x, r in zip(evidence, right, strict=True):
            chance = softmax(x @ weights)
            first = (chance * r).sum(axis=1, keepdims=True)
            total -= float(np.log(first + 1e-12).mean()) / len(pairs)
            slope = slope - np.einsum("nl,nlf->f", chance * r / (first + 1e-12) - chance, x) / len(x) / len(pairs)
        return total, slope

    weights = minimize(loss, np.zeros(len(CHANNELS)), jac=True, method="L-BFGS-B").x
    scores = np.concatenate([(x @ weights).ravel() for x in evidence])[:, None]
    scale = LogisticRegression(C=1e4, max_iter=5000).fit(scores, np.concatenate([r.ravel() for r in right]))
    return weights * scale.coef_[0, 0], float(scale.intercept_[0])


def has(pair: Pair) -> NDArray[np.bool_]:
    """Which requirements have an answer."""
    found: NDArray[np.bool_] = pair.right.any(axis=1)
    return found


def look(judge: Judge, pair: Pair) -> Sight:
    """What the weights, without the thresholds, make of the aligned requirements, taken within the whole comparison."""
    scores = judge.scores(pair.evidence)
    nearest = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
    features = status_features(pair.source, pair.local, pair.evidence, scores, nearest, pair.rarity)
    best = scores[np.arange(len(scores)), nearest[:, 0]]
    return Sight(nearest[pair.aligned], features[pair.aligned], best[pair.aligned])


def score(judge: Judge, pair: Pair, sight: Sight | None = None) -> dict[str, float]:
    """Recall of the matches and the scores of the status."""
    sight = sight or look(judge, pair)
    chances = softmax(sight.features @ judge.status.T)
    said = np.array([STATUSES.index(judge.decide(*each)) for each in zip(chances, sight.best, strict=True)])
    hits = np.take_along_axis(pair.right, sight.nearest, axis=1)
    answered = has(pair)
    missing = STATUSES.index(Coverage.MISSING)
    f1 = [
        prf(
            int(((said == s) & (pair.status == s)).sum()),
            int(((said == s) & (pair.status != s)).sum()),
            int(((said != s) & (pair.status == s)).sum()),
        )["f1"]
        for s in range(3)
    ]
    return {
        "recall@1": float(hits[answered, 0].mean()),
        "recall@5": float(hits[answered].any(axis=1).mean()),
        "status_macro_f1": float(np.mean(f1)),
        "missing_found": float((said[~answered] == missing).mean()),
        "false_missing": float((said[answered] == missing).mean()),
    }


def worth(scores: dict[str, float]) -> float:
    """What the thresholds are chosen by: status and missing ones found, with false "missing" kept below its bar."""
    excess = max(0.0, scores["false_missing"] - MOST_FALSE_MISSING)
    return scores["status_macro_f1"] + 0.5 * scores["missing_found"] - 1000 * excess


def write(judge: Judge) -> None:
    """Put the weights where the program reads them."""
    parts: list[tuple[str, dict[str, Any]]] = [
        ("match", {"bias": judge.match_bias, **dict(zip(CHANNELS, judge.match, strict=True))}),
        *(
            (f"status.{status}", dict(zip(FEATURES, row, strict=True)))
            for status, row in zip(STATUSES, judge.status, strict=True)
        ),
        ("decision", {"missing_from": judge.missing_from, "covered_from": judge.covered_from}),
    ]
    lines = ["# Written by scripts/fit_coverage.py from pairs of plans that people aligned."]
    for name, values in parts:
        lines += ["", f"[{name}]", *(f"{key} = {float(value):.4f}" for key, value in values.items())]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Learn, test across pairs, print and write."""
    pairs = [pair for folder in (*map(Path, sys.argv[1:]), OWN) for pair in read_pairs(folder)]
    for pair in pairs:
        others = [other for other in pairs if other is not pair]
        print(f"{pair.name}, learnt on the others:", shown(score(learn(others), pair)))
    judge = learn(pairs)
    for pair in pairs:
        print(f"{pair.name}, learnt on all:", shown(score(judge, pair)))
    write(judge)


def shown(scores: dict[str, float]) -> str:
    """Scores on a line."""
    return "  ".join(f"{name} {value:.3f}" for name, value in scores.items())


if __name__ == "__main__":
    main()
