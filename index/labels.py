"""Learnt labels of a user's own codebook: a linear model over the vectors of the library's encoder, kept in its folder."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from domain.codebook import Element
from domain.document import Document
from domain.errors import CodebookError
from domain.statement import Statement, Tags
from index.encoder import Encoder, Vectors, passage_text

FILE = "labels.json"
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class LearntLabel:
    """A label with the model that gives it: the probability is the logistic function of weights · vector + bias.

    `score` is the cross-validated score that it had when it was learnt, as plain data.
    """

    name: str
    encoder: str
    weights: tuple[float, ...]
    bias: float
    score: dict[str, float]

    def probabilities(self, vectors: Vectors) -> Vectors:
        """float32, shape (n,), of vectors of shape (n, dim)."""
        raised: Vectors = 1 / (1 + np.exp(-(vectors @ np.array(self.weights, np.float32) + np.float32(self.bias))))
        return raised


def write_labels(folder: Path, labels: Sequence[LearntLabel]) -> None:
    """Keep the labels in the library's folder; without any the file is taken away."""
    path = folder / FILE
    if not labels:
        path.unlink(missing_ok=True)
        return
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps([asdict(label) for label in labels]), encoding="utf-8")
    aside.replace(path)


def read_labels(folder: Path) -> tuple[LearntLabel, ...]:
    """The labels that a library has learnt, none where there is no file; raises CodebookError where it is damaged."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(LearntLabel(**row | {"weights": tuple(row["weights"])}) for row in rows)
    except (ValueError, TypeError, KeyError) as error:
        raise CodebookError(f"{path}: cannot be read ({error}); apply the codebook again") from error


def labelled(document: Document, labels: Sequence[LearntLabel], encoder: Encoder) -> Document:
    """The document with the learnt labels added to its statements, headings left out."""
    if not labels:
        return document
    for label in labels:
        if label.encoder != encoder.name:
            raise CodebookError(
                f"label {label.name} was learnt with {label.encoder}, this is {encoder.name}: apply the codebook again"
            )
    statements = [s for s in document.statements if s.tags and s.tags.element is not Element.HEADING]
    vectors = encoder.encode_passages([passage_text(s.heading_path, s.text) for s in statements])
    given: dict[str, list[tuple[str, float]]] = {s.id: [] for s in statements}
    for label in labels:
        for statement, probability in zip(statements, label.probabilities(vectors).tolist(), strict=True):
            if probability >= LEAST:
                given[statement.id].append((label.name, probability))
    return replace(document, statements=tuple(with_labels(s, given.get(s.id, [])) for s in document.statements))


def with_labels(statement: Statement, given: Sequence[tuple[str, float]]) -> Statement:
    """The statement with labels and, as their evidence, how probable they are; what terms found stays as it is."""
    tags = statement.tags
    new = [(name, probability) for name, probability in given if tags and name not in tags.labels]
    if tags is None or not new:
        return statement
    evidence = tags.evidence | {f"label:{name}": f"learnt: {probability:.2f}" for name, probability in new}
    return replace(statement, tags=replace(tags, labels=(*tags.labels, *(name for name, _ in new)), evidence=evidence))


def without_labels(tags: Tags) -> Tags:
    """The tags without any label of a user's codebook."""
    evidence = {key: value for key, value in tags.evidence.items() if not key.startswith("label:")}
    return replace(tags, labels=(), evidence=evidence)
