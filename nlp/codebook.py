"""A user's own codebook: labels that are added to the statements by terms, without code."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import CodebookError
from nlp.rules import compile_pattern, read_strings, read_toml, terms_pattern

_KEYS = {
    "name",
    "id",
    "title",
    "definition",
    "terms",
    "pattern",
    "negative_terms",
    "negative",
    "example",
    "counter_example",
    "elements",
    "coded",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a user's codebook: `name` is what is tagged and exported, `definition` what a coder reads.

    `coded` is a sheet of coded examples, beside the codebook, that the label is learnt from; without one there is a pattern.
    """

    name: str
    title: str
    definition: str
    pattern: re.Pattern[str] | None
    negative: re.Pattern[str] | None
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    coded: str | None = None

    def find(self, text: str) -> str | None:
        """The words of `text` that earn it the label, None where there are none or a negative term stands beside them."""
        found = self.pattern.search(text) if self.pattern else None
        if found is None or (self.negative is not None and self.negative.search(text)):
            return None
        return found[0]


@dataclass(frozen=True, slots=True)
class Codebook:
    """The labels of one codebook file, in its order; an empty codebook gives no labels."""

    labels: tuple[Label, ...] = ()

    def find_labels(self, text: str) -> tuple[tuple[str, ...], dict[str, str]]:
        """The names of the labels that `text` earns, with the evidence for each under "label:NAME"."""
        evidence = {
            f"label:{label.name}": f"codebook: {words}" for label in self.labels if (words := label.find(text)) is not None
        }
        return tuple(key.removeprefix("label:") for key in evidence), evidence


def read_codebook(path: Path) -> Codebook:
    """The codebook in a TOML file with a [[label]] table for each label.

    CodebookError names the file and the label where a name is missing or doubled, where there are neither terms nor a
    pattern, and where a label misses its own example or finds its own counter_example.
    """
    content = read_toml(path)
    unknown = sorted(set(content) - {"label", "title", "version", "description"})
    if unknown:
        raise CodebookError(f"{path.name}: unknown table {unknown[0]!r}; labels stand in [[label]] tables")
    entries = content.get("label", [])
    if not isinstance(entries, list):
        raise CodebookError(f"{path.name}: [label] must be written [[label]], once for each label")
    labels: dict[str, Label] = {}
    for number, entry in enumerate(entries, start=1):
        label = _read_label(path, number, entry)
        if label.name in labels:
            raise CodebookError(f"{path.name}: label {label.name} is there twice; give each label a name of its own")
        labels[label.name] = label
    return Codebook(tuple(labels.values()))


def _read_label(path: Path, number: int, entry: Any) -> Label:
    name = entry.get("name", entry.get("id")) if isinstance(entry, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise CodebookError(f'{path.name}: label number {number} has no name; give it one, for instance name = "just-transition"')
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise CodebookError(f"{path.name}: label {name}: unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    pattern = _pattern(path, name, entry, "pattern", "terms")
    coded = entry.get("coded")
    if pattern is None and not coded:
        raise CodebookError(f"{path.name}: label {name} has neither terms nor a pattern nor coded examples; give it one of them")
    label = Label(
        name=name.strip(),
        title=str(entry.get("title", name)),
        definition=str(entry.get("definition", "")),
        pattern=pattern,
        negative=_pattern(path, name, entry, "negative", "negative_terms"),
        examples=read_strings(path, f"label {name}", entry, "example"),
        counter_examples=read_strings(path, f"label {name}", entry, "counter_example"),
        coded=str(coded) if coded else None,
    )
    _check(path, label)
    return label


def _pattern(path: Path, name: str, entry: dict[str, Any], pattern_key: str, terms_key: str) -> re.Pattern[str] | None:
    parts = list(read_strings(path, f"label {name}", entry, pattern_key))
    if terms := read_strings(path, f"label {name}", entry, terms_key):
        parts.append(terms_pattern(terms))
    return compile_pattern(path, f"label {name}", "|".join(parts)) if parts else None


def _check(path: Path, label: Label) -> None:
    for example in label.examples if label.pattern else ():
        if label.find(example) is None:
            raise CodebookError(f"{path.name}: label {label.name} does not match its own example {example!r}")
    for example in label.counter_examples:
        if label.find(example) is not None:
            raise CodebookError(f"{path.name}: label {label.name} matches its own counter_example {example!r}")
