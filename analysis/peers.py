"""Places like mine: profiles from the register of pilots or a user's own table, and what peers do that my plan does not."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from analysis.line import Line
from analysis.practices import Card
from analysis.references import reference
from analysis.voice import Voice
from domain.errors import NotFoundError, PilotlightError
from domain.place import full_name, place_named

REGISTER = Path(__file__).resolve().parents[1] / "corpora" / "pilots.csv"
NEEDED = ("name_zh", "kind", "province", "profile")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a place is like; `traits` are words such as coal_resource or cold_region.

    `name` is its full name, which tells it from namesakes: 长春市朝阳区 where the table has 朝阳区 of 吉林省.
    """

    name: str
    name_en: str
    kind: str
    province: str
    traits: frozenset[str]


@dataclass(frozen=True, slots=True)
class Peer:
    """A place beside mine: the traits in common, and whether kind and province are the same."""

    profile: Profile
    shared: tuple[str, ...]
    same_kind: bool
    same_province: bool


def read_profiles(path: Path = REGISTER) -> tuple[Profile, ...]:
    """The profiles of a register; raises PilotlightError that names the line and column that is wrong."""
    return parse_profiles(path.read_bytes(), str(path))


def parse_profiles(content: bytes, name: str) -> tuple[Profile, ...]:
    """The profiles of a table in UTF-8 or GB18030, as Excel writes them; raises PilotlightError with the file's name."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise PilotlightError(f"{name}, line {line}: the file is no text in UTF-8; save it as CSV UTF-8") from error
    reader = csv.DictReader(StringIO(text, newline=""))
    missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
    if missing:
        raise PilotlightError(f"{name}, line 1: column {missing[0]} is missing; expected {', '.join(NEEDED)}")
    profiles: dict[str, Profile] = {}
    for row in reader:
        where = f"{name}, line {reader.line_num}"
        profile = read_profile(row, where)
        if profile.name in profiles:
            again = f"{where}: column name_zh has {profile.name} a second time"
            raise PilotlightError(f"{again}; name each place once, namesakes with their city")
        profiles[profile.name] = profile
    return tuple(profiles.values())


def read_profile(row: dict[str, str], where: str) -> Profile:
    """One row of a register."""
    if None in row:
        raise PilotlightError(f"{where}: more cells than columns; put a cell with a comma in quotation marks")
    for name in ("name_zh", "kind", "province"):
        if not (row[name] or "").strip():
            raise PilotlightError(f"{where}: column {name} is empty")
    if row["kind"] not in ("city", "park"):
        raise PilotlightError(f"{where}: column kind is {row['kind']!r}; expected city or park")
    traits = frozenset(part.strip() for part in (row["profile"] or "").split(";") if part.strip())
    name, province = row["name_zh"].strip(), row["province"].strip()
    place = place_named(name) or place_named(f"{province}{name}")
    return Profile(full_name(place) if place else name, (row.get("name_en") or "").strip(), row["kind"], province, traits)


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
