"""The folder of a trained encoder, as sentence-transformers 5 and 6 load it."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.static import CHECKSUMS, MATRIX, TOKENIZER, WEIGHTS

MODULES = [
    {"idx": 0, "name": "0", "path": "0_StaticEmbedding", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]
SETTINGS: dict[str, object] = {
    "model_type": "SentenceTransformer",
    "prompts": {},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def write_model(folder: Path, tokenizer: Tokenizer, vectors: NDArray[np.float32]) -> None:
    """Weights at float16, tokenizer, module list and the checksums that the program checks when it loads them."""
    from safetensors.numpy import save

    contents = {
        WEIGHTS: save({MATRIX: vectors.astype(np.float16)}),
        TOKENIZER: tokenizer.to_str().encode(),
        "modules.json": json.dumps(MODULES, indent=2).encode(),
        "config_sentence_transformers.json": json.dumps(SETTINGS, indent=2).encode(),
        "1_Normalize/config.json": b"{}",
    }
    contents[CHECKSUMS] = json.dumps(
        {name: sha256(contents[name]).hexdigest() for name in (WEIGHTS, TOKENIZER)}, indent=2
    ).encode()
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
