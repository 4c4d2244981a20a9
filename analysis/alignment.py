"""How alike the statements of two documents are: words, meaning, section and sector, a channel of evidence each."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from domain.statement import Statement

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Matrix = NDArray[np.float32]
CHANNELS = (
    "meaning",  # statement and statement, by their vectors
    "meaning_alone",  # the same beyond what either has with everything on the other side
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
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z][a-z\-]{3,}")


def weigh_evidence(
    source: Sequence[Statement], local: Sequence[Statement], source_vectors: Matrix, local_vectors: Matrix
) -> Matrix:
    """The evidence for every pair: float32, shape (sources, locals, CHANNELS), each channel about -1..1.

    The vectors are float32, shape (n, dim), rows of unit length.
    """
    views = [(view(source), view(local)) for view in (texts, sections, innermost, headings)]
    model = idf([text for pair in views for side in pair for text in side])
    (text, text_), (section, section_), (inner, _), (heads, heads_) = [
        (tfidf(ours, model), tfidf(theirs, model)) for ours, theirs in views
    ]
    meaning, words = source_vectors @ local_vectors.T, cosine(text, text_)
    channels = [
        meaning,
        beyond_the_crowd(meaning),
        section_vectors(source, source_vectors) @ section_vectors(local, local_vectors).T,
        words,
        beyond_the_crowd(words),
        cosine(section, text_),
        cosine(text, section_),
        cosine(section, section_),
        cosine(inner, text_),
        cosine(heads, heads_),
        shared_sectors(source, local),
    ]
    return np.stack(channels, axis=-1).astype(np.float32)


def beyond_the_crowd(cosines: Matrix) -> Matrix:
    """Cosines less what each side has with its nearest ten on the other side, so that statements alike to all weigh less.

    Source: cross-domain similarity local scaling, Conneau et al. 2018, arXiv:1710.04087.
    """
    rows = np.sort(cosines, axis=1)[:, -CROWD:].mean(axis=1)
    columns = np.sort(cosines, axis=0)[-CROWD:].mean(axis=0)
    scaled: Matrix = 2 * cosines - rows[:, None] - columns[None, :]
    return scaled


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


def idf(documents: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of every term, in sorted order."""
    frequency = Counter(term for text in documents for term in terms(text))
    return {term: math.log(1 + len(documents) / frequency[term]) for term in sorted(frequency)}


def tfidf(documents: Sequence[str], model: dict[str, float]) -> "csr_matrix":
    """Log-weighted tf-idf, rows of unit length; sparse, shape (len(documents), len(model))."""
    from scipy.sparse import csr_matrix

    column = {term: i for i, term in enumerate(model)}
    indptr, indices, data = [0], [], []
    for text in documents:
        weights = {term: (1 + math.log(n)) * model[term] for term, n in terms(text).items()}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        indices += [column[term] for term in weights]
        data += [w / norm for w in weights.values()]
        indptr.append(len(indices))
    return csr_matrix(
        (np.array(data, np.float32), np.array(indices, np.int32), indptr), shape=(len(documents), max(1, len(model)))
    )


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
