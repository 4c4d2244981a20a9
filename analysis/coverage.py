"""Whether a local plan takes up a requirement, judged from the evidence with weights learnt on pairs that people aligned."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from analysis.alignment import CHANNELS, SLIGHT, Matrix, Rarity, Side, items_of, terms
from analysis.ladder import has_rung
from domain.codebook import Element
from index.tokenizer import stop_words

WEIGHTS, MISSING_WEIGHTS = (Path(__file__).with_name(name) for name in ("coverage.toml", "missing.toml"))
FEATURES = (
    "bias",
    "best",  # log odds of the best match
    "beyond_own",  # cosine of the best match beyond what either side has with all else, the requirement in its own plan
    "taken_over",  # share of the requirement's words that the three best matches have
    "claimed",  # by how many log odds, at most two, the best match is nearer to this requirement than to any other
    "fullness",  # logarithm of the best match's length by the requirement's: a short answer takes up a part
    "principle",  # whether it is a principle: any plan takes those up in some way
    "length",  # logarithm of its length: of a long requirement something is nearly always found
    "target_met",  # whether it has a target and one of the nearest a target for a like indicator
    "target_unmet",  # whether it has a target and none of the nearest has
)
ABSENCE = (
    *FEATURES,
    "answer",  # cosine of the best answer, by the vectors made for that
    "second_answer",  # that of the second
    "mean_taken_over",  # the means of the comparison: plans differ in how closely they follow their source
    "mean_claimed",  # at least LEAST_CLAIMED: a plan of a few statements answers all with the same ones
    "mean_fullness",
    "mean_length",
    "mean_answer",
    "spread_best",  # standard deviations of the comparison
    "spread_answer",
)
CENTRED = 0.5  # how far the first three, and the answers, are moved to the mean of their comparison: plans differ in style
TRANSLATED = 0.43  # what is taken over of a requirement in another language, where words cannot show it: as in a mean plan
MOST_CLAIMED = 2.0
LEAST_CLAIMED = -3.0  # what 2 % of the coded pairs have less of in the mean
NEAREST = 5
FOLLOWS = 0.44  # mean answer of a plan that follows its source, or borders on it: 160 of 172 coded ones have more
LEAST_COVERING = 0.1  # a requirement is not covered by a statement that hardly answers it, whatever its words
_TOKEN = re.compile(r"[A-Za-z0-9]+|\S")


class Coverage(StrEnum):
    """Whether a requirement is taken up, best first."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"


