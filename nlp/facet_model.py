"""The linear model behind sectors and instruments, in numpy alone: what a statement says, then what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from domain.codebook import Element, Instrument, Language, Sector
from domain.statement import Statement
from nlp.features import LONGEST, own_words
from nlp.linear import Floats, SparseRows
from nlp.rules import remembered
from nlp.sequence import ELEMENTS, neighbours, numbers, others
from nlp.terms import term_index

FOLDER = Path(__file__).parent / "model"
LABELS: tuple[Sector | Instrument, ...] = (*Sector, *Instrument)
SECTORS = len(Sector)
BLOCKS = (1.0, 0.4)  # what the statement's own n-grams weigh, and those of its heading
TERMS = 0.3  # what the place of a term weighs beside them; more drowns the wording
FILES = ("sectors", "instruments")
FLAGS = ("text", "twice", "thrice", "lead", "heading", "above")  # where terms of a label may stand, or how many do
SECTOR_FLOOR = 0.38  # on the gold any from 0.36 to 0.42 is about as good, across documents 0.34 was best
INSTRUMENT_FLOOR = 0.35
VOLUNTARY_FLOOR = 0.16  # the coder of the training documents gives it seldom, where the codebook would
LIKELIEST_FLOOR = 0.22  # of the likeliest instrument: few measures work by none
FLOORS = np.array(
    [
        SECTOR_FLOOR if isinstance(label, Sector) else VOLUNTARY_FLOOR if label is Instrument.VOLUNTARY else INSTRUMENT_FLOOR
        for label in LABELS
    ]
)
SHORT = 15  # characters below which a statement says little of its own
DEEPEST = 4  # headings of the breadcrumb that are read, from the innermost


@dataclass(frozen=True, slots=True)
class FacetModel:
    """Weights, float32, with a column for each of LABELS.

    `ngrams`, shape (buckets, labels + 1): a weight times what the n-gram counts (its idf), and last the square of that count;
    `flags`, shape (labels * FLAGS, labels); `context`, shape (labels, features of context); `bias` and `context_bias`.
    """

    ngrams: Floats
    flags: Floats
    bias: Floats
    context: Floats
    context_bias: Floats

    def probabilities(
        self, statements: Sequence[Statement], blocks: Sequence[SparseRows], flags: Floats, elements: Sequence[Element]
    ) -> Floats:
        """The probability of each label, shape (statements, labels), for statements in one language and in reading order."""
        features = facet_context(self.scores(blocks, flags), statements, elements)
        return sigmoid(np.einsum("nlk,lk->nl", features, self.context) + self.context_bias)

    def scores(self, blocks: Sequence[SparseRows], flags: Floats) -> Floats:
        """What the statements and their headings say by themselves, shape (statements, labels)."""
        total: Floats = flags @ self.flags + self.bias
        for share, rows in zip(BLOCKS, blocks, strict=False):
            total += np.float32(share) * self._block(rows)
        return total

    def _block(self, rows: SparseRows) -> Floats:
        sums = np.zeros((len(rows), self.ngrams.shape[1]), dtype=np.float32)
        filled = rows.offsets[:-1] < rows.offsets[1:]  # reduceat knows no empty rows
        if filled.any():
            sums[filled] = np.add.reduceat(self.ngrams[rows.columns], rows.offsets[:-1][filled], axis=0)
        return np.asarray(sums[:, :-1] / np.sqrt(np.maximum(sums[:, -1:], 1e-6)), dtype=np.float32)


def sigmoid(scores: Floats) -> Floats:
    """Scores as probabilities."""
    shares: Floats = (1 / (1 + np.exp(-np.clip(scores, -30, 30)))).astype(np.float32)
    return shares


def chosen_labels(probabilities: Floats) -> npt.NDArray[np.bool_]:
    """The labels that a statement gets, shape (statements, labels); the likeliest instrument needs less than the others."""
    chosen: npt.NDArray[np.bool_] = probabilities >= FLOORS
    instruments = probabilities[:, SECTORS:]
    chosen[:, SECTORS:] |= (instruments >= LIKELIEST_FLOOR) & (instruments == instruments.max(axis=1, keepdims=True))
    return chosen


def term_flags(statements: Sequence[Statement], language: Language) -> tuple[Floats, list[dict[str, list[str]]]]:
    """Where terms of the rules stand, TERMS or 0, float32 of shape (statements, labels * FLAGS), and each statement's terms."""
    index = term_index(FILES, language)
    columns = {label.value: place * len(FLAGS) for place, label in enumerate(LABELS)}
    table = np.zeros((len(statements), len(LABELS) * len(FLAGS)), dtype=np.float32)
    said = []
    for row, statement in enumerate(statements):
        found, lead = index.find(own_words(statement.text)[:LONGEST].lower())
        said.append(found)
        for tag, terms in found.items():
            table[row, columns[tag] : columns[tag] + min(len(terms), 3)] = TERMS
        for tag in lead:
            table[row, columns[tag] + 3] = TERMS
        for depth, heading in enumerate(reversed(statement.heading_path[-DEEPEST:])):
            for tag in _heading_tags(heading[:60].lower(), language):
                table[row, columns[tag] + (4 if depth == 0 else 5)] = TERMS
    return table, said


