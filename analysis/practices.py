"""Practices: what several places do, or one place reports, as cards that keep urged, planned and reported apart."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from pathlib import Path

import numpy as np

from analysis.families import RESOLUTION, find_families
from analysis.gold import norm
from analysis.voice import Voice, voice_of
from domain.codebook import Element, Language, Sector
from domain.document import Facts
from domain.place import place_named
from domain.statement import Kind, Statement
from index import Filters, Library
from index.encoder import Vectors

TOLD = (Element.PRACTICE, Element.OUTCOME, Element.MEASURE)
CONDITIONS = Path(__file__).with_name("conditions.toml")
SHORTEST = 12  # characters; less names no action
TITLE_ZH, TITLE_EN = 40, 90  # characters of a title, whole clauses
NOTE = re.compile(r"\t|^\s*(注[:：]|示例|附件|图\s*\d|表\s*\d|此致|尊敬的|Note:|Figure \d|Table \d|Dear )", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A statement on a card, with its document; `reprints` are ids of statements of the same wording elsewhere."""

    statement: Statement
    facts: Facts
    voice: Voice
    reprints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One practice. `title` is its centre's own words; `lines` stand nearest to the centre first.

    `conditions` are ids of conditions.toml that the texts name. `tightness` is the mean cosine to the centre.
    """

    id: str
    title: str
    lines: tuple[Line, ...]
    sectors: tuple[Sector, ...]
    actors: tuple[str, ...]
    conditions: tuple[str, ...]
    tightness: float

    def pile(self, voice: Voice) -> tuple[Line, ...]:
        """The lines of one voice."""
        return tuple(line for line in self.lines if line.voice is voice)

    @property
    def outcomes(self) -> tuple[Line, ...]:
        """The lines that tell a result, those with a number first."""
        return tuple(sorted(filter(is_outcome, self.lines), key=lambda line: not has_number(line.statement.text)))

    def places(self, *voices: Voice) -> tuple[str, ...]:
        """Places that report or plan it, in the order of the lines; all voices where none is named."""
        chosen = [line for line in self.lines if not voices or line.voice in voices]
        return tuple(dict.fromkeys(line.facts.place for line in chosen if line.facts.place))

    def provinces(self) -> tuple[str, ...]:
        """Provinces of the places that report or plan it."""
        found = [place_named(name) for name in self.places(Voice.REPORTED, Voice.PLANNED)]
        return tuple(dict.fromkeys(place.province for place in found if place))


def find_practices(library: Library, filters: Filters | None = None, *, resolution: float = RESOLUTION) -> tuple[Card, ...]:
    """The practice cards of the statements that pass the filters, those that most places report first, then plan.

    A practice needs an action and someone who acts: it is told by a place or an actor, and more than urged.
    """
    facts = {each.id: each for each in library.facts()}
    told = [s for s in library.statements(filters or Filters()) if is_told(s)]
    kept, reprints = without_reprints(told)
    if not kept:
        return ()
    vectors = library.vectors([s.id for s in kept])
    families = find_families(vectors, resolution=resolution)
    cards = []
    for family in range(int(families.max()) + 1):
        members = np.flatnonzero(families == family)
        card = make_card([kept[i] for i in members], vectors[members], facts, reprints)
        if is_practice(card):
            cards.append(card)
    return tuple(sorted(cards, key=lambda card: (*(-n for n in weight(card)), card.id)))


def weight(card: Card) -> tuple[int, int, int]:
    """By what cards are ordered: places that report it, places that plan it, lines."""
    return len(card.places(Voice.REPORTED)), len(card.places(Voice.PLANNED)), len(card.lines)


def is_told(statement: Statement) -> bool:
    """Whether a statement tells an action or its result."""
    if statement.tags is None or statement.kind not in (Kind.SENTENCE, Kind.ITEM, Kind.ROW):
        return False
    return statement.tags.element in TOLD and len(norm(statement.text)) >= SHORTEST


def is_practice(card: Card) -> bool:
    """Whether several places do it or one reports it, and someone acts."""
    reported, planned = card.pile(Voice.REPORTED), card.places(Voice.PLANNED)
    does = [line for line in reported if line.statement.tags and line.statement.tags.element is Element.PRACTICE]
    acts = any(line.facts.place or (line.statement.tags and line.statement.tags.actors) for line in does)
    return acts or len(planned) >= 2


def without_reprints(statements: Sequence[Statement]) -> tuple[list[Statement], dict[str, tuple[str, ...]]]:
    """The statements with each wording once, and the ids of the others that say the same, by the first's id."""
    first: dict[str, Statement] = {}
    again: dict[str, list[str]] = {}
    for statement in statements:
        wording = norm(statement.text)
        if wording in first:
            again.setdefault(first[wording].id, []).append(statement.id)
        else:
            first[wording] = statement
    return list(first.values()), {name: tuple(ids) for name, ids in again.items()}


