"""Sectors, instruments and stringency against the shared gold, read through the parser, where it is at hand."""

import sys
import tomllib
from pathlib import Path

import pytest

from analysis.evaluate import facets
from analysis.gold import Stream, read_gold
from domain.codebook import Element
from domain.record import statement_record
from ingest import read_document
from nlp import load_tagger

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))["facets"]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "gold"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared gold is not at hand")
def test_facets_stay_above_their_floors():
    gold, tagger = read_gold(SHARED), load_tagger()
    documents = [tagger.tag(read_document(path)) for path in sorted((SHARED / "docs").iterdir())]
    streams = {
        Path(document.facts.source_file).stem: Stream(
            statement_record(statement, document.facts)
            for statement in document.statements
            if statement.tags and statement.tags.element is not Element.HEADING
        )
        for document in documents
    }
    scores = facets(gold, streams)
    found = {
        "sectors": scores["sectors"]["f1"],
        "instruments": scores["instruments"]["f1"],
        "stringency": scores["stringency_accuracy"],
    }
    sys.stdout.write(f"\nshared gold, facets: {', '.join(f'{name} {score:.3f}' for name, score in found.items())}\n")
    for name, floor in FLOORS.items():
        assert found[name] >= floor, f"{name} {found[name]:.3f} is below its floor {floor}"
