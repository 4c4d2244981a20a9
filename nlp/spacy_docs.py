"""Tagged documents in spaCy's own structures: tokens by jieba or the English tokenizer, our tags as span groups.

`write_docbin` is what `export x.spacy` writes; `spacy_pipeline` is a spaCy pipeline whose component tags one statement a line.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.codebook import Language
from domain.document import Document, Facts
from domain.statement import Kind, Statement, statement_id

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc

GROUPS = ("statements", "elements", "sectors", "instruments", "stringency", "targets")
COMPONENT = "pilotlight_tagger"


@cache
def tokens_of(language: Language) -> "Pipeline":
    """A blank pipeline of the language: jieba's words for Chinese, spaCy's for English."""
    import jieba
    import spacy

    jieba.setLogLevel("ERROR")
    if language is Language.ZH:
        return spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    return spacy.blank("en")


def to_doc(document: Document) -> "Doc":
    """The document as a spaCy Doc with a group of spans for statements, elements, sectors, instruments, stringency and targets.

    A span is as wide as the tokens that its characters touch. `doc.user_data["facts"]` holds title, issuer, date and place.
    """
    doc = tokens_of(document.facts.language).make_doc(document.text)
    facts = document.facts
    doc.user_data["facts"] = {
        name: getattr(facts, name) for name in ("id", "source_file", "title", "number", "issuer", "date", "place")
    }
    mark(doc, document.statements)
    return doc


def mark(doc: "Doc", statements: Iterable[Statement]) -> None:
    """Put the statements' tags into the Doc's span groups."""
    groups: dict[str, list[Any]] = {name: [] for name in GROUPS}
    for statement in statements:
        tags = statement.tags
        span = doc.char_span(statement.char_start, statement.char_end, alignment_mode="expand")
        if tags is None or span is None:
            continue
        labels = {
            "statements": [statement.id],
            "elements": [tags.element.value],
            "sectors": [sector.value for sector in tags.sectors],
            "instruments": [instrument.value for instrument in tags.instruments],
            "stringency": [tags.stringency.value] if tags.stringency else [],
        }
        for name, values in labels.items():
            groups[name] += [relabelled(doc, span, value) for value in values]
        for target in tags.targets:
            start = statement.char_start + statement.text.index(target.quote)
            quote = doc.char_span(
                start, start + len(target.quote), label=f"{target.value:g} {target.unit}".strip(), alignment_mode="expand"
            )
            if quote is not None:
                groups["targets"].append(quote)
    for name, spans in groups.items():
        doc.spans[name] = spans


def relabelled(doc: "Doc", span: Any, label: str) -> Any:
    """The same span under another label."""
    from spacy.tokens import Span

    return Span(doc, span.start, span.end, label=label)


def write_docbin(path: Path, documents: Iterable[Document]) -> int:
    """Write the documents as a spaCy DocBin with their span groups; returns how many.

    A DocBin is one block, which spaCy reads whole, so its tokens are held in memory: 16 bytes each, without the annotations
    that a blank pipeline does not make.
    """
    from spacy.tokens import DocBin

    held = DocBin(attrs=["ORTH", "SPACY"], store_user_data=True)
    for document in documents:
        held.add(to_doc(document))
    path.write_bytes(held.to_bytes())
    return len(held)


def spacy_pipeline(language: Language) -> "Pipeline":
    """A spaCy pipeline that tags plain text, one statement a line, into the span groups of GROUPS."""
    from spacy.language import Language as Pipeline

    if not Pipeline.has_factory(COMPONENT):
        Pipeline.factory(COMPONENT, func=make_component)
    pipeline = type(tokens_of(language)).from_config(tokens_of(language).config)
    pipeline.add_pipe(COMPONENT)
    return pipeline


def make_component(nlp: "Pipeline", name: str) -> Any:
    """The component that spaCy's factory makes: a Doc in, the Doc with its span groups out."""
    from nlp.tagger import load_tagger

    tagger = load_tagger()
    language = Language(str(nlp.lang))

    def tag(doc: "Doc") -> "Doc":
        mark(doc, tagger.tag(lines_of(doc.text, language)).statements)
        return doc

    return tag


def lines_of(text: str, language: Language) -> Document:
    """A document of which each line is a statement, for text that comes without a file."""
    statements, start = [], 0
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            at = statement_id("text", line, number)
            statements.append(Statement(at, "text", line, start, start + len(line), Kind.SENTENCE, language))
        start += len(line) + 1
    return Document(Facts("text", "text", "text", language), text, tuple(statements))
