"""A user's own codebook adds labels without code, and says in one line what is wrong with it."""

from pathlib import Path

import pytest

from domain.errors import CodebookError
from nlp.codebook import Codebook, read_codebook

JUST_TRANSITION = """
[[label]]
name = "just-transition"
title = "Just transition"
definition = "Help for workers and places that lose by the change"
terms = ["转岗", "再就业", "just transition", "retraining"]
negative_terms = ["转岗培训费"]
example = ["做好煤矿职工转岗安置", "Retraining for coal workers"]
counter_example = "核定转岗培训费"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_labels_are_found_in_both_languages_with_their_words(tmp_path: Path) -> None:
    codebook = read_codebook(write(tmp_path, JUST_TRANSITION))
    assert codebook.find_labels("支持职工再就业。") == (("just-transition",), {"label:just-transition": "codebook: 再就业"})
    assert codebook.find_labels("Fund retraining of miners.")[0] == ("just-transition",)
    assert codebook.find_labels("发展海上风电。") == ((), {})


def test_a_negative_term_takes_the_label_away(tmp_path: Path) -> None:
    assert read_codebook(write(tmp_path, JUST_TRANSITION)).find_labels("职工转岗，核定转岗培训费")[0] == ()


def test_an_empty_codebook_has_no_labels(tmp_path: Path) -> None:
    assert read_codebook(write(tmp_path, "")) == Codebook()
    assert Codebook().find_labels("任何文字") == ((), {})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (JUST_TRANSITION + JUST_TRANSITION, "label just-transition is there twice"),
        ('[[label]]\nterms = ["x"]\n', "label number 1 has no name"),
        ('[[label]]\nname = "a"\n', "label a has neither terms nor a pattern nor coded examples"),
        ('[[label]]\nname = "a"\npattern = "[x"\n', "label a: '[x' is no regular expression"),
        ('[[label]]\nname = "a"\nterms = ["x"]\nexample = "y"\n', "label a does not match its own example"),
        ('[[label]]\nname = "a"\nterms = ["x"]\ncounter_example = "x"\n', "label a matches its own counter_example"),
        ('[[labels]]\nname = "a"\n', "unknown table 'labels'"),
        ('[label]\nname = "a"\n', "must be written [[label]]"),
        ('[[label]]\nname = "a"\nterms = [""]\n', "label a: terms must be"),
    ],
)
def test_a_broken_codebook_is_named_with_file_and_label_in_one_line(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(CodebookError) as error:
        read_codebook(write(tmp_path, text))
    assert "own.toml" in str(error.value)
    assert named in str(error.value)
    assert "\n" not in str(error.value)
