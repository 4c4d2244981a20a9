"""The tokenizer: the one way in which statements and queries become words."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

CODE = r"[〔\[(]\s*(?:19|20)\d\d\s*[〕\])]\s*(?:第\s*)?\d+\s*号"
NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
UNITS = (
    "个百分点|百分点|亿千瓦时|万千瓦时|千瓦时|亿千瓦|万千瓦|千瓦|吉瓦|兆瓦|万吨标准煤|亿吨标准煤|吨标准煤|亿吨|万吨|吨|"
    "亿立方米|万立方米|立方米|平方公里|平方米|公里|万亩|亩|公顷|亿元|万元|元|万辆|辆|万户|户|家|个|项|座|台|%|‰|°c|"
    "gwh|mwh|kwh|gw|mw|kw|mtco2e|tco2e|ktco2e|million|billion|tonnes?|tons?|percent"
)
PIECE = re.compile(
    rf"(?P<code>{CODE})|(?P<quantity>(?:{NUMBER})\s?(?:{UNITS})(?![a-z]))|(?P<mixed>\d+[a-z]+\d*(?![a-z]))"
    rf"|(?P<number>{NUMBER})"
    r"|(?P<latin>[a-z]+(?:[0-9]+[a-z]*)?(?:['’][a-z]+)?)|(?P<han>[\u3400-\u9fff\uf900-\ufaff]+)|(?P<other>\w+)"
)
CODE_PARTS = re.compile(r"\d+")


def folded(text: str) -> str:
    """The text as it is compared: compatibility forms, case and traditional characters levelled; as long as NFKC makes it."""
    levelled = unicodedata.normalize("NFKC", text).lower()
    return levelled if levelled.isascii() else levelled.translate(simplified())


@cache
def simplified() -> dict[int, int]:
    """Traditional characters to simplified ones, one to one, from OpenCC."""
    import opencc

    traditional = [chr(code) for code in range(0x4E00, 0xA000)]
    converted: list[str] = opencc.OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    return {ord(old): ord(new) for old, new in zip(traditional, converted, strict=True) if old != new and len(new) == 1}


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """(word, as it stands in the folded text) of every word, in order; function words are left out.

    Chinese is cut as jieba's search mode does; English is stemmed; a 文号, and a number with its unit, stay whole and
    the number stands once more by itself.
    """
    for found in PIECE.finditer(folded(text)):
        surface = found.group()
        match found.lastgroup:
            case "code":
                yield code_word(surface), surface
            case "quantity":
                whole = re.sub(r"[\s,]", "", surface)
                yield whole, surface
                number = re.match(NUMBER, surface)
                if number:
                    yield number.group().replace(",", ""), number.group()
            case "number":
                yield surface.replace(",", ""), surface
            case "latin":
                if surface not in stop_words():
                    yield stem(surface), surface
            case "han":
                for word in cut(surface):
                    if word not in stop_words():
                        yield word, word
            case _:
                yield surface, surface


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word for word, _ in pieces(text)]


def grams(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters, and other words as they stand: what exact phrases are found by."""
    found: list[str] = []
    for piece in PIECE.finditer(folded(text)):
        surface = piece.group()
        if piece.lastgroup == "han":
            found += [surface[at : at + 2] for at in range(len(surface) - 1)] or [surface]
        elif piece.lastgroup == "code":
            found.append(code_word(surface))
        else:
            found += re.findall(r"[a-z0-9.]+|[^\sa-z0-9.,]+", surface)
    return found


def code_word(surface: str) -> str:
    """A 文号 in one form: 〔2021〕23号 however its brackets were typed."""
    year, number = CODE_PARTS.findall(surface)[:2]
    return f"〔{year}〕{int(number)}号"


@lru_cache(maxsize=65536)
def cut(run: str) -> tuple[str, ...]:
    """A run of Chinese characters as words, jieba's search mode."""
    import rjieba

    return tuple(rjieba.cut_for_search(run))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """An English word without its ending."""
    stemmed: list[str] = stemmer().analyze(word.split("'")[0].split("’")[0])
    return stemmed[0] if stemmed else word


@cache
def stemmer() -> Any:
    """tantivy's Snowball stemmer for English."""
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return builder.filter(tantivy.Filter.stemmer("English")).build()


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing of what a text is about, in both languages."""
    text = (Path(__file__).parent / "stop_words.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
