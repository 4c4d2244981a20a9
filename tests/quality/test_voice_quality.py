"""Urged, planned, reported on invented passages, each judged by a model that has not seen its document.

Run with -s to see scores and confusions beside the floors. The rules of voice.toml were written with these passages at
hand, so the figure speaks for what is learnt from them, and flatters the words that they listen for.
"""

import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from analysis.voice import Voice
from analysis.voice_model import Passage, load_model, voice_scores
from domain.codebook import Language

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))["voice"]


@pytest.fixture(scope="module")
def told() -> list[tuple[Passage, Voice, Voice]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE.parents[1] / "scripts"))
        from fit_voice import cross_validate, read_passages

        passages, voices, documents = read_passages()
        return list(zip(passages, voices, cross_validate(passages, voices, documents), strict=True))


@pytest.mark.parametrize("language", list(Language))
def test_voice_stays_above_its_floor(told: list[tuple[Passage, Voice, Voice]], language: Language):
    pairs = [(gold, found) for passage, gold, found in told if passage.language is language]
    accuracy = sum(gold is found for gold, found in pairs) / len(pairs)
    floor = FLOORS[language]["accuracy"]
    confused = Counter((gold.value, found.value) for gold, found in pairs if gold is not found)
    sys.stdout.write(f"\nvoice {language}: accuracy {accuracy:.3f} of {len(pairs)}, floor {floor}; {dict(confused)}\n")
    assert accuracy >= floor


@pytest.mark.parametrize("name", ["hard", "fresh", "fresh_second"])
def test_passages_that_the_model_has_not_seen_stay_above_their_floor(name: str):
    """Of the hard ones 35 of 51, then 27 of 34 were right when first met, and rules were mended since.

    Of the fresh ones 43 of 48, then of the second 37 of 40 were right when first met, 80 of 88 in all; rules were mended since.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE.parents[1] / "scripts"))
        from fit_voice import read_passages

        passages, voices, _ = read_passages(HERE / f"voice_{name}.jsonl")
    found = [list(Voice)[int(voice_scores(passage).argmax())] for passage in passages]
    accuracy = sum(a is b for a, b in zip(voices, found, strict=True)) / len(voices)
    sys.stdout.write(f"\nvoice, {name} passages: accuracy {accuracy:.3f} of {len(voices)}, floor {FLOORS[name]['accuracy']}\n")
    assert accuracy >= FLOORS[name]["accuracy"]


def test_shipped_weights_are_what_the_passages_teach():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE.parents[1] / "scripts"))
        from fit_voice import feature_matrix, fit, read_passages

        passages, voices, _ = read_passages()
        learnt = fit(feature_matrix(passages), voices)
    assert abs(learnt.weights - load_model().weights).max() < 0.01
