"""Families of alike statements: a nearest-neighbour graph parted into communities, the same on every run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.voice_rules import voice_rules
from domain.codebook import Language
from index.encoder import Encoder, Vectors
from index.neighbours import nearest_neighbours

NEIGHBOURS = 12
ALIKE = 3.6  # standard deviations of the cosine of two strangers; an encoder's own scale drops out
RESOLUTION = 0.45
TOGETHER = 10.0  # weight of a pair that is known to belong together; of the alike it is 1 and more
SEED = 1409
SAMPLE = 20_000  # pairs by which strangers are known


@dataclass(frozen=True, slots=True)
class Meanings:
    """What statements mean beside what all of their language share.

    `vectors` are float32, shape (n, dim), rows of unit length. `spread` is the standard deviation of the cosine of two
    statements that have nothing to do with each other.
    """

    vectors: Vectors
    spread: float

    def first(self, count: int) -> "Meanings":
        """The first statements alone."""
        return Meanings(self.vectors[:count], self.spread)


def meanings_of(encoder: Encoder, texts: Sequence[str], languages: Sequence[Language]) -> Meanings:
    """The meanings of statements, measured against each other and the examples of the voice rules, so that few suffice."""
    strangers = [(rule.examples[0], language) for language in Language for rule in voice_rules(language)]
    groups = np.array([*languages, *(language for _, language in strangers)])
    vectors = encoder.encode_passages([*texts, *(text for text, _ in strangers)]).astype(np.float32)
    for language in Language:
        vectors[groups == language] -= vectors[groups == language].mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    one, other = np.random.default_rng(SEED).integers(0, len(vectors), (2, SAMPLE))
    cosines = np.einsum("ij,ij->i", vectors[one], vectors[other])[one != other]
    return Meanings(np.ascontiguousarray(vectors[: len(texts)]), float(cosines.std()))


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
