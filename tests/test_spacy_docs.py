import pytest

from domain.codebook import Language
from nlp.spacy_docs import GROUPS, spacy_pipeline, to_doc, write_docbin

TEXTS = {
    Language.ZH: ("到2030年，非化石能源消费比重达到25%以上。\n加快建设余热回收管网。（责任单位：市发展改革委）", "余热"),
    Language.EN: ("By 2030, cut emissions from buildings by 40 percent.\nThe city will build a heat network.", "network"),
}


@pytest.mark.parametrize("language", list(Language))
def test_a_spacy_pipeline_tags_lines_into_span_groups(language):
    text, word = TEXTS[language]
    doc = spacy_pipeline(language)(text)
    assert doc.text == text
    assert set(doc.spans) == set(GROUPS)
    assert [span.text for span in doc.spans["statements"]] == text.split("\n")
    assert "measure" in {span.label_ for span in doc.spans["elements"]}
    assert word in {token.text for token in doc}
    assert any(quote.text in text for quote in doc.spans["targets"])


def test_documents_come_back_from_a_docbin(tmp_path):
    from spacy.tokens import DocBin

    import pipeline
    from index import open_library
    from nlp.spacy_docs import tokens_of

    (tmp_path / "plan.txt").write_text("青屿市方案（示例）\n\n一、主要目标\n" + TEXTS[Language.ZH][0], encoding="utf-8")
    library = open_library(tmp_path / "lib", create=True)
    pipeline.build(library, [tmp_path / "plan.txt"])
    document = library.document(library.facts()[0].id)
    assert write_docbin(tmp_path / "x.spacy", [document]) == 1
    (doc,) = DocBin().from_disk(tmp_path / "x.spacy").get_docs(tokens_of(Language.ZH).vocab)
    assert doc.text == document.text
    made = to_doc(document)
    assert [(span.start, span.label_) for span in doc.spans["elements"]] == [
        (span.start, span.label_) for span in made.spans["elements"]
    ]
