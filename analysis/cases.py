"""What a report says around a practice: how it came, what it led to, what it teaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.line import Line
from analysis.parts import Part, part_of
from analysis.titles import is_whole
from domain.document import Facts
from domain.statement import Statement
from index.encoder import Vectors

AROUND = 3  # lines of each part of a report


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around the practices of the reports, with its vectors: rows of unit length."""

    statements: Sequence[Statement]
    vectors: Vectors
    facts: dict[str, Facts]


@dataclass(frozen=True, slots=True)
class Case:
    """What a report that tells a practice says around it, the nearest to the practice first."""

    facts: Facts
    background: tuple[Line, ...] = ()
    results: tuple[Line, ...] = ()
    lessons: tuple[Line, ...] = ()


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


def is_around(statement: Statement) -> bool:
    """Whether a statement of a report tells of what stands around a practice: how it came, what it led to and teaches."""
    parts = (Part.BACKGROUND, Part.RESULTS, Part.LESSONS)
    return part_of(statement.heading_path) in parts and is_whole(statement)
