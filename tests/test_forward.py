"""The forward index says of a few statements what the inverted index says of all; ragged rows stay whole when renewed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codebook import Element, Language
from domain.document import Document, Facts, document_id
from domain.statement import Kind, Statement, Tags, statement_id
from index import Library, open_library
from index.late import best_in_row, stretch_sums
from index.lexical import Clause, Field, Term
from index.ragged import Growing, renewed
from index.selection import Selection

TEXTS = [
    "推进钢铁企业余热回收利用，余热用于供暖。",
    "到2030年，非化石能源消费比重达到25%。",
    "建设零碳园区，推广绿电直供。",
    "Recover waste heat from the steel works; heat the district.",
    "示政发〔2021〕23号规定了碳达峰目标。",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = open_library(tmp_path_factory.mktemp("forward") / "library", create=True)
    id = document_id(b"forward")
    statements = [
        Statement(
            statement_id(id, text, 0), id, text, 0, len(text), Kind.SENTENCE, Language.ZH, ("第一章 节能改造",),
            tags=Tags(Element.MEASURE, 0.9, "test"),
        )
        for text in TEXTS
    ]  # fmt: skip
    library.add(Document(Facts(id, "a.txt", "甲", Language.ZH), "\n".join(TEXTS), tuple(statements)))
    library.commit()
    return library


@pytest.mark.parametrize("word", ["余热", "25%", "25", "heat", "节能", "绿电", "〔2021〕23号", "达峰", "没有"])
def test_both_indexes_match_the_same_statements(library: Library, word: str) -> None:
    snapshot = library._snapshots.searchable()
    assert snapshot is not None
    terms = [Term((word,)), Term(("余热", "供暖"))]
    matches = snapshot.lexical.search(terms, (), Selection(np.ones(5, bool)), k=10)
    found = snapshot.forward.match(snapshot.lexical.clauses(terms), np.arange(5))
    assert set(snapshot.columns.row[found].tolist()) == set(matches.rows.tolist())


def test_a_pair_that_is_always_a_word_is_looked_for_among_the_words_alone(library: Library) -> None:
    snapshot = library._snapshots.searchable()
    assert snapshot is not None
    clauses = snapshot.lexical.clauses([Term(("余热",)), Term(("碳达峰",))])
    assert clauses[Clause(Field.TEXT, ("余热",))] == pytest.approx(1.3)
    assert Clause(Field.GRAMS, ("余热",)) not in clauses
    assert Clause(Field.GRAMS, ("碳达",)) in clauses


def test_a_word_scores_more_where_it_stands_twice_and_nothing_elsewhere(library: Library) -> None:
    snapshot = library._snapshots.searchable()
    assert snapshot is not None
    heat, steel = snapshot.forward.scores(["heat", "余热"], [1.0, 2.0], np.arange(5)).T
    assert heat[3] > 1 > heat[0] == 0
    assert steel[0] > 2 > steel[3] == 0


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=8), st.data())
def test_renewed_rows_are_those_kept_and_those_that_came(rows: list[list[int]], data: st.DataObject) -> None:
    def grown(some: list[list[int]]) -> Growing:
        growing = Growing("I")
        for row in some:
            growing.add(row)
        return growing

    kept = data.draw(st.lists(st.integers(-1, len(rows) - 1), max_size=8))
    came = [[10, at] for at in range(kept.count(-1))]
    ragged = renewed(grown(rows).ragged(), np.array(kept, np.int64), grown(came).ragged())
    fresh = iter(came)
    expected = [rows[at] if at >= 0 else next(fresh) for at in kept]
    assert [ragged.of(np.array([at])).tolist() for at in range(len(kept))] == expected


@given(st.lists(st.integers(0, 40), max_size=6))
def test_stretches_are_twelve_in_a_row_from_every_sixth(lengths: list[int]) -> None:
    values = np.random.default_rng(0).normal(size=(sum(lengths), 3)).astype(np.float32)
    expected, start = [], 0
    for length in lengths:
        row = values[start : start + length]
        expected += [row[at : at + 12].sum(axis=0) for at in range(0, max(length - 6, min(length, 1)), 6)]
        start += length
    found = stretch_sums(values, np.array(lengths, np.int64))
    assert np.allclose(found, np.array(expected).reshape(-1, 3), atol=1e-4)


def test_an_empty_row_has_nothing_best() -> None:
    assert best_in_row(np.array([3, 1, 2], np.float32), np.array([0, 2, 0, 1])).tolist() == [0, 3, 0, 2]


def test_the_rarity_of_tokens_is_that_of_what_is_there_whatever_came_and_went(tmp_path: Path) -> None:
    def spread_of(folder: Path, *steps: tuple[str, list[str]]) -> list[int]:
        library = open_library(folder, create=True)
        for name, texts in steps:
            id = document_id(name.encode())
            statements = [
                Statement(f"{name}{at}", id, text, 0, len(text), Kind.SENTENCE, Language.ZH) for at, text in enumerate(texts)
            ]
            library.add(Document(Facts(id, name, name, Language.ZH), "\n".join(texts), tuple(statements)))
            library.commit()
        snapshot = library._snapshots.searchable()
        assert snapshot is not None
        assert snapshot.late is not None
        return snapshot.late.spread.tolist()

    after = spread_of(tmp_path / "a", ("b.txt", TEXTS), ("a.txt", TEXTS[:2]), ("b.txt", TEXTS[3:]))
    assert after == spread_of(tmp_path / "b", ("a.txt", TEXTS[:2]), ("b.txt", TEXTS[3:]))
