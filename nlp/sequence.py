"""What the statements around a statement say of it: features from the first scores of a document in reading order."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.codebook import Element, Language
from nlp.context import Role, SectionRole, section_role
from nlp.linear import Floats, softmax

ELEMENTS = (Element.PRINCIPLE, Element.GOAL, Element.MEASURE, Element.PRACTICE, Element.OUTCOME, Element.CONTEXT)
FIRM: dict[Role, tuple[dict[Element, float], int]] = {  # what a role adds to scores, and the greatest depth at which it does
    Role.PRINCIPLE: ({Element.PRINCIPLE: 20.0}, 1),
    Role.GOAL: ({Element.GOAL: 6.0}, 2),
    Role.GUIDANCE: ({Element.CONTEXT: 2.0}, 0),
    Role.PRACTICE: ({Element.PRACTICE: 3.0, Element.OUTCOME: 1.5}, 1),
    Role.REVIEW: ({Element.PRACTICE: 1.0, Element.OUTCOME: 1.0}, 1),
}
_FAR = 8  # neighbours in a section beyond this many tell nothing more

Path = tuple[str, ...]


def context_features(scores: Floats, paths: Sequence[Path], language: Language) -> Floats:
    """Own log probabilities, the neighbours', the section's, the document's, and the section's role: a row a statement."""
    shares = softmax(scores)
    same = numbers(paths)
    parts = [np.log(shares + 1e-4)]
    for step in (-1, 1, -2, 2):
        near, there = _shifted(shares, step)
        parts += [near, there]
        if abs(step) == 1:
            parts += [*neighbours(shares, same, step)]
    section, size = others(shares, same)
    parent, parent_size = others(shares, numbers([path[:-1] for path in paths]))
    whole, _ = others(shares, np.zeros(len(paths), dtype=np.int64))
    parts += [section, size, section * size, whole, parent, parent_size, _roles(paths, language)]
    return np.hstack(parts).astype(np.float32)


def firm_scores(paths: Sequence[Path], language: Language) -> Floats:
    """What the codebook's rules on sections add to the scores: float32, shape (statements, elements)."""
    added = np.zeros((len(paths), len(ELEMENTS)), dtype=np.float32)
    for row, path in enumerate(paths):
        for element, weight in firm_weights(section_role(path, language)).items():
            added[row, ELEMENTS.index(element)] = weight
    return added


def firm_weights(section: SectionRole | None) -> dict[Element, float]:
    """What the section of a statement adds to its scores, by element."""
    weights, deepest = FIRM.get(section.role, ({}, 0)) if section else ({}, 0)
    return weights if section and section.depth <= deepest else {}


def neighbours(values: Floats, sections: npt.NDArray[np.int64], step: int) -> tuple[Floats, Floats]:
    """The values `step` rows on where that row lies in the same section, else zero, and whether it does, shape (rows, 1)."""
    places = (sections[:, None] + 1).astype(np.float32)  # from 1, as beyond the ends there is 0
    beside = (_shifted(places, step)[0] == places).astype(np.float32)
    return _shifted(values, step)[0] * beside, beside


def _shifted(values: Floats, step: int) -> tuple[Floats, Floats]:
    """The values `step` rows on, zero beyond the ends, and whether there is such a row, shape (rows, 1)."""
    moved, there = np.zeros_like(values), np.zeros((len(values), 1), dtype=np.float32)
    if abs(step) < len(values):
        into, out = (slice(-step, None), slice(None, step)) if step < 0 else (slice(None, -step), slice(step, None))
        moved[into], there[into] = values[out], 1
    return moved, there


def others(shares: Floats, groups: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The mean of the group without the row itself, and the group's size up to a limit, as a share of it."""
    count: Floats = (np.bincount(groups)[groups][:, None] - 1).astype(np.float32)
    total = np.zeros((int(groups.max(initial=0)) + 1, shares.shape[1]), dtype=np.float32)
    np.add.at(total, groups, shares)
    mean = np.asarray((total[groups] - shares) / np.maximum(count, 1), dtype=np.float32)
    size = np.asarray(np.minimum(count, _FAR) / _FAR, dtype=np.float32)
    return mean, size


def numbers(paths: Sequence[Path]) -> npt.NDArray[np.int64]:
    """A number for each distinct path, from 0 in order of appearance."""
    known: dict[Path, int] = {}
    return np.array([known.setdefault(path, len(known)) for path in paths], dtype=np.int64)


def _roles(paths: Sequence[Path], language: Language) -> Floats:
    names = list(Role)
    table = np.zeros((len(paths), len(names) + 1), dtype=np.float32)
    for row, path in enumerate(paths):
        section = section_role(path, language)
        if section is not None:
            table[row, names.index(section.role)] = 1
        elif path:
            table[row, -1] = 1
    return table