def make_card(
    members: Sequence[Statement], vectors: Vectors, facts: dict[str, Facts], reprints: dict[str, tuple[str, ...]]
) -> Card:
    """The card of one family; vectors are those of its members, rows of unit length."""
    centre = vectors.mean(axis=0)
    likeness = vectors @ centre / max(float(np.linalg.norm(centre)), 1e-9)
    order = sorted(range(len(members)), key=lambda i: (-float(likeness[i]), members[i].id))
    lines = tuple(
        Line(
            members[i],
            facts[members[i].document_id],
            voice_of(members[i], facts[members[i].document_id]),
            reprints.get(members[i].id, ()),
        )
        for i in order
    )
    tags = [line.statement.tags for line in lines if line.statement.tags]
    texts = [line.statement.text for line in lines]
    return Card(
        id=blake2s("\n".join(sorted(line.statement.id for line in lines)).encode(), digest_size=5).hexdigest(),
        title=title_of(lines),
        lines=lines,
        sectors=tuple(sector for sector, _ in Counter(s for t in tags for s in t.sectors).most_common(3)),
        actors=tuple(actor for actor, _ in Counter(a for t in tags for a in t.actors).most_common(6)),
        conditions=conditions_in(texts),
        tightness=float(likeness.mean()),
    )


def title_of(lines: Sequence[Line]) -> str:
    """The leading clauses of the sentence nearest to the centre that tells an action: a reported one, else a planned one."""
    readable = [line for line in lines if line.statement.kind is not Kind.ROW and not NOTE.search(line.statement.text)]
    order = [Voice.REPORTED, Voice.PLANNED, Voice.URGED]
    best = min(readable or lines, key=lambda line: (is_outcome(line), order.index(line.voice)))
    text = re.sub(r"^[（(\[【]?[一二三四五六七八九十\d]+[）)\]】、.．]\s*|^[—\-•·●①-⑳\s]+", "", best.statement.text)
    longest = TITLE_ZH if best.statement.language is Language.ZH else TITLE_EN
    title = ""
    for clause in re.split(r"(?<=[，；。])|(?<=[,;.])(?=\s)|\t", text):
        if title and len(title) + len(clause) > longest:
            break
        title += clause
    title = title.strip(" ，；。,;.")
    return title if len(title) <= longest * 2 else title[: longest * 2] + "…"


def is_outcome(line: Line) -> bool:
    """Whether a line tells a result, not an action."""
    return line.statement.tags is not None and line.statement.tags.element is Element.OUTCOME


def has_number(text: str) -> bool:
    """Whether a text has a number that is no year."""
    return bool(re.search(r"\d", re.sub(r"(19|20)\d\d(年|\b)", "", text)))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a place with its forms of words; `matches` and `must_not_match` are its two examples."""

    id: str
    pattern: re.Pattern[str]
    matches: str
    must_not_match: str


@cache
def conditions() -> tuple[Condition, ...]:
    """The conditions that are looked for."""
    with CONDITIONS.open("rb") as stream:
        rows = tomllib.load(stream)["condition"]
    return tuple(
        Condition(row["id"], re.compile(f"{row['zh']}|{row['en']}", re.IGNORECASE), row["matches"], row["must_not_match"])
        for row in rows
    )


def conditions_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The conditions that any of the texts names."""
    whole = "\n".join(texts)
    return tuple(condition.id for condition in conditions() if condition.pattern.search(whole))
