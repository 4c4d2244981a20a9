"""How alike the statements of two documents are: words, meaning, section and sector, a channel of evidence each."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from domain.statement import Statement

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Matrix = NDArray[np.float32]
CHANNELS = (
    "meaning",  # statement and statement, by their vectors
    "meaning_alone",  # the same beyond what either has with everything in the requirement's own plan
    "section_meaning",  # section and section
    "words",  # statement and statement, by tf-idf
    "words_alone",  # the same beyond what either has with everything on the other side
    "section_statement",  # the requirement's section and the local statement
    "statement_section",  # the requirement and the local statement's section
    "section_words",  # section and section
    "heading_statement",  # the requirement's innermost heading and the local statement
    "headings",  # the two innermost headings of either
    "sector",  # share of sectors in common
)
CROWD = 10
TITLE = 14  # characters of the longest title that a sentence runs on from
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

    `vectors` and `sections` are float32, shape (n, dim), rows of unit length; the rest tf-idf by the source's rarity,
    shape (n, terms of the source).
    """

    statements: Sequence[Statement]
    vectors: Matrix
    sections: Matrix
    texts: "csr_matrix"
    section_texts: "csr_matrix"
    innermost: "csr_matrix"
    headings: "csr_matrix"


def read_side(statements: Sequence[Statement], vectors: Matrix, rarity: Rarity) -> Side:
    """A document made ready to be compared."""
    views = [tfidf(view(statements), rarity) for view in (texts, sections, innermost, headings)]
    return Side(statements, vectors, section_vectors(statements, vectors), *views)


def weigh_evidence(source: Side, local: Side) -> Matrix:
    """The evidence for every pair: float32, shape (sources, locals, CHANNELS), each channel about -1..1."""
    meaning, words = source.vectors @ local.vectors.T, cosine(source.texts, local.texts)
    channels = [
        meaning,
        beyond_own(meaning, source.statements, source.vectors),
        source.sections @ local.sections.T,
        words,
        beyond_the_crowd(words),
        cosine(source.section_texts, local.texts),
        cosine(source.texts, local.section_texts),
        cosine(source.section_texts, local.section_texts),
        cosine(source.innermost, local.texts),
        cosine(source.headings, local.headings),
        shared_sectors(source.statements, local.statements),
    ]
    return spread_lead_ins(source.statements, np.stack(channels, axis=-1).astype(np.float32))


def spread_lead_ins(source: Sequence[Statement], evidence: Matrix) -> Matrix:
    """The evidence with that of what it leads into for each requirement that only leads in, where its own is not the better."""
    spread = evidence.copy()
    for at, items in enumerate(items_of(source)):
        if items:
            spread[at] = np.maximum(evidence[at], evidence[items].mean(axis=0))
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
    place = {path: i for i, path in enumerate(dict.fromkeys(s.heading_path for s in source))}
    sections = np.array([place[s.heading_path] for s in source], np.intp)
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


def texts(statements: Sequence[Statement]) -> list[str]:
    """What the statements say."""
    return [s.text for s in statements]


def sections(statements: Sequence[Statement]) -> list[str]:
    """What the sections of the statements say, heading included."""
    said: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for s in statements:
        said[s.heading_path].append(s.text)
    whole = {path: " ".join([*path[-1:], *parts]) for path, parts in said.items()}
    return [whole[s.heading_path] for s in statements]


def innermost(statements: Sequence[Statement]) -> list[str]:
    """The heading that the statements stand right under."""
    return [" ".join(s.heading_path[-1:]) for s in statements]


def headings(statements: Sequence[Statement]) -> list[str]:
    """The two innermost headings, which say what the statements are about."""
    return [" ".join(s.heading_path[-2:]) for s in statements]


def section_vectors(statements: Sequence[Statement], vectors: Matrix) -> Matrix:
    """The mean direction of each statement's section; float32, shape of `vectors`."""
    place = {path: i for i, path in enumerate(dict.fromkeys(s.heading_path for s in statements))}
    rows = np.array([place[s.heading_path] for s in statements], np.intp)
    sums = np.zeros((len(place), vectors.shape[1]), np.float32)
    np.add.at(sums, rows, vectors)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    means: Matrix = (sums / np.maximum(norms, 1e-9))[rows]
    return means


def terms(text: str) -> Counter[str]:
    """The character bigrams of Chinese runs and the longer words of English."""
    lowered = text.lower()
    found = Counter(run[i : i + 2] for run in _HAN.findall(lowered) for i in range(len(run) - 1))
    found.update(_WORD.findall(lowered))
    return found


def rarity_in(source: Sequence[Statement]) -> Rarity:
    """The rarity of the terms of a source, in what its statements, sections and headings say; terms in sorted order."""
    said = [text for view in (texts, sections, innermost, headings) for text in dict.fromkeys(view(source))]
    frequency = Counter(term for text in said for term in terms(text))
    weights = {term: math.log(1 + len(said) / frequency[term]) for term in sorted(frequency)}
    return Rarity(weights, {term: i for i, term in enumerate(weights)}, math.log(1 + len(said)))


def tfidf(documents: Sequence[str], rarity: Rarity) -> "csr_matrix":
    """Log-weighted tf-idf, rows of unit length; sparse, shape (documents, terms of the source); a text is read once."""
    from scipy.sparse import csr_matrix

    place = {text: i for i, text in enumerate(dict.fromkeys(documents))}
    indptr, indices, data = [0], [], []
    for text in place:
        weights = {term: (1 + math.log(n)) * rarity[term] for term, n in terms(text).items()}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        known = [(rarity.columns[term], w / norm) for term, w in weights.items() if term in rarity.columns]
        indices += [column for column, _ in known]
        data += [w for _, w in known]
        indptr.append(len(indices))
    shape = (len(place), max(1, len(rarity.columns)))
    unique = csr_matrix((np.array(data, np.float32), np.array(indices, np.int32), indptr), shape=shape)
    return unique[[place[text] for text in documents]]


def cosine(a: "csr_matrix", b: "csr_matrix") -> Matrix:
    """Cosine of every row of `a` with every row of `b`; float32, shape (rows of a, rows of b)."""
    found: Matrix = np.asarray((a @ b.T).toarray(), np.float32)
    return found


def shared_sectors(source: Sequence[Statement], local: Sequence[Statement]) -> Matrix:
    """Share of sectors in common (Jaccard), 0 where either has none; float32, shape (sources, locals)."""
    known = sorted({sector for s in (*source, *local) if s.tags for sector in s.tags.sectors})
    ours, theirs = (
        np.array([[s.tags is not None and sector in s.tags.sectors for sector in known] for s in side], np.float32).reshape(
            len(side), len(known)
        )
        for side in (source, local)
    )
    both = ours @ theirs.T
    either = ours.sum(axis=1)[:, None] + theirs.sum(axis=1)[None, :] - both
    share: Matrix = both / np.maximum(either, 1.0)
    return share
