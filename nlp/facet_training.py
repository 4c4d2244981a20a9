"""Training of the facet model from coded statements in reading order, cross-validated by document."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.codebook import Element, Language
from domain.statement import Statement
from nlp.coding import Coded, Translation, document_folds, lone_statement, runs_of_documents
from nlp.facet_model import BLOCKS, LABELS, SECTORS, FacetModel, chosen_labels, facet_context, sigmoid, term_flags
from nlp.features import BITS, statement_features, word_buckets
from nlp.linear import Floats, SparseRows

Embed = Callable[[Sequence[str]], Floats]
"""The vectors of words, float32, shape (words, dimensions): near for words that mean nearly the same."""

Mask = npt.NDArray[np.bool_]

RAREST = 3  # n-grams seen in fewer statements are left out
SMALLEST = 0.02  # so are those whose weights all lie below this
STRENGTH = 5.0  # of n-grams and terms, scikit-learn's C
MEANING = 10.0  # C of the words' vectors
CONTEXT = 0.05  # C of the second model
LENT = 0.2  # weight of translations: English plans are written otherwise
TAUGHT = {Language.ZH: 2.0, Language.EN: 0.3}  # weight of statements that a larger model has coded; English has few of them
SURE, UNLIKELY = 0.5, 0.2  # probabilities from which on it gives a label, and below which it denies it
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class FacetScores:
    """Micro-F1 on documents that were not trained on, with the thresholds of the model."""

    sectors: float
    instruments: float

    def __str__(self) -> str:
        return f"sectors {self.sectors:.3f}, instruments {self.instruments:.3f}"


@dataclass(frozen=True, slots=True)
class Lent:
    """Statements beside the coded rows: `targets`, shape (statements, labels), nan where in doubt, and `weights`; float32."""

    statements: tuple[Statement, ...]
    targets: Floats
    weights: Floats

    def __add__(self, other: "Lent") -> "Lent":
        return Lent(
            self.statements + other.statements,
            np.vstack([self.targets, other.targets]),
            np.concatenate([self.weights, other.weights]),
        )


@dataclass(frozen=True, slots=True)
class _Words:
    """The words whose meaning is known: their buckets in each block, int64, and their vectors."""

    buckets: list[npt.NDArray[np.int64]]
    vectors: Floats

    def meanings(self, blocks: Sequence[Any]) -> Floats:
        """The sums of the vectors of each row's words, block beside block, from the weighed n-grams (CSR)."""
        sums = [np.asarray(block[:, at] @ self.vectors) for block, at in zip(blocks, self.buckets, strict=True)]
        return np.hstack(sums).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Corpus:
    """The n-grams and flags of the coded rows; what each n-gram counts; and for the rows and behind them what is lent: n-grams
    and flags in one matrix (CSR), the meaning of their words, their targets and weights."""

    blocks: Sequence[SparseRows]
    flags: Floats
    counts: Floats
    matrix: Any
    words: _Words | None
    meaning: Floats
    targets: Floats
    weights: Floats


def train_facets(
    rows: Sequence[Coded],
    language: Language,
    features: Sequence[SparseRows],
    embed: Embed | None = None,
    lent: Lent | None = None,
    taught: Sequence[Coded] = (),
) -> tuple[FacetModel, FacetScores]:
    """The model of a language and its scores across documents; `embed` lends words that were not trained on their meaning,
    `lent` are statements beside the rows, and `taught` those that a larger model has coded.

    Needs scikit-learn. Rows without codes are the neighbours of those that have them. The scores are those of a model without
    `taught`, for the larger model has learnt from all rows, those held out included.
    """
    others = taught_statements(taught, language)
    corpus = _corpus(rows, language, features[: len(BLOCKS)], embed, (lent or coded_translations(())) + others)
    folds, size = document_folds(rows), len(corpus.targets)
    beside = np.arange(len(rows), size) < size - len(others.weights)
    statements = [row.statement for row in rows]
    elements = [row.elements[0] if row.elements else Element.CONTEXT for row in rows]
    targets = corpus.targets[: len(rows)]
    first = np.zeros(targets.shape, dtype=np.float32)
    for fold in np.unique(folds):
        held = folds == fold
        used = np.concatenate([~held, beside])
        first[held] = _fit_first(corpus, used).scores(corpus.blocks, corpus.flags)[held]
    around = [facet_context(first[run], statements[run], elements[run]) for run in runs_of_documents(rows)]
    context = np.concatenate(around)
    second = np.zeros_like(first)
    for fold in np.unique(folds):
        held = folds == fold
        weights, bias = _fit_second(context, targets, ~held)
        second[held] = np.einsum("nlk,lk->nl", context[held], weights) + bias
    model = _fit_first(corpus, np.ones(size, dtype=np.bool_))
    last, last_bias = _fit_second(context, targets, np.ones(len(rows), dtype=np.bool_))
    return replace(model, context=last, context_bias=last_bias), _scores(sigmoid(second), targets)


