"""Text files that were taken from printed pages: what belongs to the page goes, what the page cut is whole again."""

from pathlib import Path

from domain.document import Document
from domain.statement import Kind
from ingest import read_document
from ingest.form import part_form
from ingest.printed import longest_count

PLACES = (
    "harbour",
    "market",
    "station",
    "library",
    "museum",
    "theatre",
    "school",
    "river",
    "bridge",
    "garden",
    "tower",
    "gate",
    "mill",
    "quay",
)
HEAD = "Riverton’s contribution to the climate plan 2031-2035"


def read(folder: Path, text: str) -> Document:
    path = folder / "plan.txt"
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def body(number: int) -> str:
    """The lines of one sentence, other words on every page; it goes on after them."""
    lines = [
        f"the {place} of the {PLACES[number]} quarter, for which the council of Riverton will publish its" for place in PLACES
    ]
    return "\n".join(["The review begins with", *lines])


def pages(count: int, note: str = "") -> str:
    """Pages of one sentence each that runs over to the next page, with a head and a number at the foot."""
    made = []
    for number in range(1, count + 1):
        made.append(
            f"{PLACES[number]} plan.{number if note else ''}\n{body(number)}\n"
            f"{note.format(number, PLACES[number]) if note else ''}{HEAD}\n{number}\n\n"
        )
    return "".join(made) + "last plan.\n"


def test_page_numbers_and_running_heads_go_and_are_recorded(tmp_path: Path) -> None:
    document = read(tmp_path, pages(5))
    assert HEAD not in document.text
    assert [line.text for line in document.dropped if line.reason == "page number"] == ["1", "2", "3", "4", "5"]
    assert sum(line.reason == "running head" for line in document.dropped) == 5


def test_a_sentence_goes_on_over_the_page(tmp_path: Path) -> None:
    document = read(tmp_path, pages(5))
    long = [statement.text for statement in document.statements if statement.text.startswith("The review")]
    assert [text.rsplit(maxsplit=2)[1:] for text in long] == [[place, "plan."] for place in (*PLACES[2:6], "last")]


def test_footnotes_stand_apart(tmp_path: Path) -> None:
    document = read(tmp_path, pages(4, note="{} The register is kept by the office\nof the {}.\n"))
    notes = [statement.text for statement in document.statements if statement.kind is Kind.FOOTNOTE]
    assert notes == [f"{number} The register is kept by the office of the {PLACES[number]}." for number in range(1, 5)]


def test_a_numbered_question_that_no_mark_cites_is_no_footnote(tmp_path: Path) -> None:
    text = pages(3).replace(f"{HEAD}\n1\n", f"1 How the city considers its target\nto be fair:\n{HEAD}\n1\n")
    assert not any(statement.kind is Kind.FOOTNOTE for statement in read(tmp_path, text).statements)


def test_a_foot_line_of_two_pages_on_one_line_goes(tmp_path: Path) -> None:
    foot = "The second contribution of Riverton – Ripetaone"
    made = "".join(f"{body(number)} quay.\n{number} {foot}" for number in range(2, 6)) + f"6 {foot}7 {foot}Table 2: the quays\n"
    assert foot not in read(tmp_path, made).text


def test_wide_lines_of_a_page_laid_across_are_joined(tmp_path: Path) -> None:
    line = "the harbour of the old quarter, for which the council prints its review of all quays and bridges at the end of"
    text = f"The register holds {line}\nMarch, and\n" + f"{line} March\n" * 6 + "2015.\n"
    assert read(tmp_path, text).text.endswith("March 2015.")


def test_a_number_that_is_glued_to_the_next_page_is_cut_off(tmp_path: Path) -> None:
    text = "".join(f"{number or ''}{PLACES[number]} plan.\n{body(number)}\n" for number in range(6)) + "last plan.\n"
    document = read(tmp_path, text)
    assert not any(char.isdigit() for char in document.text)


