"""The parts of a report of experience, told by its headings: background, approach, results, lessons and what comes next."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from analysis.patterns import pattern_in

PARTS = Path(__file__).with_name("parts.toml")


class Part(StrEnum):
    """A part of a report of experience."""

    BACKGROUND = "background"
    APPROACH = "approach"
    RESULTS = "results"
    PROBLEMS = "problems"
    LESSONS = "lessons"
    NEXT = "next"


def part_of(heading_path: Sequence[str]) -> Part | None:
    """The part that a breadcrumb leads into: that of the innermost heading which names one."""
    found = (pattern_in(PARTS, heading) for heading in reversed(heading_path))
    return next((Part(name) for name in found if name), None)


def told_heading(heading_path: Sequence[str]) -> str | None:
    """The heading right under that of the approach (主要做法): it names one practice of a report, if there is one."""
    for at in reversed(range(len(heading_path) - 1)):
        if pattern_in(PARTS, heading_path[at]) == Part.APPROACH:
            return heading_path[at + 1] if pattern_in(PARTS, heading_path[at + 1]) is None else None
    return None