@remembered
def _heading_tags(heading: str, language: Language) -> tuple[str, ...]:
    return tuple(term_index(FILES, language).find(heading)[0])


def facet_context(scores: Floats, statements: Sequence[Statement], elements: Sequence[Element]) -> Floats:
    """For each label what speaks for it in and around a statement: float32, shape (statements, labels, features).

    Own score and probability, those of the statements beside it in its section, the mean of its section and of the section
    above; the element, the length, and how many other labels are likely. What the document is about is left out: it would
    give every statement of a plan on industry that sector, whatever it says.
    """
    shares = sigmoid(scores)
    paths = [statement.heading_path for statement in statements]
    section = numbers(paths)
    before, beside = neighbours(shares, section, -1)
    after, _ = neighbours(shares, section, 1)
    near, size = others(shares, section)
    above, _ = others(shares, numbers([path[:-1] for path in paths]))
    short = np.array([[len(statement.text) < SHORT] for statement in statements], dtype=np.float32)
    length = np.array([[min(len(statement.text), 200) / 100] for statement in statements], dtype=np.float32)
    kinds = [shares[:, :SECTORS], shares[:, SECTORS:]]
    best = np.hstack([part >= part.max(axis=1, keepdims=True) for part in kinds])
    own = [scores, shares, before, before * short, after, near, near * size, above, best]
    common = [beside, size, length, short, np.log(kinds[0].sum(axis=1, keepdims=True) + 0.1), _one_hot(elements)]
    spread = np.repeat(np.hstack(common)[:, None, :], len(LABELS), axis=1)
    return np.concatenate([np.stack(own, axis=2), spread], axis=2).astype(np.float32)


def _one_hot(elements: Sequence[Element]) -> Floats:
    table = np.zeros((len(elements), len(ELEMENTS)), dtype=np.float32)
    for row, element in enumerate(elements):
        if element in ELEMENTS:
            table[row, ELEMENTS.index(element)] = 1
    return table


@cache
def facet_model(language: Language, folder: Path = FOLDER) -> FacetModel:
    """The shipped model of a language, or that of another folder."""
    with np.load(folder / f"facets_{language}.npz", allow_pickle=False) as stored:
        ngrams = np.zeros((int(stored["buckets"]), len(LABELS) + 1), dtype=np.float32)
        ngrams[stored["columns"]] = np.hstack([stored["ngrams"] * stored["steps"], stored["squares"]])
        rest = {each.name: stored[each.name].astype(np.float32) for each in fields(FacetModel) if each.name != "ngrams"}
        return FacetModel(ngrams, **rest)


def save_facet_model(model: FacetModel, language: Language, folder: Path) -> Path:
    """The model written to `folder`, the n-grams' weights in 255 steps a label; the path of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"facets_{language}.npz"
    kept = np.flatnonzero(model.ngrams[:, -1]).astype(np.uint32)
    weights, squares = model.ngrams[kept, :-1], model.ngrams[kept, -1:].astype(np.float16)
    steps = (np.abs(weights).max(axis=0, initial=1e-6) / 127).astype(np.float32)
    rest = {each.name: getattr(model, each.name) for each in fields(FacetModel) if each.name != "ngrams"}
    stored = {"ngrams": np.rint(weights / steps).astype(np.int8), "steps": steps, "squares": squares, **rest}
    np.savez_compressed(path, buckets=len(model.ngrams), columns=kept, **stored)
    return path
