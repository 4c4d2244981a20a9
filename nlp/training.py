"""Training of the element model from coded statements, cross-validated by document."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.codebook import Language
from domain.statement import Kind, Statement
from nlp.calibration import calibration_knots
from nlp.coding import Coded, read_coded
from nlp.element_model import ElementModel, model_file, save_model
from nlp.features import BITS, statement_features
from nlp.linear import Floats, LinearModel, SparseRows, softmax
from nlp.scoring import Scores, score_elements
from nlp.sequence import ELEMENTS, context_features, firm_scores

FOLDS = 4
HEADLESS = 0.5  # weight of the copies whose headings are hidden, so that the model reads the sentence
TRANSLATED = 0.3  # weight of translations, whose elements the model of the other language has given
RARE_BOOST = 0.35  # how far the classes are balanced: 0 not at all, 1 wholly
DAMPING = 3e-3  # L2 of the second model

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """Features, scipy CSR of shape (rows, buckets); targets, shape (rows, elements), nan where either is right; weights."""

    features: Any
    targets: Floats
    weights: Floats


def train(data: Path, out: Path) -> dict[Language, Scores]:
    """Train the element models from the coded statements in `data` and write them to `out`; returns cross-validated scores.

    `data` holds .jsonl files (see nlp.coding) and, where wanted, translations*.tsv.gz with lines id, Chinese, English.
    """
    coded = read_coded(data)
    found: dict[Language, Scores] = {}
    chinese: ElementModel | None = None
    for language in (Language.ZH, Language.EN):
        rows = [row for row in coded if row.statement.language is language and row.elements]
        if not rows:
            continue
        extra = _translated(data, chinese) if language is Language.EN and chinese else None
        model, scores = train_language(rows, language, extra)
        save_model(model, model_file(out, language))
        found[language] = scores
        chinese = chinese or model
    return found


def train_language(rows: Sequence[Coded], language: Language, extra: Sample | None = None) -> tuple[ElementModel, Scores]:
    """The model of one language and its scores on documents that it was not trained on."""
    bare = [replace(row.statement, heading_path=()) for row in rows]
    targets = _targets(rows)
    whole = Sample(_features([row.statement for row in rows]), targets, np.ones(len(rows), dtype=np.float32))
    headless = Sample(_features(bare), targets, np.full(len(rows), HEADLESS, dtype=np.float32))
    folds = document_folds(rows)
    first = np.zeros((len(rows), len(ELEMENTS)), dtype=np.float32)
    for fold in range(FOLDS):
        held = folds == fold
        sentence = _fit_sentence(_joined([_part(whole, ~held), _part(headless, ~held), *([extra] if extra else [])]))
        first[held] = whole.features[held] @ sentence.weights + sentence.bias
    context = np.vstack([context_features(first[run], _paths(rows, run), language) for run in runs_of_documents(rows)])
    firm = firm_scores([row.statement.heading_path for row in rows], language)
    second = np.zeros(first.shape, dtype=np.float32)
    for fold in range(FOLDS):
        held = folds == fold
        sequence = _fit_sequence(context[~held], targets[~held])
        second[held] = context[held] @ sequence.weights + sequence.bias
    shares = softmax(np.asarray(second + firm, dtype=np.float32))
    accepted = [row.elements for row in rows]
    chosen = [ELEMENTS[index] for index in shares.argmax(axis=1)]
    right = np.array([element in elements for element, elements in zip(chosen, accepted, strict=True)])
    sentence = _fit_sentence(_joined([whole, headless, *([extra] if extra else [])]))
    model = ElementModel(sentence, _fit_sequence(context, targets), calibration_knots(shares.max(axis=1), right))
    return model, score_elements(accepted, chosen)


def document_folds(rows: Sequence[Coded]) -> npt.NDArray[np.int64]:
    """The fold of each row, by a hash of its document: all statements of a document lie in one fold."""
    return np.array([int.from_bytes(blake2s(row.document.encode()).digest()[:4], "big") % FOLDS for row in rows])


def _fit_sentence(sample: Sample) -> LinearModel:
    """One averaged logistic classifier per element; rows where a coder accepts it beside another are left out of its own."""
    from sklearn.linear_model import SGDClassifier

    weights = np.zeros((1 << BITS, len(ELEMENTS)), dtype=np.float32)
    bias = np.full(len(ELEMENTS), -6.0, dtype=np.float32)
    for column in range(len(ELEMENTS)):
        known = ~np.isnan(sample.targets[:, column])
        positive = sample.targets[known, column] > 0.5
        if not positive.any():
            continue
        rarity = ((~positive).sum() / positive.sum()) ** RARE_BOOST
        model = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=12, tol=None, average=True, random_state=0)
        model.fit(sample.features[known], positive, sample_weight=np.where(positive, rarity, 1.0) * sample.weights[known])
        weights[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    return LinearModel(weights, bias)


def _fit_sequence(features: Floats, targets: Floats) -> LinearModel:
    """A softmax regression that is content with any accepted element; full-batch L-BFGS."""
    from scipy.optimize import minimize

    accepted = (np.isnan(targets) | (targets > 0.5)).astype(np.float32)
    main = np.nan_to_num(targets, nan=0.0)
    frequency = main.sum(axis=0)
    weights = (main * (frequency.mean() / np.maximum(frequency, 20)) ** RARE_BOOST).sum(axis=1)
    weights /= weights.mean()
    shape = (features.shape[1], len(ELEMENTS))

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        matrix, bias = flat[: shape[0] * shape[1]].reshape(shape), flat[shape[0] * shape[1] :]
        shares = softmax(features @ matrix + bias)  # type: ignore[arg-type]  # float64 here: the line search needs it
        either = (shares * accepted).sum(axis=1) + 1e-9
        leading = (shares * main).sum(axis=1) + 1e-9
        value = -(weights * (0.7 * np.log(either) + 0.3 * np.log(leading))).mean() + 0.5 * DAMPING * (matrix**2).sum()
        wanted = 0.7 * shares * accepted / either[:, None] + 0.3 * main
        slope = (shares - wanted) * weights[:, None] / len(features)
        return float(value), np.concatenate([(features.T @ slope + DAMPING * matrix).ravel(), slope.sum(axis=0)])

    result = minimize(loss, np.zeros(shape[0] * shape[1] + shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    flat = result.x.astype(np.float32)
    return LinearModel(flat[: shape[0] * shape[1]].reshape(shape), flat[shape[0] * shape[1] :])


def _features(statements: Sequence[Statement]) -> Any:
    """The blocks of features side by side in one scipy CSR matrix."""
    matrices = [_matrix(block) for block in statement_features(statements)]
    total = matrices[0]
    for matrix in matrices[1:]:
        total = total + matrix
    return total.tocsr()


def _matrix(block: SparseRows) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((block.values, block.columns.astype(np.int64), block.offsets), shape=(len(block), 1 << BITS))


def _targets(rows: Sequence[Coded]) -> Floats:
    targets = np.zeros((len(rows), len(ELEMENTS)), dtype=np.float32)
    for number, row in enumerate(rows):
        for element in row.elements[1:]:
            targets[number, ELEMENTS.index(element)] = np.nan
        targets[number, ELEMENTS.index(row.elements[0])] = 1
    return targets


def _translated(data: Path, model: ElementModel) -> Sample | None:
    """English translations of Chinese statements, with the elements that the Chinese model is sure of."""
    pairs = [line.rstrip("\n").split("\t") for path in sorted(data.glob("translations*.tsv.gz")) for line in _lines(path)]
    pairs = [pair for pair in pairs if len(pair) >= 3 and pair[1].strip() and pair[2].strip()]
    if not pairs:
        return None
    originals = [Statement("", "", pair[1], 0, len(pair[1]), Kind.SENTENCE, Language.ZH) for pair in pairs]
    sure = 1 / (1 + np.exp(-model.sentence.scores(statement_features(originals))))
    sure /= sure.sum(axis=1, keepdims=True)
    targets = np.where(sure > 0.5, 1.0, np.where(sure < 0.25, 0.0, np.nan)).astype(np.float32)
    translations = [Statement("", "", pair[2], 0, len(pair[2]), Kind.SENTENCE, Language.EN) for pair in pairs]
    return Sample(_features(translations), targets, np.full(len(pairs), TRANSLATED, dtype=np.float32))


def _lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(lines)


def _part(sample: Sample, rows: Mask) -> Sample:
    return Sample(sample.features[rows], sample.targets[rows], sample.weights[rows])


def _joined(samples: Sequence[Sample]) -> Sample:
    from scipy.sparse import vstack

    return Sample(
        vstack([sample.features for sample in samples]).tocsr(),
        np.vstack([sample.targets for sample in samples]),
        np.concatenate([sample.weights for sample in samples]),
    )


def runs_of_documents(rows: Sequence[Coded]) -> list[slice]:
    """The stretches of neighbouring rows of one document."""
    starts = [0, *(at for at in range(1, len(rows)) if rows[at].document != rows[at - 1].document), len(rows)]
    return [slice(start, end) for start, end in pairwise(starts)]


def _paths(rows: Sequence[Coded], run: slice) -> list[tuple[str, ...]]:
    return [row.statement.heading_path for row in rows[run]]
