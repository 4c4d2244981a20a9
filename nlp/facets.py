"""Facets of a statement: sectors, instruments and stringency, each with its evidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.codebook import Element, Instrument, Language, Sector, Stringency
from domain.statement import Statement
from nlp.facet_model import LABELS, SECTORS, FacetModel, chosen_labels, term_flags
from nlp.features import LONGEST, own_words
from nlp.linear import SparseRows
from nlp.rules import bundled_rules

FRAGMENT = {Language.ZH: 10, Language.EN: 24}  # characters below which a statement may say nothing of its own

_BODY = (
    r"(?:[^、，,；;。:：（()）]|[（(][^（()）]{1,20}[）)]){1,30}?"
    r"(?:委|局|厅|部|办|院|会|政府|公司|集团|中心|行|社|单位|部门)(?:[（(][^（()）]{1,20}[）)])?等?"
)
_DUTY = re.compile(  # named as such; a bracket that ends in who is in charge; a bracket of nothing but bodies
    r"^\W*(?:责任|牵头|配合|主办|承办|参加)(?:责任)?(?:单位|部门|主体)\s*[:：∶]|^\W*(?:lead|responsible)[\w ]{0,20}:"
    r"|^\W*[（(［\[【](?![一二三四五六七八九十\d]{1,3}[）)])[^。；:：]{2,300}(?:牵头|配合|负责|落实)[。；]?"
    r"(?:\s*[）)］\]】](?:\s*[（(\d].{0,30})?)?\s*$"
    rf"|^\W*[（(［\[【]{_BODY}(?:[、，,；;]{_BODY})+\s*[）)］\]】]\W*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[，。；]")
_SETTING = re.compile(
    r"^\W*(?:面向|围绕|针对|按照|根据|结合|通过|在|以|对|依托|充分发挥|充分利用|发挥|为|经|聚焦|到|自|从|将|利用|强化|加强|深入实施|“?十.五”?)"
)


@dataclass(frozen=True, slots=True)
class Facets:
    """A statement's sectors and instruments in the codebook's order; evidence under "sector:NAME" and "instrument:NAME"."""

    sectors: tuple[Sector, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)


def find_facets(
    model: FacetModel, statements: Sequence[Statement], blocks: Sequence[SparseRows], elements: Sequence[Element]
) -> list[Facets]:
    """The facets of statements in one language and in reading order, whose n-grams are `blocks`; only measures have instruments.

    A line of responsible bodies, and a fragment that says nothing of its own, as the figures of a table or chart do, takes the
    sectors of the statement before it.
    """
    if not statements:
        return []
    flags, terms = term_flags(statements, statements[0].language)
    shares = model.probabilities(statements, blocks, flags, elements)
    chosen = chosen_labels(shares)
    found: list[Facets] = []
    for row, (statement, element) in enumerate(zip(statements, elements, strict=True)):
        evidence = {
            LABELS[label]: f"model {shares[row, label]:.2f}: {', '.join(terms[row].get(LABELS[label], ())[:4]) or 'wording'}"
            for label in chosen[row].nonzero()[0].tolist()
            if label < SECTORS or element is Element.MEASURE
        }
        beside = row > 0 and statements[row - 1].heading_path == statement.heading_path
        found.append(_facets(statement, element, evidence, found[-1].sectors if beside else ()))
    return found


def _facets(
    statement: Statement, element: Element, evidence: dict[Sector | Instrument, str], before: tuple[Sector, ...]
) -> Facets:
    """The labels that have evidence, and those that the rules on responsible bodies and fragments give."""
    text = statement.text
    is_duty = _DUTY.match(text) is not None
    is_wordless = not any(character.isalpha() for character in text)
    says_nothing = len(text) < FRAGMENT[statement.language] and not any(isinstance(label, Sector) for label in evidence)
    if is_wordless or (before and (is_duty or says_nothing)):
        reason = "responsible bodies belong to it" if is_duty else "fragment"
        evidence = {label: said for label, said in evidence.items() if isinstance(label, Instrument)}
        evidence |= dict.fromkeys(before, f"statement before: {reason}")
    if is_duty:
        evidence = {label: said for label, said in evidence.items() if isinstance(label, Sector)}
    if element is Element.MEASURE and (is_duty or own_words(text) != text):  # what it says, and the division of labour
        evidence[Instrument.PLANNING] = "rule duty: responsible bodies are named"
    return Facets(
        tuple(label for label in Sector if label in evidence),
        tuple(label for label in Instrument if label in evidence),
        {f"{'sector' if isinstance(label, Sector) else 'instrument'}:{label}": said for label, said in evidence.items()},
    )


def find_stringency(text: str, *, language: Language) -> tuple[Stringency | None, str]:
    """How binding a measure is, with the id of the rule and its words; plain imperatives are directives."""
    text = text[:LONGEST]
    lead = _leading_clause(text, language)
    for rule in bundled_rules("stringency", language):
        words = rule.find(text if rule.where == "anywhere" else lead)
        if words is not None:
            return Stringency(rule.tag), f"{rule.id}: {words.strip()[:40]}"
    return Stringency.DIRECTIVE, "plain imperative"


def _leading_clause(text: str, language: Language) -> str:
    """The clause of the leading verb: the first that does not only set the scene (面向…，按照…)."""
    if language is Language.EN:
        return text[:300]
    clauses = _CLAUSE.split(text, maxsplit=4)[:4]
    return next((clause for clause in clauses if clause.strip() and not _SETTING.match(clause)), clauses[0])