class Pairing(StrEnum):
    """In which languages the two plans of a comparison are, each of which has weights of its own."""

    ZH = "zh"
    EN = "en"
    MIXED = "mixed"


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
    shape (3, FEATURES). `missing` weighs what tells that it is missing, shape (ABSENCE,), where enough pairs were coded to
    learn that apart and the plan follows its source as those do; elsewhere its row of `status` does. A requirement is
    missing only where that is more likely than `missing_from`, since a reviewer pays more for a false "missing" than for a
    false "partial", and no statement answers it with a chance above `missing_below`; else it is covered from `covered_from`
    upwards.
    """

    match: NDArray[np.float64]
    match_bias: float
    status: NDArray[np.float64]
    missing_from: float
    missing_below: float
    covered_from: float
    missing: NDArray[np.float64] | None = None

    def judge(self, source: Side, local: Side, evidence: Matrix, rarity: Rarity) -> list[Judgement]:
        """A judgement for each source statement, in their order; evidence has shape (sources, locals, CHANNELS)."""
        if not source.statements or not local.statements:
            return [Judgement(Coverage.MISSING, 1.0) for _ in source.statements]
        odds = self.odds(evidence)
        nearest = np.argsort(-odds, axis=1, kind="stable")[:, :NEAREST]
        chances = self.chances(source, local, evidence, odds, nearest, rarity)
        judgements = []
        for n, chance in enumerate(chances):
            found = tuple((int(i), float(1 / (1 + np.exp(-odds[n, i])))) for i in nearest[n])
            status = self.decide(chance, found[0][1])
            shared = shared_phrases(source.statements[n].text, local.statements[found[0][0]].text)
            judgements.append(Judgement(status, float(chance[list(Coverage).index(status)]), found, shared))
        return judgements

    def chances(
        self, source: Side, local: Side, evidence: Matrix, odds: NDArray[np.float64], nearest: NDArray[np.intp], rarity: Rarity
    ) -> NDArray[np.float64]:
        """The chances of covered, partial and missing of each requirement; shape (sources, 3)."""
        features = status_features(source, local, evidence, odds, nearest, rarity)
        chances = softmax(features @ self.status.T)
        if self.missing is None:
            return chances
        absence = absence_features(source, local, features)
        if absence[0, ABSENCE.index("mean_answer")] < FOLLOWS:
            return chances
        missing = expit(absence @ self.missing)
        answered = chances[:, :2] / chances[:, :2].sum(axis=1, keepdims=True)
        return np.column_stack([answered * (1 - missing)[:, None], missing])

    def odds(self, evidence: Matrix) -> NDArray[np.float64]:
        """How likely each local statement answers each source statement, in log odds; shape (sources, locals)."""
        odds: NDArray[np.float64] = evidence @ self.match + self.match_bias
        return odds

    def decide(self, chance: NDArray[np.float64], best: float) -> Coverage:
        """The status for the chances of covered, partial and missing and the score of the best match."""
        covered, partial, missing = chance
        if missing > self.missing_from and best <= self.missing_below:
            return Coverage.MISSING
        sure = covered >= self.covered_from * (covered + partial) and covered >= missing and best >= LEAST_COVERING
        return Coverage.COVERED if sure else Coverage.PARTIAL


def status_features(
    source: Side, local: Side, evidence: Matrix, odds: NDArray[np.float64], nearest: NDArray[np.intp], rarity: Rarity
) -> NDArray[np.float64]:
    """What the status of each requirement is judged by; shape (sources, FEATURES)."""
    first = nearest[:, 0]
    best = odds[np.arange(len(first)), first]
    sizes, found = sizes_of(source), sizes_of(local)[first]
    principle = [s.tags is not None and s.tags.element is Element.PRINCIPLE for s in source.statements]
    beyond_own = evidence[:, :, CHANNELS.index("meaning_alone")].max(axis=1)
    relative = np.column_stack([best, beyond_own, taken_over(source, local, nearest, rarity)])
    claimed = np.minimum(best - rivals(odds, first), MOST_CLAIMED)
    own = [claimed, found - sizes, np.array(principle), sizes, *targets_met(source, local, nearest)]
    features = np.column_stack([np.ones(len(first)), relative - CENTRED * relative.mean(axis=0), *own])
    items = items_of(source.statements)
    led = [features[led].mean(axis=0) if led else each for led, each in zip(items, features, strict=True)]
    return np.array(led).reshape(features.shape)


def absence_features(source: Side, local: Side, features: NDArray[np.float64]) -> NDArray[np.float64]:
    """What tells that a requirement is missing, beside the features of its status; shape (sources, ABSENCE)."""
    answers = source.answers @ local.answers.T
    best, second = answers.max(axis=1), np.partition(answers, -2, axis=1)[:, -2] if answers.shape[1] > 1 else answers[:, 0]
    own = dict(zip(FEATURES, features.T, strict=True))
    centred = [each - CENTRED * each.mean() for each in (best, second)]
    taken, claimed, full, long = (own[name].mean() for name in ("taken_over", "claimed", "fullness", "length"))
    whole = np.array([taken, max(claimed, LEAST_CLAIMED), full, long, best.mean(), own["best"].std(), best.std()])
    return np.column_stack([features, *centred, np.tile(whole, (len(features), 1))])


def taken_over(source: Side, local: Side, nearest: NDArray[np.intp], rarity: Rarity) -> list[float]:
    """The share of each requirement's words that its three best matches have; shape (sources,)."""
    if pairing_of(source, local) is Pairing.MIXED:
        return [TRANSLATED] * len(nearest)
    return [share_of(text, terms_of(local.texts[i] for i in nearest[n][:3]), rarity) for n, text in enumerate(source.texts)]


