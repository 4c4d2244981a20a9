"""Which of two targets asks for more, and why two numbers cannot be compared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from analysis.alignment import terms
from analysis.phrases import phrase
from domain.codebook import Comparator, Direction, Language, Level
from domain.statement import Statement
from domain.target import Target
from nlp.units import Quantity, canonical

ALIKE = 0.45
ALIKE_IN_PARTICULAR = 0.3
GENERAL = re.compile(
    r"装机容量|装机规模|装机|比重|占比|比例|总量|规模|数量|容量|面积|消费|达到|新增|累计|力争|全市|全省|全国|本市|全社会|年均|以上"
    r"|单位(?:地区|国内)?生产总值"
    r"|\b(?:share|capacity|total|number|rate|installed|area|of|the|in)\b",
    re.IGNORECASE,
)
CEILINGS = (Comparator.AT_MOST, Comparator.LESS)
LESS_IS_MORE = (
    "能耗",
    "消耗",
    "强度",
    "排放",
    "损耗",
    "pue",
    "电能利用效率",
    "浓度",
    "intensity",
    "emission",
    "consumption",
    "loss",
)


class Relation(StrEnum):
    """What a local target asks for beside the source's."""

    STRONGER = "stronger"
    EQUAL = "equal"
    WEAKER = "weaker"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rung:
    """A source target beside the local one that it was held against; `reason` says why, in a clause."""

    source: Target
    local: Target
    relation: Relation
    reason: str


def climb(source: Sequence[Target], local: Sequence[Target], *, same_level: bool, language: Language) -> tuple[Rung, ...]:
    """Each source target beside the local target whose indicator is most alike; none where no indicator is.

    `same_level` says that both plans speak for the same kind of place: only then do absolute amounts compare. `language`
    is that of the reasons.
    """
    rungs = []
    for ours in source:
        alike = [(likeness(trait_of(ours), trait_of(theirs)), -i) for i, theirs in enumerate(local)]
        best = max(alike, default=(0.0, 0))
        if best[0] >= ALIKE:
            rungs.append(hold(ours, local[-best[1]], same_level=same_level, language=language))
    return tuple(rungs)


def has_rung(source: Sequence[Target], local: Sequence[Target]) -> bool:
    """Whether any source target has a local one beside it on the ladder."""
    return any(likeness(trait_of(ours), trait_of(theirs)) >= ALIKE for ours in source for theirs in local)


def relation_of(rungs: Sequence[Rung]) -> Relation:
    """The word for several targets together: a weaker one outweighs, then a stronger one, then an equal one."""
    relations = {rung.relation for rung in rungs}
    return next((r for r in (Relation.WEAKER, Relation.STRONGER, Relation.EQUAL) if r in relations), Relation.NONE)


@dataclass(frozen=True, slots=True)
class Trait:
    """What a target is known again by: what it measures and, in characters and pairs of them, what of and in particular."""

    dimension: str
    marks: frozenset[str]
    particular: frozenset[str]
    is_ceiling: bool
    is_change: bool
    year: int | None


@lru_cache(maxsize=65536)
def trait_of(target: Target) -> Trait:
    """The trait of a target."""
    return Trait(
        quantity(target).dimension,
        marks(target.indicator),
        marks(particular(target.indicator)),
        target.comparator in CEILINGS,
        target.direction is not Direction.REACH,
        target.year,
    )


def likeness(ours: Trait, theirs: Trait) -> float:
    """How alike two targets' indicators are, 0 to 1: share of characters and pairs of them in common (Dice).

    0 where their units measure different things or what they count is another thing (风电 and 光伏装机容量); less where the
    year differs, one is a ceiling and the other is not, or one is a level and the other a change.
    """
    if ours.dimension != theirs.dimension or not ours.marks or not theirs.marks:
        return 0.0
    if ours.particular and theirs.particular and dice(ours.particular, theirs.particular) < ALIKE_IN_PARTICULAR:
        return 0.0
    shared = dice(ours.marks, theirs.marks) * (1.0 if ours.year == theirs.year else 0.9)
    return shared * (0.6 if ours.is_ceiling != theirs.is_ceiling else 1.0) * (0.6 if ours.is_change != theirs.is_change else 1.0)


