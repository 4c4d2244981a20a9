"""Places like mine: by profiles of the register, the library or a user's own table, and what peers do that my plan does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.line import Line
from analysis.practices import Card
from analysis.references import reference
from analysis.voice import Voice
from domain.errors import NotFoundError
from domain.place import full_name, place_named
from domain.profile import OWN_PROFILES, Profile, read_profiles

REGISTER = Path(__file__).resolve().parents[1] / "corpora" / "pilots.csv"


@dataclass(frozen=True, slots=True)
class Peer:
    """A place beside mine: the traits in common, and whether kind and province are the same."""

    profile: Profile
    shared: tuple[str, ...]
    same_kind: bool
    same_province: bool


def known_profiles(library: Path) -> tuple[Profile, ...]:
    """The profiles of the register, and those of the library in this folder, which win; raises PilotlightError."""
    tables = [path for path in (REGISTER, library / OWN_PROFILES) if path.exists()]
    return tuple({profile.name: profile for table in tables for profile in read_profiles(table)}.values())


def find_peers(profiles: Sequence[Profile], name: str) -> tuple[Peer, ...]:
    """The other places, most alike first: by traits in common, then kind, then province, then name."""
    mine = profile_named(profiles, name)
    peers = [
        Peer(other, tuple(sorted(mine.traits & other.traits)), mine.kind == other.kind, mine.province == other.province)
        for other in profiles
        if other != mine
    ]
    alike = [peer for peer in peers if peer.shared or peer.same_kind]
    return tuple(sorted(alike, key=lambda p: (-len(p.shared), not p.same_kind, not p.same_province, p.profile.name)))


def profile_named(profiles: Sequence[Profile], name: str) -> Profile:
    """The profile of a place by its Chinese or English name; raises NotFoundError that lists the known ones, or the namesakes."""
    found = [profile for profile in profiles if is_name(profile, name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(profile.name for profile in found or profiles)
    raise NotFoundError(f"{name}: {'several places are called so' if found else 'no profile of this place'}; known are {known}")


def is_name(profile: Profile, name: str) -> bool:
    """Whether a name, with or without 市, means the profile's place."""
    place, mine = place_named(name), place_named(profile.name)
    wanted = {name.strip().casefold(), *({full_name(place).casefold()} if place else ())}
    known = {profile.name, profile.name.removesuffix("市"), profile.name_en, mine.name if mine else ""}
    return bool(wanted & {each.casefold() for each in known} - {""})


def place_in(name: str, cards: Sequence[Card]) -> str | None:
    """The place of the cards that a name means; None where no document on them is about it."""
    wanted = place_named(name)
    known = sorted({place for card in cards for place in card.places()})
    return next((place for place in known if place == name.strip() or (wanted and place == full_name(wanted))), None)


def mine_and_peers(profiles: Sequence[Profile], cards: Sequence[Card], name: str) -> tuple[str, tuple[Peer, ...]]:
    """The full name of a place and those of its peers that are on the cards: none for a place that has no profile.

    Raises NotFoundError for a place that neither the profiles nor the cards know.
    """
    if not any(is_name(profile, name) for profile in profiles) and (place := place_in(name, cards)):
        return place, ()
    told = {place for card in cards for place in card.places(Voice.REPORTED, Voice.PLANNED)}
    peers = find_peers(profiles, name)
    return profile_named(profiles, name).name, tuple(peer for peer in peers if peer.profile.name in told)


def lacking(cards: Sequence[Card], mine: str, peers: Sequence[Peer] = ()) -> tuple[tuple[Card, tuple[Line, ...]], ...]:
    """The practices that other places plan or report and `mine` does not, with the lines ready to quote.

    Lines of peers come first; without peers every other place counts.
    """
    order = {peer.profile.name: rank for rank, peer in enumerate(peers)}
    found = []
    for card in cards:
        if mine in card.places(Voice.REPORTED, Voice.PLANNED):
            continue
        lines = [line for line in card.lines if line.voice is not Voice.URGED and line.place]
        if order and not any(line.place in order for line in lines):
            continue
        lines.sort(key=lambda line: (order.get(str(line.place), len(order)), line.voice is not Voice.REPORTED))
        if lines:
            found.append((card, tuple(lines)))
    return tuple(found)


def quote(line: Line) -> str:
    """A line ready to quote: its words, and the reference to its document with the page."""
    page = f": {line.statement.page}" if line.statement.page else ""
    return f"“{' '.join(line.statement.text.split())}” {reference(line.facts)}{page}"
