"""A static sentence-transformers model, read without torch: a text's vector is the mean of its token vectors."""

import json
from collections.abc import Sequence
from copy import copy
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from domain.errors import EncoderError
from index.encoder import Vectors

BUNDLED = Path(__file__).parent / "model"
WEIGHTS = "0_StaticEmbedding/model.safetensors"
TOKENIZER = "0_StaticEmbedding/tokenizer.json"
CHECKSUMS = "checksums.json"
MATRIX = "embedding.weight"
UNKNOWN_TOKEN = 0
BATCH = 32  # larger batches leave the processor's cache


class StaticEncoder:
    """Tokens by tokenizers, means by numpy: the vectors of sentence-transformers to 1e-3.

    A long text needs no windows: the mean over all its tokens is the mean over its windows, each weighed by its length.
    A text without any letter, digit or sign that the vocabulary knows has the vector of the unknown token.
    """

    def __init__(self, folder: Path) -> None:
        """Raises EncoderError if the folder is not a whole model of ours."""
        try:
            self._read(folder)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = " ".join(str(error).split())[:160]
            raise EncoderError(
                f"{folder}: the bundled encoder is missing or damaged ({reason}); install Pilotlight again"
            ) from error

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Float32, shape (n, dim), rows of unit length."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        for at in range(0, len(texts), BATCH):
            encodings = self._tokenizer.encode_batch_fast(list(texts[at : at + BATCH]), add_special_tokens=False)
            ids = [encoding.ids or [UNKNOWN_TOKEN] for encoding in encodings]
            vectors[at : at + BATCH] = self._means(ids)
        return vectors

    encode_queries = encode_passages

    def moved(self, tokens: NDArray[np.int32], by: Vectors) -> "StaticEncoder":
        """The same encoder with the vectors of some tokens moved: ids, each once, of shape (n,), float32 of shape (n, dim)."""
        other = copy(self)
        other._matrix = self._matrix.copy()
        other._matrix[tokens] += by.astype(np.float16)
        other.name = f"{self.name}-moved"
        return other

    def _means(self, ids: list[list[int]]) -> Vectors:
        starts = np.cumsum([0, *map(len, ids[:-1])])
        tokens = np.concatenate([np.asarray(row, np.int32) for row in ids])
        sums = np.add.reduceat(self._matrix[tokens].astype(np.float32), starts, axis=0)
        normed: Vectors = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return normed

    def _read(self, folder: Path) -> None:
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        expected = json.loads((folder / CHECKSUMS).read_text("utf-8"))
        contents = {name: (folder / name).read_bytes() for name in (WEIGHTS, TOKENIZER)}
        for name, content in contents.items():
            if (found := sha256(content).hexdigest()) != expected[name]:
                raise ValueError(f"{name} has the checksum {found[:12]}, expected {expected[name][:12]}")
        self._matrix: NDArray[np.float16] = load(contents[WEIGHTS])[MATRIX]
        self._tokenizer = Tokenizer.from_buffer(contents[TOKENIZER])
        self.dim: int = self._matrix.shape[1]
        self.name = f"pilotlight-static-{self.dim}-{expected[WEIGHTS][:8]}"


@cache
def bundled() -> StaticEncoder:
    """The bundled model, one for all libraries of a process."""
    return StaticEncoder(BUNDLED)
