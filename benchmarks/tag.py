"""Statements tagged per CPU second, all tags included, beside spaCy's own pipeline on the same text.

Run: .venv/bin/python benchmarks/tag.py FOLDER_OF_DOCUMENTS
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

from domain.codebook import Language
from domain.document import Document
from ingest import SUFFIXES, read_document
from nlp import load_tagger
from nlp.elements import ElementClassifier


def main(folder: Path) -> None:
    """Print the table."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    documents = [read_document(path) for path in paths]
    count = sum(len(document.statements) for document in documents)
    tagger, classifier = load_tagger(), ElementClassifier()
    for language in Language:
        for document in [each for each in documents if each.facts.language is language][:1]:
            tagger.tag(document)  # loads models and rules
    print(f"{len(documents)} documents, {count} statements")
    print(f"{'what':34}{'statements / CPU s':>20}")
    import spacy  # noqa: F401  not counted

    timed("all tags", count, lambda: [tagger.tag(document) for document in documents])
    timed("elements alone", count, lambda: [classifier.classify(document.statements) for document in documents])
    timed("spaCy: blank pipeline, tokens", count, lambda: spacy_tokens(documents))
    timed("spaCy: tokens and textcat (bow)", count, lambda: spacy_textcat(documents))


def timed(name: str, count: int, work: Callable[[], object]) -> None:
    """Run the work and print its speed."""
    started = process_time()
    work()
    print(f"{name:34}{count / (process_time() - started):20,.0f}")


def spacy_tokens(documents: list[Document]) -> None:
    """Tokenise every statement with the blank pipeline of its language."""
    import spacy

    for language in Language:
        pipeline = spacy.blank(language)
        for document in documents:
            for _ in pipeline.pipe(statement.text for statement in document.statements if statement.language is language):
                pass


def spacy_textcat(documents: list[Document]) -> None:
    """Tokenise every statement and run an untrained bag-of-words text classifier of the six elements over it."""
    import spacy

    for language in Language:
        pipeline = spacy.blank(language)
        config = {
            "model": {
                "@architectures": "spacy.TextCatBOW.v3",
                "exclusive_classes": True,
                "ngram_size": 2,
                "no_output_layer": False,
            }
        }
        textcat = pipeline.add_pipe("textcat", config=config)
        for label in ("principle", "goal", "measure", "practice", "outcome", "context"):
            textcat.add_label(label)
        pipeline.initialize()
        for document in documents:
            for _ in pipeline.pipe(statement.text for statement in document.statements if statement.language is language):
                pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
