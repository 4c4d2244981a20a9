"""Time a comparison: 400 statements held against 400, and one plan against 500, encoding left out.

    python benchmarks/compare.py [FOLDER_OF_PLANS]

The statements are those of the plans in the folder (the sample collection where none is named), told apart by a number.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import process_time

import pipeline
from analysis.alignment import rarity_in, read_side
from analysis.compare import Asked, body, rows_of
from domain.statement import Statement
from index import Library, open_library

SAMPLE = Path(__file__).parents[1] / "corpora" / "sample"
SIZE, PLANS = 400, 500


def read_statements(library: Library, count: int, offset: int) -> list[Statement]:
    """So many statements of the library from an offset on, round and round, each with a text of its own."""
    known = [s for facts in library.facts() for s in body(library, facts.id)]
    chosen = [known[(offset + i) % len(known)] for i in range(count)]
    return [replace(s, text=f"{s.text}{i}", char_end=s.char_end + len(str(i))) for i, s in enumerate(chosen)]


def main() -> None:
    """Build, compare, print."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    with tempfile.TemporaryDirectory() as scratch:
        library = open_library(Path(scratch), create=True)
        pipeline.build(library, [folder])
        facts = library.facts()[0]
        ours, theirs = (read_statements(library, SIZE, offset) for offset in (0, 97))
        vectors = [library.encoder.encode_passages([s.text for s in side]) for side in (ours, theirs)]

        def hold(asked: Asked) -> None:
            rows_of(asked, read_side(theirs, vectors[1], vectors[1], vectors[1], asked.rarity), facts, facts, {})

        begun = process_time()
        rarity = rarity_in(ours)
        asked = Asked(read_side(ours, vectors[0], vectors[0], vectors[0], rarity), rarity)
        hold(asked)
        print(f"{SIZE} x {SIZE} statements: {process_time() - begun:.2f} CPU s")
        begun = process_time()
        for _ in range(10):
            hold(asked)
        print(f"one plan against {PLANS} of {SIZE} statements: {(process_time() - begun) / 10 * PLANS:.0f} CPU s")


if __name__ == "__main__":
    main()
