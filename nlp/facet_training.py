"""Training of the facet model from coded statements in reading order."""

import json
import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.codebook import Element, Instrument, Language, Sector
from nlp.facet_features import heading_features, heading_term_features, term_features, text_features
from nlp.facet_model import HEADING_LENGTH, LABELS, FacetModel, save_facet_model

RAREST = 3  # features seen in fewer statements are left out
SMALLEST = 0.1  # so are those whose weights all lie below this
_TERM_FEATURE = re.compile(r"[tlhu]\d?\||short$")
_LEVELS = (
    re.compile(r"^\s*第[一二三四五六七八九十]+[章编部]|^\s*[一二三四五六七八九十]+\s*、|^\s*(?:chapter|part)\b", re.IGNORECASE),
    re.compile(r"^\s*[（(][一二三四五六七八九十]+[）)]|^\s*第[一二三四五六七八九十]+节|^\s*\d+\.\d+(?![.\d])"),
    re.compile(r"^\s*\d+\s*[、.．](?!\d)|^\s*\d+\.\d+\.\d+"),
    re.compile(r"^\s*[（(]\d+[）)]"),
)


@dataclass(frozen=True, slots=True)
class CodedStatement:
    """A statement with its codes; `instruments` is None where they were not coded."""

    document: str
    text: str
    heading_path: tuple[str, ...]
    sectors: tuple[Sector, ...]
    instruments: tuple[Instrument, ...] | None


def read_coded(path: Path) -> list[CodedStatement]:
    """The statements of a JSON Lines file with the keys doc, text, el, se, in; headings become the others' heading paths."""
    coded = []
    document, stack = "", list[tuple[int, str]]()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("doc", "") != document:
                document, stack = row.get("doc", ""), []
            if row["el"][0] == Element.HEADING:
                _push(stack, row["text"])
            else:
                coded.append(_coded(row, document, tuple(title for _, title in stack)))
    return coded


def train_facets(coded: Sequence[CodedStatement], language: Language, *, strength: float = 5.0) -> FacetModel:
    """One logistic regression a label, on the features of facet_features; needs scikit-learn."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    blocks = _blocks(coded, language)
    counts = Counter(name for block in blocks for names in block.names for name in names)
    frequent = sorted(name for name, count in counts.items() if count >= RAREST and "\n" not in name)
    columns = {name: row for row, name in enumerate(frequent)}
    scale = np.array([np.log((1 + len(coded)) / (1 + counts[name])) + 1 for name in columns], dtype=np.float32)
    matrix = csr_matrix(_cells(blocks, columns, scale), shape=(len(coded), len(columns)))
    everything = np.arange(len(columns))
    ngrams = np.array([place for name, place in columns.items() if not _TERM_FEATURE.match(name)])
    weights = np.zeros((len(columns), len(LABELS)), dtype=np.float32)
    bias = np.full(len(LABELS), -6.0, dtype=np.float32)
    for place, label in enumerate(LABELS):
        used, wanted = _codes(coded, label)
        seen = everything if isinstance(label, Sector) else ngrams  # a sector's terms say nothing of the instrument
        if wanted[used].sum() >= 2:
            regression = LogisticRegression(C=strength, max_iter=400, solver="liblinear", random_state=0)
            fitted = regression.fit(matrix[used][:, seen], wanted[used])
            weights[seen, place], bias[place] = fitted.coef_[0], fitted.intercept_[0]
    kept = np.flatnonzero(np.abs(weights).max(axis=1) >= SMALLEST)
    known = list(columns)
    return FacetModel({known[row]: place for place, row in enumerate(kept)}, weights[kept], bias, scale[kept])


@dataclass(frozen=True, slots=True)
class _Block:
    """Features of one kind, a set for each statement, of length `length`; None for features that count 1 each."""

    names: list[Set[str]]
    length: float | None


def _blocks(coded: Sequence[CodedStatement], language: Language) -> list[_Block]:
    terms = [term_features(one.text, language) | heading_term_features(one.heading_path, language) for one in coded]
    return [
        _Block([text_features(one.text, language) for one in coded], 1.0),
        _Block([heading_features(one.heading_path, language) for one in coded], HEADING_LENGTH),
        _Block([*terms], None),
    ]


def _cells(
    blocks: Sequence[_Block], columns: dict[str, int], scale: npt.NDArray[np.float32]
) -> tuple[list[float], tuple[list[int], list[int]]]:
    """(values, (rows, columns)) of the blocks' known features, as csr_matrix takes them."""
    values, rows, places = list[float](), list[int](), list[int]()
    for block in blocks:
        for row, names in enumerate(block.names):
            known = sorted(columns[name] for name in names if name in columns)
            size = float(np.sqrt(np.square(scale[known]).sum())) or 1.0
            values += [1.0 if block.length is None else block.length * float(scale[column]) / size for column in known]
            rows += [row] * len(known)
            places += known
    return values, (rows, places)


def _codes(coded: Sequence[CodedStatement], label: Sector | Instrument) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which statements were coded for a label, and which of them have it; both bool, shape (statements,)."""
    if isinstance(label, Sector):
        return np.ones(len(coded), dtype=np.bool_), np.array([label in one.sectors for one in coded])
    used = np.array([one.instruments is not None for one in coded])
    return used, np.array([label in (one.instruments or ()) for one in coded])


def train_file(path: Path, language: Language, folder: Path) -> Path:
    """The model trained on a file of coded statements, saved in `folder`; the path of its file."""
    return save_facet_model(train_facets(read_coded(path), language), language, folder)


def _push(stack: list[tuple[int, str]], title: str) -> None:
    """Put a heading in its place: numbered ones by their numbering, others below the last numbered one."""
    level = next((level for level, pattern in enumerate(_LEVELS) if pattern.match(title)), len(_LEVELS))
    while stack and stack[-1][0] >= level:
        stack.pop()
    stack.append((level, title))


def _coded(row: dict[str, Any], document: str, heading_path: tuple[str, ...]) -> CodedStatement:
    coded = "in" in row and row["el"][0] == Element.MEASURE
    return CodedStatement(
        document=document,
        text=row["text"],
        heading_path=heading_path,
        sectors=tuple(Sector(sector) for sector in row.get("se") or ()),
        instruments=tuple(Instrument(instrument) for instrument in row["in"]) if coded else None,
    )
