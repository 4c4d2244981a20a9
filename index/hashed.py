"""Character n-grams hashed to a fixed number of dimensions: likeness of spelling only, not of meaning."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from index.encoder import Vectors


class HashedEncoder:
    """Signed counts of character bigrams and trigrams."""

    name = "hashed-ngrams-256"
    dim = 256

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Float32, shape (n, 256), rows of unit length."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            padded = f" {text.lower()} "
            row[0] = 1e-3
            for size in (2, 3):
                for i in range(len(padded) - size + 1):
                    code = crc32(padded[i : i + size].encode())
                    row[code % self.dim] += 1 if code & 0x10000 else -1
        norms: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        norms[norms == 0] = 1
        return (vectors / norms).astype(np.float32)

    encode_queries = encode_passages