def coded_translations(translations: Sequence[Translation]) -> Lent:
    """The Chinese of the pairs that are coded."""
    coded = [pair for pair in translations if pair.sectors is not None]
    return Lent(
        tuple(lone_statement(pair.chinese, Language.ZH) for pair in coded),
        label_targets([_measure(pair) for pair in coded]),
        np.ones(len(coded), dtype=np.float32),
    )


def taught_statements(rows: Sequence[Coded], language: Language) -> Lent:
    """The statements of a language that a larger model has coded and no person has."""
    own = [row for row in rows if row.statement.language is language]
    weights = np.full(len(own), TAUGHT[language], dtype=np.float32)
    return Lent(tuple(row.statement for row in own), label_targets(own), weights)


def lend(translations: Sequence[Translation], model: FacetModel) -> Lent:
    """The English of pairs, with their codes, or else with the labels that the Chinese model is sure of."""
    originals = [lone_statement(pair.chinese, Language.ZH) for pair in translations]
    if not originals:
        return coded_translations(())
    flags = term_flags(originals, Language.ZH)[0]
    shares = sigmoid(model.scores(statement_features(originals)[: len(BLOCKS)], flags))
    targets = np.where(shares >= SURE, 1.0, np.where(shares < UNLIKELY, 0.0, np.nan)).astype(np.float32)
    coded = np.array([pair.sectors is not None for pair in translations])
    targets[coded] = label_targets([_measure(pair) for pair in translations if pair.sectors is not None])
    weights = np.full(len(translations), LENT, dtype=np.float32)
    return Lent(tuple(lone_statement(pair.english, Language.EN) for pair in translations), targets, weights)


def _measure(pair: Translation) -> Coded:
    """The codes of a pair as those of a measure: only measures have instruments."""
    return Coded("", lone_statement(pair.chinese, Language.ZH), (Element.MEASURE,), pair.sectors, pair.instruments)


def _corpus(rows: Sequence[Coded], language: Language, blocks: Sequence[SparseRows], embed: Embed | None, lent: Lent) -> _Corpus:
    from scipy.sparse import csr_matrix, hstack, vstack

    parts = [([row.statement for row in rows], blocks)]
    if lent.statements:
        parts.append(([*lent.statements], statement_features(lent.statements)[: len(BLOCKS)]))
    statements = [statement for group, _ in parts for statement in group]
    seen = np.sum([np.bincount(block.columns, minlength=1 << BITS) for _, group in parts for block in group], axis=0)
    counts = np.where(seen >= RAREST, np.log((1 + len(statements)) / (1 + seen)) + 1, 0).astype(np.float32)
    weighed = [
        vstack([share * _weighed(group[place], counts) for _, group in parts]).tocsr() for place, share in enumerate(BLOCKS)
    ]
    flags = term_flags(statements, language)[0]
    words = _words(statements, language, embed) if embed else None
    return _Corpus(
        blocks=blocks,
        flags=flags[: len(rows)],
        counts=counts,
        matrix=hstack([weighed[0] + weighed[1], csr_matrix(flags)]).tocsr(),
        words=words,
        meaning=words.meanings([block.tocsc() for block in weighed]) if words else np.zeros((len(statements), 0), np.float32),
        targets=np.vstack([label_targets(rows), lent.targets]),
        weights=np.concatenate([np.ones(len(rows), dtype=np.float32), lent.weights]),
    )


