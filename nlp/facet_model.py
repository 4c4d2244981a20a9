"""The linear model behind sectors and instruments: weights of n-grams and of rule terms, read with numpy alone."""

from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from domain.codebook import Instrument, Language, Sector
from nlp.facet_features import context_features, heading_features, text_features

FOLDER = Path(__file__).parent / "models"
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

    def probabilities(self, text: str, heading_path: tuple[str, ...], language: Language) -> npt.NDArray[np.float32]:
        """The probability of each of LABELS, shape (labels,)."""
        scores = self.bias + self._ngram_scores(text_features(text, language))
        scores += HEADING_LENGTH * self._ngram_scores(heading_features(heading_path, language))
        scores += self._context_scores(text, heading_path, language)
        probabilities: npt.NDArray[np.float32] = 1 / (1 + np.exp(-scores))
        return probabilities

    def telling_words(self, text: str, language: Language, label: Sector | Instrument, count: int = 3) -> list[str]:
        """The n-grams of the text that speak loudest for a label, without those that lie within a louder one."""
        label_at = LABELS.index(label)
        known = [
            (float(self.weights[at, label_at]), gram)
            for gram in text_features(text, language)
            if (at := self.columns.get(gram)) is not None
        ]
        chosen: list[str] = []
        for weight, gram in sorted(known, key=lambda pair: (-pair[0], pair[1])):
            if weight <= 0 or len(chosen) == count:
                break
            if len(gram) > 1 and not gram.endswith("*") and not any(gram in other or other in gram for other in chosen):
                chosen.append(gram)
        return chosen

    def _ngram_scores(self, grams: Set[str]) -> npt.NDArray[np.float32]:
        columns = self.columns
        rows = [row for gram in grams if (row := columns.get(gram)) is not None]
        if not rows:
            return np.zeros(len(LABELS), np.float32)
        rows.sort()
        scale = self.scale[rows]
        scores: npt.NDArray[np.float32] = scale @ self.weights[rows]
        return scores / np.float32(np.sqrt(scale @ scale))

    def _context_scores(self, text: str, heading_path: tuple[str, ...], language: Language) -> npt.NDArray[np.float32]:
        columns = self.columns
        rows = [row for name in context_features(text, heading_path, language) if (row := columns.get(name)) is not None]
        rows.sort()
        scores: npt.NDArray[np.float32] = self.weights[rows].sum(axis=0) if rows else np.zeros(len(LABELS), np.float32)
        return scores


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
