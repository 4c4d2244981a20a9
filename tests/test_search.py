"""What search promises: it finds by word and by meaning in both languages, says why, counts right and survives any input."""

import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from domain.codebook import Element, Language, Level
from domain.document import Document, Facts, document_id
from domain.errors import EncoderError, FilterError
from domain.statement import Kind, Statement, Tags, statement_id
from index import Filters, Grouping, Library, Mode, RankedDown, open_library
from index.static import BUNDLED

ROOT = Path(__file__).parent.parent
LINES: dict[str, list[tuple[str, Kind]]] = {
    "示例省方案.txt": [
        ("目录 第一章 余热利用……3", Kind.CONTENTS),
        ("推进钢铁企业余热回收利用，建设余热供暖管网。", Kind.SENTENCE),
        ("按照示政发〔2021〕23号文件要求，新增光伏装机达到1.5亿千瓦。", Kind.SENTENCE),
        ("到2030年，非化石能源消费比重达到25%。", Kind.SENTENCE),
        ("建立碳排放统计核算体系。", Kind.SENTENCE),
        ("参考文献：余热回收利用研究。", Kind.REFERENCE),
    ],
    "sample city plan.txt": [
        ("Install solar panels on every public building by 2030.", Kind.SENTENCE),
        ("The district recovers waste heat from the steel works.", Kind.SENTENCE),
        ("Expand recycling to apartment buildings.", Kind.ITEM),
    ],
}


def library_of(folder: Path, encoder: str | None = None) -> Library:
    library = open_library(folder, encoder=encoder, create=True)
    for name, lines in LINES.items():
        id, at, statements = document_id(name.encode()), 0, []
        language = Language.EN if name.startswith("sample") else Language.ZH
        for text, kind in lines:
            element = Element.HEADING if kind is Kind.CONTENTS else Element.MEASURE
            tags = Tags(element, 0.9, "test")
            statements.append(Statement(statement_id(id, text, 0), id, text, at, at + len(text), kind, language, tags=tags))
            at += len(text) + 1
        place, code = ("示例市", "440100") if language is Language.ZH else ("Sampletown", None)
        facts = Facts(id, name, name[:-4], language, number="示政发〔2022〕9号", level=Level.CITY, place=place, place_code=code)
        library.add(Document(facts, "\n".join(text for text, _ in lines), tuple(statements)))
    library.commit()
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("search") / "library")


def first(library: Library, query: str, mode: Mode = Mode.HYBRID) -> str:
    return library.search(query, mode=mode).hits[0].statement.text


def test_traditional_characters_and_other_forms_of_a_number_find_the_same(library: Library) -> None:
    assert "余热" in first(library, "餘熱回收")
    for code in ("〔2021〕23号", "[2021]23号", "（2021）23號"):
        assert "23号" in first(library, code, Mode.LEXICAL)
    assert "1.5亿千瓦" in first(library, "1.5亿千瓦", Mode.LEXICAL)


def test_a_percentage_stays_whole(library: Library) -> None:
    result = library.search("25%", mode=Mode.LEXICAL)
    assert result.hits[0].why.terms[0] == "25%"


def test_a_bare_number_finds_the_statements_that_hold_it_first(library: Library) -> None:
    for number, held in (("25%", "25%"), ("1.5", "1.5亿千瓦"), ("2030", "2030"), ("〔2021〕23号", "23号")):
        result = library.search(number, k=8)
        holding = [held in hit.statement.text for hit in result.hits]
        assert holding[0]
        assert holding == sorted(holding, reverse=True)


def test_quoted_words_must_stand_as_they_are(library: Library) -> None:
    for mode in (Mode.LEXICAL, Mode.HYBRID):
        result = library.search('"余热供暖"', mode=mode)
        assert [hit.statement.text for hit in result.hits] == [LINES["示例省方案.txt"][1][0]]
        assert result.total == 1
    assert library.search('"waste heat"').total == 1
    assert library.search('"heat waste"').total == 0


def test_an_english_query_finds_other_forms_of_its_words(library: Library) -> None:
    assert "solar panels" in first(library, "installing a panel", Mode.LEXICAL)


