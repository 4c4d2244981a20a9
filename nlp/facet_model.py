"""The linear model behind sectors and instruments: weights of n-grams and of rule terms, read with numpy alone."""

from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from domain.codebook import Instrument, Language, Sector
from nlp.facet_features import heading_features, heading_term_features, term_features, text_features

Vector = npt.NDArray[np.float32]

FOLDER = Path(__file__).parent / "model"
LABELS: tuple[Sector | Instrument, ...] = (*Sector, *Instrument)
HEADING_LENGTH = 0.4  # length of the heading's n-grams beside the text's, which have length 1


@dataclass(frozen=True, slots=True)
class FacetModel:
    """`columns` gives each feature its row of `weights`, float32, shape (features, labels); `bias` has shape (labels,).

    `scale` has shape (features,): what an n-gram counts (its idf) before those of a text are brought to length 1.
    """

    columns: dict[str, int]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]

    def probabilities(self, text: str, heading_path: tuple[str, ...], language: Language) -> Vector:
        """The probability of each of LABELS, shape (labels,)."""
        return sigmoid(self.text_scores(text, language) + self.heading_scores(heading_path, language))

    def text_scores(self, text: str, language: Language) -> Vector:
        """What the statement itself says, bias included, shape (labels,)."""
        scores: Vector = self.bias + self._ngram_scores(text_features(text, language))
        return scores + self._named_scores(term_features(text, language))

    def heading_scores(self, heading_path: tuple[str, ...], language: Language) -> Vector:
        """What its headings say, shape (labels,)."""
        scores: Vector = np.float32(HEADING_LENGTH) * self._ngram_scores(heading_features(heading_path, language))
        return scores + self._named_scores(heading_term_features(heading_path, language))

    def telling_words(self, text: str, language: Language, label: Sector | Instrument, count: int = 3) -> list[str]:
        """The n-grams of the text that speak loudest for a label, without those that lie within a louder one."""
        grams = sorted(
            gram for gram in text_features(text, language) if len(gram) > 1 and gram in self.columns and gram[-1] != "*"
        )
        weights = self.weights[[self.columns[gram] for gram in grams], LABELS.index(label)] if grams else np.zeros(0, np.float32)
        chosen: list[str] = []
        for place in np.argsort(-weights, kind="stable")[: 6 * count]:
            gram = grams[place]
            if weights[place] <= 0 or len(chosen) == count:
                break
            if not any(gram in other or other in gram for other in chosen):
                chosen.append(gram)
        return chosen

    def _ngram_scores(self, grams: Set[str]) -> Vector:
        rows = self._rows(grams)
        if not len(rows):
            return np.zeros(len(LABELS), np.float32)
        scale = self.scale[rows]
        scores: Vector = scale @ self.weights[rows]
        scores /= np.float32(np.sqrt(scale @ scale))
        return scores

    def _named_scores(self, names: Set[str]) -> Vector:
        rows = self._rows(names)
        scores: Vector = self.weights[rows].sum(axis=0) if len(rows) else np.zeros(len(LABELS), np.float32)
        return scores

    def _rows(self, names: Set[str]) -> npt.NDArray[np.int64]:
        """The rows of the known features, ascending: sums must not depend on the order of a set."""
        rows = np.array([row for row in map(self.columns.get, names) if row is not None], dtype=np.int64)
        rows.sort()
        return rows


def sigmoid(scores: Vector) -> Vector:
    """Scores as probabilities."""
    probabilities: Vector = np.float32(1) / (np.float32(1) + np.exp(-scores))
    return probabilities


@cache
def facet_model(language: Language, folder: Path = FOLDER) -> FacetModel:
    """The shipped model of a language, or that of another folder."""
    with np.load(folder / f"facets_{language}.npz", allow_pickle=False) as stored:
        names = bytes(stored["names"]).decode("utf-8").split("\n")
        return FacetModel(
            columns={name: row for row, name in enumerate(names)},
            weights=stored["weights"].astype(np.float32),
            bias=stored["bias"].astype(np.float32),
            scale=stored["scale"].astype(np.float32),
        )


def save_facet_model(model: FacetModel, language: Language, folder: Path) -> Path:
    """The model written to `folder` at half precision; the path of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"facets_{language}.npz"
    names = "\n".join(model.columns)  # a dict keeps the order of its rows
    np.savez_compressed(
        path,
        names=np.frombuffer(names.encode("utf-8"), dtype=np.uint8),
        weights=model.weights.astype(np.float16),
        bias=model.bias.astype(np.float32),
        scale=model.scale.astype(np.float16),
    )
    return path
