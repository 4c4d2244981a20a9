"""Facts that a person has put right: they stay, also when the document is read again."""

from pathlib import Path

import pytest

from analysis.agreement import agreement
from analysis.corrections import correct_facts
from domain.codebook import Element, Level
from index import Correction, Filters, open_library
from pipeline import build
from ui.facts_form import is_day

TEXT = "青屿市碳达峰试点实施方案\n一、主要目标\n到2030年，余热利用率达到60%以上。\n"


def test_corrected_facts_outlive_reading_the_file_again(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(TEXT, encoding="utf-8")
    library = open_library(tmp_path / "library", create=True)
    build(library, [file])
    facts = library.facts()[0]
    given = {"title": "青屿市试点方案", "number": "青政发〔2024〕1号", "date": "2024-05", "place": "河北", "level": "city"}
    assert correct_facts(library, facts, given, by="甲")
    assert not correct_facts(library, library.facts()[0], given, by="甲"), "what stands already is not recorded again"
    build(library, [file], force=True)
    found = open_library(tmp_path / "library").facts()[0]
    assert (found.title, found.number, found.date, found.level) == ("青屿市试点方案", "青政发〔2024〕1号", "2024-05", Level.CITY)
    assert (found.place, found.place_code) == ("河北", "130000")
    assert library.count(Filters(places=("河北",), years=(2024,))) == library.count()
    assert {c.by for c in library.corrections(facts.id)} == {"甲"}


def test_an_empty_box_takes_a_fact_away(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(TEXT, encoding="utf-8")
    library = open_library(tmp_path / "library", create=True)
    build(library, [file])
    correct_facts(library, library.facts()[0], {"date": "2024"}, by="甲")
    correct_facts(library, library.facts()[0], {"date": ""}, by="甲")
    assert library.facts()[0].date is None


@pytest.mark.parametrize("said", ["2024", "2024-05", "2024-02-29"])
def test_a_day_of_the_calendar_is_taken(said: str) -> None:
    assert is_day(said)


@pytest.mark.parametrize("said", ["2024-13", "2023-02-29", "24-05-01", "2024年5月", "0000", "soon", "2024-05-01T00:00"])
def test_what_is_no_day_is_not(said: str) -> None:
    assert not is_day(said)


def test_agreement_counts_what_stood_by_the_element_of_the_machine() -> None:
    said = [("goal", "goal"), ("goal", "measure"), ("measure", "measure")]
    found = agreement(Correction(f"t{n}", "element", value, "甲", machine) for n, (machine, value) in enumerate(said))
    assert (found.looked_at[Element.GOAL], found.stood[Element.GOAL]) == (2, 1)
    assert found.share == pytest.approx(2 / 3)
    assert agreement([Correction("t", "sectors", ["energy"], "甲", [])]).share is None
