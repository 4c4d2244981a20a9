"""The element of every statement of a document: section, sentence form and a trained model, weighed together."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.codebook import Element, Language
from domain.statement import Kind, Statement
from nlp.context import Role, SectionRole, section_role
from nlp.rules import bundled_rules

FIRM_ROLES = {Role.PRINCIPLE: Element.PRINCIPLE, Role.GOAL: Element.GOAL, Role.GUIDANCE: Element.CONTEXT}
LOOSE_ROLES = {
    Role.MEASURE: Element.MEASURE,
    Role.PRACTICE: Element.PRACTICE,
    Role.REVIEW: Element.OUTCOME,
    Role.CONTEXT: Element.CONTEXT,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """An element with its calibrated probability and what speaks for it."""

    element: Element
    score: float
    evidence: str


class ElementClassifier:
    """Gives every statement of a document its element."""

    def classify(self, statements: Sequence[Statement]) -> list[Verdict]:
        """A verdict for each statement, in order; headings and contents lines are `heading`."""
        return [_verdict(statement) for statement in statements]


def _verdict(statement: Statement) -> Verdict:
    if statement.kind in (Kind.HEADING, Kind.CONTENTS):
        return Verdict(Element.HEADING, 1.0, f"kind: {statement.kind}")
    section = section_role(statement.heading_path, statement.language)
    if section is not None and section.role in FIRM_ROLES:
        return Verdict(FIRM_ROLES[section.role], 0.9, section_evidence(section))
    rules = bundled_rules("elements_sentences", statement.language)
    found = [(rule, words) for rule in rules if (words := rule.find(statement.text)) is not None]
    votes: dict[Element, int] = {}
    for rule, _ in found:
        votes[Element(rule.tag)] = votes.get(Element(rule.tag), 0) + 2
    if section is not None and section.role in LOOSE_ROLES:
        votes[LOOSE_ROLES[section.role]] = votes.get(LOOSE_ROLES[section.role], 0) + 3
    if not votes:
        return Verdict(Element.MEASURE if statement.language is Language.ZH else Element.CONTEXT, 0.4, "nothing known speaks")
    element = max(votes, key=lambda element: (votes[element], element))
    spoken = [f"rule {rule.id}: {words[:30]}" for rule, words in found if rule.tag == element]
    if section is not None and LOOSE_ROLES.get(section.role) is element:
        spoken.insert(0, section_evidence(section))
    return Verdict(element, 0.5 + 0.5 * votes[element] / (1 + sum(votes.values())), "; ".join(spoken))


def section_evidence(section: SectionRole) -> str:
    """The breadcrumb's part of the evidence: "section: 主要目标"."""
    return f"section: {section.heading.strip()[:40]}"
