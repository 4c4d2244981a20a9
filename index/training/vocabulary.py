"""A tokenizer built from counted words, so that raw text is cut much as jieba cuts it, without jieba."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "[UNK]"
WORD = r"\p{Han}+|[a-z]+|[0-9]+|[%$]|\p{L}"  # anything else parts words and is dropped
HAN_RUN, LATIN_RUN, DIGIT_RUN = re.compile(r"[\u4e00-\u9fff]+"), re.compile(r"[a-z]+"), re.compile(r"[0-9]+")
PIECE_LOG_PROBABILITY, LETTER_LOG_PROBABILITY = -16.0, -18.0
PIECE_LENGTHS = range(2, 8)
LONGEST_WORD = 8
COMPOUND_WEIGHT, COMPOUND_SHARE = 40, 0.7
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789%$"

Weights = defaultdict[str, float]
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many entries of each kind a vocabulary has at most."""

    han_words: int = 23_000
    characters: int = 6_000
    latin_words: int = 18_500
    pieces: int = 3_000
    numbers: int = 800


@dataclass(slots=True)
class Counts:
    """Weighted counts of words of Chinese characters, single characters, Latin words and numbers."""

    han: Weights = field(default_factory=lambda: defaultdict(float))
    characters: Weights = field(default_factory=lambda: defaultdict(float))
    latin: Weights = field(default_factory=lambda: defaultdict(float))
    numbers: Weights = field(default_factory=lambda: defaultdict(float))
    neighbours: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))

    def add(self, texts: Iterable[str], weight: float, *, compounds: bool = False) -> None:
        """Count the words of `texts`, each occurrence `weight` times; with `compounds` their neighbours too."""
        import rjieba

        for text in texts:
            lowered = text.lower()
            for run in HAN_RUN.findall(lowered):
                words = rjieba.cut(run)
                _count(self.han, words, weight)
                if compounds:
                    _count(self.neighbours, pairwise(words), weight)
                _count(self.characters, run, weight)
            _count(self.latin, LATIN_RUN.findall(lowered), weight)
            _count(self.numbers, DIGIT_RUN.findall(lowered), weight)

    def join_compounds(self) -> None:
        """Count as one word what jieba parts but what hardly occurs apart: 可再生能源, 碳中和."""
        for (left, right), weight in sorted(self.neighbours.items()):
            if weight >= COMPOUND_WEIGHT and weight >= COMPOUND_SHARE * min(self.han[left], self.han[right]):
                self.han[left + right] += weight
        self.neighbours.clear()


def build_tokenizer(counts: Counts, sizes: Sizes) -> Tokenizer:
    """A Unigram model whose log-probabilities are those of the counted words; nothing is learnt here."""
    words = _most(counts.han, sizes.han_words, lambda word: 2 <= len(word) <= LONGEST_WORD)
    characters = _most(counts.characters, sizes.characters, lambda _: True)
    latin = _most(counts.latin, sizes.latin_words, lambda word: 1 < len(word) <= 20)
    numbers = _most(counts.numbers, sizes.numbers, lambda word: 1 < len(word) <= 4)
    total_han, total_latin, total_numbers = (sum(c.values()) for c in (counts.han, counts.latin, counts.numbers))
    entries = {UNKNOWN: -30.0}
    entries |= {word: math.log(counts.han[word] / total_han) for word in words}
    entries |= {char: math.log(max(counts.han[char], 0.5) / total_han) for char in characters}
    entries |= {word: math.log(counts.latin[word] / total_latin) for word in latin}
    entries |= {word: math.log(counts.numbers[word] / total_numbers) for word in numbers}
    pieces = _pieces(counts.latin, set(latin), sizes.pieces)
    for piece, score in [(p, PIECE_LOG_PROBABILITY) for p in pieces] + [(c, LETTER_LOG_PROBABILITY) for c in LETTERS]:
        entries.setdefault(piece, score)
    tokenizer = Tokenizer(models.Unigram(list(entries.items()), unk_id=0))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(WORD), behavior="removed", invert=True)
    return tokenizer


def _count(weights: defaultdict[Entry, float], entries: Iterable[Entry], weight: float) -> None:
    for entry in entries:
        weights[entry] += weight


def _most(weights: Weights, size: int, fits: Callable[[str], bool]) -> list[str]:
    """The `size` entries that weigh most, ties by the entry."""
    ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, _ in ordered if fits(word)][:size]


def _pieces(latin: Weights, whole: set[str], size: int) -> list[str]:
    """Beginnings and ends of words that are not in the vocabulary as a whole, the most telling first."""
    pieces: Weights = defaultdict(float)
    for word, count in latin.items():
        if word not in whole:
            for length in PIECE_LENGTHS:
                if length < len(word):
                    _count(pieces, (word[:length], word[-length:]), count * length)
    return _most(pieces, size, lambda piece: piece not in whole)