def targets_of(statement: Statement) -> tuple[Target, ...]:
    """The targets of a statement."""
    return statement.tags.targets if statement.tags else ()


def particular(indicator: str) -> str:
    """The indicator without the words that every indicator has: what it counts, not how."""
    return GENERAL.sub(" ", indicator)


def dice(left: frozenset[str], right: frozenset[str]) -> float:
    """Twice what two sets share over what they hold."""
    return 2 * len(left & right) / (len(left) + len(right))


def marks(indicator: str) -> frozenset[str]:
    """The characters and pairs of an indicator's Chinese, or its English words."""
    words = set(terms(indicator))
    return frozenset(words | {character for word in words if not word.isascii() for character in word})


def hold(ours: Target, theirs: Target, *, same_level: bool, language: Language) -> Rung:
    """The relation of one local target to one source target, with its reason."""
    a, b = quantity(ours), quantity(theirs)
    if (ours.direction is Direction.REACH) != (theirs.direction is Direction.REACH):
        return Rung(ours, theirs, Relation.NONE, phrase(language, "level_and_change"))
    if ours.baseline_year and theirs.baseline_year and ours.baseline_year != theirs.baseline_year:
        reason = phrase(language, "base_year", ours=ours.baseline_year, theirs=theirs.baseline_year)
        return Rung(ours, theirs, Relation.NONE, reason)
    if not same_level and a.dimension != "ratio" and ours.direction is Direction.REACH and not is_rate(ours):
        return Rung(ours, theirs, Relation.NONE, phrase(language, "scope"))
    more = b.value - a.value
    if lower_is_stronger(ours):
        more = -more
    if abs(more) <= 1e-9 * max(1.0, abs(a.value)):
        return same_value(ours, theirs, language)
    relation = Relation.STRONGER if more > 0 else Relation.WEAKER
    if ours.year and theirs.year and ours.year != theirs.year and (theirs.year < ours.year) != (relation is Relation.STRONGER):
        return Rung(ours, theirs, Relation.NONE, phrase(language, "due", ours=ours.year, theirs=theirs.year))
    return Rung(ours, theirs, relation, phrase(language, "numbers", ours=ours.quote, theirs=theirs.quote))


def same_value(ours: Target, theirs: Target, language: Language) -> Rung:
    """The relation of two targets of the same value: the earlier one is the stronger."""
    if ours.year and theirs.year and ours.year != theirs.year:
        relation = Relation.STRONGER if theirs.year < ours.year else Relation.WEAKER
        return Rung(ours, theirs, relation, phrase(language, "same_value_due", ours=ours.year, theirs=theirs.year))
    return Rung(ours, theirs, Relation.EQUAL, phrase(language, "same_value", theirs=theirs.quote))


def quantity(target: Target) -> Quantity:
    """The target's value in the canonical unit of its dimension; an unknown unit is a dimension of its own."""
    return canonical(target.value, target.unit) or Quantity(target.value, target.unit, target.unit)


def is_rate(target: Target) -> bool:
    """Whether the unit is one amount per another."""
    return "/" in target.unit or "每" in target.indicator or "人均" in target.indicator or "单位" in target.indicator


def lower_is_stronger(target: Target) -> bool:
    """Whether less is more ambitious: a ceiling, or a level of something that is to shrink."""
    if target.direction is not Direction.REACH:
        return False
    if target.comparator in CEILINGS:
        return True
    bound_below = target.comparator in (Comparator.AT_LEAST, Comparator.MORE)
    return not bound_below and any(word in target.indicator.lower() for word in LESS_IS_MORE)


def same_level(source: Level | None, local: Level | None) -> bool:
    """Whether two documents speak for the same kind of place, as far as that is known."""
    return source is None or local is None or source == local
