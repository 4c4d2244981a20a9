"""Practices: what several places do, or one place reports, as cards that keep urged, planned and reported apart."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from hashlib import blake2s
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.families import RESOLUTION, Meanings, find_families, meanings_of, without_shared
from analysis.parts import Part, part_of, told_heading
from analysis.patterns import pattern_in, patterns_in
from analysis.subjects import subject_of
from analysis.titles import actions_in, is_whole, plain
from analysis.voice import Voice, voice_of, voices_in_words
from analysis.wording import norm
from domain.codebook import Element, Genre, Language, Level, Sector
from domain.document import Facts
from domain.place import Place, find_place, full_name, is_within, place_coded, place_named
from domain.statement import Kind, Statement
from index import Filters, Library
from index.encoder import Vectors
from index.places import is_in_place

TOLD = (Element.PRACTICE, Element.OUTCOME, Element.MEASURE)
CONDITIONS = Path(__file__).with_name("conditions.toml")
NO_PRACTICE = Path(__file__).with_name("no_practice.toml")
SHORTEST = {Language.ZH: 12, Language.EN: 24}  # characters; less names no action
NEAR = 4.6  # standard deviations of the cosine of strangers: a line is about the same practice
CLOSE = 5.2  # two places say the same
NEARLY = 0.9  # of the characters, in order: what is said again
BETTER = 1.3  # standard deviations: a later wording of a line is the better title
AROUND = 3  # lines of each part of a report
SURE = 0.7  # of the tag, for one statement to stand for a practice
NOTE = re.compile(r"^\s*(注[:：]|示例|附件|图\s*\d|表\s*\d|此致|尊敬的|Note:|Figure \d|Table \d|Dear )", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A statement on a card, with its document; `reprints` are ids of statements of the same wording elsewhere.

    `place` is who does it: of what is reported the place that the words or headings name, else that of the document.
    """

    statement: Statement
    facts: Facts
    voice: Voice
    place: str | None
    reprints: tuple[str, ...] = ()

    @classmethod
    def of(cls, statement: Statement, facts: Facts) -> "Line":
        """A tagged statement of a document as a line, with the voice and the place that it has there."""
        voice = voice_of(statement, facts)
        return cls(statement, facts, voice, place_of(statement, facts, voice))

    @property
    def actors(self) -> tuple[str, ...]:
        """The bodies made responsible; where it reports and names none, its subject."""
        named = self.statement.tags.actors if self.statement.tags else ()
        subject = subject_of(self.statement.text, self.statement.language) if self.voice is Voice.REPORTED else None
        return named or ((subject,) if subject else ())


