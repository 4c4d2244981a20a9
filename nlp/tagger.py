"""The tagger: every statement of a document gets its tags, each with its evidence."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from domain.codebook import Element, Language, Stringency
from domain.document import Document
from domain.place import find_places
from domain.statement import Statement, Tags
from domain.target import Target
from nlp.actors import find_actors
from nlp.codebook import Codebook, read_codebook
from nlp.elements import NO_STATEMENT, ElementClassifier, Verdict
from nlp.facet_model import FOLDER, facet_model
from nlp.facets import Facets, find_facets, find_stringency
from nlp.features import statement_features
from nlp.rules import use_rules
from nlp.targets import find_targets

COMMITS = (Element.GOAL, Element.MEASURE)
REMEMBERED = 30  # statements of the section so far that a target may take its year from


class Tagger:
    """Holds what is loaded once: the model, the rules and the user's codebook."""

    def __init__(self, model: Path | None = None, codebook: Codebook | None = None) -> None:
        """`model` is a folder that `pilotlight train` has written; the shipped one stands in where it lacks facets."""
        self.elements = ElementClassifier(model)
        self.facets = model if model and any(model.glob("facets_*.npz")) else FOLDER
        self.codebook = codebook

    def tag(self, document: Document) -> Document:
        """The document with tags on every statement."""
        return replace(document, statements=tuple(self.tag_statements(document.statements)))

    def tag_statements(self, statements: tuple[Statement, ...]) -> Iterator[Statement]:
        """The statements of one document, in reading order, with their tags."""
        read = self._read(statements)
        said: deque[str] = deque(maxlen=REMEMBERED)  # by the section so far
        path: tuple[str, ...] | None = None
        for index, statement in enumerate(statements):
            if index not in read:
                yield replace(statement, tags=Tags(Element.HEADING, 1.0, f"kind: {statement.kind}"))
                continue
            if statement.heading_path != path:
                said.clear()
                path = statement.heading_path
            verdict, facets = read[index]
            yield replace(statement, tags=self._tags(statement, verdict, facets, "\n".join(said)))
            said.append(statement.text)

    def _read(self, statements: tuple[Statement, ...]) -> dict[int, tuple[Verdict, Facets]]:
        """Element and facets of every statement that is one, by its place; languages are read apart, each as a whole."""
        found: dict[int, tuple[Verdict, Facets]] = {}
        for language in Language:
            places = [
                place
                for place, statement in enumerate(statements)
                if statement.language is language and statement.kind not in NO_STATEMENT
            ]
            if places:
                chosen = [statements[place] for place in places]
                features = statement_features(chosen)
                verdicts = self.elements.classify_features(chosen, features)
                facets = find_facets(
                    facet_model(language, self.facets), chosen, features, [verdict.element for verdict in verdicts]
                )
                found.update(zip(places, zip(verdicts, facets, strict=True), strict=True))
        return found

    def _tags(self, statement: Statement, verdict: Verdict, facets: Facets, said: str) -> Tags:
        text, path, language = statement.text, statement.heading_path, statement.language
        evidence = facets.evidence
        targets: tuple[Target, ...] = ()
        stringency: Stringency | None = None
        labels: tuple[str, ...] = ()
        if verdict.element in COMMITS:
            targets = find_targets(text, language=language, heading_path=path, previous=said, column_heads=statement.column_heads)
        if verdict.element is Element.MEASURE:
            stringency, rule = find_stringency(text, language=language)
            evidence = {**evidence, "stringency": rule}
        if self.codebook:
            labels, reasons = self.codebook.find_labels(text)
            evidence = {**evidence, **reasons}
        return Tags(
            element=verdict.element,
            element_score=verdict.score,
            element_evidence=verdict.evidence,
            sectors=facets.sectors,
            instruments=facets.instruments,
            stringency=stringency,
            actors=find_actors(text),
            places=tuple(dict.fromkeys(place.name for place in find_places(text))),
            targets=targets,
            labels=labels,
            evidence=evidence,
        )


def load_tagger(model: Path | None = None, *, rules: Path | None = None, codebook: Path | None = None) -> Tagger:
    """The tagger with the shipped model or one of your own, and with your own codebook's labels beside ours.

    `rules` is a folder of rule files that stand in for the shipped ones of the same name, for every tagger of this process.
    """
    use_rules(rules)
    return Tagger(model, read_codebook(codebook) if codebook else None)
