"""A researcher's own codebook: written, checked, learnt from coded examples where it names some, and applied to a library."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coded import sheet_rows
from analysis.tables import OWN_CODEBOOK
from analysis.writers import PATH_SEPARATOR, write_aside
from domain.codebook import Element
from domain.document import Document
from domain.errors import CodebookError, ExportError
from domain.record import Record
from domain.statement import Statement
from index import Encoder, Library, passage_text
from index.correcting import by_text, corrected
from index.encoder import Vectors
from index.labels import LearntLabel, labelled, without_labels, write_labels
from nlp.codebook import Codebook, Label, read_codebook

TEMPLATE = Path(__file__).with_name("own_codebook.toml")
FEWEST, FEWEST_OF_EACH = 20, 5
FOLDS, SEED = 5, 1409
YES, NO = frozenset({"yes", "y", "1", "true", "x", "是"}), frozenset({"no", "n", "0", "false", "否"})


@dataclass(frozen=True, slots=True)
class Examples:
    """Coded examples of one label: passages as they are embedded, and whether each bears it."""

    passages: tuple[str, ...]
    bears: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Checked:
    """A codebook that may be used, with what was learnt of its labels."""

    codebook: Codebook
    learnt: tuple[LearntLabel, ...]


def new_codebook(path: Path) -> None:
    """A codebook to start from; raises ExportError where the file is there already."""
    if path.exists():
        raise ExportError(f"{path}: is there already; name another file")
    write_aside(path, lambda aside: len(shutil.copyfile(TEMPLATE, aside).read_bytes()))


def check_codebook(path: Path, encoder: Encoder) -> Checked:
    """The codebook with its learnt labels and their cross-validated scores; raises CodebookError with what to mend."""
    codebook = read_codebook(path)
    return Checked(codebook, tuple(learn(path, label, encoder) for label in codebook.labels if label.coded))


def apply_codebook(library: Library, path: Path, checked: Checked) -> dict[str, int]:
    """Label every statement of the library anew, and every later one as it comes in; returns how many bear each label."""
    shutil.copyfile(path, library.folder / OWN_CODEBOOK)
    write_labels(library.folder, checked.learnt)
    corrections = by_text(library.corrections())
    counts: Counter[str] = Counter({label.name: 0 for label in checked.codebook.labels})
    for facts in library.facts():
        document = with_terms(library.document(facts.id), checked.codebook)
        document = corrected(labelled(document, checked.learnt, library.encoder), corrections)
        library.add(document)
        counts.update(label for s in document.statements if s.tags for label in s.tags.labels)
    library.commit()
    return dict(counts)


def with_terms(document: Document, codebook: Codebook) -> Document:
    """The document with the labels that the codebook's terms give, in place of earlier ones."""

    def found(statement: Statement) -> Statement:
        if statement.tags is None or statement.tags.element is Element.HEADING:
            return statement
        tags = without_labels(statement.tags)
        labels, evidence = codebook.find_labels(statement.text)
        return replace(statement, tags=replace(tags, labels=labels, evidence=tags.evidence | evidence))

    return replace(document, statements=tuple(found(statement) for statement in document.statements))


def learn(path: Path, label: Label, encoder: Encoder) -> LearntLabel:
    """A label from its coded examples: logistic regression over their vectors, calibrated on folds that were held out."""
    examples = read_examples(path.parent / str(label.coded), label.name)
    yes, count = int(examples.bears.sum()), len(examples.bears)
    if count < FEWEST or min(yes, count - yes) < FEWEST_OF_EACH:
        raise CodebookError(
            f"{path.name}: label {label.name}: {count} coded examples, {yes} of them yes;"
            f" at least {FEWEST} are needed, {FEWEST_OF_EACH} of each kind"
        )
    vectors = encoder.encode_passages(examples.passages)
    held_out = held_out_scores(vectors, examples.bears)
    model, calibration = fitted(vectors, examples.bears), fitted(held_out[:, None], examples.bears, balanced=False)
    slope = float(calibration.coef_[0, 0])
    weights = tuple(float(each) for each in slope * model.coef_[0])
    bias = slope * float(model.intercept_[0]) + float(calibration.intercept_[0])
    probabilities = 1 / (1 + np.exp(-held_out_scores(held_out[:, None], examples.bears, balanced=False)))
    return LearntLabel(label.name, encoder.name, weights, bias, score(probabilities, examples.bears))