def test_the_glossary_reaches_across_languages_and_shows_it(library: Library) -> None:
    result = library.search("waste heat recovery", k=20)
    across = next(hit for hit in result.hits if "钢铁企业" in hit.statement.text)
    assert result.expanded
    assert any("余热" in word for word in across.why.expanded)
    assert library.search("waste heat recovery", expand=False).expanded == ()


def test_a_users_own_terms_widen_the_query(tmp_path: Path) -> None:
    library = library_of(tmp_path / "library")
    (library.folder / "glossary.csv").write_text("zh,en\n余热,zorblat\n", encoding="utf-8")
    assert "余热" in library.search("zorblat").expanded
    assert "余热" in library.search("zorblat").hits[0].statement.text


def test_the_bare_parts_are_not_expanded(library: Library) -> None:
    assert library.search("余热回收", mode=Mode.LEXICAL).expanded == ()
    assert all(hit.why.dense_rank is None for hit in library.search("余热回收", mode=Mode.LEXICAL).hits)
    assert all(hit.why.lexical_rank is None for hit in library.search("余热回收", mode=Mode.DENSE).hits)


def test_headings_stay_out_unless_asked_for_and_are_ranked_down_then(library: Library) -> None:
    assert all(hit.statement.tags and hit.statement.tags.element is not Element.HEADING for hit in library.search("余热").hits)
    result = library.search("余热利用", filters=Filters(headings=True), k=20)
    reasons = {hit.statement.text: hit.why.ranked_down for hit in result.hits}
    assert reasons[LINES["示例省方案.txt"][0][0]] is RankedDown.CONTENTS
    assert reasons[LINES["示例省方案.txt"][5][0]] is RankedDown.REFERENCE
    assert result.hits[0].why.ranked_down is None


@pytest.mark.parametrize("mode", Mode)
def test_the_total_is_the_number_of_hits_and_scores_fall(library: Library, mode: Mode) -> None:
    for query in ("余热", "recycling 25% 光伏", "碳排放 waste heat"):
        result = library.search(query, k=1000, mode=mode)
        assert result.total == len(result.hits)
        scores = [hit.score for hit in result.hits]
        assert scores == sorted(scores, reverse=True)
        assert result.searched.statements == library.count()
        assert result.searched.documents == 2


@pytest.mark.parametrize("mode", Mode)
def test_filters_hold_in_every_mode(library: Library, mode: Mode) -> None:
    filters = Filters(languages=(Language.EN,))
    result = library.search("heat", k=100, filters=filters, mode=mode)
    assert result.hits
    assert all(hit.statement.language is Language.EN for hit in result.hits)
    assert result.searched.statements == 3
    assert result.searched.documents == 1


def test_a_province_takes_in_its_cities(library: Library) -> None:
    assert library.count(Filters(places=("广东",))) == library.count(Filters(places=("广东省",))) == 5


def test_an_unknown_filter_value_lists_the_known_ones(library: Library) -> None:
    with pytest.raises(FilterError, match="Sampletown"):
        library.search("heat", filters=Filters(places=("Nowhere",)))
    with pytest.raises(FilterError, match="principle, goal, measure"):
        Filters(elements=("rule",))  # type: ignore[arg-type]


@pytest.mark.parametrize("query", ["", "   ", "？！……《》", '"', '"""""', "\x00\x01", "的 the of"])
def test_nothing_to_look_for_is_no_hit_and_a_note(library: Library, query: str) -> None:
    result = library.search(query)
    assert result.total == 0
    assert result.hits == ()
    assert result.notes


def test_a_query_of_100_000_characters_is_answered_and_says_that_it_was_cut(library: Library) -> None:
    result = library.search("余热回收利用和waste heat " * 5000)
    assert any("余热" in hit.statement.text for hit in result.hits[:3])
    assert "2,000" in result.notes[0]


def test_a_quote_that_does_not_close_is_ignored_with_a_note(library: Library) -> None:
    result = library.search('"余热 回收')
    assert "余热" in result.hits[0].statement.text
    assert "quotation mark" in result.notes[0]


