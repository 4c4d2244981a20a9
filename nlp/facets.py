"""Facets of a statement: sectors, instruments and stringency, each with its evidence."""

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from domain.codebook import Instrument, Language, Sector, Stringency
from nlp.facet_features import LONGEST, sector_terms
from nlp.facet_model import LABELS, facet_model, sigmoid
from nlp.rules import bundled_rules

SECTOR_FLOOR = 0.37  # half of the F1 that is reached: the threshold that makes micro-F1 greatest
INSTRUMENT_FLOOR = 0.35
BEST_INSTRUMENT_FLOOR = 0.13  # a measure has an instrument more often than not, so the best one may be weaker
FRAGMENT = {Language.ZH: 10, Language.EN: 24}  # characters below which a statement may say nothing of its own

_DUTY = re.compile(
    r"^\W*(?:责任|牵头|配合|主办|承办|参加)(?:责任)?(?:单位|部门|主体)\s*[:：]|^\W*(?:lead|responsible)[\w ]{0,20}:",
    re.IGNORECASE,
)
_BODIES = re.compile(
    r"[（(【]\s*(?:责任|牵头|配合|主办|承办|参加)(?:责任)?(?:单位|部门|主体)?\s*[:：](?:[^（()）]|[（(][^（()）]{0,30}[）)])*(?:[）)】]|$)"
    r"|[（(][^（()）。]{4,300}(?:牵头|按职责分工负责|分工负责|分别负责|负责落实)[^（()）。]{0,6}[）)]\s*$"
)
_CLAUSE = re.compile(r"[，。；]")
_SETTING = re.compile(
    r"^\W*(?:面向|围绕|针对|按照|根据|结合|通过|在|以|对|依托|充分发挥|充分利用|发挥|为|经|聚焦|到|自|从|将|利用|强化|加强|深入实施|“?十.五”?)"
)


def find_sectors(
    text: str, *, heading_path: tuple[str, ...], language: Language, previous: tuple[Sector, ...] = ()
) -> tuple[tuple[Sector, ...], dict[str, str]]:
    """The sectors of a statement, in the codebook's order, with the evidence for each under "sector:NAME".

    A line of responsible bodies, and a fragment that says nothing of its own, takes `previous`, those of the statement before.
    """
    own = _own_words(text)
    probabilities = _probabilities(own, heading_path, language)
    chosen = [
        sector for place, sector in enumerate(LABELS) if isinstance(sector, Sector) and probabilities[place] >= SECTOR_FLOOR
    ]
    if previous and _DUTY.match(text):
        return previous, {f"sector:{sector}": "statement before: responsible bodies belong to it" for sector in previous}
    if previous and not chosen and len(text) < FRAGMENT[language]:
        return previous, {f"sector:{sector}": "statement before: fragment" for sector in previous}
    terms = sector_terms(own[:LONGEST], language) if chosen else {}
    evidence = {}
    for sector in chosen:
        words = terms.get(sector.value) or facet_model(language).telling_words(own, language, sector)
        evidence[f"sector:{sector}"] = f"model {probabilities[LABELS.index(sector)]:.2f}: {', '.join(words[:4]) or 'heading'}"
    return tuple(chosen), evidence


def find_instruments(
    text: str, *, heading_path: tuple[str, ...], language: Language
) -> tuple[tuple[Instrument, ...], dict[str, str]]:
    """The instruments of a measure, in the codebook's order, with the evidence for each under "instrument:NAME"."""
    duty = {"instrument:planning": "rule duty: responsible bodies are named"}
    if _DUTY.match(text):
        return (Instrument.PLANNING,), duty
    own = _own_words(text)
    probabilities = _probabilities(own, heading_path, language)
    scores = {label: float(probabilities[place]) for place, label in enumerate(LABELS) if isinstance(label, Instrument)}
    best = max(scores, key=lambda label: scores[label])
    evidence = {}
    for label, score in scores.items():
        if score >= INSTRUMENT_FLOOR or (label is best and score >= BEST_INSTRUMENT_FLOOR):
            words = ", ".join(facet_model(language).telling_words(own, language, label))
            evidence[f"instrument:{label}"] = f"model {score:.2f}: {words or 'heading'}"
    if own != text:  # a statement with its bracket does both: what it says, and the division of labour
        evidence = {**duty, **evidence}
    return tuple(label for label in scores if f"instrument:{label}" in evidence), evidence


def find_stringency(text: str, *, language: Language) -> tuple[Stringency | None, str]:
    """How binding a measure is, with the id of the rule and its words; plain imperatives are directives."""
    text = text[:LONGEST]
    lead = _leading_clause(text, language)
    for rule in bundled_rules("stringency", language):
        words = rule.find(text if rule.where == "anywhere" else lead)
        if words is not None:
            return Stringency(rule.tag), f"{rule.id}: {words.strip()[:40]}"
    return Stringency.DIRECTIVE, "plain imperative"


def _own_words(text: str) -> str:
    """The statement without its bracket of responsible bodies, whose names (财政局, 科技厅) say nothing of what it does."""
    if "责任" not in text and "负责" not in text and "牵头" not in text and "单位" not in text:
        return text
    return _BODIES.sub("", text[: 4 * LONGEST])


def _leading_clause(text: str, language: Language) -> str:
    """The clause of the leading verb: the first that does not only set the scene (面向…，按照…)."""
    if language is Language.EN:
        return text[:300]
    clauses = _CLAUSE.split(text, maxsplit=4)[:4]
    return next((clause for clause in clauses if clause.strip() and not _SETTING.match(clause)), clauses[0])


@lru_cache(maxsize=64)
def _probabilities(text: str, heading_path: tuple[str, ...], language: Language) -> npt.NDArray[np.float32]:
    return sigmoid(facet_model(language).text_scores(text, language) + _heading_scores(heading_path, language))


@lru_cache(maxsize=1024)
def _heading_scores(heading_path: tuple[str, ...], language: Language) -> npt.NDArray[np.float32]:
    return facet_model(language).heading_scores(heading_path, language)
