"""The element of every statement of a document: section, sentence form and a trained model, weighed together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from domain.codebook import Element, Language
from domain.statement import Kind, Statement
from nlp.context import section_role
from nlp.element_model import FOLDER, ElementModel, load_model, model_file
from nlp.features import LONGEST, element_features, matching_rules, statement_features
from nlp.linear import SparseRows
from nlp.rules import bundled_rules
from nlp.sequence import ELEMENTS, firm_weights

NO_STATEMENT = (Kind.HEADING, Kind.CONTENTS)
LONGEST_ALONE = 100  # characters of a line that its form alone can decide
SURE = 0.99


@dataclass(frozen=True, slots=True)
class Verdict:
    """An element with its calibrated probability and what speaks for it."""

    element: Element
    score: float
    evidence: str


class ElementClassifier:
    """Gives every statement of a document its element; `folder` holds a model for each language."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or FOLDER

    def classify(self, statements: Sequence[Statement]) -> list[Verdict]:
        """A verdict for each statement, in order; headings and contents lines are `heading`."""
        verdicts: dict[int, Verdict] = {}
        for language in Language:
            chosen = [
                index
                for index, statement in enumerate(statements)
                if statement.language is language and statement.kind not in NO_STATEMENT
            ]
            if chosen:
                rows = [statements[index] for index in chosen]
                verdicts.update(zip(chosen, self.classify_features(rows, statement_features(rows)), strict=True))
        return [
            verdicts.get(index) or Verdict(Element.HEADING, 1.0, f"kind: {statement.kind}")
            for index, statement in enumerate(statements)
        ]

    def classify_features(self, statements: Sequence[Statement], features: Sequence[SparseRows]) -> list[Verdict]:
        """A verdict for each of some statements in one language and in reading order, from their features."""
        model = _model(model_file(self.folder, statements[0].language))
        probabilities = model.probabilities(statements, element_features(statements, features))
        best = probabilities.argmax(axis=1)
        top = probabilities.max(axis=1)
        scores = model.calibrated(top)
        return [
            _told_alone(statement)
            or Verdict(ELEMENTS[chosen], round(float(score), 3), _evidence(statement, ELEMENTS[chosen], float(raw)))
            for statement, chosen, raw, score in zip(statements, best, top, scores, strict=True)
        ]


@lru_cache(maxsize=4)
def _model(path: Path) -> ElementModel:
    return load_model(path)


def _told_alone(statement: Statement) -> Verdict | None:
    """The verdict on a line whose form leaves no doubt, such as a dateline; None for every other."""
    for rule in bundled_rules("elements_alone", statement.language) if len(statement.text) <= LONGEST_ALONE else ():
        if (words := rule.find(statement.text)) is not None:
            return Verdict(Element(rule.tag), SURE, f"rule {rule.id}: {words.strip()[:24]}")
    return None


def _evidence(statement: Statement, element: Element, raw: float) -> str:
    """The section where it decides, the first rule of form that agrees, and the model's own probability."""
    said = []
    section = section_role(statement.heading_path, statement.language)
    if section is not None and element in firm_weights(section):
        said.append(f"section: {section.heading.strip()[:40]}")
    text = statement.text[:LONGEST]
    for rule in matching_rules(text, statement.language):
        if rule.tag == element:
            said.append(f"rule {rule.id}: {(rule.find(text) or '').strip()[:24]}")
            break
    said.append(f"model {raw:.2f}")
    return "; ".join(said)
