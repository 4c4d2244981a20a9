"""The element model of one language: what it has learnt, and its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from domain.codebook import Language
from domain.statement import Statement
from nlp.features import BUCKETS
from nlp.linear import Floats, LinearModel, SparseRows, softmax
from nlp.sequence import context_features, firm_scores

FOLDER = Path(__file__).parent / "model"
SMALLEST = 0.02  # features whose weights all lie below this are left out of the file


@dataclass(frozen=True, slots=True)
class ElementModel:
    """`sentence` reads a statement alone, `sequence` weighs it among its neighbours; `knots` calibrate the result.

    `knots` is float32, shape (2, n): raw probabilities, ascending, and how often a tag with that probability is right.
    """

    sentence: LinearModel
    sequence: LinearModel
    knots: Floats

    def probabilities(self, statements: Sequence[Statement], features: Sequence[SparseRows]) -> Floats:
        """Uncalibrated probabilities of statements in one language and in reading order, shape (statements, elements)."""
        language = statements[0].language
        paths = [statement.heading_path for statement in statements]
        scores = self.sentence.scores(features)
        return softmax(self.weigh(context_features(scores, paths, language)) + firm_scores(paths, language))

    def weigh(self, features: Floats) -> Floats:
        """The second scores from the features of context."""
        scores: Floats = features @ self.sequence.weights + self.sequence.bias
        return scores

    def calibrated(self, probability: Floats) -> Floats:
        """How often a tag with this raw probability is right."""
        return np.asarray(np.interp(probability, self.knots[0], self.knots[1]), dtype=np.float32)


def model_file(folder: Path, language: Language) -> Path:
    """Where the model of a language lies."""
    return folder / f"elements_{language}.npz"


def save_model(model: ElementModel, path: Path) -> None:
    """Write the model with float16 weights, leaving out what hardly weighs."""
    kept = np.flatnonzero(np.abs(model.sentence.weights).max(axis=1) >= SMALLEST).astype(np.uint32)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            columns=kept,
            weights=model.sentence.weights[kept].astype(np.float16),
            bias=model.sentence.bias,
            sequence=model.sequence.weights,
            sequence_bias=model.sequence.bias,
            knots=model.knots,
        )


def load_model(path: Path) -> ElementModel:
    """The model in a file."""
    with np.load(path) as stored:
        weights = np.zeros((BUCKETS, stored["weights"].shape[1]), dtype=np.float32)
        weights[stored["columns"]] = stored["weights"]
        return ElementModel(
            LinearModel(weights, stored["bias"]), LinearModel(stored["sequence"], stored["sequence_bias"]), stored["knots"]
        )
