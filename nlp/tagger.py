"""The tagger: every statement of a document gets its tags, each with its evidence."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from domain.codebook import Element, Instrument, Stringency
from domain.document import Document
from domain.place import find_places
from domain.statement import Statement, Tags
from domain.target import Target
from nlp.actors import find_actors
from nlp.codebook import Codebook, read_codebook
from nlp.elements import ElementClassifier, Verdict
from nlp.facets import find_instruments, find_sectors, find_stringency
from nlp.targets import find_targets

COMMITS = (Element.GOAL, Element.MEASURE)
REMEMBERED = 30  # statements of the section so far that a target may take its year from


class Tagger:
    """Holds what is loaded once: the model, the rules and the user's codebook."""

    def __init__(self, elements: ElementClassifier, codebook: Codebook | None = None) -> None:
        self.elements = elements
        self.codebook = codebook

    def tag(self, document: Document) -> Document:
        """The document with tags on every statement."""
        return replace(document, statements=tuple(self._tagged(document.statements)))

    def _tagged(self, statements: tuple[Statement, ...]) -> Iterator[Statement]:
        verdicts = self.elements.classify(statements)
        said: deque[str] = deque(maxlen=REMEMBERED)  # by the section so far
        before: Statement | None = None
        for statement, verdict in zip(statements, verdicts, strict=True):
            if before is None or statement.heading_path != before.heading_path:
                said.clear()
                before = None
            tagged = replace(statement, tags=self._tags(statement, verdict, before, "\n".join(said)))
            yield tagged
            if verdict.element is not Element.HEADING:
                before = tagged
                said.append(statement.text)

    def _tags(self, statement: Statement, verdict: Verdict, before: Statement | None, said: str) -> Tags:
        text, path, language = statement.text, statement.heading_path, statement.language
        element = verdict.element
        if element is Element.HEADING:
            return Tags(element, verdict.score, verdict.evidence)
        inherited = before.tags.sectors if before and before.tags else ()
        sectors, evidence = find_sectors(text, heading_path=path, language=language, previous=inherited)
        targets: tuple[Target, ...] = ()
        instruments: tuple[Instrument, ...] = ()
        stringency: Stringency | None = None
        labels: tuple[str, ...] = ()
        if element in COMMITS:
            targets = find_targets(text, language=language, heading_path=path, previous=said, column_heads=statement.column_heads)
        if element is Element.MEASURE:
            instruments, reasons = find_instruments(text, heading_path=path, language=language)
            stringency, rule = find_stringency(text, language=language)
            evidence = {**evidence, **reasons, **({"stringency": rule} if stringency else {})}
        if self.codebook:
            labels, reasons = self.codebook.find_labels(text)
            evidence = {**evidence, **reasons}
        return Tags(
            element=element,
            element_score=verdict.score,
            element_evidence=verdict.evidence,
            sectors=sectors,
            instruments=instruments,
            stringency=stringency,
            actors=find_actors(text),
            places=tuple(dict.fromkeys(place.name for place in find_places(text))),
            targets=targets,
            labels=labels,
            evidence=evidence,
        )


def load_tagger(model: Path | None = None, *, rules: Path | None = None, codebook: Path | None = None) -> Tagger:
    """The tagger with the shipped model and rules, or with those given, and a user's own codebook beside them."""
    return Tagger(ElementClassifier(model), read_codebook(codebook) if codebook else None)