def targets_met(source: Side, local: Side, nearest: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which requirements have a target that is met by one of the nearest, and which one that is not; shape (2, sources)."""
    ours, theirs = ([s.tags.targets if s.tags else () for s in side.statements] for side in (source, local))
    found = [has_rung(targets, [t for i in near for t in theirs[i]]) for targets, near in zip(ours, nearest, strict=True)]
    has = np.array([bool(targets) for targets in ours])
    return np.array([has & found, has & ~np.array(found, np.bool_)])


def rivals(odds: NDArray[np.float64], first: NDArray[np.intp]) -> NDArray[np.float64]:
    """The odds of each requirement's best match with the other requirement that it answers best; shape (sources,)."""
    if len(odds) < 2:
        return np.full(len(first), -np.inf)
    top = odds.argmax(axis=0)
    highest, second = -np.partition(-odds, 1, axis=0)[:2]
    others: NDArray[np.float64] = np.where(top[first] == np.arange(len(first)), second[first], highest[first])
    return others


def sizes_of(side: Side) -> NDArray[np.float64]:
    """The logarithm of each statement's length by that of the shortest that says how, 0 and up; shape (statements,)."""
    lengths = [len(text) / SLIGHT[s.language] for s, text in zip(side.statements, side.texts, strict=True)]
    return np.log(np.maximum(lengths, 1.0))


def terms_of(texts: Iterable[str]) -> frozenset[str]:
    """Every term of some texts."""
    return frozenset(term for text in texts for term in terms(text))


def share_of(text: str, there: frozenset[str], rarity: Rarity) -> float:
    """The share of a text's terms that are `there`, weighed by their rarity, 0..1; 1 where the text has no term."""
    wanted = terms(text)
    total = sum(rarity[term] for term in wanted)
    return sum(rarity[term] for term in wanted if term in there) / total if total else 1.0


def shared_phrases(text: str, other: str, *, shortest: int = 4, most: int = 5) -> tuple[str, ...]:
    """The longest runs that two texts share, longest first: Latin letters in whole words that are not all function words."""
    spans = [found.span() for found in _TOKEN.finditer(text)]
    tokens, there = [text[start:end].lower() for start, end in spans], _joined(_TOKEN.findall(other.lower()))
    found: list[str] = []
    start = 0
    while start < len(tokens):
        end = start
        while end < len(tokens) and _joined(tokens[start : end + 1]) in there:
            end += 1
        if end > start:
            run = text[spans[start][0] : spans[end - 1][1]].strip(" ，、。；：,.;:()（）“”")
            words = [word for word in tokens[start:end] if word.isascii() and word.isalnum()]
            telling = any(len(word) >= shortest and word not in stop_words() for word in words)
            if len(run) >= shortest and (telling or not run.isascii()):
                found.append(run)
        start = max(end, start + 1)
    return tuple(sorted(dict.fromkeys(found), key=lambda run: (-len(run), run))[:most])


def _joined(tokens: Sequence[str]) -> str:
    return "\x1f" + "\x1f".join(tokens) + "\x1f"


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows that sum to 1."""
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = grown / grown.sum(axis=1, keepdims=True)
    return shares


def pairing_of(source: Side, local: Side) -> Pairing:
    """The pairing of two plans, each in the language of most of its statements."""
    languages = {Counter(s.language for s in side.statements).most_common(1)[0][0] for side in (source, local) if side.statements}
    return Pairing(languages.pop()) if len(languages) == 1 else Pairing.MIXED


@cache
def load_judge(pairing: Pairing) -> Judge:
    """The judge that ships with the program for plans in such languages; its weights come from scripts/fit_coverage.py.

    What tells that a requirement is missing comes from scripts/teach_missing.py, and is known of Chinese plans alone.
    """
    data, missing = (tomllib.loads(path.read_text(encoding="utf-8")) for path in (WEIGHTS, MISSING_WEIGHTS))
    told, learnt = missing.get(pairing), data[pairing]
    decision = learnt["decision"] | (told["decision"] if told else {})
    return Judge(
        match=np.array([learnt["match"][channel] for channel in CHANNELS]),
        match_bias=learnt["match"]["bias"],
        status=np.array([[learnt["status"][status.value][feature] for feature in FEATURES] for status in Coverage]),
        missing=np.array([told["weights"][feature] for feature in ABSENCE]) if told else None,
        **decision,
    )
