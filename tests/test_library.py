"""What a library promises: what goes in comes out, counts fit lists, and nothing is lost."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.codebook import Comparator, Element, Language, Level, Sector, Stringency
from domain.document import Document, Facts, Page, document_id
from domain.errors import FilterError, LibraryError, NotFoundError
from domain.statement import Kind, Statement, Tags, statement_id
from domain.target import Target
from index import Correction, Filters, Library, Mode, RunCard, Verdict, open_library
from index.encoder import Vectors

PLAN = [
    ("一、主要目标", Element.HEADING, ()),
    ("到2030年，示例市非化石能源消费比重达到25%。", Element.GOAL, (Sector.ENERGY,)),
    ("二、重点任务", Element.HEADING, ()),
    ("推进工业园区余热回收利用。", Element.MEASURE, (Sector.INDUSTRY, Sector.ENERGY)),
    ("严禁新增钢铁产能。", Element.MEASURE, (Sector.INDUSTRY,)),
]
REPORT = [
    ("The park has built a heat exchange station for waste heat.", Element.PRACTICE, (Sector.ENERGY,)),
    ("Emissions fell by 12% in two years.", Element.OUTCOME, ()),
]


def make_document(
    name: str, lines: list[tuple[str, Element, tuple[Sector, ...]]], *, language: Language, place: str | None
) -> Document:
    id, at, statements = document_id(name.encode()), 0, []
    path: tuple[str, ...] = ()
    for text, element, sectors in lines:
        heading = element is Element.HEADING
        targets = (Target("比重", Comparator.AT_LEAST, 25, "%", "达到25%", year=2030),) if "25%" in text else ()
        tags = Tags(
            element, 0.9, "test", sectors=sectors, targets=targets, stringency=Stringency.MANDATORY if "严禁" in text else None
        )
        statements.append(
            Statement(
                statement_id(id, text, 0), id, text, at, at + len(text), Kind.HEADING if heading else Kind.SENTENCE, language,
                () if heading else path, page=1, tags=tags,
            )
        )  # fmt: skip
        path = (text,) if heading else path
        at += len(text) + 1
    text = "\n".join(line[0] for line in lines)
    facts = Facts(id, name, name.split(".")[0], language, date="2022-08-01", level=Level.CITY, place=place)
    return Document(facts, text, tuple(statements), pages=(Page(1, 595, 842, 0, len(text), ()),))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = open_library(tmp_path / "library", create=True)
    library.add(make_document("示例市方案.txt", PLAN, language=Language.ZH, place="示例市"))
    library.add(make_document("park report.txt", REPORT, language=Language.EN, place=None))
    library.commit()
    return library


def test_a_document_comes_out_as_it_went_in(library: Library) -> None:
    document = make_document("示例市方案.txt", PLAN, language=Language.ZH, place="示例市")
    assert library.document(document.facts.id) == document


def test_statements_come_in_order_of_file_and_reading_without_headings(library: Library) -> None:
    texts = [statement.text for statement in library.statements()]
    assert texts == [line[0] for line in REPORT] + [line[0] for line in PLAN if line[1] is not Element.HEADING]
    assert len(list(library.statements(Filters(headings=True)))) == 7


def test_counts_facets_and_status_fit_the_lists(library: Library) -> None:
    facets = library.facets()
    assert facets.total == library.count() == len(list(library.statements())) == library.status().statements == 5
    for element, count in facets.elements.items():
        assert count == len(list(library.statements(Filters(elements=(element,)))))
    for sector, count in facets.sectors.items():
        assert count == library.count(Filters(sectors=(sector,)))
    assert facets.due_years == {2030: 1}
    assert library.count(Filters(due_years=(2030,))) == 1
    assert facets.stringencies == {Stringency.MANDATORY: 1}


def test_search_finds_in_every_mode_and_says_why(library: Library) -> None:
    for mode in Mode:
        result = library.search("余热回收", mode=mode)
        assert result.hits[0].statement.text == "推进工业园区余热回收利用。"
        assert [hit.rank for hit in result.hits] == list(range(1, len(result.hits) + 1))
    hybrid = library.search("余热回收").hits[0]
    assert hybrid.why.lexical_rank == 1
    assert hybrid.why.dense_rank == 1
    assert "余热" in hybrid.why.terms
    assert library.search("waste heat", mode=Mode.LEXICAL).hits[0].why.terms == ("heat", "waste")


def test_total_is_the_number_of_hits_there_are(library: Library) -> None:
    for mode in Mode:
        result = library.search("余热 emissions", k=1000, mode=mode)
        assert result.total == len(result.hits)


def test_a_place_is_known_with_and_without_its_ending(library: Library) -> None:
    assert library.count(Filters(places=("示例",))) == library.count(Filters(places=("示例市",))) == 3
    with pytest.raises(FilterError, match="示例市"):
        library.count(Filters(places=("别处",)))


def test_replacing_and_removing_leave_nothing_behind(library: Library) -> None:
    library.add(make_document("示例市方案.txt", PLAN[:2], language=Language.ZH, place="示例市"))
    library.commit()
    assert library.count() == 3
    assert not [hit for hit in library.search("余热").hits if "余热" in hit.statement.text]
    library.remove([document_id("示例市方案.txt".encode())])
    library.commit()
    assert library.count() == 2
    assert library.search("非化石能源", mode=Mode.LEXICAL).total == 0
    with pytest.raises(NotFoundError):
        library.remove(["nothing"])


def test_vectors_of_passages_that_are_gone_are_let_go(library: Library) -> None:
    def kept() -> int:
        return int(library._catalogue.query("SELECT count(*) FROM vector")[0][0])

    assert kept() == 7
    library.add(make_document("示例市方案.txt", PLAN[:2], language=Language.ZH, place="示例市"))
    library.commit()
    assert kept() == 4
    library.remove([document_id("示例市方案.txt".encode())])
    library.commit()
    assert kept() == 2
    assert library.search("heat exchange station").hits


def test_a_document_may_go_while_another_process_makes_the_index(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    other, encode = open_library(library.folder), library.encoder.encode_passages
    gone = document_id("示例市方案.txt".encode())

    def encode_late(texts: Sequence[str]) -> Vectors:
        if any(facts.id == gone for facts in other.facts()):
            other.remove([gone])
        return encode(texts)

    library.add(make_document("third.txt", PLAN[3:] + REPORT[1:], language=Language.ZH, place="示例市"))
    library.add(make_document("示例市方案.txt", PLAN[1:], language=Language.ZH, place="示例市"))
    monkeypatch.setattr(library.encoder, "encode_passages", encode_late)
    library.commit()
    other.commit()
    for one in (library, other):
        assert {hit.statement.text for hit in one.search("余热 heat", k=20).hits} == {line[0] for line in PLAN[3:] + REPORT}


def test_a_second_reader_sees_what_was_committed(library: Library) -> None:
    reader = open_library(library.folder)
    assert reader.count() == 5
    library.add(make_document("third.txt", REPORT, language=Language.EN, place="Sampletown"))
    assert reader.count() == 7
    library.commit()
    assert reader.search("heat exchange station", mode=Mode.LEXICAL).total == 2


def test_a_damaged_index_is_made_again_with_a_line(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    damaged = next((library.folder / "search").glob("*/vectors.faiss"))
    content = bytearray(damaged.read_bytes())
    content[-1] ^= 0xFF
    damaged.write_bytes(bytes(content))
    with caplog.at_level(logging.WARNING):
        assert open_library(library.folder).search("余热").hits[0].statement.text == "推进工业园区余热回收利用。"
    assert any("made again" in record.message or "up to date" in record.message for record in caplog.records)


def test_what_was_not_committed_is_found_after_opening_again(library: Library) -> None:
    library.add(make_document("third.txt", REPORT, language=Language.EN, place="Sampletown"))
    library.close()
    assert open_library(library.folder).search("heat exchange station", mode=Mode.LEXICAL).total == 2


def test_a_missing_library_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="pilotlight build"):
        open_library(tmp_path / "nowhere")


def test_a_library_of_another_encoder_is_refused(library: Library) -> None:
    library._catalogue.set_meta("encoder", "another-model")
    with pytest.raises(LibraryError, match="another-model"):
        open_library(library.folder).search("余热")


def test_a_library_of_another_version_is_refused_with_what_to_do(library: Library) -> None:
    library._catalogue.set_meta("version", "0")
    with pytest.raises(LibraryError, match=r"format 0, expected .*; build it again"):
        open_library(library.folder)


def test_what_was_searched_is_told_beside_what_the_library_holds(library: Library) -> None:
    library.add(Document(Facts("f" * 12, "scan.pdf", "Scan", Language.ZH), "", ()))
    library.commit()
    held = len(library.facts())
    found = library.search("余热", filters=Filters(languages=(Language.EN,), elements=(Element.PRINCIPLE,)))
    assert (found.searched.documents, found.searched.held, found.searched.without_text) == (0, held, ("scan.pdf",))


def test_documents_are_found_by_id_title_and_file_name(library: Library) -> None:
    facts = library.find_document("示例市方案")
    assert library.find_document(facts.id) == facts == library.find_document("示例市方案.txt")
    with pytest.raises(NotFoundError, match="park report"):
        library.find_document("park riport")


def test_neighbours_stand_around_a_statement(library: Library) -> None:
    statement = next(s for s in library.statements() if "余热" in s.text)
    assert [s.text for s in library.neighbours(statement.id, 1)] == [PLAN[2][0], PLAN[3][0], PLAN[4][0]]


def test_vectors_have_unit_length_in_the_order_asked(library: Library) -> None:
    ids = [s.id for s in library.statements()][::-1]
    vectors = library.vectors(ids)
    assert vectors.shape[0] == 5
    assert abs((vectors**2).sum(1) - 1).max() < 1e-3


def test_verdicts_and_corrections_are_kept_by_text_and_author(library: Library) -> None:
    source, local = document_id("示例市方案.txt".encode()), document_id(b"park report.txt")
    library.record_verdict(Verdict(source, local, PLAN[3][0], "partial", "A"))
    library.record_verdict(Verdict(source, local, PLAN[3][0], "covered", "A", note="see page 2"))
    library.record_verdict(Verdict(source, local, PLAN[3][0], "missing", "B"))
    library.add(make_document("示例市方案.txt", PLAN, language=Language.ZH, place="示例市"))
    assert [(v.status, v.by) for v in library.verdicts(source, local)] == [("covered", "A"), ("missing", "B")]
    library.record_correction(Correction(PLAN[3][0], "sectors", ["industry"], "A", machine_value=["energy"]))
    assert [c.value for c in library.corrections(PLAN[3][0])] == [["industry"]]
    library.record_run(RunCard("r1", "build", {"version": 1}))
    assert library.runs("build")[0].card == {"version": 1}


def test_sources_and_refusals_are_remembered(library: Library) -> None:
    library.record_refusal("/a.pdf", "00", "empty")
    assert library.refusals()["/a.pdf"].reason == "empty"
    assert library.status().failed == {"/a.pdf": "empty"}
    library.record_source("/a.pdf", "01", "abc")
    assert library.sources() == {"/a.pdf": "01"}
    assert library.source_of("abc") == "/a.pdf"
    assert not library.refusals()


def test_a_kept_original_has_no_name_of_its_own(library: Library, tmp_path: Path) -> None:
    id = document_id(b"park report.txt")
    original = tmp_path / "..evil name.TXT"
    original.write_text("x", encoding="utf-8")
    library.keep_file(id, original)
    kept = library.file(id)
    assert kept is not None
    assert kept.name == f"{id}.txt"
    assert kept.read_text(encoding="utf-8") == "x"


def test_a_saved_search_shows_what_came_in_since(library: Library) -> None:
    library.save_search("heat", "waste heat")
    assert library.news("heat", seen=False).hits == ()
    library.add(make_document("third.txt", [REPORT[0]], language=Language.EN, place="Sampletown"))
    library.commit()
    assert [hit.facts.place for hit in library.news("heat").hits] == ["Sampletown"]
    assert library.news("heat").total == 0


def test_more_like_this_leaves_out_the_statement_itself(library: Library) -> None:
    statement = next(s for s in library.statements() if "余热" in s.text)
    hits = library.similar(statement.id, 3)
    assert len(hits) == 3
    assert statement.id not in [hit.statement.id for hit in hits]


def test_facts_are_plain_json(library: Library) -> None:
    assert json.loads(library._catalogue.query("SELECT facts FROM document LIMIT 1")[0][0])["id"]