def _weighed(rows: SparseRows, counts: Floats) -> Any:
    """The n-grams as what they count, each row of length 1; CSR, shape (rows, buckets)."""
    from scipy.sparse import csr_matrix, diags

    matrix = csr_matrix((counts[rows.columns], rows.columns.astype(np.int64), rows.offsets), shape=(len(rows), len(counts)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (diags(1 / np.maximum(length, 1e-3)) @ matrix).tocsr()


def _words(statements: Sequence[Statement], language: Language, embed: Embed) -> _Words:
    texts = [" ".join((statement.text, *statement.heading_path[-1:])).lower() for statement in statements]
    frequency = Counter(word for text in texts for word in set(_cut(text, language)))
    words = sorted(word for word, count in frequency.items() if count >= RAREST)
    return _Words([word_buckets(words, language, block) for block in ("text", "heading")], embed(words))


def _cut(text: str, language: Language) -> Iterable[str]:
    """The words of a text that the n-grams hold whole: of two to four characters in Chinese, which may overlap."""
    if language is Language.EN:
        return _WORD.findall(text)
    import jieba

    jieba.setLogLevel("ERROR")
    return (word for word in jieba.cut(text, cut_all=True) if 2 <= len(word) <= 4 and "\u4e00" <= word[0] <= "\u9fff")


def _fit_first(corpus: _Corpus, used: Mask) -> FacetModel:
    """Logistic regressions on n-grams and terms and, if there are words, on their meaning; the two count alike.

    What the meaning says is folded into the weights of the words' n-grams, so that reading a statement needs no vectors.
    """
    weights, bias = _regressions(corpus.matrix, corpus.targets, used, STRENGTH, corpus.weights)
    buckets = len(corpus.counts)
    ngrams, flags = weights[:buckets], weights[buckets:]
    if corpus.words:
        meaning, meaning_bias = _regressions(corpus.meaning, corpus.targets, used, MEANING, corpus.weights)
        half = np.float32(0.5)
        ngrams, flags, bias = ngrams * half, flags * half, (bias + meaning_bias) * half
        for at, part in zip(corpus.words.buckets, np.split(meaning * half, len(BLOCKS)), strict=True):
            np.add.at(ngrams, at, corpus.words.vectors @ part)
    kept = (np.abs(ngrams).max(axis=1) >= SMALLEST) * corpus.counts
    nothing = np.zeros((0, 0), np.float32)
    return FacetModel(np.hstack([ngrams * kept[:, None], np.square(kept)[:, None]]), flags, bias, nothing, nothing)


def _fit_second(features: Floats, targets: Floats, used: Mask) -> tuple[Floats, Floats]:
    """For each label one regression on its own features of context: weights, shape (labels, features), and bias."""
    found = [_regressions(features[:, label], targets[:, label : label + 1], used, CONTEXT) for label in range(targets.shape[1])]
    return np.stack([weights[:, 0] for weights, _ in found]), np.concatenate([bias for _, bias in found])


def _regressions(matrix: Any, targets: Floats, used: Mask, strength: float, sizes: Floats | None = None) -> tuple[Floats, Floats]:
    """A logistic regression for each column of `targets`, on the used rows that are coded for it; `sizes` weigh the rows."""
    from scipy.sparse import issparse
    from sklearn.linear_model import LogisticRegression

    solver = "liblinear" if issparse(matrix) else "lbfgs"
    weights = np.zeros((matrix.shape[1], targets.shape[1]), dtype=np.float32)
    bias = np.full(targets.shape[1], -6.0, dtype=np.float32)
    for column in range(targets.shape[1]):
        known = used & ~np.isnan(targets[:, column])
        wanted = targets[known, column] > 0.5
        if 2 <= wanted.sum() < len(wanted):
            model = LogisticRegression(C=strength, max_iter=400, solver=solver, random_state=0)
            model.fit(matrix[known], wanted, sample_weight=None if sizes is None else sizes[known])
            weights[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    return weights, bias


def label_targets(rows: Sequence[Coded]) -> Floats:
    """1 where a row has a label, 0 where not, nan where it was not coded for it; only measures are coded for instruments."""
    targets = np.full((len(rows), len(LABELS)), np.nan, dtype=np.float32)
    for number, row in enumerate(rows):
        if row.sectors is not None and row.elements:
            targets[number, :SECTORS] = [label in row.sectors for label in LABELS[:SECTORS]]
        if row.instruments is not None and row.elements[:1] == (Element.MEASURE,):
            targets[number, SECTORS:] = [label in row.instruments for label in LABELS[SECTORS:]]
    return targets


def _scores(probabilities: Floats, targets: Floats) -> FacetScores:
    chosen = chosen_labels(probabilities)
    parts = []
    for part in (slice(0, SECTORS), slice(SECTORS, None)):
        known = ~np.isnan(targets[:, part]).any(axis=1)
        wanted, got = targets[known, part] > 0.5, chosen[known, part]
        parts.append(float(2 * (wanted & got).sum() / max(1, wanted.sum() + got.sum())))
    return FacetScores(*parts)
