"""Any model that sentence-transformers can load, from a folder or the hub's local cache."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from domain.errors import EncoderError
from index.encoder import Vectors, unit

PROMPT_TOKENS = 8  # room for the prompt and the marks at both ends
PREFIXED = ("e5-",)  # model families whose folders do not always carry the prompts that they were trained with


class TransformerEncoder:
    """A sentence-transformers model with its query and passage prompts."""

    def __init__(self, name: str) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        if Path(name).is_dir() and not (Path(name) / "modules.json").exists() and not (Path(name) / "config.json").exists():
            raise EncoderError(f"{name}: no model in this folder (modules.json is missing); name a sentence-transformers model")
        try:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(name, device="cpu").float()
        except Exception as error:  # a foreign folder can break anything; tokenizers raises the bare class
            reason = " ".join(str(error).split())[:200]
            raise EncoderError(
                f"{name}: the encoder cannot be loaded ({reason}); name a model folder that is complete"
            ) from error
        self.name = name
        self.dim = int(self._model.get_embedding_dimension() or 0)
        self._query, self._passage = _prompts(name, self._model.prompts)
        self._window = (self._model.max_seq_length or math.inf) - PROMPT_TOKENS  # a model of token vectors takes any length

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Float32, shape (n, dim), rows of unit length."""
        return self._encode(texts, self._passage)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Float32, shape (n, dim), rows of unit length."""
        return self._encode(texts, self._query)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        windows = [self._windows(text) for text in texts]
        parts = [prompt + window for text in windows for window in text]
        vectors = self._model.encode(parts, normalize_embeddings=True, show_progress_bar=False)
        starts = np.cumsum([0, *(len(text) for text in windows[:-1])])
        sums = np.add.reduceat(np.asarray(vectors, np.float32), starts, axis=0)
        return unit(sums)

    def _windows(self, text: str) -> list[str]:
        """The text in parts that the model can take in whole; it would drop the rest without a word."""
        if len(text) <= self._window:
            return [text]
        tokens = len(self._model.tokenizer(text, verbose=False)["input_ids"])
        size = math.ceil(len(text) / math.ceil(tokens / self._window))
        return [text[at : at + size] for at in range(0, len(text), size)]


def _prompts(name: str, known: dict[str, str | None]) -> tuple[str, str]:
    """The (query, passage) prompts of the model's own settings, or those that its family was trained with."""
    query = known.get("query") or ""
    passage = known.get("passage") or known.get("document") or ""
    if not query and any(family in Path(name).name.lower() for family in PREFIXED):
        return "query: ", "passage: "
    return query, passage
