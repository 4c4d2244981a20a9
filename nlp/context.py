"""What the section that a statement stands in says about it: the role of a breadcrumb, from rules."""

from dataclasses import dataclass
from enum import StrEnum

from domain.codebook import Language
from nlp.rules import bundled_rules, remembered


class Role(StrEnum):
    """What the statements of a section are for, by its headings; `MIXED` headings name several and decide nothing."""

    PRINCIPLE = "principle"
    GOAL = "goal"
    MEASURE = "measure"
    PRACTICE = "practice"
    REVIEW = "review"
    GUIDANCE = "guidance"
    CONTEXT = "context"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class SectionRole:
    """The role that a breadcrumb gives, with the heading and the rule that say so; `depth` counts headings below it."""

    role: Role
    rule_id: str
    heading: str
    depth: int


@remembered
def section_role(heading_path: tuple[str, ...], language: Language) -> SectionRole | None:
    """The role of the innermost heading that has one; None where no heading is known."""
    for depth, heading in enumerate(reversed(heading_path)):
        found = heading_role(heading, language)
        if found is not None:
            return SectionRole(found[0], found[1], heading, depth)
    return None


@remembered
def heading_role(heading: str, language: Language) -> tuple[Role, str] | None:
    """The role of one heading and the id of the first rule that finds it."""
    for rule in bundled_rules("elements_sections", language):
        if rule.find(heading) is not None:
            return Role(rule.tag), rule.id
    return None
