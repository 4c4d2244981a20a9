"""Scores of elements against coded statements, where any accepted element is right."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.codebook import Element

CORE = (Element.PRINCIPLE, Element.GOAL, Element.MEASURE)
DONE = (Element.PRACTICE, Element.OUTCOME)
FEWEST = 5  # an element seen less often says nothing about the mean


@dataclass(frozen=True, slots=True)
class Scores:
    """F1 per element with its number of statements, the share right, and the three means that have a bar."""

    f1: dict[Element, float]
    counts: dict[Element, int]
    accuracy: float

    @property
    def core(self) -> float:
        """Mean F1 of principle, goal and measure."""
        return _mean(self.f1[element] for element in CORE if element in self.f1)

    @property
    def done(self) -> float:
        """Mean F1 of practice and outcome."""
        return _mean(self.f1[element] for element in DONE if element in self.f1)

    @property
    def six(self) -> float:
        """Mean F1 of the elements that are seen often enough."""
        return _mean(self.f1[element] for element in self.f1 if self.counts[element] >= FEWEST)

    def __str__(self) -> str:
        each = " ".join(f"{element} {self.f1[element]:.3f} ({self.counts[element]})" for element in self.f1)
        return (
            f"core {self.core:.3f}, six {self.six:.3f}, practice and outcome {self.done:.3f}, right {self.accuracy:.3f}; {each}"
        )


def score_elements(accepted: Sequence[Sequence[Element]], chosen: Sequence[Element]) -> Scores:
    """Scores of the chosen elements; a wrong one counts against it and against the main accepted one."""
    right: Counter[Element] = Counter()
    wrong: Counter[Element] = Counter()
    missed: Counter[Element] = Counter()
    for elements, element in zip(accepted, chosen, strict=True):
        if element in elements:
            right[element] += 1
        else:
            wrong[element] += 1
            missed[elements[0]] += 1
    seen = [element for element in Element if right[element] + wrong[element] + missed[element]]
    f1 = {element: 2 * right[element] / (2 * right[element] + wrong[element] + missed[element]) for element in seen}
    counts = {element: right[element] + missed[element] for element in seen}
    return Scores(f1, counts, sum(right.values()) / max(1, len(chosen)))


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
