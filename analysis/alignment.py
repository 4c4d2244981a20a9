"""How alike the statements of two documents are: meaning, sections, words and kind, a channel of evidence each."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.titles import BRACKET
from domain.codebook import Element, Language
from domain.statement import Statement

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Matrix = NDArray[np.float32]
CHANNELS = (
    "meaning",  # statement and statement below their headings, by their vectors
    "meaning_alone",  # the same beyond what either has with everything in the requirement's own plan
    "text_meaning",  # the two texts without their headings
    "sections",  # section and section, by how well the statements of either meet those of the other beside other sections
    "mutual",  # whether no other requirement is nearer to the local statement, below headings and by text alone
    "words",  # statement and statement, by tf-idf
    "words_alone",  # the same beyond what either has with everything on the other side
    "can_answer",  # whether the local statement is of a kind that answers such a requirement: 1, or 0, or -1 for background
)
CROWD = 10
TITLE = 14  # characters of the longest title that a sentence runs on from
SLIGHT = {Language.ZH: 16, Language.EN: 40}  # characters of a statement that is too short to say how
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z][a-z\-]{3,}")


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare the terms of a source are in it: inverse document frequency by term, and the column of each term."""

    weights: dict[str, float]
    columns: dict[str, int]
    unseen: float

    def __getitem__(self, term: str) -> float:
        """The weight of a term; one that the source does not have is as rare as can be."""
        return self.weights.get(term, self.unseen)


@dataclass(frozen=True, slots=True)
class Side:
    """The statements of one document with all that is compared of them, made once however often they are compared.

    `texts` are what they say, without the bodies in charge; `vectors` are of these below their headings, `bare` of these
    alone, `answers` of these by the encoder in which what answers a requirement lies near it: float32, shape (n, dim), rows
    of unit length. `words` are tf-idf by the source's rarity, shape (n, terms of it).
    """

    statements: Sequence[Statement]
    texts: Sequence[str]
    vectors: Matrix
    bare: Matrix
    answers: Matrix
    words: "csr_matrix"


def read_side(statements: Sequence[Statement], vectors: Matrix, bare: Matrix, answers: Matrix, rarity: Rarity) -> Side:
    """A document made ready to be compared."""
    texts = [without_bodies(s.text) for s in statements]
    return Side(statements, texts, vectors, bare, answers, tfidf(texts, rarity))


def without_bodies(text: str) -> str:
    """A statement without its bracket of those in charge, whose names say nothing of what it asks."""
    return BRACKET.sub("", text) or text


def weigh_evidence(source: Side, local: Side) -> Matrix:
    """The evidence for every pair: float32, shape (sources, locals, CHANNELS), each channel about -1..1."""
    items = items_of(source.statements)
    alike = (source.vectors @ local.vectors.T, source.bare @ local.bare.T, cosine(source.words, local.words))
    meaning, text_meaning, words = (spread_lead_ins(items, each) for each in alike)
    alone = beyond_own(meaning, source.statements, source.vectors)
    sections = [pair_sections(each, source.statements, local.statements) for each in (alone, beyond_the_crowd(text_meaning))]
    mutual = [each >= each.max(axis=0, initial=-1.0) for each in (meaning, text_meaning)]
    channels = [
        meaning,
        alone,
        text_meaning,
        in_spreads(np.mean(sections, axis=0)),
        np.mean(mutual, axis=0),
        words,
        beyond_the_crowd(words),
        can_answer(source.statements, local.statements),
    ]
    return np.stack(channels, axis=-1).astype(np.float32)


