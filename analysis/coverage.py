"""Whether a local plan takes up a requirement, judged from the evidence with weights learnt on pairs that people aligned."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.alignment import CHANNELS, Matrix, Rarity, beyond_the_crowd, items_of, terms
from analysis.ladder import Trait, likeness, targets_of, trait_of
from domain.codebook import Element
from domain.statement import Statement
from domain.target import Target

WEIGHTS = Path(__file__).with_name("coverage.toml")
FEATURES = (
    "bias",
    "best",  # log odds of the best match
    "alone",  # cosine of the best match beyond what either side has with everything else
    "beyond_own",  # the same with the requirement's own plan as everything else
    "taken_over",  # share of the requirement's words that the three best matches have
    "goal",  # whether it is a goal
    "principle",  # whether it is a principle: any plan takes those up in some way
    "length",  # logarithm of its length: of a long requirement something is nearly always found
    "unanswered",  # how many of its targets, at most two, the plan has no like target for
)
CENTRED = 0.35  # how far features are moved to the mean of their comparison: plans differ in length and style
NEAREST = 5
LEAST_ALIKE = 0.45  # targets whose indicators are less alike do not answer each other
SHORTEST = 16  # characters below which length says nothing more
LEAST_COVERING = 0.1  # a requirement is not covered by a statement that hardly answers it, whatever its words


class Coverage(StrEnum):
    """Whether a requirement is taken up, best first."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"


