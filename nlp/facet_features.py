"""What the facet model sees of a statement: its n-grams, those of its heading, and the terms of the rules in both."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from domain.codebook import Language
from nlp.terms import stem, term_index

LONGEST = 300  # characters that are read: what a longer statement is about stands at its head
_WORD = re.compile(r"[a-z]{2,}")
_CLAUSE = re.compile(r"[，。；,;.]")


@lru_cache(maxsize=64)
def text_features(text: str, language: Language) -> frozenset[str]:
    """The distinct n-grams of a statement: characters 1-3 in Chinese, stems, their heads and pairs in English."""
    return frozenset(_ngrams(text[:LONGEST].lower(), language))


def term_features(text: str, language: Language) -> set[str]:
    """The sectors whose terms stand in a statement ("t|…", from the second on "t2|…", "t3|…") and in its first clause ("l|…")."""
    short = text[:LONGEST]
    features = {"short"} if len(short) < 15 else set()
    for tag, terms in sector_terms(short, language).items():
        features.add(f"t|{tag}")
        features.update(f"t{count}|{tag}" for count in (2, 3) if len(terms) >= count)
    features.update(
        f"l|{tag}" for tag in term_index("sectors", language).find(_CLAUSE.split(short.lstrip(" —-•"), maxsplit=1)[0])
    )
    return features


@lru_cache(maxsize=64)
def sector_terms(text: str, language: Language) -> dict[str, list[str]]:
    """The terms in a text by the sector that they speak for; read it only, it is kept."""
    return term_index("sectors", language).find(text)


def heading_term_features(heading_path: tuple[str, ...], language: Language) -> set[str]:
    """The sectors whose terms stand in the last heading ("h|…") and in those above it ("u|…")."""
    features = {f"h|{tag}" for heading in heading_path[-1:] for tag in _heading_tags(heading[:60], language)}
    return features | {f"u|{tag}" for heading in heading_path[-4:-1] for tag in _heading_tags(heading[:60], language)}


@lru_cache(maxsize=4096)
def _heading_tags(heading: str, language: Language) -> tuple[str, ...]:
    return tuple(term_index("sectors", language).find(heading))


@lru_cache(maxsize=1024)
def heading_features(heading_path: tuple[str, ...], language: Language) -> frozenset[str]:
    """The distinct n-grams of the last heading, each behind "n|"."""
    return frozenset(f"n|{gram}" for gram in _ngrams(heading_path[-1][:40].lower(), language)) if heading_path else frozenset()


def _ngrams(text: str, language: Language) -> Iterable[str]:
    if language is Language.ZH:
        yield from text
        for size in (2, 3):
            for start in range(len(text) - size + 1):
                yield text[start : start + size]
        return
    words = [stem(word) for word in _WORD.findall(text)]
    yield from words
    for word in words:
        yield word[:5] + "*"
    for first, second in pairwise(words):
        yield f"{first} {second}"