def can_answer(source: Sequence[Statement], local: Sequence[Statement]) -> NDArray[np.int_]:
    """Which local statements are of a kind that answers each requirement: 1, else 0 or -1; shape (sources, locals).

    Background answers none and is worse than what else answers none: a goal to what is no goal, and what is too short to
    say how, such as a title.
    """
    elements = [s.tags.element if s.tags else Element.CONTEXT for s in local]
    says = np.array([len(s.text) >= SLIGHT[s.language] for s in local], np.bool_)
    is_goal = np.array([e is Element.GOAL for e in elements], np.bool_)
    asks_goal = np.array([s.tags is not None and s.tags.element is Element.GOAL for s in source], np.bool_)
    answers = says[None, :] & (asks_goal[:, None] | ~is_goal[None, :])
    return np.where(np.array([e is Element.CONTEXT for e in elements], np.bool_)[None, :], -1, answers.astype(np.int_))


def in_spreads(values: Matrix) -> Matrix:
    """Each row about its mean in units of three standard deviations, since plans differ in how far their sections lie apart."""
    if not values.size:
        return values
    spread: Matrix = (values - values.mean(axis=1, keepdims=True)) / (3 * values.std(axis=1, keepdims=True) + 1e-6)
    return spread


def pair_sections(alike: Matrix, source: Sequence[Statement], local: Sequence[Statement]) -> Matrix:
    """How well the sections of every pair meet: the mean of what each statement has in the other section at best.

    float32, shape of `alike`, which says how alike the statements are.
    """
    if not alike.size:
        return alike
    ours, theirs = sections_of(source), sections_of(local)
    met = mean_by(best_by(alike, theirs), ours) + mean_by(best_by(alike.T, ours), theirs).T
    paired: Matrix = met[np.ix_(ours, theirs)]
    return paired / np.float32(2)


def sections_of(statements: Sequence[Statement]) -> NDArray[np.intp]:
    """The number of each statement's section, in reading order."""
    place = {path: i for i, path in enumerate(dict.fromkeys(s.heading_path for s in statements))}
    return np.array([place[s.heading_path] for s in statements], np.intp)


def best_by(alike: Matrix, groups: NDArray[np.intp]) -> Matrix:
    """The best of each row in each group of columns; shape (rows, groups)."""
    order = np.argsort(groups, kind="stable")
    best: Matrix = np.maximum.reduceat(alike[:, order], np.unique(groups[order], return_index=True)[1], axis=1)
    return best


def mean_by(values: Matrix, groups: NDArray[np.intp]) -> Matrix:
    """The mean of the rows of each group; shape (groups, columns)."""
    sums = np.zeros((groups.max(initial=-1) + 1, values.shape[1]), np.float32)
    np.add.at(sums, groups, values)
    sums /= np.maximum(np.bincount(groups), 1)[:, None]
    return sums


def spread_lead_ins(items: Sequence[Sequence[int]], alike: Matrix) -> Matrix:
    """How alike statements are, with the mean of what it leads into for each requirement that only leads in, where more."""
    spread = alike.copy()
    for at, led in enumerate(items):
        if led:
            spread[at] = np.maximum(alike[at], alike[led].mean(axis=0))
    return spread


def items_of(source: Sequence[Statement]) -> list[list[int]]:
    """For each requirement that only leads in, what it leads into, as positions: it asks for no more than that.

    A sentence with a colon at its end leads into all that follows under its heading (在以下领域取得突破：), a title that a
    sentence runs on from (低碳零碳化工。) into itself and that. The next of its kind under the same heading ends it.
    """
    ends, titles = [s.text.rstrip().endswith((":", "：")) for s in source], are_titles(source)
    found: list[list[int]] = []
    for at, s in enumerate(source):
        items = [at] if titles[at] else []
        for after in range(at + 1, len(source) if ends[at] or titles[at] else 0):
            path, leads = source[after].heading_path, ends[after] or titles[after]
            if path[: len(s.heading_path)] != s.heading_path or (leads and path == s.heading_path):
                break
            items += [] if leads else [after]
        found.append(items)
    return found


