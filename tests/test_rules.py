"""Rules are data: each file loads, each rule finds its example and leaves its counter-example alone."""

from pathlib import Path

import pytest

from domain.errors import CodebookError
from nlp.rules import FOLDER, check_rule, load_rules, terms_pattern

OWN = ("targets", "stringency", "sectors", "instruments")


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", OWN)
def test_every_rule_matches_its_example_and_not_its_counter_example(name: str) -> None:
    path = FOLDER / f"{name}.toml"
    rules = load_rules(path)
    assert rules
    for rule in rules:
        assert rule.examples, rule.id
        assert rule.counter_examples, rule.id
        check_rule(path, rule)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[rule]]\nid = "a"\npattern = "x"\n[[rule]]\nid = "a"\npattern = "y"\n', "rule a is there twice"),
        ('[[rule]]\nid = "b"\npattern = "(x"\n', "rule b: '(x' is no regular expression"),
        ('[[rule]]\npattern = "x"\n', "rule number 1 has no id"),
        ('[[rule]]\nid = "c"\n', "rule c has neither pattern nor terms"),
        ('[[rule]]\nid = "d"\nterms = ["x", 3]\n', "rule d: terms must be"),
        ('[[rule]]\nid = "e"\nterms = "x"\nlanguage = "fr"\n', "rule e: unknown language 'fr'"),
        ('[[rule]]\nid = "f"\nterms = "x"\ncolour = "red"\n', "rule f: unknown key 'colour'"),
        ("[[rule]\n", "not readable as TOML"),
    ],
)
def test_a_broken_rule_is_named_with_its_file_in_one_line(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(CodebookError) as error:
        load_rules(write(tmp_path, text))
    assert "mine.toml" in str(error.value)
    assert named in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match="no such file"):
        load_rules(tmp_path / "none.toml")


def test_a_rule_that_misses_its_example_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, '[[rule]]\nid = "a"\nterms = "风电"\nexample = "光伏"\n')
    with pytest.raises(CodebookError, match="rule a does not match its own example"):
        check_rule(path, load_rules(path)[0])


def test_negative_terms_silence_a_rule(tmp_path: Path) -> None:
    rule = load_rules(write(tmp_path, '[[rule]]\nid = "a"\nterms = ["交易"]\nnegative_terms = ["交易会"]\n'))[0]
    assert rule.find("开展配额交易") == "交易"
    assert rule.find("举办进出口交易会") is None


def test_latin_terms_match_whole_words_and_plurals_only() -> None:
    import re

    pattern = re.compile(terms_pattern(["solar roof", "bus"]), re.IGNORECASE)
    assert pattern.search("Solar  roofs for schools")
    assert pattern.search("new buses")
    assert not pattern.search("business")