def fitted(features: Vectors, bears: NDArray[np.bool_], *, balanced: bool = True) -> Any:
    """A logistic regression; balanced, so that rare labels are found at all."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10.0, class_weight="balanced" if balanced else None, max_iter=1000).fit(features, bears)


def held_out_scores(features: Vectors, bears: NDArray[np.bool_], *, balanced: bool = True) -> Vectors:
    """What models that had not seen an example say of it, before the logistic function: float, shape (n,)."""
    from sklearn.model_selection import StratifiedKFold

    scores = np.zeros(len(bears), np.float32)
    for seen, held in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(features, bears):
        scores[held] = fitted(features[seen], bears[seen], balanced=balanced).decision_function(features[held])
    return scores


def score(probabilities: NDArray[np.floating[Any]], bears: NDArray[np.bool_]) -> dict[str, float]:
    """Examples, those that bear the label, precision, recall, F1 at one half, and the Brier score."""
    given = probabilities >= 0.5
    right = float((given & bears).sum())
    precision, recall = right / max(1, int(given.sum())), right / max(1, int(bears.sum()))
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    measured = {"precision": precision, "recall": recall, "f1": f1, "brier": float(((probabilities - bears) ** 2).mean())}
    return {"examples": len(bears), "yes": int(bears.sum()), **{name: round(value, 4) for name, value in measured.items()}}


def read_examples(path: Path, label: str) -> Examples:
    """The rows of a coded sheet that say yes or no in the column of the label; each text once."""
    if not path.exists():
        raise CodebookError(f"{path}: there is no such file; label {label} names it under coded")
    coded: dict[str, bool] = {}
    for line, row in sheet_rows(path):
        if "text" not in row or label not in row:
            missing = " and ".join(name for name in ("text", label) if name not in row)
            raise CodebookError(f"{path.name}, row {line}: no column {missing}; expected text and a column for label {label}")
        said = str(row[label] if row[label] is not None else "").strip().casefold()
        if not said:
            continue
        if said not in YES | NO:
            raise CodebookError(f"{path.name}, row {line}: {label} is {said!r}; expected yes or no, or nothing")
        passage = passage_text(breadcrumb(row), str(row["text"]))
        if coded.setdefault(passage, said in YES) != (said in YES):
            raise CodebookError(f"{path.name}, row {line}: the same text is coded yes and no for {label}")
    return Examples(tuple(coded), np.array(list(coded.values()), dtype=bool))


def breadcrumb(row: Record) -> list[str]:
    """The headings above a coded text, where the sheet has them."""
    given = row.get("heading_path") or []
    return [part for part in given.split(PATH_SEPARATOR) if part] if isinstance(given, str) else list(given)


def lines_of(checked: Checked) -> Iterator[str]:
    """What a person reads of a checked codebook before it is used, a line a label."""
    scores = {label.name: label.score for label in checked.learnt}
    for label in checked.codebook.labels:
        parts = ["terms"] if label.pattern is not None else []
        if label.name in scores:
            s = scores[label.name]
            parts.append(
                f"learnt from {s['examples']:.0f} examples ({s['yes']:.0f} yes): held-out precision {s['precision']:.2f},"
                f" recall {s['recall']:.2f}, F1 {s['f1']:.2f}, Brier {s['brier']:.3f}"
            )
        yield f"{label.name}: {'; '.join(parts)}"