def are_titles(source: Sequence[Statement]) -> list[bool]:
    """Which requirements are titles that the next sentence runs on from: short ones, where their section is full of such."""
    short = [len(s.text) <= TITLE for s in source]
    all_of, short_of = Counter(s.heading_path for s in source), Counter(s.heading_path for s in source if len(s.text) <= TITLE)
    return [
        is_short and short_of[s.heading_path] >= max(3, 0.3 * all_of[s.heading_path])
        for s, is_short in zip(source, short, strict=True)
    ]


def beyond_the_crowd(cosines: Matrix) -> Matrix:
    """Cosines less what each side has with its nearest ten on the other side, so that statements alike to all weigh less.

    Source: cross-domain similarity local scaling, Conneau et al. 2018, arXiv:1710.04087.
    """
    scaled: Matrix = 2 * cosines - crowd(cosines)[:, None] - crowd(cosines.T)[None, :]
    return scaled


def beyond_own(cosines: Matrix, source: Sequence[Statement], source_vectors: Matrix) -> Matrix:
    """The same with the requirement's nearest ten in the other sections of its own plan in place of the local plan's.

    So that what a plan of another field has nearest is far, though it is the nearest there. A plan of one section has no
    others: there the local plan's stand.
    """
    own = source_vectors @ source_vectors.T
    sections = sections_of(source)
    elsewhere = sections[:, None] != sections[None, :]
    nearest = -np.sort(np.where(elsewhere, -own, np.inf), axis=1)[:, :CROWD]
    found = np.minimum(elsewhere.sum(axis=1), CROWD)
    mean = np.where(np.isfinite(nearest), nearest, 0.0).sum(axis=1) / np.maximum(found, 1)
    rows = np.where(found > 0, mean, crowd(cosines))
    scaled: Matrix = 2 * cosines - rows[:, None] - crowd(cosines.T)[None, :]
    return scaled


def crowd(cosines: Matrix) -> Matrix:
    """The mean of each row's ten highest; float32, shape (rows,)."""
    nearest = min(CROWD, cosines.shape[1])
    means: Matrix = np.partition(cosines, -nearest, axis=1)[:, -nearest:].mean(axis=1) if nearest else cosines.sum(axis=1)
    return means


def terms(text: str) -> Counter[str]:
    """The character bigrams of Chinese runs and the longer words of English."""
    lowered = text.lower()
    found = Counter(run[i : i + 2] for run in _HAN.findall(lowered) for i in range(len(run) - 1))
    found.update(_WORD.findall(lowered))
    return found


def rarity_in(source: Sequence[Statement]) -> Rarity:
    """The rarity of the terms of a source in what its statements say; terms in sorted order."""
    said = list(dict.fromkeys(s.text for s in source))
    frequency = Counter(term for text in said for term in terms(text))
    weights = {term: math.log(1 + len(said) / frequency[term]) for term in sorted(frequency)}
    return Rarity(weights, {term: i for i, term in enumerate(weights)}, math.log(1 + len(said)))


def tfidf(texts: Sequence[str], rarity: Rarity) -> "csr_matrix":
    """Log-weighted tf-idf, rows of unit length; sparse, shape (texts, terms of the source)."""
    from scipy.sparse import csr_matrix

    indptr, indices, data = [0], [], []
    for text in texts:
        weights = {term: (1 + math.log(n)) * rarity[term] for term, n in terms(text).items()}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        known = [(rarity.columns[term], w / norm) for term, w in weights.items() if term in rarity.columns]
        indices += [column for column, _ in known]
        data += [w for _, w in known]
        indptr.append(len(indices))
    shape = (len(texts), max(1, len(rarity.columns)))
    return csr_matrix((np.array(data, np.float32), np.array(indices, np.int32), indptr), shape=shape)


def cosine(a: "csr_matrix", b: "csr_matrix") -> Matrix:
    """Cosine of every row of `a` with every row of `b`; float32, shape (rows of a, rows of b)."""
    found: Matrix = np.asarray((a @ b.T).toarray(), np.float32)
    return found
