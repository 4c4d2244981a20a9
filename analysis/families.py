"""Families of alike statements: a nearest-neighbour graph parted into communities, the same on every run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analysis.voice_rules import RULES
from domain.codebook import Language
from domain.gazetteer import HAN
from index.encoder import Encoder, Vectors, unit
from index.neighbours import nearest_neighbours
from nlp.rules import FOLDER, load_rules

NEIGHBOURS = 8
ALIKE = 4.0  # standard deviations of the cosine of two strangers; an encoder's own scale drops out
RESOLUTION = 0.45
TOGETHER = 10.0  # weight of a pair that is known to belong together; of the alike it is 1 and more
SEED = 1409


@dataclass(frozen=True, slots=True)
class Meanings:
    """What statements mean beside what all of their language share.

    `vectors` are float32, shape (n, dim), rows of unit length. `spread` is the standard deviation of the cosine of two
    statements that have nothing to do with each other. `shared` is what those of a language share, shape (dim,).
    """

    vectors: Vectors
    spread: float
    shared: Mapping[Language, Vectors]

    def first(self, count: int) -> "Meanings":
        """The first statements alone."""
        return replace(self, vectors=self.vectors[:count])


def meanings_of(encoder: Encoder, texts: Sequence[str], languages: Sequence[Language]) -> Meanings:
    """The meanings of statements, measured against strangers that are the same in every library, so that a few suffice."""
    strangers = [(text, Language.ZH if HAN.search(text) else Language.EN) for text in examples()]
    groups = [*languages, *(language for _, language in strangers)]
    raw = encoder.encode_passages([*texts, *(text for text, _ in strangers)]).astype(np.float32)
    shared = {language: raw[np.array(groups) == language].mean(axis=0) for language in Language}
    vectors = without_shared(raw, groups, shared)
    own, others = np.split(vectors, [len(texts)])
    cosines = (others @ others.T)[np.triu_indices(len(others), 1)]
    return Meanings(np.ascontiguousarray(own), float(cosines.std()), shared)


@cache
def examples() -> tuple[str, ...]:
    """The examples of all rules for tags and voices: some hundred sentences that have nothing to do with each other."""
    rules = (rule for path in (*sorted(FOLDER.glob("*.toml")), RULES) for rule in load_rules(path))
    return tuple(dict.fromkeys(text for rule in rules for text in (*rule.examples, *rule.counter_examples)))


def without_shared(vectors: Vectors, languages: Sequence[Language], shared: Mapping[Language, Vectors]) -> Vectors:
    """The vectors without what those of their language share, rows of unit length."""
    own = vectors - np.stack([shared[language] for language in languages])
    return unit(own)


def find_families(
    meanings: Meanings, together: Sequence[tuple[int, int]] = (), *, resolution: float = RESOLUTION
) -> NDArray[np.int64]:
    """The number of each statement's family, largest family 0; shape (n,).

    Statements are joined where they are among each other's nearest and alike; `together` are pairs joined besides.
    Communities are Leiden's under the constant Potts model, whose `resolution` is the density that a family must have at
    least. Source: Traag, Waltman & van Eck 2019, doi:10.1038/s41598-019-41695-z.
    """
    import igraph
    import leidenalg

    count = len(meanings.vectors)
    if count == 0:
        return np.zeros(0, np.int64)
    least = ALIKE * meanings.spread
    positions, cosines = nearest_neighbours(meanings.vectors, min(NEIGHBOURS, max(1, count - 1)))
    rows = np.repeat(np.arange(count), positions.shape[1])
    others, weights = positions.ravel(), (cosines.ravel() / least) ** 2
    near = (others >= 0) & (cosines.ravel() >= least)
    joined = np.asarray(together, np.int64).reshape(-1, 2)
    ends = np.sort(np.concatenate([np.stack([rows[near], others[near]], axis=1), joined]), axis=1)
    weights = np.concatenate([weights[near], np.full(len(joined), TOGETHER)])
    ends, first = np.unique(ends, axis=0, return_index=True)
    partition = leidenalg.find_partition(
        igraph.Graph(n=count, edges=ends.tolist()),
        leidenalg.CPMVertexPartition,
        weights=weights[first].tolist(),
        resolution_parameter=resolution,
        seed=SEED,
        n_iterations=4,
    )
    return np.asarray(partition.membership, np.int64)
