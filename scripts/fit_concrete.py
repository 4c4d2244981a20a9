"""Learn analysis/concrete_model.npz: what titles a reader found concrete enough to copy.

    python scripts/fit_concrete.py LIBRARY

Reads tests/quality/judged_titles.csv, which keeps titles by their digest: LIBRARY must hold the documents that they stand
in. Prints how well titles left out in turn are told apart, then learns from all of them.
"""

import csv
import sys
from hashlib import blake2s
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold, cross_val_predict

from analysis.concrete import WEIGHTS, title_features
from analysis.titles import actions_in
from domain.codebook import Language
from index import Filters, open_library

JUDGED = Path(__file__).parents[1] / "tests" / "quality" / "judged_titles.csv"
STRENGTH = 1.0  # inverse of the ridge
FOLDS = 10


def digest(title: str) -> str:
    """By what a title is known where its words are not kept."""
    return blake2s(title.encode(), digest_size=6).hexdigest()


def read_judged(path: Path = JUDGED) -> dict[str, bool]:
    """Whether each title was found concrete, by its digest."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["title"]: row["concrete"] == "1" for row in csv.DictReader(stream)}


def main() -> None:
    """Print how well unseen titles are told, and write the model that is learnt from all."""
    judged = read_judged()
    found: dict[str, Language] = {}
    for statement in open_library(Path(sys.argv[1])).statements(Filters()):
        for title in actions_in(statement.text, statement.language):
            if digest(title) in judged:
                found[title] = statement.language
    titles = sorted(found)
    table = title_features(titles, [found[title] for title in titles])
    concrete = np.array([judged[digest(title)] for title in titles])
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    folds = KFold(FOLDS, shuffle=True, random_state=0)
    told = cross_val_predict(model, table, concrete, cv=folds, method="predict_proba")[:, 1]
    print(f"{len(titles)} of {len(judged)} judged titles found, {concrete.mean():.2f} of them concrete")
    print(f"left out in turn: area under the curve {roc_auc_score(concrete, told):.3f}")
    for least in (0.5, 0.6, 0.7, 0.8):
        kept = told >= least
        print(f"  told {least}: {kept.mean():.2f} kept, {concrete[kept].mean():.2f} of them concrete")
    model.fit(table, concrete)
    np.savez_compressed(WEIGHTS, weights=model.coef_[0].astype(np.float16), bias=model.intercept_.astype(np.float32))


if __name__ == "__main__":
    main()
