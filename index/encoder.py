"""What turns text into vectors: the protocol every encoder keeps, and how one is chosen."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def unit(vectors: Vectors) -> Vectors:
    """Each row at unit length; zeros stay."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(norms == 0, 1, norms)).astype(np.float32)


class Encoder(Protocol):
    """Text to vectors, float32, shape (n, dim), rows of unit length; any string has a vector, the empty one too."""

    @property
    def name(self) -> str:
        """What a library remembers its encoder by: it changes when the vectors do."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def __hash__(self) -> int:
        """One and the same object is one and the same encoder."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched, each as `passage_text` composes it."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is asked."""
        ...


def passage_text(heading_path: Sequence[str], text: str) -> str:
    """The statement below its breadcrumb, outermost heading first, one a line: what is embedded of a statement."""
    return "\n".join([*heading_path, text])


def load_encoder(name: str | None = None) -> Encoder:
    """The bundled model, read once a process, or the sentence-transformers model of that folder or hub name.

    Raises EncoderError if there is no such model or its files are damaged.
    """
    if name is None:
        from index.static import bundled

        return bundled()
    from index.transformer import TransformerEncoder

    return TransformerEncoder(name)
