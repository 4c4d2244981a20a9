"""Edited rules are tried before they are used."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.trial import keep_rules, print_trial, try_rules
from domain.codebook import Element, Language, Stringency
from domain.errors import CodebookError, LibraryError
from index import Correction, Library, open_library
from nlp.element_model import FOLDER as BUNDLED
from nlp.element_model import load_model, model_file, save_model
from nlp.facets import find_stringency
from nlp.rules import FOLDER, use_rules
from nlp.sequence import ELEMENTS
from pipeline import build, tag_again

PLAN = "某市行动方案\n一、重点任务\n严禁新增产能。\n推广热泵供暖。\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    library = open_library(tmp_path / "library", create=True)
    build(library, [tmp_path / "plan.txt"])
    return library


def edited(folder: Path, old: str, new: str) -> Path:
    folder.mkdir()
    text = (FOLDER / "stringency.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "stringency.toml").write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_trial_shows_what_flips_and_scores_both_and_leaves_the_rules_alone(library: Library, tmp_path: Path) -> None:
    rules = edited(tmp_path / "mine", 'tag = "mandatory"', 'tag = "exploratory"')
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"text": "推广热泵供暖。", "element": "measure"}, ensure_ascii=False), encoding="utf-8")
    trial = try_rules(library, rules, gold)
    assert [(flip.text, flip.field, flip.before, flip.after) for flip in trial.flips] == [
        ("严禁新增产能。", "stringency", "mandatory", "exploratory")
    ]
    assert trial.scores is not None
    assert trial.scores[0] == trial.scores[1]
    assert find_stringency("严禁新增产能。", language=Language.ZH)[0] is Stringency.MANDATORY
    out = io.StringIO()
    print_trial(trial, "table", out)
    assert "stringency: mandatory -> exploratory | 严禁新增产能。" in out.getvalue()


def test_rules_that_are_kept_hold_for_the_library_and_for_what_it_reads_later(library: Library, tmp_path: Path) -> None:
    rules = edited(tmp_path / "mine", 'tag = "mandatory"', 'tag = "exploratory"')
    keep_rules(library, rules)
    tag_again(library)
    (tmp_path / "second.txt").write_text(PLAN.replace("产能", "煤电项目"), encoding="utf-8")
    build(library, [tmp_path / "second.txt"])
    found = [s.tags.stringency for s in library.statements() if s.text.startswith("严禁") and s.tags]
    assert found == [Stringency.EXPLORATORY] * 2
    use_rules(None)


def test_without_gold_a_trial_scores_what_people_decided(library: Library, tmp_path: Path) -> None:
    library.record_correction(Correction("推广热泵供暖。", "sectors", ["transport"], "Li Hua"))
    rules = edited(tmp_path / "mine", 'tag = "mandatory"', 'tag = "exploratory"')
    trial = try_rules(library, rules)
    assert trial.scores == ("sectors 0.000", "sectors 0.000")


def test_a_rule_that_fails_its_own_example_changes_nothing(library: Library, tmp_path: Path) -> None:
    rules = edited(tmp_path / "mine", 'example = "严禁新增产能"', 'example = "新增产能"')
    with pytest.raises(CodebookError, match=r"stringency\.toml: rule zh-ban does not match its own example"):
        try_rules(library, rules)
    assert find_stringency("严禁新增产能。", language=Language.ZH)[0] is Stringency.MANDATORY


def test_rules_of_an_unknown_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "wishes.toml").write_text("", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"wishes\.toml: no rules are called so"):
        use_rules(tmp_path)


def test_a_library_built_with_a_tagger_of_ones_own_is_tried_and_tagged_again_by_it(tmp_path: Path) -> None:
    own = tmp_path / "tagger"
    own.mkdir()
    model = load_model(model_file(BUNDLED, Language.ZH))
    turned = replace(model.sequence, bias=model.sequence.bias + np.float32(50) * (np.array(ELEMENTS) == Element.CONTEXT))
    save_model(replace(model, sequence=turned), model_file(own, Language.ZH))
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    library = open_library(tmp_path / "library", create=True)
    build(library, [tmp_path / "plan.txt"], model=own)
    assert not try_rules(library, edited(tmp_path / "mine", 'tag = "mandatory"', 'tag = "mandatory" ')).flips
    tag_again(library)
    assert {s.tags.element for s in library.statements() if s.tags} <= {Element.CONTEXT, Element.HEADING}
    shutil.rmtree(own)
    with pytest.raises(LibraryError, match=r"plan\.txt: its tagger .* is gone"):
        tag_again(library)
