"""What the models see of a statement: hashed n-grams of its words and headings, its form and its place."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from domain.codebook import Language
from domain.statement import Kind, Statement
from nlp.context import heading_role, section_role
from nlp.linear import Ints, SparseRows, bucket, hash_ngrams, sparse_rows
from nlp.rules import Rule, bundled_rules, remembered
from nlp.skeleton import skeleton

BITS = 18
BUCKETS = 2 << BITS  # of n-grams, and after them of English words as a whole, apart lest they take after n-grams of one hash
LONGEST = 600  # characters of a statement that are read: its element stands at its head
_DIGITS = str.maketrans("0123456789０１２３４５６７８９", "0" * 20)
_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*|0+|[^\sa-z0]")
_SALTS = {"text": 11, "word": 13, "heading": 17, "above": 19, "skeleton": 29}
_BODIES = re.compile(
    r"[（(【]\s*(?:责任|牵头|配合|主办|承办|参加)(?:责任)?(?:单位|部门|主体)?\s*[:：](?:[^（()）]|[（(][^（()）]{0,30}[）)])*(?:[）)】]|$)"
    r"|[（(][^（()）。]{4,300}(?:牵头|按职责分工负责|分工负责|分别负责|负责落实)[^（()）。]{0,6}[）)]\s*$"
)
SCALES = {"text": 1.0, "heading": 0.7, "above": 0.4, "form": 1.0, "skeleton": 0.7, "word": 1.0}


def statement_features(statements: Sequence[Statement]) -> list[SparseRows]:
    """The blocks of features of statements in one language: text, own heading, headings above, form; a row a statement."""
    language = statements[0].language
    texts = [own_words(statement.text)[:LONGEST] for statement in statements]
    own = [statement.heading_path[-1] if statement.heading_path else "" for statement in statements]
    above = [" / ".join(statement.heading_path[:-1]) for statement in statements]
    return [
        _ngrams(texts, language, "text"),
        _ngrams(own, language, "heading"),
        _ngrams(above, language, "above"),
        _forms(statements),
    ]


def element_features(statements: Sequence[Statement], blocks: Sequence[SparseRows]) -> list[SparseRows]:
    """What the element model reads of statements, from their `statement_features`.

    In English the text is read by its words alone, as their characters tell only what it is about; its skeleton is added, and
    its single words once more, for the model to know them by their meaning.
    """
    if statements[0].language is Language.ZH:
        return list(blocks)
    texts = [own_words(statement.text)[:LONGEST] for statement in statements]
    words, rows = _words([text.lower().translate(_DIGITS) for text in texts])
    bones, bone_rows = _hashed([skeleton(text) for text in texts])
    single = _block(*hash_ngrams(words, rows, (1,), _SALTS["word"]), len(texts), "word")
    return [
        _block(*hash_ngrams(words, rows, (1, 2, 3), _SALTS["text"]), len(texts), "text"),
        *blocks[1:],
        _block(*hash_ngrams(bones, bone_rows, (1, 2, 3, 4), _SALTS["skeleton"]), len(texts), "skeleton"),
        replace(single, columns=single.columns + np.uint32(1 << BITS)),
    ]


def _block(hashes: Ints, owners: npt.NDArray[np.int64], count: int, block: str) -> SparseRows:
    return sparse_rows(bucket(hashes, BITS), owners, count, SCALES[block])


def _ngrams(texts: Sequence[str], language: Language, block: str) -> SparseRows:
    """Character n-grams for Chinese, word n-grams and the characters within words for English; figures count as 0."""
    plain = [text.lower().translate(_DIGITS) for text in texts]
    salt = _SALTS[block]
    if language is Language.ZH:
        hashes, owners = _character_ngrams(plain, (1, 2, 3, 4), salt)
    else:
        words, word_rows = _words(plain)
        first, first_rows = hash_ngrams(words, word_rows, (1, 2, 3), salt)
        second, second_rows = _character_ngrams(plain, (4, 5), salt + 1)
        hashes, owners = np.concatenate([first, second]), np.concatenate([first_rows, second_rows])
    return _block(hashes, owners, len(texts), block)


def _character_ngrams(texts: Sequence[str], sizes: tuple[int, ...], salt: int) -> tuple[Ints, npt.NDArray[np.int64]]:
    bounded = [f"\x02{text}\x03" if text else "" for text in texts]
    symbols = np.frombuffer("".join(bounded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in bounded])
    return hash_ngrams(symbols, rows, sizes, salt)


def _words(texts: Sequence[str]) -> tuple[Ints, npt.NDArray[np.int64]]:
    return _hashed([_WORD.findall(text) for text in texts])


def _hashed(texts: Sequence[Sequence[str]]) -> tuple[Ints, npt.NDArray[np.int64]]:
    """The hashes of words, with a mark at each end of a text that is not empty, and the text of each."""
    split = [["^", *words, "$"] if words else [] for words in texts]
    rows = np.repeat(np.arange(len(texts)), [len(words) for words in split])
    return np.fromiter((_hash(word) for words in split for word in words), dtype=np.uint32, count=len(rows)), rows


def english_words(text: str) -> list[str]:
    """The words of a text as the n-grams hold them, without figures and signs."""
    return [word for word in _WORD.findall(text.lower()) if "a" <= word[0] <= "z"]


def own_words(text: str) -> str:
    """The statement without its bracket of responsible bodies, whose names (财政局, 科技厅) say nothing of what it does."""
    if "责任" not in text and "负责" not in text and "牵头" not in text and "单位" not in text:
        return text
    return _BODIES.sub("", text[: 2 * LONGEST]) or text


def word_buckets(words: Sequence[str], language: Language, block: str) -> npt.NDArray[np.int64]:
    """The bucket of each word as a whole, of up to four characters in Chinese, among the n-grams of a block."""
    hashes = np.zeros(len(words), dtype=np.uint32)
    for number, word in enumerate(words):
        symbols = (
            np.frombuffer(word.encode("utf-32-le"), np.uint32) if language is Language.ZH else np.array([_hash(word)], np.uint32)
        )
        hashes[number] = hash_ngrams(symbols, np.zeros(len(symbols), np.int64), (len(symbols),), _SALTS[block])[0][0]
    return bucket(hashes, BITS).astype(np.int64)


@lru_cache(maxsize=65536)
def _hash(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogatepass"))


def _forms(statements: Sequence[Statement]) -> SparseRows:
    """Named features: section role, rules that match, kind, length, figures and punctuation."""
    names = [form_names(statement) for statement in statements]
    owners = np.repeat(np.arange(len(statements)), [len(row) for row in names])
    hashes = np.fromiter((_hash(name) for row in names for name in row), dtype=np.uint32, count=len(owners))
    return _block(hashes, owners, len(statements), "form")


def form_names(statement: Statement) -> list[str]:
    """The names of the features of a statement's form and place."""
    text = statement.text[:LONGEST]
    names = [
        f"kind={_plain_kind(statement.kind)}",
        f"length={min(len(text), 400).bit_length()}",
        f"figures={min(sum(character.isdigit() for character in text), 15).bit_length()}",
        f"start={_shape(text[:1])}",
        f"end={text.rstrip()[-1:]}",
        *(f"rule={rule.id}" for rule in matching_rules(text, statement.language)),
    ]
    path = statement.heading_path
    section = section_role(path, statement.language)
    names.append(f"section={section.role}" if section else "section=" if path else "section=none")
    if section:
        names.append(f"section={section.role}/{min(section.depth, 2)}")
    names += [f"within={found[0]}" for heading in path if (found := heading_role(heading, statement.language))]
    return names


@remembered
def matching_rules(text: str, language: Language) -> tuple[Rule, ...]:
    """The rules of form that speak up for the text; kept, as the evidence asks for them again."""
    return tuple(rule for rule in bundled_rules("elements_sentences", language) if rule.find(text) is not None)


def _plain_kind(kind: Kind) -> str:
    return kind.value if kind in (Kind.ROW, Kind.CAPTION, Kind.REFERENCE, Kind.FOOTNOTE) else "sentence"


def _shape(character: str) -> str:
    if character.isdigit():
        return "0"
    if character.isupper():
        return "A"
    if character.islower():
        return "a"
    return "w" if character.isalpha() else character
