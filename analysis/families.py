"""Families of alike statements: a nearest-neighbour graph parted into communities, the same on every run."""

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.neighbours import nearest_neighbours

NEIGHBOURS = 12
ALIKE = 0.40
RESOLUTION = 0.12
SEED = 1409


def find_families(vectors: Vectors, *, alike: float = ALIKE, resolution: float = RESOLUTION) -> NDArray[np.int64]:
    """The number of each vector's family, largest family 0; shape (n,).

    Vectors are joined where they are among each other's nearest and their cosine is at least `alike`. Communities are
    Leiden's under the constant Potts model, whose `resolution` is the density that a family must have at least.
    Source: Traag, Waltman & van Eck 2019, doi:10.1038/s41598-019-41695-z.
    """
    import igraph
    import leidenalg

    count = len(vectors)
    if count == 0:
        return np.zeros(0, np.int64)
    positions, cosines = nearest_neighbours(vectors, min(NEIGHBOURS, max(1, count - 1)))
    rows = np.repeat(np.arange(count), positions.shape[1])
    others, weights = positions.ravel(), cosines.ravel()
    near = (others >= 0) & (weights >= alike)
    ends = np.sort(np.stack([rows[near], others[near]], axis=1), axis=1)
    ends, first = np.unique(ends, axis=0, return_index=True)
    graph = igraph.Graph(n=count, edges=ends.tolist())
    partition = leidenalg.find_partition(
        graph,
        leidenalg.CPMVertexPartition,
        weights=weights[near][first].tolist(),
        resolution_parameter=resolution,
        seed=SEED,
        n_iterations=4,
    )
    return np.asarray(partition.membership, np.int64)
