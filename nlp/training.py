"""Training of the element model from coded statements, cross-validated by document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.codebook import Element, Language
from domain.statement import Statement
from nlp.calibration import calibration_knots
from nlp.coding import Coded, Translation, document_folds, lone_statement, runs_of_documents
from nlp.element_model import ElementModel, model_file, save_model
from nlp.facet_model import save_facet_model
from nlp.facet_training import Embed, FacetScores, coded_translations, lend, train_facets
from nlp.features import BITS, BUCKETS, element_features, english_words, statement_features, word_buckets
from nlp.linear import Floats, LinearModel, SparseRows, softmax
from nlp.retelling import retell
from nlp.scoring import Scores, score_elements
from nlp.sequence import ELEMENTS, context_features, firm_scores

HEADLESS = 0.5  # weight of the copies whose headings are hidden, so that the model reads the sentence
TRANSLATED = 0.3  # weight of translations, whose elements the model of the other language has given
RETOLD = 0.2  # weight of measures retold in other tenses
RARE_BOOST = 0.35  # how far the classes are balanced: 0 not at all, 1 wholly
MEANING = 2.0  # length of a word's vector, an n-gram's being 1
ALPHA = {Language.ZH: 1e-5, Language.EN: 3e-5}  # L2 of the first model, of the second: there is less English text
DAMPING = {Language.ZH: 3e-3, Language.EN: 2e-2}

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """Features, scipy CSR of shape (rows, buckets); targets, shape (rows, elements), nan where either is right; weights."""

    features: Any
    targets: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class Words:
    """Words whose meaning is known: their buckets, int64, and their vectors, all of one length."""

    buckets: npt.NDArray[np.int64]
    vectors: Floats

    def read(self, features: Any) -> Any:
        """Features with what the words of a row mean in place of the words, CSR of shape (rows, n-grams + dimensions)."""
        from scipy.sparse import csr_matrix, hstack

        return hstack([features[:, : 1 << BITS], csr_matrix(features[:, self.buckets] @ self.vectors)]).tocsr()

    def folded(self, weights: Floats) -> Floats:
        """Weights of features that score as these do on what was read of them: reading a statement then needs no vectors."""
        whole = np.zeros((BUCKETS, weights.shape[1]), dtype=np.float32)
        whole[: 1 << BITS] = weights[: 1 << BITS]
        np.add.at(whole, self.buckets, self.vectors @ weights[1 << BITS :])
        return whole


def train(
    rows: Sequence[Coded],
    out: Path,
    *,
    translations: Sequence[Translation] = (),
    taught: Sequence[Coded] = (),
    embed: Embed | None = None,
) -> dict[Language, tuple[Scores, FacetScores]]:
    """Train both models of every language that has coded rows and write them to `out`; returns cross-validated scores.

    `translations` are pairs of a Chinese statement and its English, which learns its element from the Chinese model; `taught`
    are statements whose sectors and instruments a larger model has given; `embed` gives the vectors of words, by which English
    words that were hardly seen take after their like. CodebookError where nothing is coded.
    """
    found: dict[Language, tuple[Scores, FacetScores]] = {}
    chinese: ElementModel | None = None
    lent = coded_translations(translations)  # to the Chinese model of facets, then by it to the English one
    for language in (Language.ZH, Language.EN):
        own = [row for row in rows if row.statement.language is language]
        if not any(row.elements for row in own):
            continue
        extra: list[Sample] = []
        words: Words | None = None
        if language is Language.EN:
            translated = [pair.english for pair in translations]
            extra = [*_translated(translations, chinese), *_retold(own, translated)]
            words = _known_words([*(row.statement.text for row in own), *translated], embed) if embed else None
        blocks = statement_features([row.statement for row in own])
        model, scores = train_language(own, language, blocks, extra, words)
        save_model(model, model_file(out, language))
        facets, facet_scores = train_facets(own, language, blocks, embed, lent, taught)
        save_facet_model(facets, language, out)
        found[language] = scores, facet_scores
        if language is Language.ZH:
            chinese, lent = model, lend(translations, facets)
    return found


def train_language(
    rows: Sequence[Coded],
    language: Language,
    blocks: Sequence[SparseRows],
    extra: Sequence[Sample] = (),
    words: Words | None = None,
) -> tuple[ElementModel, Scores]:
    """The element model of one language and its scores on documents that it was not trained on.

    Rows without an element are neighbours of those that have one; `blocks` are the features of all rows.
    """
    coded = np.array([bool(row.elements) for row in rows])
    statements = [row.statement for row in rows]
    features, targets = _joined_blocks(element_features(statements, blocks)), _targets(rows)
    bare = _features([replace(row.statement, heading_path=()) for row in rows if row.elements])
    whole = Sample(features[coded], targets[coded], np.ones(int(coded.sum()), dtype=np.float32))
    headless = Sample(bare, targets[coded], np.full(int(coded.sum()), HEADLESS, dtype=np.float32))
    folds = document_folds(rows)
    first = np.zeros((len(rows), len(ELEMENTS)), dtype=np.float32)
    for fold in np.unique(folds):
        others = folds[coded] != fold
        sentence = _fit_sentence(_joined([_part(whole, others), _part(headless, others), *extra]), words, ALPHA[language])
        held = folds == fold
        first[held] = features[held] @ sentence.weights + sentence.bias
    context = np.vstack([context_features(first[run], _paths(rows, run), language) for run in runs_of_documents(rows)])
    firm = firm_scores([row.statement.heading_path for row in rows], language)
    second = np.zeros(first.shape, dtype=np.float32)
    for fold in np.unique(folds):
        held = folds == fold
        sequence = _fit_sequence(context[coded & ~held], targets[coded & ~held], DAMPING[language])
        second[held] = context[held] @ sequence.weights + sequence.bias
    shares = softmax(np.asarray(second + firm, dtype=np.float32))[coded]
    accepted = [row.elements for row in rows if row.elements]
    chosen = [ELEMENTS[index] for index in shares.argmax(axis=1)]
    right = np.array([element in elements for element, elements in zip(chosen, accepted, strict=True)])
    sentence = _fit_sentence(_joined([whole, headless, *extra]), words, ALPHA[language])
    sequence = _fit_sequence(context[coded], targets[coded], DAMPING[language])
    return ElementModel(sentence, sequence, calibration_knots(shares.max(axis=1), right)), score_elements(accepted, chosen)


def _fit_sentence(sample: Sample, words: Words | None, alpha: float) -> LinearModel:
    """One averaged logistic classifier per element; rows where a coder accepts it beside another are left out of its own."""
    from sklearn.linear_model import SGDClassifier

    features = words.read(sample.features) if words else sample.features
    weights = np.zeros((features.shape[1], len(ELEMENTS)), dtype=np.float32)
    bias = np.full(len(ELEMENTS), -6.0, dtype=np.float32)
    for column in range(len(ELEMENTS)):
        known = ~np.isnan(sample.targets[:, column])
        positive = sample.targets[known, column] > 0.5
        if not positive.any():
            continue
        rarity = ((~positive).sum() / positive.sum()) ** RARE_BOOST
        model = SGDClassifier(loss="log_loss", alpha=alpha, max_iter=12, tol=None, average=True, random_state=0)
        model.fit(features[known], positive, sample_weight=np.where(positive, rarity, 1.0) * sample.weights[known])
        weights[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    return LinearModel(words.folded(weights) if words else weights, bias)


def _known_words(texts: Iterable[str], embed: Embed) -> Words:
    known = sorted({word for text in texts for word in english_words(text)})
    return Words(word_buckets(known, Language.EN, "word") + (1 << BITS), MEANING * embed(known))


def _fit_sequence(features: Floats, targets: Floats, damping: float) -> LinearModel:
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
        value = -(weights * (0.7 * np.log(either) + 0.3 * np.log(leading))).mean() + 0.5 * damping * (matrix**2).sum()
        wanted = 0.7 * shares * accepted / either[:, None] + 0.3 * main
        slope = (shares - wanted) * weights[:, None] / len(features)
        return float(value), np.concatenate([(features.T @ slope + damping * matrix).ravel(), slope.sum(axis=0)])

    result = minimize(loss, np.zeros(shape[0] * shape[1] + shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    flat = result.x.astype(np.float32)
    return LinearModel(flat[: shape[0] * shape[1]].reshape(shape), flat[shape[0] * shape[1] :])


def _features(statements: Sequence[Statement]) -> Any:
    return _joined_blocks(element_features(statements, statement_features(statements)))


def _joined_blocks(blocks: Sequence[SparseRows]) -> Any:
    """The blocks of features in one scipy CSR matrix."""
    matrices = [_matrix(block) for block in blocks]
    total = matrices[0]
    for matrix in matrices[1:]:
        total = total + matrix
    return total.tocsr()


def _matrix(block: SparseRows) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((block.values, block.columns.astype(np.int64), block.offsets), shape=(len(block), BUCKETS))


def _targets(rows: Sequence[Coded]) -> Floats:
    targets = np.zeros((len(rows), len(ELEMENTS)), dtype=np.float32)
    for number, row in enumerate(rows):
        for element in row.elements[1:]:
            targets[number, ELEMENTS.index(element)] = np.nan
        for element in row.elements[:1]:
            targets[number, ELEMENTS.index(element)] = 1
    return targets


def _translated(translations: Sequence[Translation], model: ElementModel | None) -> list[Sample]:
    """English translations of Chinese statements, with the elements that the Chinese model is sure of."""
    if model is None or not translations:
        return []
    originals = [lone_statement(pair.chinese, Language.ZH) for pair in translations]
    sure = 1 / (1 + np.exp(-model.sentence.scores(statement_features(originals))))
    sure /= sure.sum(axis=1, keepdims=True)
    targets = np.where(sure > 0.5, 1.0, np.where(sure < 0.25, 0.0, np.nan)).astype(np.float32)
    return [_sample([pair.english for pair in translations], targets, TRANSLATED)]


def _retold(rows: Sequence[Coded], translations: Sequence[str]) -> list[Sample]:
    """English measures retold as done, running and planned (see nlp.retelling): their tense says the element."""
    measures = [row.statement.text for row in rows if row.elements[:1] == (Element.MEASURE,)]
    retold = [each for text in (*measures, *translations) for each in retell(text)]
    if not retold:
        return []
    targets = np.zeros((len(retold), len(ELEMENTS)), dtype=np.float32)
    for number, (element, _) in enumerate(retold):
        targets[number, ELEMENTS.index(element)] = 1
    return [_sample([text for _, text in retold], targets, RETOLD)]


def _sample(texts: Sequence[str], targets: Floats, weight: float) -> Sample:
    features = _features([lone_statement(text, Language.EN) for text in texts])
    return Sample(features, targets, np.full(len(texts), weight, dtype=np.float32))


def _part(sample: Sample, rows: Mask) -> Sample:
    return Sample(sample.features[rows], sample.targets[rows], sample.weights[rows])


def _joined(samples: Sequence[Sample]) -> Sample:
    from scipy.sparse import vstack

    return Sample(
        vstack([sample.features for sample in samples]).tocsr(),
        np.vstack([sample.targets for sample in samples]),
        np.concatenate([sample.weights for sample in samples]),
    )


def _paths(rows: Sequence[Coded], run: slice) -> list[tuple[str, ...]]:
    return [row.statement.heading_path for row in rows[run]]
