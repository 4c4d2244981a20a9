"""What the facet model sees of a statement: its n-grams, those of its heading, and the terms of the rules in both."""

import re
from collections.abc import Iterable
from functools import lru_cache

from domain.codebook import Language
from nlp.terms import stem, term_index

LONGEST = 300  # characters that are read: what a longer statement is about stands at its head
_WORD = re.compile(r"[a-z]{2,}")
_CLAUSE = re.compile(r"[，。；,;.]")


def text_features(text: str, language: Language) -> set[str]:
    """The distinct n-grams of a statement: characters 1-3 in Chinese, stems, their heads and pairs in English."""
    return set(_ngrams(text[:LONGEST].lower(), language))


def context_features(text: str, heading_path: tuple[str, ...], language: Language) -> set[str]:
    """The tags whose terms stand in a statement ("t|…"), its first clause ("l|…"), its heading and those above ("h|…", "u|…")."""
    index = term_index("sectors", language)
    features: set[str] = set()
    short = text[:LONGEST]
    for place, words in (("t", short), ("l", _CLAUSE.split(short.strip(" ——-•"), maxsplit=1)[0])):
        for tag, terms in index.find(words).items():
            features.add(f"{place}|{tag}")
            if place == "t":
                features.update(f"t{count}|{tag}" for count in (2, 3) if len(terms) >= count)
    for place, headings in (("h", heading_path[-1:]), ("u", heading_path[-4:-1])):
        for heading in headings:
            features.update(f"{place}|{tag}" for tag in _heading_tags(heading[:60], language))
    if len(short) < 15:
        features.add("short")
    return features


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
    for first, second in zip(words, words[1:], strict=False):
        yield f"{first} {second}"
