"""Where the token vectors start from: what a sentence model says of single tokens, corrected by what it says of whole texts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from tokenizers import Tokenizer

from index.encoder import Vectors, unit
from index.training.bags import mean_matrix, tokenize
from index.training.pairs import Pair
from index.training.teacher import Lesson, centred
from index.training.vocabulary import HAN_RUN

LETTER_WEIGHT = 0.3  # a single letter or digit says little of the text that it stands in
HOLD = 0.03  # how strongly a token is held where it stood, against the texts that it stands in
ROUNDS = 60


def start_vectors(tokenizer: Tokenizer, taught: Vectors, names: Iterable[Pair], lessons: Sequence[Lesson], dim: int) -> Vectors:
    """Float32, shape (tokens, dim), spread 1, the strongest direction first.

    `taught`, shape (tokens, any), is the teacher's word on each token in the order of the vocabulary; `names` are terms with
    their English; `lessons` say what the mean of a text's tokens should be.
    """
    tokens = tokens_of(tokenizer)
    han = np.array([bool(HAN_RUN.search(token)) for token in tokens])
    lengths = rarity(tokens, han)[:, None]
    vectors = lengths * blend_glosses(centre_scripts(taught, han), lengths, gloss_tokens(tokenizer, names, han))
    texts = vstack([mean_matrix(tokenize(tokenizer, lesson.texts), len(tokens)) * lesson.weight for lesson in lessons]).tocsr()
    wanted = np.concatenate([lesson.vectors * np.float32(lesson.weight) for lesson in lessons])
    vectors = lean(vectors / np.linalg.norm(texts @ vectors, axis=1).mean(), texts, wanted)
    reduced: Vectors = (vectors @ main_axes(texts @ vectors, dim)).astype(np.float32)
    reduced /= reduced.std()
    return reduced


def tokens_of(tokenizer: Tokenizer) -> list[str]:
    """The vocabulary in the order of its ids."""
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def centre_scripts(taught: Vectors, han: NDArray[np.bool_]) -> Vectors:
    """Each script from its own middle, for a multilingual model sets its languages apart."""
    vectors = taught.copy()
    for script in (han, ~han):
        if script.any():
            vectors[script] = centred(taught[script])
    return vectors


def gloss_tokens(tokenizer: Tokenizer, names: Iterable[Pair], han: NDArray[np.bool_]) -> dict[int, list[list[int]]]:
    """The tokens of the English names of each token that is a term."""
    vocabulary = tokenizer.get_vocab()
    glosses: dict[int, list[list[int]]] = defaultdict(list)
    for name in names:
        if (token := vocabulary.get(name.zh)) is not None:
            english = [i for i in tokenizer.encode(name.en, add_special_tokens=False).ids if not han[i]]
            if english:
                glosses[token].append(english)
    return glosses


def blend_glosses(vectors: Vectors, lengths: Vectors, glosses: dict[int, list[list[int]]]) -> Vectors:
    """Terms half-way to the middle of their English names, of unit length; in a name the rarer words say more."""
    weighed = vectors * lengths
    blended = vectors.copy()
    for token, names in glosses.items():
        meant = unit(np.stack([weighed[name].mean(axis=0) for name in names])).sum(axis=0, keepdims=True)
        blended[token] += unit(meant)[0]
    return unit(blended)


def rarity(tokens: list[str], han: NDArray[np.bool_]) -> Vectors:
    """The length of each token: the logarithm of its rank in its script, for a vocabulary has the frequent words first."""
    lengths = np.empty(len(tokens), np.float32)
    for script in (han, ~han):
        lengths[script] = np.log(2 + np.arange(script.sum()))
    lengths[[len(token) == 1 and not is_han for token, is_han in zip(tokens, han, strict=True)]] *= LETTER_WEIGHT
    return lengths


def lean(vectors: Vectors, texts: csr_matrix, wanted: Vectors) -> Vectors:
    """Ridge regression: the token vectors nearest to `vectors` whose means, `texts` @ vectors, come to `wanted`.

    By conjugate gradients, each column by itself.
    """
    rest = (texts.T @ (wanted - texts @ vectors)).astype(np.float32)
    moved, direction = np.zeros_like(rest), rest.copy()
    size = (rest * rest).sum(axis=0)
    for _ in range(ROUNDS):
        bent = texts.T @ (texts @ direction) + HOLD * direction
        step = size / np.maximum((direction * bent).sum(axis=0), 1e-20)
        moved += step * direction
        rest -= step * bent
        smaller = (rest * rest).sum(axis=0)
        direction = rest + smaller / np.maximum(size, 1e-20) * direction
        size = smaller
    leant: Vectors = vectors + moved
    return leant


def main_axes(vectors: Vectors, dim: int) -> Vectors:
    """The first `dim` principal axes of `vectors`, shape (any, dim), the strongest first."""
    from_middle = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(from_middle.T @ from_middle)
    strongest: Vectors = axes[:, ::-1][:, :dim]
    return strongest
