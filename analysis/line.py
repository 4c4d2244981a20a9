"""A line of a practice card: a statement that tells an action or its result, with its voice, its place and who acts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

from analysis.parts import Part, part_of, told_heading
from analysis.patterns import pattern_in
from analysis.subjects import subject_of
from analysis.titles import BRACKET, actions_in, is_whole, plain
from analysis.voice import Voice, voice_of
from analysis.wording import norm
from domain.codebook import Element, Genre, Language, Level
from domain.document import Facts
from domain.place import Place, find_place, full_name, is_within, place_coded, place_named
from domain.statement import Kind, Statement

TOLD = (Element.PRACTICE, Element.OUTCOME, Element.MEASURE)
NO_PRACTICE = Path(__file__).with_name("no_practice.toml")
SHORTEST = {Language.ZH: 12, Language.EN: 24}  # characters; less names no action
NEARLY = 0.9  # of the characters, in order: what is said again
SURE = 0.7  # of the tag, for one statement to stand for a practice
OPENING = {  # "以霜河市为例", "霜河市负责人说", "In Larkhaven, villages own the turbines"
    Language.ZH: re.compile(r"^(?:以|走进|来到|在)?(?P<place>[^，。：；]{2,24})"),
    Language.EN: re.compile(r"^(?:(?:In|On|At|Look at|Take|Visit|Evidence from) )?(?P<place>[A-Z][^,.:;]{2,40})"),
}
NOTE = re.compile(r"^\s*(注[:：]|示例|附件|图\s*\d|表\s*\d|此致|尊敬的|Note:|Figure \d|Table \d|Dear )", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A statement on a card, with its document; `reprints` are ids of statements of the same wording elsewhere.

    `place` is who does it: of what is reported the place that the words or headings name, else that of the document.
    `charged` are the bodies of the bracket that closes its item.
    """

    statement: Statement
    facts: Facts
    voice: Voice
    place: str | None
    charged: tuple[str, ...] = ()
    reprints: tuple[str, ...] = ()

    @classmethod
    def of(cls, statement: Statement, facts: Facts, charged: tuple[str, ...] = ()) -> "Line":
        """A tagged statement of a document as a line, with the voice and the place that it has there."""
        voice = voice_of(statement, facts)
        return cls(statement, facts, voice, place_of(statement, facts, voice), charged)

    @property
    def actors(self) -> tuple[str, ...]:
        """The bodies that it or its item makes responsible, with their place; where it reports and names none, its subject."""
        named = (self.statement.tags.actors if self.statement.tags else ()) or self.charged
        if named or self.voice is not Voice.REPORTED:
            return tuple(body_of(name, self.place) for name in named)
        subject = subject_of(plain(self.statement.text, self.statement.language), self.statement.language)
        return (body_of(subject, self.place),) if subject else ()


def body_of(name: str, place: str | None) -> str:
    """A body of a place by its full name: 霜河市发展改革委 where a plan of 霜河市 says 市发展改革委, Larkhaven for its "City"."""
    if place and name in ("City", "city", "County", "county", "Government"):
        return place
    own = re.sub(r"^[我本全](?=[省市区县州旗])", "", name)
    return f"{place}{own[1:]}" if place and own[:1] == place[-1:] and own[:1] in "省市区县州旗" else name


def charged_in(statements: Sequence[Statement]) -> dict[str, tuple[str, ...]]:
    """The bodies that the bracket at the end of an item charges with its earlier sentences too, by the statement's id.

    The statements are those of documents in their order; an item is what stands under one heading up to such a bracket.
    """
    charged: dict[str, tuple[str, ...]] = {}
    item: tuple[str, tuple[str, ...]] | None = None
    bodies: tuple[str, ...] = ()
    for statement in reversed(statements):
        own = statement.tags.actors if statement.tags and BRACKET.search(statement.text) else ()
        if own or (statement.document_id, statement.heading_path) != item:
            item, bodies = (statement.document_id, statement.heading_path), own
        elif bodies and statement.kind is Kind.SENTENCE:
            charged[statement.id] = bodies
    return charged


def is_told(statement: Statement) -> bool:
    """Whether a statement tells an action or its result, and none of what no_practice.toml lists."""
    if statement.tags is None or statement.kind not in (Kind.SENTENCE, Kind.ITEM, Kind.ROW):
        return False
    text = statement.text
    told = statement.tags.element in TOLD and len(norm(text)) >= SHORTEST[statement.language] and not NOTE.search(text)
    return told and pattern_in(NO_PRACTICE, text.replace(" ", "") if statement.language is Language.ZH else text) is None


def without_reprints(
    statements: Sequence[Statement], facts: dict[str, Facts], charged: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> list[Line]:
    """The statements as lines, each wording of a place once."""
    again: dict[tuple[str, str | None], list[Line]] = {}
    for statement in statements:
        line = Line.of(statement, facts[statement.document_id], charged.get(statement.id, ()))
        again.setdefault((norm(statement.text), line.place), []).append(line)
    return [replace(first, reprints=tuple(line.statement.id for line in rest)) for first, *rest in again.values()]


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


def is_telling(line: Line) -> bool:
    """Whether a line can stand for its practice: a whole sentence of an action that is more than urged."""
    return line.voice is not Voice.URGED and not is_outcome(line) and is_whole(line.statement) and bool(actions_of(line))


def is_experience(line: Line) -> bool:
    """Whether a line alone speaks for a practice: it is told as approach, or is surely an act of someone in some field."""
    tags = line.statement.tags
    if tags is None or line.voice is not Voice.REPORTED or not (line.place or line.actors):
        return False
    if part_of(line.statement.heading_path) is Part.APPROACH:
        return True
    return tags.element is Element.PRACTICE and tags.element_score >= SURE and bool(tags.sectors)


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


def names_place(line: Line) -> bool:
    """Whether a line names a place, so that its words are hardly those of another."""
    return bool(line.statement.tags and line.statement.tags.places)


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
    """The place that is the subject of a sentence or opens it; else, in a report of several places, that of a heading."""
    subject = subject_of(statement.text, statement.language)
    if subject and (place := find_place(subject, within=home)):
        return place
    opening = OPENING[statement.language].search(plain(statement.text, statement.language))
    named = find_place(opening["place"], within=home) if opening else None
    if opening and named and opening["place"].startswith(tuple(filter(None, (named.name, named.short, named.english)))):
        return named
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