class Finding(StrEnum):
    """What a reviewer can say of a row: a Coverage, or that the requirement is not meant for the place."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of one requirement.

    `confidence` is the chance of the status. `nearest` are (position, score) of the closest local statements, best
    first, scores in 0..1; `shared` are the words that the best of them has in common with the requirement.
    """

    status: Coverage
    confidence: float
    nearest: tuple[tuple[int, float], ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judge:
    """Learnt weights.

    `match` weighs the channels of a pair, shape (CHANNELS,); `status` the features of a requirement, a row per Coverage,
    shape (3, FEATURES). A requirement is missing only where that is more likely than `missing_from`, since a reviewer
    pays more for a false "missing" than for a false "partial"; else it is covered from `covered_from` upwards.
    """

    match: NDArray[np.float64]
    match_bias: float
    status: NDArray[np.float64]
    missing_from: float
    covered_from: float

    def judge(self, source: Sequence[Statement], local: Sequence[Statement], evidence: Matrix, rarity: Rarity) -> list[Judgement]:
        """A judgement for each source statement, in their order; evidence has shape (sources, locals, CHANNELS)."""
        if not source or not local:
            return [Judgement(Coverage.MISSING, 1.0) for _ in source]
        scores = self.scores(evidence)
        nearest = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
        chances = softmax(status_features(source, local, evidence, scores, nearest, rarity) @ self.status.T)
        judgements = []
        for n, chance in enumerate(chances):
            found = tuple((int(i), float(scores[n, i])) for i in nearest[n])
            status = self.decide(chance, found[0][1])
            shared = shared_phrases(source[n].text, local[found[0][0]].text)
            judgements.append(Judgement(status, float(chance[list(Coverage).index(status)]), found, shared))
        return judgements

    def scores(self, evidence: Matrix) -> Matrix:
        """How likely each local statement answers each source statement; float32, shape (sources, locals), in 0..1."""
        chance: Matrix = (1 / (1 + np.exp(-(evidence @ self.match + self.match_bias)))).astype(np.float32)
        return chance

    def decide(self, chance: NDArray[np.float64], best: float) -> Coverage:
        """The status for the chances of covered, partial and missing and the score of the best match."""
        covered, partial, missing = chance
        if missing > self.missing_from:
            return Coverage.MISSING
        sure = covered / (covered + partial) >= self.covered_from and covered >= missing and best >= LEAST_COVERING
        return Coverage.COVERED if sure else Coverage.PARTIAL


def status_features(
    source: Sequence[Statement],
    local: Sequence[Statement],
    evidence: Matrix,
    scores: Matrix,
    nearest: NDArray[np.intp],
    rarity: Rarity,
) -> NDArray[np.float64]:
    """What the status of each requirement is judged by; shape (sources, FEATURES)."""
    best = scores[np.arange(len(source)), nearest[:, 0]].astype(np.float64)
    taken_over = [share_of(s.text, terms_of(local[i].text for i in nearest[n][:3]), rarity) for n, s in enumerate(source)]
    alone = beyond_the_crowd(evidence[:, :, CHANNELS.index("meaning")]).max(axis=1)
    beyond_own = evidence[:, :, CHANNELS.index("meaning_alone")].max(axis=1)
    relative = np.column_stack([np.log((best + 1e-6) / (1 - best + 1e-6)), alone, beyond_own, taken_over])
    elements = [s.tags.element if s.tags else None for s in source]
    own = [
        np.array([element is Element.GOAL for element in elements]),
        np.array([element is Element.PRINCIPLE for element in elements]),
        np.log([max(SHORTEST, len(s.text)) for s in source]),
        np.array(unanswered(source, local)),
    ]
    features = np.column_stack([np.ones(len(source)), relative - CENTRED * relative.mean(axis=0), *own])
    led = [features[items].mean(axis=0) if items else own for items, own in zip(items_of(source), features, strict=True)]
    return np.array(led).reshape(features.shape)


def unanswered(source: Sequence[Statement], local: Sequence[Statement]) -> list[int]:
    """How many targets of each requirement, at most two, have an indicator like no target of the plan."""
    theirs = {trait for s in local for target in targets_of(s) if (trait := trait_of(target))}
    kin: dict[str, list[Trait]] = defaultdict(list)
    for trait in sorted(theirs, key=lambda trait: sorted(trait.marks)):
        kin[trait.dimension].append(trait)

    def has_none(target: Target) -> bool:
        ours = trait_of(target)
        return all(likeness(ours, other) < LEAST_ALIKE for other in kin[ours.dimension])

    return [min(2, sum(has_none(target) for target in targets_of(s))) for s in source]


def terms_of(texts: Iterable[str]) -> frozenset[str]:
    """Every term of some texts."""
    return frozenset(term for text in texts for term in terms(text))


def share_of(text: str, there: frozenset[str], rarity: Rarity) -> float:
    """The share of a text's terms that are `there`, weighed by their rarity, 0..1; 1 where the text has no term."""
    wanted = terms(text)
    total = sum(rarity[term] for term in wanted)
    return sum(rarity[term] for term in wanted if term in there) / total if total else 1.0


def shared_phrases(text: str, other: str, *, shortest: int = 4, most: int = 5) -> tuple[str, ...]:
    """The longest runs of characters that two texts share, longest first; runs of letters are kept whole."""
    found: list[str] = []
    start = 0
    while start < len(text):
        end = start
        while end < len(text) and text[start : end + 1] in other:
            end += 1
        run = text[start:end].strip(" ，、。；：,.;:()（）“”")
        if len(run) >= shortest and (not run.isascii() or " " in run or run.isalpha()):
            found.append(run)
        start = max(end, start + 1)
    return tuple(sorted(dict.fromkeys(found), key=lambda run: (-len(run), run))[:most])


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows that sum to 1."""
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = grown / grown.sum(axis=1, keepdims=True)
    return shares


@cache
def load_judge() -> Judge:
    """The judge that ships with the program; its weights come from scripts/fit_coverage.py."""
    with WEIGHTS.open("rb") as stream:
        data = tomllib.load(stream)
    return Judge(
        match=np.array([data["match"][channel] for channel in CHANNELS]),
        match_bias=data["match"]["bias"],
        status=np.array([[data["status"][status.value][feature] for feature in FEATURES] for status in Coverage]),
        missing_from=data["decision"]["missing_from"],
        covered_from=data["decision"]["covered_from"],
    )
