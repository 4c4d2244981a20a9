"""Training of the facet model from coded statements in reading order."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from domain.codebook import Element, Instrument, Language, Sector
from nlp.facet_features import heading_features, heading_term_features, term_features, text_features
from nlp.facet_model import HEADING_LENGTH, LABELS, FacetModel, save_facet_model

RAREST = 3  # features seen in fewer statements are left out
SMALLEST = 0.1  # so are those whose weights all lie below this
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

    texts = [text_features(statement.text, language) for statement in coded]
    headings = [heading_features(statement.heading_path, language) for statement in coded]
    named = [
        term_features(statement.text, language) | heading_term_features(statement.heading_path, language) for statement in coded
    ]
    counts = Counter(name for names in (*texts, *headings, *named) for name in names)
    columns = {
        name: row
        for row, name in enumerate(sorted(name for name, count in counts.items() if count >= RAREST and "\n" not in name))
    }
    scale = np.array([np.log((1 + len(coded)) / (1 + counts[name])) + 1 for name in columns], dtype=np.float32)
    data, rows, cells = [], [], []
    for row, (text, heading, names) in enumerate(zip(texts, headings, named, strict=True)):
        for grams, size in ((text, 1.0), (heading, HEADING_LENGTH)):
            known = sorted(columns[name] for name in grams if name in columns)
            length = float(np.sqrt(np.square(scale[known]).sum())) or 1.0
            data += [size * float(scale[column]) / length for column in known]
            cells += known
            rows += [row] * len(known)
        known = sorted(columns[name] for name in names if name in columns)
        data += [1.0] * len(known)
        cells += known
        rows += [row] * len(known)
    matrix = csr_matrix((data, (rows, cells)), shape=(len(coded), len(columns)))
    everything = np.arange(len(columns))
    ngrams = np.array([place for name, place in columns.items() if not re.match(r"(?:[tlhu]\d?\||short$)", name)])
    weights = np.zeros((len(columns), len(LABELS)), dtype=np.float32)
    bias = np.full(len(LABELS), -6.0, dtype=np.float32)
    for place, label in enumerate(LABELS):
        used = np.array([isinstance(label, Sector) or statement.instruments is not None for statement in coded])
        seen = everything if isinstance(label, Sector) else ngrams  # a sector's terms say nothing of the instrument
        wanted = np.array(
            [label in (statement.sectors if isinstance(label, Sector) else statement.instruments or ()) for statement in coded]
        )
        if wanted[used].sum() >= 2:
            fitted = LogisticRegression(C=strength, max_iter=400, solver="liblinear", random_state=0).fit(
                matrix[used][:, seen], wanted[used]
            )
            weights[seen, place], bias[place] = fitted.coef_[0], fitted.intercept_[0]
    kept = np.flatnonzero(np.abs(weights).max(axis=1) >= SMALLEST)
    names = list(columns)
    return FacetModel({names[row]: place for place, row in enumerate(kept)}, weights[kept], bias, scale[kept])


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
