"""Draw practice cards at random, for a fresh eye: does each name a real, distinct practice, with right actor and place?

    python scripts/draw_cards.py LIBRARY --seed 7 > cards.md

The same library and seed give the same cards. docs/quality.md says what was found on which draws.
"""

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from analysis.line import Line
from analysis.practices import Card, find_practices
from analysis.voice import Voice
from index import open_library


def read_arguments() -> argparse.Namespace:
    """Library, seed, how many cards and how many lines of each voice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=30)
    parser.add_argument("--lines", type=int, default=8, help="lines of each voice that are shown")
    return parser.parse_args()


def as_markdown(card: Card, lines: int) -> Iterator[str]:
    """A card with its first lines, each with where it stands."""
    yield f"## {card.title}"
    yield f"sectors: {', '.join(card.sectors)} · actors: {', '.join(card.actors) or 'none named'}"
    for voice in Voice:
        pile = card.pile(voice)
        if pile:
            yield f"{voice} {len(pile)} by {', '.join(card.places(voice)) or 'no place'}"
        yield from (f"- {as_item(line)}" for line in pile[:lines])
    yield ""


def as_item(line: Line) -> str:
    """A line with its place, document, page and section."""
    statement = line.statement
    where = " > ".join([line.facts.title, *statement.heading_path[-2:]])
    return f"[{line.place}] {' '.join(statement.text.split())} ({where}, p. {statement.page})"


def main() -> None:
    """Print the drawn cards."""
    given = read_arguments()
    cards = find_practices(open_library(given.library))
    drawn = random.Random(given.seed).sample(cards, min(given.size, len(cards)))
    for card in drawn:
        sys.stdout.write("\n".join(as_markdown(card, given.lines)) + "\n")


if __name__ == "__main__":
    main()
