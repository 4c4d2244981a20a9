"""Learn analysis/coverage.toml from pairs of plans that people aligned.

    python scripts/fit_coverage.py [--all] GOLD_DIR...

Learns the weights of the status; with --all those of the match and the thresholds as well, which else are kept. A GOLD_DIR
holds docs/, the coded units SLUG.jsonl and align_SOURCE_LOCAL.jsonl; its documents are read, tagged and compared as the program
does it. The invented pairs of tests/quality/plans are always among them. Prints what is learnt on the others and tested on each
pair, then writes what is learnt on all.
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
from analysis.alignment import CHANNELS, Matrix, Rarity, Side, weigh_evidence
from analysis.compare import ask, body, side_of
from analysis.coverage import FEATURES, NEAREST, WEIGHTS, Coverage, Judge, load_judge, softmax, status_features
from analysis.evaluate import SAME_TEXT, prf
from analysis.gold import overlap, read_gold, read_lines
from index import Library, open_library

OWN = Path(__file__).parents[1] / "tests" / "quality" / "plans"
MOST_FALSE_MISSING = 0.04  # on average of pairs that the status weights were not learnt on
RIDGE = 0.01
SHRINKAGE = 3.5
STATUSES = list(Coverage)


@dataclass(frozen=True, slots=True)
class Pair:
    """One aligned pair of plans: the requirements that were aligned and, for each, which local statements answer it."""

    name: str
    source: Side
    local: Side
    rarity: Rarity
    evidence: Matrix
    aligned: list[int]
    right: NDArray[np.bool_]
    status: NDArray[np.intp]


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
    asked = ask(library, library.find_document(names[0]).id)
    source, local = asked.side, side_of(library, body(library, library.find_document(names[1]).id), asked.rarity)
    aligned, right, status = [], [], []
    for row in read_lines(path):
        share = [overlap(ours[row["source"]], s.text) for s in source.statements]
        if max(share) < SAME_TEXT:
            continue
        aligned.append(int(np.argmax(share)))
        right.append([any(overlap(theirs[unit], s.text) >= SAME_TEXT for unit in row["local"]) for s in local.statements])
        status.append(STATUSES.index(Coverage(row["status"])))
    evidence = weigh_evidence(source, local)
    return Pair(path.stem, source, local, asked.rarity, evidence, aligned, np.array(right), np.array(status))


def learn(pairs: list[Pair], kept: Judge | None = None) -> Judge:
    """Match weights, then status weights, then the thresholds that are right for pairs left out of the status weights.

    Match weights and thresholds are those of `kept` where it is given.
    """
    if kept:
        return learn_status(kept, pairs)
    weights, bias = learn_match(pairs)
    judge = Judge(weights, bias, np.zeros((3, len(FEATURES))), 1.0, 0.5)
    unseen = [learn_status(judge, [other for other in pairs if other is not pair]) for pair in pairs]

    def mean(name: str, **thresholds: float) -> float:
        return float(np.mean([score(replace(one, **thresholds), pair)[name] for one, pair in zip(unseen, pairs, strict=True)]))

    tried = (round(0.3 + 0.02 * n, 2) for n in range(31))
    missing_from = next(m for m in tried if mean("false_missing", missing_from=m) <= MOST_FALSE_MISSING)
    tried = (round(0.3 + 0.05 * n, 2) for n in range(9))
    covered_from = max(tried, key=lambda c: mean("status_macro_f1", missing_from=missing_from, covered_from=c))
    return replace(learn_status(judge, pairs), missing_from=missing_from, covered_from=covered_from)


def learn_status(judge: Judge, pairs: list[Pair]) -> Judge:
    """The judge with status weights under which every pair counts the same."""
    features = np.vstack([features_of(judge, pair)[:, 1:] for pair in pairs])
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    counts = np.concatenate([np.full(len(pair.aligned), len(features) / len(pairs) / len(pair.aligned)) for pair in pairs])
    model = LogisticRegression(C=SHRINKAGE, max_iter=5000)
    model.fit((features - mean) / spread, np.concatenate([pair.status for pair in pairs]), sample_weight=counts)
    slopes = model.coef_ / spread
    return replace(judge, status=np.column_stack([model.intercept_ - slopes @ mean, slopes]))


def learn_match(pairs: list[Pair]) -> tuple[NDArray[np.float64], float]:
    """The weights under which a right statement is most likely to come first, then scale and bias that make it a chance."""
    evidence = [pair.evidence[pair.aligned][has(pair)].astype(np.float64) for pair in pairs]
    right = [pair.right[has(pair)] for pair in pairs]
    answered = sum(map(len, right))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.5 * RIDGE * float(weights @ weights), RIDGE * weights
        for x, r in zip(evidence, right, strict=True):
            chance = softmax(x @ weights)
            first = (chance * r).sum(axis=1, keepdims=True)
            total -= float(np.log(first + 1e-12).sum()) / answered
            slope = slope - np.einsum("nl,nlf->f", chance * r / (first + 1e-12) - chance, x) / answered
        return total, slope

    weights = minimize(loss, np.zeros(len(CHANNELS)), jac=True, method="L-BFGS-B").x
    scores = np.concatenate([(x @ weights).ravel() for x in evidence])[:, None]
    scale = LogisticRegression(C=1e4, max_iter=5000).fit(scores, np.concatenate([r.ravel() for r in right]))
    return weights * scale.coef_[0, 0], float(scale.intercept_[0])


def has(pair: Pair) -> NDArray[np.bool_]:
    """Which requirements have an answer."""
    found: NDArray[np.bool_] = pair.right.any(axis=1)
    return found


def features_of(judge: Judge, pair: Pair) -> NDArray[np.float64]:
    """What the status of the aligned requirements is judged by, taken within the whole comparison."""
    odds = judge.odds(pair.evidence)
    return status_features(pair.source, pair.local, pair.evidence, odds, nearest_by(odds), pair.rarity)[pair.aligned]


def nearest_by(odds: NDArray[np.float64]) -> NDArray[np.intp]:
    """The nearest local statements of each requirement, best first; shape (requirements, NEAREST)."""
    return np.argsort(-odds, axis=1, kind="stable")[:, :NEAREST]


def score(judge: Judge, pair: Pair) -> dict[str, float]:
    """Recall of the matches and the scores of the status."""
    odds = judge.odds(pair.evidence)[pair.aligned]
    best = 1 / (1 + np.exp(-odds.max(axis=1)))
    chances = softmax(features_of(judge, pair) @ judge.status.T)
    said = np.array([STATUSES.index(judge.decide(*each)) for each in zip(chances, best, strict=True)])
    hits = np.take_along_axis(pair.right, nearest_by(odds), axis=1)
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
    kept = None if "--all" in sys.argv else load_judge()
    folders = [Path(name) for name in sys.argv[1:] if name != "--all"]
    pairs = [pair for folder in (*folders, OWN) for pair in read_pairs(folder)]
    for pair in pairs:
        others = [other for other in pairs if other is not pair]
        print(f"{pair.name}, learnt on the others:", shown(score(learn(others, kept), pair)))
    judge = learn(pairs, kept)
    for pair in pairs:
        print(f"{pair.name}, learnt on all:", shown(score(judge, pair)))
    write(judge)


def shown(scores: dict[str, float]) -> str:
    """Scores on a line."""
    return "  ".join(f"{name} {value:.3f}" for name, value in scores.items())


if __name__ == "__main__":
    main()
