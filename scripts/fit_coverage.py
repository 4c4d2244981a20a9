"""Learn analysis/coverage.toml from pairs of plans that people aligned.

    python scripts/fit_coverage.py GOLD_DIR...

A GOLD_DIR holds docs/, the coded units SLUG.jsonl and align_SOURCE_LOCAL.jsonl; its documents are read, tagged and compared as
the program does it. The invented pairs of tests/quality/plans are always among them, and for comparisons with an English plan
those of tests/quality/english_plans. Prints what is learnt on the others and tested on each pair, then writes what is learnt on
all. The thresholds are those that stand there. What is missing from a Chinese plan is judged by what scripts/teach_missing.py
learns on top of these weights: run it afterwards, as what is printed here leaves it out.
"""

import math
import sys
import tempfile
import tomllib
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
from analysis.coverage import (
    FEATURES,
    NEAREST,
    WEIGHTS,
    Coverage,
    Judge,
    Pairing,
    pairing_of,
    softmax,
    status_features,
)
from analysis.evaluate import SAME_TEXT, prf
from analysis.gold import overlap, read_gold, read_lines
from index import Library, open_library

OWN = Path(__file__).parents[1] / "tests" / "quality"
OTHERS = {Pairing.ZH: 1.0, Pairing.EN: 0.5, Pairing.MIXED: 0.05}  # weight of pairs in other languages than those judged
RIDGE = 0.01
SHRINKAGE = 1.0
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


def learn(pairs: list[Pair], pairing: Pairing) -> Judge:
    """Match weights, then status weights, with the thresholds that stand there."""
    worth = [1.0 if pairing_of(pair.source, pair.local) is pairing else OTHERS[pairing] for pair in pairs]
    weights, bias = learn_match(pairs, worth)
    with WEIGHTS.open("rb") as stream:
        thresholds = tomllib.load(stream)[pairing]["decision"]
    return learn_status(Judge(weights, bias, np.zeros((3, len(FEATURES))), **thresholds), pairs, worth)


def learn_status(judge: Judge, pairs: list[Pair], worth: list[float]) -> Judge:
    """The judge with status weights under which every pair counts as much as it is worth, however many its requirements."""
    features = np.vstack([features_of(judge, pair)[pair.aligned] for pair in pairs])
    counts = np.concatenate(
        [np.full(len(pair.aligned), each / len(pair.aligned)) for each, pair in zip(worth, pairs, strict=True)]
    )
    return replace(judge, status=regress(features, np.concatenate([pair.status for pair in pairs]), counts, SHRINKAGE))


def regress(
    features: NDArray[np.float64], classes: NDArray[Any], counts: NDArray[np.float64], shrinkage: float
) -> NDArray[np.float64]:
    """Logistic weights of features whose first is the bias, one row for two classes, else a row each; they shrink in one spread.

    `counts` say how much each row of features counts.
    """
    own = features[:, 1:]
    mean, spread = own.mean(axis=0), own.std(axis=0) + 1e-9
    model = LogisticRegression(C=shrinkage, max_iter=5000)
    model.fit((own - mean) / spread, classes, sample_weight=counts * len(counts) / counts.sum())
    slopes = model.coef_ / spread
    return np.column_stack([model.intercept_ - slopes @ mean, slopes])


