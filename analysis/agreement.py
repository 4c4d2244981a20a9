"""How often the machine's element stood when a person looked at it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.codebook import Element
from index import Correction


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many elements that the machine had given were looked at, and how many of those stood, by the machine's element."""

    looked_at: Counter[Element] = field(default_factory=Counter)
    stood: Counter[Element] = field(default_factory=Counter)

    @property
    def share(self) -> float | None:
        """The share that stood; None where nothing was looked at."""
        return self.stood.total() / self.looked_at.total() if self.looked_at else None


def agreement(corrections: Iterable[Correction]) -> Agreement:
    """The agreement of people and machine in the decisions on elements."""
    found = Agreement()
    for correction in corrections:
        if correction.field == "element" and correction.machine_value:
            machine = Element(correction.machine_value)
            found.looked_at[machine] += 1
            found.stood[machine] += correction.value == machine
    return found
