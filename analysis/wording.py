"""What two wordings have in common: letters, runs of five, and how binding they are."""

import re
import unicodedata

from domain.codebook import Stringency
from domain.statement import Statement

_DROP = re.compile(r"[\W_]+")
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z0-9]+")
RUN = 5
BINDING = list(Stringency)  # strongest first


def norm(text: str) -> str:
    """The text's letters and digits, full width made plain, in lower case."""
    return _DROP.sub("", unicodedata.normalize("NFKC", text)).lower()


def verbatim_share(text: str, other: str) -> float:
    """The share of a text's runs of five characters (of five words where it is not Chinese) that the other has, 0..1."""
    runs = runs_of_five(text)
    return len(runs & runs_of_five(other)) / len(runs) if runs else 0.0


def runs_of_five(text: str) -> frozenset[str]:
    """Every run of five characters of a Chinese text, of five words of another; a shorter text is one run."""
    units = list(norm(text)) if _HAN.search(text) else _WORD.findall(text.lower())
    return frozenset(" ".join(units[i : i + RUN]) for i in range(max(1, len(units) - RUN + 1))) if units else frozenset()


def is_weaker(statement: Statement, than: Statement) -> bool:
    """Whether a statement binds less than another (可以 after 应当), as far as both say how binding they are."""
    ours, theirs = (s.tags.stringency if s.tags else None for s in (statement, than))
    return ours is not None and theirs is not None and BINDING.index(ours) > BINDING.index(theirs)