@dataclass(frozen=True, slots=True)
class Case:
    """What a report that tells a practice says around it, the nearest to the practice first."""

    facts: Facts
    background: tuple[Line, ...] = ()
    results: tuple[Line, ...] = ()
    lessons: tuple[Line, ...] = ()


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
    told = without_reprints([s for s in passed if is_told(s)], facts)
    if not told:
        return ()
    around = [s for s in passed if s.document_id in reports and is_around(s)]
    statements = [*(line.statement for line in told), *around]
    meanings = meanings_of(library.encoder, [s.text for s in statements], [s.language for s in statements])
    families = find_families(meanings.first(len(told)), told_together(told), resolution=resolution)
    setting = Setting(around, meanings.vectors[len(told) :], facts)
    alone = len({speaker_of(line) for line in told if line.voice is not Voice.URGED} - {None}) == 1
    stars = [star for members in members_of(families) for star in stars_of(members, told, meanings, alone=alone)]
    titles = titles_of(
        [told[star[0]] for star in stars], [meanings.vectors[star].mean(axis=0) for star in stars], library, meanings
    )
    cards = [
        make_card(title, [told[i] for i in star], meanings.vectors[star], setting)
        for title, star in zip(titles, stars, strict=True)
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


def members_of(families: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The positions of each family's members, by the family's number."""
    order = np.argsort(families, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(families[order])) + 1)


def weight(card: Card) -> tuple[int, int, int]:
    """By what cards are ordered: places that report it, places that plan it, lines."""
    return len(card.places(Voice.REPORTED)), len(card.places(Voice.PLANNED)), len(card.lines)


def is_told(statement: Statement) -> bool:
    """Whether a statement tells an action or its result, and none of what no_practice.toml lists."""
    if statement.tags is None or statement.kind not in (Kind.SENTENCE, Kind.ITEM, Kind.ROW):
        return False
    text = statement.text
    told = statement.tags.element in TOLD and len(norm(text)) >= SHORTEST[statement.language] and not NOTE.search(text)
    return told and pattern_in(NO_PRACTICE, text.replace(" ", "") if statement.language is Language.ZH else text) is None


def is_around(statement: Statement) -> bool:
    """Whether a statement of a report tells of what stands around a practice: how it came, what it led to and teaches."""
    parts = (Part.BACKGROUND, Part.RESULTS, Part.LESSONS)
    return part_of(statement.heading_path) in parts and is_whole(statement)


def stars_of(members: NDArray[np.int64], told: Sequence[Line], meanings: Meanings, *, alone: bool) -> Iterator[NDArray[np.int64]]:
    """The practices of a family: a line that tells one, with the lines that are like it; what is left may tell another.

    The line comes first that lines of most other places are close to (one that names a place is its own: it has one less),
    then one that reports. A practice is reported by
    someone who acts, or planned in close words by two places; by one where it is `alone` in the library.
    """
    order = {voice: rank for rank, voice in enumerate(Voice)}
    while len(members):
        lines = [told[i] for i in members]
        likeness = meanings.vectors[members] @ meanings.vectors[members].T / meanings.spread
        telling = [i for i, line in enumerate(lines) if is_telling(line)]
        close = {i: {speaker_of(lines[j]) for j in telling if likeness[i, j] >= CLOSE} - {None} for i in telling}
        practices = [i for i in telling if len(close[i]) >= 2 or is_experience(lines[i]) or (alone and is_plan(lines[i]))]
        if not practices:
            return
        best = min(
            practices,
            key=lambda i: (
                names_place(lines[i]) - len(close[i]),
                order[lines[i].voice],
                -float(likeness[i].sum()),
                lines[i].statement.id,
            ),
        )
        heading = told_under(lines[best])
        near = likeness[best] >= NEAR
        near |= np.array([heading is not None and told_under(line) == heading for line in lines])
        near[best] = True
        star = members[near]
        yield star[np.argsort(star != members[best], kind="stable")]
        members = members[~near]


def names_place(line: Line) -> bool:
    """Whether a line names a place, so that its words are hardly those of another."""
    return bool(line.statement.tags and line.statement.tags.places)


def is_telling(line: Line) -> bool:
    """Whether a line can stand for its practice: a whole sentence of an action that is more than urged."""
    return line.voice is not Voice.URGED and not is_outcome(line) and is_whole(line.statement) and bool(actions_of(line))


def is_experience(line: Line) -> bool:
    """Whether a line alone speaks for a practice: it is told as approach, or is surely an act of someone in some field."""
    tags, text = line.statement.tags, line.statement.text
    if tags is None or line.voice is not Voice.REPORTED or not (line.place or line.actors):
        return False
    if part_of(line.statement.heading_path) is Part.APPROACH:
        return True
    sure = tags.element is Element.PRACTICE and tags.element_score >= SURE and bool(tags.sectors)
    return (
        sure
        and bool(line.actors or has_number(text))
        and Voice.REPORTED in {rule.tag for rule in voices_in_words(text, line.statement.language)}
    )


def is_plan(line: Line) -> bool:
    """Whether a line is surely a measure that its place plans in some field, in a document that is no report."""
    tags = line.statement.tags
    return (
        tags is not None
        and line.facts.genre is not Genre.REPORT
        and line.voice is Voice.PLANNED
        and tags.element is Element.MEASURE
        and tags.element_score >= SURE
        and bool(tags.sectors)
    )


def without_reprints(statements: Sequence[Statement], facts: dict[str, Facts]) -> list[Line]:
    """The statements as lines, each wording of a place once."""
    again: dict[tuple[str, str | None], list[Line]] = {}
    for statement in statements:
        line = Line.of(statement, facts[statement.document_id])
        again.setdefault((norm(statement.text), line.place), []).append(line)
    return [replace(first, reprints=tuple(line.statement.id for line in rest)) for first, *rest in again.values()]


def told_under(line: Line) -> tuple[str, str] | None:
    """The report and the heading of its approach under which a line stands: what is told there is one practice."""
    heading = told_heading(line.statement.heading_path)
    return (line.statement.document_id, heading) if heading else None


def told_together(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """The pairs of lines that a report tells under one heading of its approach."""
    under: dict[tuple[str, str], list[int]] = {}
    for i, line in enumerate(lines):
        if heading := told_under(line):
            under.setdefault(heading, []).append(i)
    return [pair for positions in under.values() for pair in combinations(positions, 2)]


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around the practices of the reports, with its vectors: rows of unit length."""

    statements: Sequence[Statement]
    vectors: Vectors
    facts: dict[str, Facts]


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
        actors=tuple(actor for actor, _ in Counter(a for line in does for a in line.actors).most_common(6)),
        conditions=conditions_in(line.statement.text for line in lines),
        cases=tuple(cases_of(lines, vectors.mean(axis=0), setting)),
    )


def without_rewordings(lines: Sequence[Line]) -> list[Line]:
    """The lines with what one place says twice in nearly the same words, and with the same numbers, counted once."""
    kept: list[Line] = []
    for line in lines:
        at = next((i for i, other in enumerate(kept) if is_rewording(line, other)), None)
        if at is None:
            kept.append(line)
        else:
            kept[at] = replace(kept[at], reprints=(*kept[at].reprints, line.statement.id, *line.reprints))
    return kept


def is_rewording(one: Line, other: Line) -> bool:
    """Whether two lines of one place and voice have the same numbers and nearly the same words."""
    if one.place != other.place or one.voice is not other.voice:
        return False
    a, b = norm(one.statement.text), norm(other.statement.text)
    if min(len(a), len(b)) < NEARLY * max(len(a), len(b)) or re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= NEARLY


def cases_of(lines: Sequence[Line], centre: Vectors, setting: Setting) -> Iterator[Case]:
    """What each report that tells the practice under its approach says around it, the nearest to the practice first."""
    reports = {line.facts.id for line in lines if part_of(line.statement.heading_path) is Part.APPROACH}
    likeness = setting.vectors @ centre
    for report in sorted(reports):
        facts = setting.facts[report]
        around = [i for i, s in enumerate(setting.statements) if s.document_id == report]
        around.sort(key=lambda i: -float(likeness[i]))
        told = [(part_of(setting.statements[i].heading_path), Line.of(setting.statements[i], facts)) for i in around]
        background, results, lessons = (
            tuple(line for part, line in told if part is wanted)[:AROUND]
            for wanted in (Part.BACKGROUND, Part.RESULTS, Part.LESSONS)
        )
        yield Case(facts, background, results, lessons)


def titles_of(leads: Sequence[Line], centres: Sequence[Vectors], library: Library, meanings: Meanings) -> list[str]:
    """The title of each practice by the line that tells it: that of its wordings which is nearest to all of its lines.

    The first wording stands unless another is nearer by BETTER.
    """
    offered = [actions_of(line) for line in leads]
    flat = [(title, line.statement.language) for line, titles in zip(leads, offered, strict=True) for title in titles]
    if not flat:
        return []
    languages = [language for _, language in flat]
    vectors = without_shared(library.encoder.encode_passages([title for title, _ in flat]), languages, meanings.shared)
    ends = np.cumsum([len(titles) for titles in offered])[:-1]
    chosen = []
    for titles, own, centre in zip(offered, np.split(vectors, ends), centres, strict=True):
        nearness = own @ (centre / np.linalg.norm(centre)) / meanings.spread
        nearness[0] += BETTER
        chosen.append(titles[int(nearness.argmax())])
    return chosen


def actions_of(line: Line) -> tuple[str, ...]:
    """What may be the title of what a line tells: the heading under which a report tells it, else its own clauses."""
    heading = told_heading(line.statement.heading_path) if line.voice is Voice.REPORTED else None
    language = line.statement.language
    return (plain(heading, language).rstrip("。.：:"),) if heading else actions_in(line.statement.text, language)


def place_of(statement: Statement, facts: Facts, voice: Voice) -> str | None:
    """Who does what a statement tells, so that namesakes differ: of a report the place that acts or that a heading is about."""
    home = place_coded(facts.place_code or "") or place_named(facts.place or "")
    told = place_told(statement, home) if voice is Voice.REPORTED else None
    about = told or home
    return full_name(about) if about else facts.place


def place_told(statement: Statement, home: Place | None) -> Place | None:
    """The place that is the subject of a sentence; else, in a report of several places, the one that a heading is about."""
    subject = subject_of(statement.text, statement.language)
    if subject and (place := find_place(subject, within=home)):
        return place
    about = (find_place(heading, within=home) for heading in reversed(statement.heading_path))
    return next((place for place in about if place and (home is None or is_within(place, home))), None)


def speaker_of(line: Line) -> str | None:
    """The place for which a line speaks; a national document speaks for none, of another the document stands for its place."""
    return line.place or (None if line.facts.level is Level.NATIONAL else line.facts.id)


def is_outcome(line: Line) -> bool:
    """Whether a line tells a result, not an action."""
    return line.statement.tags is not None and line.statement.tags.element is Element.OUTCOME


def tells_result(line: Line) -> bool:
    """Whether a line is tagged an outcome, or reports with a number."""
    return is_outcome(line) or (line.voice is Voice.REPORTED and has_number(line.statement.text))


def has_number(text: str) -> bool:
    """Whether a text has a number that is no year."""
    return bool(re.search(r"\d", re.sub(r"(19|20)\d\d(年|\b)", "", text)))


def conditions_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The ids of the conditions that any of the texts names."""
    return patterns_in(CONDITIONS, "\n".join(texts))
