"""Terms of rules found in a text by look-up, for lists too long for a regular expression."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from domain.codebook import Language
from nlp.rules import bundled_rules, remembered

_CLAUSE = re.compile(r"[，。；,;.]")
_WORD = re.compile(r"[a-z0-9][a-z0-9+&]*(?:[.-][a-z0-9]+)*")


class TermIndex:
    """Which tags a text's words speak for, and by which terms."""

    def __init__(self, terms: Iterable[tuple[str, str]], language: Language) -> None:
        """`terms` are pairs of a term and the tag that it speaks for."""
        self.language = language
        self._tags: dict[str, list[str]] = {}
        for term, tag in terms:
            self._tags.setdefault(self._key(term), []).append(tag)
        self._lengths: dict[str, list[int]] = {}
        for key in self._tags:
            first, length = (key[0], len(key)) if language is Language.ZH else (key.split(" ")[0], key.count(" ") + 1)
            if length not in self._lengths.setdefault(first, []):
                self._lengths[first].append(length)

    def find(self, text: str) -> tuple[dict[str, list[str]], set[str]]:
        """The tags that a lower-case text's terms speak for, each with its distinct terms, and the tags of its first clause."""
        found: dict[str, list[str]] = {}
        lead: set[str] = set()
        clause = _CLAUSE.search(text, 4)  # a dash or a number may stand before the first word
        end = clause.start() if clause else len(text)
        for start, key in self._keys(text):
            for tag in self._tags.get(key, ()):
                terms = found.setdefault(tag, [])
                if key not in terms:
                    terms.append(key)
                if start < end:
                    lead.add(tag)
        return found, lead

    def _keys(self, text: str) -> Iterator[tuple[int, str]]:
        """The stretches of the text that begin like a term and are as long as one, with their place in the text."""
        lengths = self._lengths
        if self.language is Language.ZH:
            for start, character in enumerate(text):
                if character in lengths:
                    for length in lengths[character]:
                        yield start, text[start : start + length]
            return
        matches = list(_WORD.finditer(text))
        words = [stem(match[0]) for match in matches]
        for place, word in enumerate(words):
            for length in lengths.get(word, ()):
                yield matches[place].start(), word if length == 1 else " ".join(words[place : place + length])

    def _key(self, term: str) -> str:
        lowered = term.lower()
        return lowered if self.language is Language.ZH else " ".join(stem(word) for word in _WORD.findall(lowered))


@remembered
def term_index(names: tuple[str, ...], language: Language) -> TermIndex:
    """The index of the terms in nlp/rules/NAME.toml that hold for `language`, for each of `names`."""
    return TermIndex(
        ((term, rule.tag) for name in names for rule in bundled_rules(name, language) for term in rule.terms), language
    )


@cache
def stem(word: str) -> str:
    """An English word without the ending of its plural: policies and policy meet, buses and bus too."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
