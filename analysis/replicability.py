"""How far a practice may carry: facts by which cards are put in order, each shown beside it. None of them ranks places."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from analysis.line import has_number
from analysis.peers import REGISTER
from analysis.practices import Card
from analysis.voice import Voice
from domain.profile import read_profiles


class Order(StrEnum):
    """By what cards are put in order."""

    REPORTED = "reported"
    PLANNED = "planned"
    PROVINCES = "provinces"
    KINDS = "kinds"
    NUMBERS = "numbers"
    NEEDS = "needs"


@dataclass(frozen=True, slots=True)
class Replicability:
    """Who reports and plans a practice, in which provinces and kinds of places, with what evidence, and what it asks for.

    `kinds` are levels (city, park …) and, of places in the register, traits such as coal_resource. `numbers` counts the
    reported lines with a number. `needs` are ids of conditions.toml.
    """

    reported: int
    planned: int
    provinces: tuple[str, ...]
    kinds: tuple[str, ...]
    numbers: int
    needs: tuple[str, ...]

    def worth(self, order: Order) -> int:
        """What an order goes by, most first; of needs the fewest."""
        return {
            Order.REPORTED: self.reported,
            Order.PLANNED: self.planned,
            Order.PROVINCES: len(self.provinces),
            Order.KINDS: len(self.kinds),
            Order.NUMBERS: self.numbers,
            Order.NEEDS: -len(self.needs),
        }[order]


def replicability_of(card: Card) -> Replicability:
    """The facts of one card."""
    does = [line for line in card.lines if line.voice is not Voice.URGED]
    levels = [line.facts.level.value for line in does if line.facts.level]
    traits = [trait for place in card.places(Voice.REPORTED, Voice.PLANNED) for trait in sorted(traits_of().get(place, ()))]
    return Replicability(
        reported=len(card.places(Voice.REPORTED)),
        planned=len(card.places(Voice.PLANNED)),
        provinces=card.provinces(),
        kinds=tuple(dict.fromkeys([*sorted(levels), *traits])),
        numbers=sum(has_number(line.statement.text) for line in card.pile(Voice.REPORTED)),
        needs=card.conditions,
    )


def ordered(cards: Sequence[Card], order: Order) -> tuple[Card, ...]:
    """The cards in an order; those alike in it keep theirs."""
    return tuple(sorted(cards, key=lambda card: -replicability_of(card).worth(order)))


@cache
def traits_of() -> dict[str, frozenset[str]]:
    """The traits of the places in the register."""
    return {profile.name: profile.traits for profile in read_profiles(REGISTER)}