@pytest.mark.parametrize(
    "query", ["(余热 OR", "text:余热 AND NOT", "余热*^~2", "[a TO b]", "\\", "'; DROP TABLE statement; --", "🔥热"]
)
def test_signs_that_mean_something_to_an_engine_mean_nothing_here(library: Library, query: str) -> None:
    library.search(query)
    assert library.count() == 8


def test_hits_can_be_grouped(library: Library) -> None:
    result = library.search("heat 余热", k=20)
    assert {group.name for group in result.grouped(Grouping.PLACE)} == {"示例市", "Sampletown"}
    assert sum(len(group.hits) for group in result.grouped(Grouping.DOCUMENT)) == len(result.hits)


def test_the_same_question_has_the_same_answer(library: Library) -> None:
    assert library.search("余热回收") == open_library(library.folder).search("余热回收")


def test_a_read_only_library_is_searched_and_not_written() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "library"
        library_of(folder).close()
        for path in [Path(name), folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        code = textwrap.dedent(
            """
            import os, sys
            from pathlib import Path
            from domain.errors import LibraryError
            from index import open_library
            open_library(Path(sys.argv[1])).search("余热回收")  # everything is drawn before root is given up
            if os.geteuid() == 0:
                os.seteuid(65534)
            library = open_library(Path(sys.argv[1]))
            assert library.search("余热回收").hits
            try:
                library.record_refusal("a", "b", "c")
            except LibraryError as error:
                print(error)
            """
        )
        done = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False)
        for path in [Path(name), folder, *folder.rglob("*")]:
            path.chmod(stat.S_IRWXU)
        assert "read-only" in done.stdout, done.stderr


@pytest.mark.parametrize("bytes_left", [100, 700, 2000, 6000, 60_000])
def test_a_full_disk_is_said_plainly_and_loses_nothing(tmp_path: Path, bytes_left: int) -> None:
    folder = tmp_path / "library"
    library_of(folder).close()
    shutil.rmtree(folder / "search")
    code = textwrap.dedent(
        """
        import resource, signal, sys
        from pathlib import Path
        sys.path.insert(0, "tests")
        from domain.errors import LibraryError
        from index import open_library
        library = open_library(Path(sys.argv[1]))
        library.count()
        library.encoder
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
        for job in (library.commit, lambda: library.search("余热")):
            try:
                job()
            except LibraryError as error:
                print("refused:", error)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(bytes_left)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("refused:") == 2, done.stderr
    assert "None" not in done.stdout
    assert "余热" in open_library(folder).search("余热回收").hits[0].statement.text


@pytest.mark.slow
def test_words_are_searched_on_where_the_encoder_is_gone(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(BUNDLED, model)
    library_of(tmp_path / "library", encoder=str(model))
    shutil.rmtree(model)
    library = open_library(tmp_path / "library")
    result = library.search("waste heat")
    assert result.mode is Mode.LEXICAL
    assert result.hits[0].statement.text == "The district recovers waste heat from the steel works."
    assert [note for note in result.notes if note.startswith("Searched by words alone") and str(model) in note]
    assert library.totals("waste heat", [Filters()]) == [result.total]
    with pytest.raises(EncoderError):
        library.search("waste heat", mode=Mode.DENSE)


def test_a_search_draws_no_heavy_package() -> None:
    code = (
        "import sys, index.library, index.search; print([m for m in ('torch', 'spacy', 'pandas', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("query", ["余热利用", "waste heat", "“余热”", "光伏 装机", ""])
def test_totals_are_those_of_the_searches(library: Library, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    among = [Filters(), Filters(languages=(Language.EN,)), Filters(documents=("sample city plan.txt",), elements=("measure",))]
    for nearest in (1000, 2):  # with few statements all are near
        monkeypatch.setattr("index.search.NEAREST", nearest)
        monkeypatch.setattr("index.reach.NEAREST", nearest)
        expected = [library.search(query, filters=filters).total for filters in among]
        assert library.totals(query, among) == expected
        assert library.totals(query, among, expand=False) == [
            library.search(query, filters=filters, expand=False).total for filters in among
        ]
