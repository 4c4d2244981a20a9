"""The page for researchers is true: its Python runs on the sample collection and its studies find what they say."""

import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

import index
import pipeline
from domain.errors import LibraryError
from domain.record import FIELDS
from index.questions import GROUP, question

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "researchers.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that the page's code leaves, run in order in a folder that holds the sample library."""
    if not entry_points(group=GROUP):
        pytest.skip("the program is not installed with its entry points: make install")
    folder = tmp_path_factory.mktemp("researcher")
    library = index.open_library(folder / "library-sample", create=True)
    pipeline.build(library, [ROOT / "corpora" / "sample"])
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        for block in BLOCKS:
            exec(block, names)
    return names | {"folder": folder}


def test_statements_are_a_typed_frame_in_pandas_and_polars(ran: dict[str, Any]) -> None:
    frame, polars = ran["statements"], ran["lib"].statements().to_polars()
    assert tuple(frame.columns) == tuple(polars.columns) == FIELDS
    assert len(frame) == len(polars) == ran["lib"].count()
    assert str(frame["page"].dtype) == "Int64"
    assert frame["statement_id"].tolist() == polars["statement_id"].to_list() == [s.id for s in ran["lib"].statements()]
    assert ran["hits"]["rank"].tolist() == [1, 2, 3, 4, 5]


def test_a_target_spreads_from_the_reference_plan_to_the_cities(ran: dict[str, Any]) -> None:
    share = ran["share"].set_index(["place", "year"])["value"]
    assert {place for place, _ in share.index} == {"参考方案", "砚北市", "青屿市", "霜河市", "苍塬县"}
    assert share["参考方案", 2030] == 25
    assert share["苍塬县", 2030] == 55
    assert share["砚北市", 2030] == 20
    rows = ran["compared"]
    assert set(rows["target_relation"]) == {"stronger", "equal", "weaker", "none"}
    assert set(rows["requirement_id"]) <= set(ran["statements"]["statement_id"])


def test_most_measures_are_directive_in_every_sector(ran: dict[str, Any]) -> None:
    counts = ran["counts"].pivot(index="sectors", columns="stringency", values="size").fillna(0)
    assert (counts.idxmax(axis=1) == "directive").all()


def test_practices_are_told_by_kind_of_place(ran: dict[str, Any]) -> None:
    kinds = ran["kinds"].set_index(["level", "voice"])["practices"]
    assert min(kinds["city", "planned"], kinds["city", "reported"]) > 0
    assert kinds["park", "reported"] > 0


def test_every_study_draws_its_plot(ran: dict[str, Any]) -> None:
    for name in ("diffusion", "stringency", "practices"):
        drawn = (ran["folder"] / f"{name}.svg").read_text(encoding="utf-8")
        assert drawn.startswith("<svg")
        assert (ROOT / "docs" / "images" / f"study-{name}.svg").exists()


def test_a_question_that_nobody_answers_says_so() -> None:
    with pytest.raises(LibraryError, match="nobody answers this here"):
        question("horoscope")