def learn_match(pairs: list[Pair], worth: list[float]) -> tuple[NDArray[np.float64], float]:
    """The weights under which a right statement is most likely to come first, then scale and bias that make it a chance."""
    evidence = [pair.evidence[pair.aligned][has(pair)].astype(np.float64) for pair in pairs]
    right = [pair.right[has(pair)] for pair in pairs]
    answered = sum(each * len(r) for each, r in zip(worth, right, strict=True))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.5 * RIDGE * float(weights @ weights), RIDGE * weights
        for x, r, each in zip(evidence, right, worth, strict=True):
            chance = softmax(x @ weights)
            first = (chance * r).sum(axis=1, keepdims=True)
            total -= each * float(np.log(first + 1e-12).sum()) / answered
            slope = slope - each * np.einsum("nl,nlf->f", chance * r / (first + 1e-12) - chance, x) / answered
        return total, slope

    weights = minimize(loss, np.zeros(len(CHANNELS)), jac=True, method="L-BFGS-B").x
    scores = np.concatenate([(x @ weights).ravel() for x in evidence])[:, None]
    counts = np.concatenate([np.full(r.size, each) for each, r in zip(worth, right, strict=True)])
    scale = LogisticRegression(C=1e4, max_iter=5000).fit(scores, np.concatenate([r.ravel() for r in right]), sample_weight=counts)
    return weights * scale.coef_[0, 0], float(scale.intercept_[0])


def has(pair: Pair) -> NDArray[np.bool_]:
    """Which requirements have an answer."""
    found: NDArray[np.bool_] = pair.right.any(axis=1)
    return found


def features_of(judge: Judge, pair: Pair) -> NDArray[np.float64]:
    """What the status of each requirement of the comparison is judged by, aligned or not; shape (requirements, FEATURES)."""
    odds = judge.odds(pair.evidence)
    return status_features(pair.source, pair.local, pair.evidence, odds, nearest_by(odds), pair.rarity)


def nearest_by(odds: NDArray[np.float64]) -> NDArray[np.intp]:
    """The nearest local statements of each requirement, best first; shape (requirements, NEAREST)."""
    return np.argsort(-odds, axis=1, kind="stable")[:, :NEAREST]


def score(judge: Judge, pair: Pair) -> dict[str, float]:
    """Recall of the matches and the scores of the status."""
    whole = judge.odds(pair.evidence)
    odds = whole[pair.aligned]
    best = 1 / (1 + np.exp(-odds.max(axis=1)))
    chances = judge.chances(pair.source, pair.local, pair.evidence, whole, nearest_by(whole), pair.rarity)[pair.aligned]
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
        "missing_found": float((said[~answered] == missing).mean()) if not answered.all() else math.nan,
        "false_missing": float((said[answered] == missing).mean()),
    }


def write(judges: dict[Pairing, Judge]) -> None:
    """Put the weights where the program reads them."""
    lines = ["# Written by scripts/fit_coverage.py from pairs of plans that people aligned."]
    for pairing, judge in judges.items():
        parts: list[tuple[str, dict[str, Any]]] = [
            ("match", {"bias": judge.match_bias, **dict(zip(CHANNELS, judge.match, strict=True))}),
            *(
                (f"status.{status}", dict(zip(FEATURES, row, strict=True)))
                for status, row in zip(STATUSES, judge.status, strict=True)
            ),
            (
                "decision",
                {"missing_from": judge.missing_from, "missing_below": judge.missing_below, "covered_from": judge.covered_from},
            ),
        ]
        for name, values in parts:
            lines += ["", f"[{pairing}.{name}]", *(f"{key} = {float(value):.4f}" for key, value in values.items())]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Learn for each pairing, test across pairs, print and write."""
    pairs = [pair for folder in (*map(Path, sys.argv[1:]), OWN / "plans") for pair in read_pairs(folder)]
    english = read_pairs(OWN / "english_plans")
    judges = {}
    for pairing in Pairing:
        known = pairs if pairing is Pairing.ZH else pairs + english
        judges[pairing] = learn(known, pairing)
        for pair in known:
            if pairing_of(pair.source, pair.local) is pairing:
                others = [other for other in known if other is not pair]
                print(f"{pair.name}, learnt on the others:", shown(score(learn(others, pairing), pair)))
                print(f"{pair.name}, learnt on all:", shown(score(judges[pairing], pair)))
    write(judges)


def shown(scores: dict[str, float]) -> str:
    """Scores on a line."""
    return "  ".join(f"{name} {value:.3f}" for name, value in scores.items())


if __name__ == "__main__":
    main()
