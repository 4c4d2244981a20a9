"""Practices among alike lines: each is a line that tells one in a concrete title, with the lines that tell the same."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.concrete import concreteness
from analysis.families import ALIKE, NEIGHBOURS, Meanings, without_shared
from analysis.line import Line, actions_of, is_experience, is_plan, is_telling, names_place, speaker_of, told_under
from analysis.titles import COMMA
from analysis.voice import Voice
from domain.place import find_place
from index.encoder import Encoder, Vectors, unit

NEAR = 5.2  # standard deviations of the cosine of strangers: a line is about the same practice, by its words and the title's
CROWD = 0.25  # how much nearer it must be where others are near: of the mean of the NEIGHBOURS nearest
SAME = 6.4  # two titles name the same practice
ENOUGH = 0.6  # log odds that a title is concrete, for it to stand on a card
SHARED = 6.2  # standard deviations of the cosine of strangers: other lines say a clause too
SURE = 2.0  # log odds from which a title is no better for being more concrete

LOCAL = re.compile(
    r"[我本](?:省|市|区|县|州)|全(?:省|市|县|州)|[\u4e00-\u9fff]{2}(?:新区|高新区|经开区)"
)  # of one place, though named by none

Positions = NDArray[np.int64]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wording:
    """A title that a line may have, with the log odds of being concrete.

    `vector` is float32, shape (dim,), of unit length; so are the rows of `clauses`, shape (n, dim).
    """

    title: str
    vector: Vectors
    odds: float
    clauses: Vectors

    @property
    def is_concrete(self) -> bool:
        """Whether it says enough to stand on a card."""
        return self.odds >= ENOUGH


@dataclass(frozen=True, slots=True)
class Star:
    """A practice: its title, how like a line must be to tell it, and the positions of its lines, that which tells it first."""

    wording: Wording
    least: float
    lines: Positions


def wordings_of(lines: Sequence[Line], encoder: Encoder, meanings: Meanings) -> list[tuple[Wording, ...]]:
    """The titles that each line may have, none where it tells no practice.

    A heading under which a report tells what was done is concrete as it stands.
    """
    offered = [(at, title) for at, line in enumerate(lines) if is_telling(line) for title in actions_of(line)]
    found: list[list[Wording]] = [[] for _ in lines]
    if offered:
        titles, languages = [title for _, title in offered], [lines[at].statement.language for at, _ in offered]
        parts = [COMMA[language].split(title) for title, language in zip(titles, languages, strict=True)]
        told = concreteness(titles, languages)
        raw = encoder.encode_passages([*titles, *(part for own in parts for part in own)])
        tongues = [*languages, *(language for language, own in zip(languages, parts, strict=True) for _ in own)]
        vectors, clauses = np.split(without_shared(raw, tongues, meanings.shared), [len(titles)])
        ends = np.cumsum([len(own) for own in parts])[:-1]
        for (at, title), odds, vector, own in zip(
            offered, np.log(told / (1 - told)), vectors, np.split(clauses, ends), strict=True
        ):
            found[at].append(Wording(title, vector, np.inf if told_under(lines[at]) else float(odds), own))
    return [tuple(wordings) for wordings in found]


def find_stars(
    families: Positions, lines: Sequence[Line], wordings: Sequence[tuple[Wording, ...]], meanings: Meanings
) -> list[Star]:
    """The practices of all families, each once: of two titles that name the same the one with more lines stands."""
    least = SAME * meanings.spread
    alone = len({speaker_of(line) for line in lines if line.voice is not Voice.URGED} - {None}) == 1
    found = [star for members in members_of(families) for star in stars_of(members, lines, wordings, meanings, alone=alone)]
    found.sort(key=lambda star: (-len(star.lines), lines[star.lines[0]].statement.id))
    kept: list[Star] = []
    for star in found:
        at = next((i for i, other in enumerate(kept) if float(star.wording.vector @ other.wording.vector) >= least), None)
        if at is None:
            kept.append(star)
        else:
            kept[at] = joined(kept[at], star, wordings, meanings)
    return kept


def joined(star: Star, other: Star, wordings: Sequence[tuple[Wording, ...]], meanings: Meanings) -> Star:
    """A star with those lines of another of the same title that tell its practice."""
    first = meanings.vectors[star.lines[0]]
    alike = [
        (float(first @ meanings.vectors[i]) + likeness_of(star.wording, meanings.vectors[i], wordings[i])) / 2
        for i in other.lines
    ]
    more = other.lines[np.array(alike) >= star.least * meanings.spread]
    return replace(star, lines=np.concatenate([star.lines, more]))


def members_of(families: Positions) -> list[Positions]:
    """The positions of each family's members, by the family's number."""
    order = np.argsort(families, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(families[order])) + 1)


def stars_of(
    members: Positions, lines: Sequence[Line], wordings: Sequence[tuple[Wording, ...]], meanings: Meanings, *, alone: bool
) -> Iterator[Star]:
    """The practices of a family: a line that tells one, with the lines that tell the same; what is left may tell another.

    A practice is reported by someone who acts, or planned by two places; by one where it is `alone`. A line whose titles are
    all rather vague than concrete is too vague to tell what others tell.
    """
    family = Family(members, [lines[int(i)] for i in members], [wordings[i] for i in members], meanings)
    left = np.array([not own or max(wording.odds for wording in own) >= 0 for own in family.wordings])
    telling = [at for at in family.doing if any(wording.is_concrete for wording in family.wordings[at])]
    while telling := [at for at in telling if left[at]]:
        first = family.first_of(telling, left)
        wording = family.title_of(first, left)
        told = family.told_by(first, wording, left)
        shared = len({family.speakers[at] for at in family.doing if told[at]}) >= 2
        line = family.lines[first]
        if wording.is_concrete and (shared or is_experience(line) or (alone and is_plan(line))):
            rest = told & (np.arange(len(members)) != first)
            yield Star(wording, float(family.least[first]), np.concatenate([members[[first]], members[rest]]))
            left &= ~told
        left[first] = False


class Family:
    """The lines of a family with all that their practices are found by; a line goes by its position in the family."""

    def __init__(
        self, members: Positions, lines: Sequence[Line], wordings: Sequence[tuple[Wording, ...]], meanings: Meanings
    ) -> None:
        """`doing` are the lines by which a place does what they tell."""
        self.lines, self.wordings = lines, wordings
        self.vectors, self.spread = meanings.vectors[members], meanings.spread
        self.likeness = self.vectors @ self.vectors.T / self.spread
        self.least = least_likeness(self.likeness)
        self.near = self.likeness >= self.least[:, None]
        self.speakers = [speaker_of(line) for line in lines]
        self.doing = [at for at, line in enumerate(lines) if self.speakers[at] and line.voice is not Voice.URGED]

    def first_of(self, telling: Sequence[int], left: Chosen) -> int:
        """The line that lines of most places are near, where one that names a place has one less; then one that reports."""
        order = {voice: rank for rank, voice in enumerate(Voice)}

        def rank(at: int) -> tuple[int, int, float, str]:
            places = {self.speakers[other] for other in self.doing if left[other] and self.near[at, other]}
            line = self.lines[at]
            return names_place(line) - len(places), order[line.voice], -float(self.likeness[at][left].sum()), line.statement.id

        return min(telling, key=rank)

    def title_of(self, first: int, left: Chosen) -> Wording:
        """The title of the line by what other lines near to it say, or by itself where none is."""
        others = self.near[first] & left & (np.arange(len(self.lines)) != first)
        centre = self.vectors[others if others.any() else [first]].sum(axis=0, keepdims=True)
        return best_title(self.wordings[first], unit(centre)[0] / self.spread)

    def told_by(self, first: int, title: Wording, left: Chosen) -> Chosen:
        """Which lines tell the practice of a line: those like it and its title, or under its heading and like it."""
        if heading := told_under(self.lines[first]):
            under = np.array([told_under(line) == heading for line in self.lines])
            told: Chosen = left & (self.near[first] | under)
        else:
            named = np.array([likeness_of(title, *own) for own in zip(self.vectors, self.wordings, strict=True)])
            told = left & ((self.likeness[first] + named / self.spread) / 2 >= self.least[first])
        told[first] = True
        return told


def likeness_of(title: Wording, vector: Vectors, wordings: Sequence[Wording]) -> float:
    """How near a line, or the nearest of its clauses, is to a title; a cosine."""
    return max(float(title.vector @ own) for own in (vector, *(wording.vector for wording in wordings)))


def least_likeness(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """How like each member of a family a line must be to tell the same practice: more where many are alike; shape (n,)."""
    nearest = np.sort(likeness, axis=1)[:, :-1][:, -NEIGHBOURS:]
    missing = NEIGHBOURS - nearest.shape[1]
    return np.asarray(NEAR + CROWD * (nearest.sum(axis=1) + missing * ALIKE) / NEIGHBOURS, np.float32)


def best_title(wordings: Sequence[Wording], others: Vectors) -> Wording:
    """That of the wordings each clause of which other lines say too; of two the one more concrete and of no one place."""
    worth = [
        float(wording.vector @ others)
        + min(wording.odds, SURE) / 3
        - bool(LOCAL.search(wording.title) or find_place(wording.title))
        - 2 * bool(float((wording.clauses @ others).min()) < SHARED)
        for wording in wordings
    ]
    return wordings[int(np.argmax(worth))]