def test_numbers_that_count_a_list_stay(tmp_path: Path) -> None:
    rows = "\n".join(f"{number}\nPlant trees along the river\nbefore spring" for number in range(1, 20))
    document = read(tmp_path, rows)
    assert not document.dropped
    assert all(str(number) in document.text for number in range(1, 20))


def test_pages_are_counted_through_the_text_and_not_through_a_part_of_it() -> None:
    assert longest_count([(at * 30, at) for at in range(1, 6)], 160) == [(at * 30, at) for at in range(1, 6)]
    assert longest_count([(at * 30, at) for at in range(1, 6)], 1000) == []
    assert longest_count([(at * 5, at) for at in range(1, 20)], 100) == []


def test_the_labels_of_a_chart_are_one_caption(tmp_path: Path) -> None:
    document = read(tmp_path, "Emissions fell by a tenth.\n120\n100\n80\n60\n2010\n2020\nThey will fall further.\n")
    assert [(s.kind, s.text) for s in document.statements] == [
        (Kind.SENTENCE, "Emissions fell by a tenth."),
        (Kind.CAPTION, "120 100 80 60 2010 2020"),
        (Kind.SENTENCE, "They will fall further."),
    ]


def test_a_label_alone_on_its_line_belongs_to_the_words_below(tmp_path: Path) -> None:
    text = (
        "2.1\nECONOMIC PROFILE\nThe city lives on its harbour.\n•\nplant trees by the river\n(a) (i)\nPublic hearings are held.\n"
    )
    assert read(tmp_path, text).text.split("\n") == [
        "2.1 ECONOMIC PROFILE",
        "The city lives on its harbour.",
        "• plant trees by the river",
        "(a) (i) Public hearings are held.",
    ]


def test_a_word_parted_at_the_end_of_a_line_is_whole(tmp_path: Path) -> None:
    text = "Emissions in this commu-\nnity fell. The community will act.\nIts long-\nterm plan helps. A long-term view.\n" * 4
    assert "commu-" not in read(tmp_path, text).text
    assert "long-term plan" in read(tmp_path, text).text


def test_a_line_that_ends_in_mid_sentence_goes_on_whatever_follows(tmp_path: Path) -> None:
    text = "The plan keeps warming to\n1.5 degrees. It is led by the Ministry of\nEnvironment, as decided in\nAnnex 2.\n"
    assert read(tmp_path, text).text.split("\n") == [text.strip().replace("\n", " ")]


def test_a_list_goes_on_behind_and(tmp_path: Path) -> None:
    text = "The city will:\n(a) plant trees; and\n(b) mend the quays.\n"
    assert read(tmp_path, text).text.split("\n") == ["The city will:", "(a) plant trees; and", "(b) mend the quays."]


FORM = """(a) Whether it is a single-year or multi-year Single-year target in 2030,
target, as applicable. which the council has set.
(b) Information on the planning processes The council of Laurentia prepared
that the Party undertook to prepare its the plan with the people of the harbour.
nationally determined contribution and,
if available, on the Party’s It was heard in every quarter.
implementation plans, including, as
appropriate:
"""


def test_the_questions_of_a_form_are_parted_from_the_answers_beside_them(tmp_path: Path) -> None:
    assert read(tmp_path, FORM).text.split("\n") == [
        "(a) Whether it is a single-year or multi-year target, as applicable.",
        "Single-year target in 2030, which the council has set.",
        "(b) Information on the planning processes that the Party undertook to prepare its nationally determined contribution"
        " and, if available, on the Party’s implementation plans, including, as appropriate:",
        "The council of Laurentia prepared the plan with the people of the harbour.",
        "It was heard in every quarter.",
    ]


def test_questions_that_stand_above_their_answers_stay_as_they_are() -> None:
    lines = ["(b) Whether it is a single-year or multi-year", "target, as applicable;", "Single-year target."]
    assert part_form(lines) == lines


def test_the_small_figure_of_a_formula_stays_in_its_word(tmp_path: Path) -> None:
    assert read(tmp_path, "The city counts methane (CH\n4\n), no more.\n").text == "The city counts methane (CH4), no more."
