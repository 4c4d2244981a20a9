"""Learn analysis/voice_model.npz: what the cues of a text say of its voice.

    python scripts/fit_voice.py

Reads tests/quality/practices_gold.jsonl, prints the accuracy on documents left out in turn, then learns from all of it.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from analysis.voice_model import BITS, WEIGHTS, Passage, feature_columns, house, voice_features
from analysis.voice_rules import Voice
from domain.codebook import Genre, Language, Level
from nlp.linear import LinearModel

GOLD = Path(__file__).parents[1] / "tests" / "quality" / "practices_gold.jsonl"
STRENGTH = 0.3  # inverse of the ridge
ORDER = list(Voice)
DEFAULTS = {"above": Voice.URGED, "itself": Voice.PLANNED, "looks_back": Voice.REPORTED, "outsider": Voice.REPORTED}
DEFAULT_WEIGHT = 0.5  # of a passage
BARE = {Language.ZH: "推进供冷。", Language.EN: "Provide cooling."}  # no more is said than what to do


def read_passages(path: Path = GOLD) -> tuple[list[Passage], list[Voice], list[str]]:
    """The passages, their voices and the documents that they stand in."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    passages = [
        Passage(
            row["text"],
            Language(row["language"]),
            Genre(row["genre"]) if row["genre"] else None,
            Level(row["level"]) if row["level"] else None,
        )
        for row in rows
    ]
    return passages, [Voice(row["status"]) for row in rows], [row["document"] for row in rows]


def feature_matrix(passages: Sequence[Passage]) -> np.ndarray:
    """float32, shape (passages, columns)."""
    table = np.zeros((len(passages), (1 << BITS) + len(feature_columns())), dtype=np.float32)
    for i, passage in enumerate(passages):
        row = voice_features(passage)
        table[i, row.columns] = row.values
    return table


def fit(table: np.ndarray, voices: Sequence[Voice], strength: float = STRENGTH) -> LinearModel:
    """A model of three voices, where what has no cue is the voice of the speaker: few passages lack one, many real lines do."""
    silent = [Passage("", Language.ZH, genre, level) for genre in (None, *Genre) for level in (None, *Level)]
    ordering = [passage for passage in silent if house(passage) in ("above", "itself")]
    silent += [Passage(text, lang, passage.genre, passage.level) for passage in ordering for lang, text in BARE.items()]
    told = [ORDER.index(voice) for voice in (*voices, *(DEFAULTS[house(passage)] for passage in silent))]
    weights = [1.0] * len(voices) + [DEFAULT_WEIGHT] * len(silent)
    learnt = LogisticRegression(C=strength, max_iter=2000).fit(np.vstack([table, feature_matrix(silent)]), told, weights)
    return LinearModel(learnt.coef_.T.astype(np.float32), learnt.intercept_.astype(np.float32))


def cross_validate(
    passages: Sequence[Passage], voices: Sequence[Voice], documents: Sequence[str], strength: float = STRENGTH
) -> list[Voice]:
    """The voice of each passage as told by a model that was learnt without its document."""
    table = feature_matrix(passages)
    told = list(voices)
    for left_out in sorted(set(documents)):
        chosen = np.array([document == left_out for document in documents])
        model = fit(table[~chosen], [v for v, out in zip(voices, chosen, strict=True) if not out], strength)
        for i in np.flatnonzero(chosen):
            told[i] = ORDER[int(np.argmax(table[i] @ model.weights + model.bias))]
    return told


def save(model: LinearModel, path: Path = WEIGHTS) -> None:
    """Write weights as float16: they serve a choice, not a measurement."""
    names = np.array(list(feature_columns()))
    np.savez_compressed(path, weights=model.weights.astype(np.float16), bias=model.bias, names=names)


def main() -> None:
    """Print the cross-validated accuracy and write the model that is learnt from all passages."""
    passages, voices, documents = read_passages()
    told = cross_validate(passages, voices, documents)
    for language in Language:
        right = [a is b for a, b, p in zip(voices, told, passages, strict=True) if p.language is language]
        print(f"{language}: {np.mean(right):.3f} of {len(right)}, documents left out in turn")
    print(Counter((a.value, b.value) for a, b in zip(voices, told, strict=True) if a is not b))
    save(fit(feature_matrix(passages), voices))
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
