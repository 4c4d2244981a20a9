"""The skeleton of an English statement: its function words, and the shapes of the words between them."""

import re
import tomllib
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

FILE = Path(__file__).parent / "skeleton.toml"
LONGEST = 60  # words that are read
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d+(?:[.,]\d+)*%?|[^\sA-Za-z0-9]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_RECENT, _AHEAD = 2020, 2030  # years before the first are over, those from the second on are to come
_ENDINGS = (
    ("-ed", ("ed",)),
    ("-ing", ("ing",)),
    ("-ly", ("ly",)),
    ("-tion", ("tion", "sion", "ment", "ity", "ness", "ance", "ence")),
    ("word", ("ss",)),
    ("-s", ("s",)),
)
_ALIKE = frozenset(("name", "word", "number"))  # shapes that count once where they follow one another


def skeleton(text: str) -> list[str]:
    """Function words and signs as they are; every other word as its ending, a name, a number, a year or just a word."""
    words = _WORD.findall(text)[:LONGEST]
    inside = [False, *(before[-1].isalnum() or before == "," for before in words)]  # where a capital letter tells a name
    shapes = [_shape(word.lower(), within and word[0].isupper()) for word, within in zip(words, inside, strict=False)]
    return [shape for shape, alike in groupby(shapes) for _ in (alike if shape not in _ALIKE else "1")]


@lru_cache(maxsize=65536)
def _shape(word: str, named: bool) -> str:
    data = _data()
    if word in data["words"]:
        return word
    if named:
        return "name"
    if word[0].isdigit():
        return _number(word)
    if not word[0].isalpha():
        return word
    if word in data["past"]:
        return "past"
    return next((shape for shape, endings in _ENDINGS if word.endswith(endings)), "word")


def _number(word: str) -> str:
    if not _YEAR.fullmatch(word):
        return "share" if word.endswith("%") else "number"
    year = int(word[:4])
    return "year ahead" if year >= _AHEAD else "year" if year >= _RECENT else "year past"


@cache
def _data() -> dict[str, frozenset[str]]:
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in content.items()}
