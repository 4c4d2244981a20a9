"""Practices: what several places do, or one place reports, as cards that keep urged, planned and reported apart."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from pathlib import Path

from analysis.cases import Case, Setting, cases_of, is_around
from analysis.families import RESOLUTION, find_families, meanings_of
from analysis.line import (
    Line,
    charged_in,
    has_number,
    is_told,
    speaker_of,
    tells_result,
    told_together,
    without_reprints,
    without_rewordings,
)
from analysis.parts import Part, part_of
from analysis.patterns import patterns_in
from analysis.stars import find_stars, wordings_of
from analysis.voice import Voice
from domain.codebook import Sector
from domain.place import place_named
from index import Filters, Library
from index.encoder import Vectors
from index.places import is_in_place

CONDITIONS = Path(__file__).with_name("conditions.toml")


@dataclass(frozen=True, slots=True)
class Card:
    """One practice. `title` is in its own words; the first of the `lines` tells it, the others stand nearest to it first.

    `actors` are those who report or plan it; `conditions` are ids of conditions.toml that the texts name.
    """

    id: str
    title: str
    lines: tuple[Line, ...]
    sectors: tuple[Sector, ...]
    actors: tuple[str, ...]
    conditions: tuple[str, ...]
    cases: tuple[Case, ...] = ()

    def pile(self, voice: Voice) -> tuple[Line, ...]:
        """The lines of one voice."""
        return tuple(line for line in self.lines if line.voice is voice)

    @property
    def outcomes(self) -> tuple[Line, ...]:
        """The lines that tell a result, those with a number first: outcomes, and what was done with a number to it."""
        return tuple(sorted(filter(tells_result, self.lines), key=lambda line: not has_number(line.statement.text)))

    def places(self, *voices: Voice) -> tuple[str, ...]:
        """Places that report or plan it, in the order of the lines; all voices where none is named."""
        chosen = [line for line in self.lines if not voices or line.voice in voices]
        return tuple(dict.fromkeys(line.place for line in chosen if line.place))

    def provinces(self) -> tuple[str, ...]:
        """Provinces of the places that report or plan it."""
        found = [place_named(name) for name in self.places(Voice.REPORTED, Voice.PLANNED)]
        return tuple(dict.fromkeys(place.province for place in found if place))


def find_practices(library: Library, filters: Filters | None = None, *, resolution: float = RESOLUTION) -> tuple[Card, ...]:
    """The practice cards of the statements that pass the filters, those that most places report first, then plan.

    A practice needs an action and someone who acts: it is told by a place or an actor, and more than urged. Filters by place
    and sector choose cards, whole: who else does it stands on them too. Where only one place speaks, its plans are cards.
    """
    filters = filters or Filters()
    library.facts(filters)  # refuses a place that the library does not know
    facts = {each.id: each for each in library.facts()}
    passed = list(library.statements(replace(filters, places=(), sectors=())))
    reports = {s.document_id for s in passed if part_of(s.heading_path) is Part.APPROACH}
    told = without_reprints([s for s in passed if is_told(s)], facts, charged_in(passed))
    if not told:
        return ()
    around = [s for s in passed if s.document_id in reports and is_around(s)]
    statements = [*(line.statement for line in told), *around]
    meanings = meanings_of(library.encoder, [s.text for s in statements], [s.language for s in statements])
    families = find_families(meanings.first(len(told)), told_together(told), resolution=resolution)
    setting = Setting(around, meanings.vectors[len(told) :], facts)
    stars = find_stars(families, told, wordings_of(told, library.encoder, meanings), meanings)
    cards = [
        make_card(star.wording.title, [told[i] for i in star.lines], meanings.vectors[star.lines], setting) for star in stars
    ]
    chosen = [card for card in cards if passes(card, filters)]
    return tuple(sorted(chosen, key=lambda card: (*(-n for n in weight(card)), card.id)))


def passes(card: Card, filters: Filters) -> bool:
    """Whether a card is of one of the sectors, and reported or planned by one of the places or within it."""
    does = [line for line in card.lines if line.voice is not Voice.URGED]
    known = [facts for line in does for facts in (line.facts, replace(line.facts, place=line.place, place_code=None))]
    here = not filters.places or any(is_in_place(facts, name) for facts in known for name in filters.places)
    return here and (not filters.sectors or bool(set(filters.sectors) & set(card.sectors)))


def is_of_one_place(cards: Sequence[Card]) -> bool:
    """Whether all that the cards report and plan is one place's, so that they do not say who else does it."""
    return len({speaker_of(line) for card in cards for line in card.lines if line.voice is not Voice.URGED} - {None}) == 1


def weight(card: Card) -> tuple[int, int, int]:
    """By what cards are ordered: places that report it, places that plan it, lines."""
    return len(card.places(Voice.REPORTED)), len(card.places(Voice.PLANNED)), len(card.lines)


def make_card(title: str, lines: Sequence[Line], vectors: Vectors, setting: Setting) -> Card:
    """The card of the line that tells it, which comes first, and those like it; vectors are theirs, rows of unit length."""
    likeness = vectors @ vectors[0]
    order = sorted(range(1, len(lines)), key=lambda i: (-float(likeness[i]), lines[i].statement.id))
    lines = without_rewordings([lines[i] for i in (0, *order)])
    does = [line for line in lines if line.voice is not Voice.URGED]
    tags = [line.statement.tags for line in lines if line.statement.tags]
    return Card(
        id=blake2s("\n".join(sorted(line.statement.id for line in lines)).encode(), digest_size=5).hexdigest(),
        title=title,
        lines=tuple(lines),
        sectors=tuple(sector for sector, _ in Counter(s for t in tags for s in t.sectors).most_common(3)),
        actors=tuple(actor for actor, _ in Counter(a for line in does for a in line.actors).most_common()),
        conditions=conditions_in(line.statement.text for line in lines),
        cases=tuple(cases_of(lines, vectors.mean(axis=0), setting)),
    )


def conditions_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The ids of the conditions that any of the texts names."""
    return patterns_in(CONDITIONS, "\n".join(texts))
