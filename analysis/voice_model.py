"""What the voice of a text is weighed by: its cues, whose document it stands in, and its n-grams.

The weights are learnt by scripts/fit_voice.py on tests/quality/practices_gold.jsonl, all of it; the accuracy that the
quality test prints is that of models which had not seen the document they were asked about. The rules of voice.toml are
no part of that division: they were written with the set at hand.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np

from analysis.voice_rules import Voice, voice_rules, voices_in_words
from domain.codebook import Genre, Language, Level
from nlp.linear import Floats, LinearModel, SparseRows, bucket, hash_ngrams, softmax

WEIGHTS = Path(__file__).with_name("voice_model.npz")
BITS = 11  # n-grams are hashed into 2 ** BITS buckets
LONGEST = 300  # characters that are read
NGRAM_SCALE = 0.5  # length of the n-grams' part of a row; a cue counts 1
_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*|0+|[^\sa-z0]")
_DIGITS = str.maketrans("0123456789", "0" * 10)
_ORDER = tuple(Voice)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and what its document is: all that its voice is judged by."""

    text: str
    language: Language
    genre: Genre | None = None
    level: Level | None = None


def house(passage: Passage) -> str:
    """Who speaks: a body above others, one for itself, one that looks back, or an outsider."""
    if passage.genre is Genre.NEWS or (passage.level is None and passage.genre is not Genre.PLAN):
        return "outsider"
    if passage.genre is Genre.REPORT:
        return "looks_back"
    above = passage.level is Level.NATIONAL or (passage.level is Level.PROVINCE and passage.genre is not Genre.PLAN)
    return "above" if above else "itself"


def named_features(passage: Passage) -> list[str]:
    """The features of a passage that have names, in a fixed order."""
    cues = voices_in_words(passage.text[:LONGEST], passage.language)
    leans = {cue.tag for cue in cues}
    shape = "".join(voice.value[0] for voice in _ORDER if voice in leans) or "silent"
    counts = {voice: sum(cue.tag == voice for cue in cues) for voice in _ORDER}
    where = house(passage)
    return [
        *(cue.id for cue in cues),
        *(f"{voice}>={least}" for voice in _ORDER for least in (1, 2, 3) if counts[voice] >= least),
        f"shape={shape}",
        f"shape={shape}/{where}",
        f"house={where}",
        f"genre={passage.genre or 'unknown'}",
        f"level={passage.level or 'unknown'}",
        *(f"{cue.id}/{where}" for cue in cues if cue.tag != Voice.REPORTED),
    ]


@cache
def feature_columns() -> dict[str, int]:
    """The column of every named feature, behind those of the n-grams."""
    houses = ("above", "itself", "looks_back", "outsider")
    shapes = ("silent", *("".join(v.value[0] for i, v in enumerate(_ORDER) if mask >> i & 1) for mask in range(1, 8)))
    rules = [rule for language in Language for rule in voice_rules(language)]
    names = [rule.id for rule in rules]
    names += [f"{voice}>={least}" for voice in _ORDER for least in (1, 2, 3)]
    names += [f"shape={shape}" for shape in shapes] + [f"shape={shape}/{where}" for shape in shapes for where in houses]
    names += [f"house={where}" for where in houses]
    names += [f"genre={genre}" for genre in (*Genre, "unknown")] + [f"level={level}" for level in (*Level, "unknown")]
    names += [f"{rule.id}/{where}" for rule in rules if rule.tag != Voice.REPORTED for where in houses]
    return {name: (1 << BITS) + i for i, name in enumerate(names)}


def voice_features(passage: Passage) -> SparseRows:
    """One row: n-grams of the text (characters in Chinese, words in English, figures as 0), then named features of value 1."""
    grams = _ngrams(passage)
    columns = feature_columns()
    named = np.array([columns[name] for name in named_features(passage)], dtype=np.uint32)
    values = np.ones(len(grams) + len(named), dtype=np.float32)
    values[: len(grams)] = NGRAM_SCALE / np.sqrt(max(len(grams), 1))
    return SparseRows(np.concatenate([grams, named]), values, np.array([0, len(values)], dtype=np.int64))


def _ngrams(passage: Passage) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    plain = passage.text[:LONGEST].lower().translate(_DIGITS)
    chinese = passage.language is Language.ZH
    symbols = ["^", *(plain if chinese else _WORD.findall(plain)), "$"]
    codes = np.array([crc32(symbol.encode("utf-8", "surrogatepass")) for symbol in symbols], dtype=np.uint32)
    rows = np.zeros(len(codes), dtype=np.int64)
    hashes, _ = hash_ngrams(codes, rows, (1, 2, 3) if chinese else (1, 2), 23 if chinese else 29)
    columns: np.ndarray[tuple[int], np.dtype[np.uint32]] = np.unique(bucket(hashes, BITS))
    return columns


@cache
def load_model(path: Path = WEIGHTS) -> LinearModel:
    """The learnt weights, float32, shape (columns, voices); raises ValueError where they do not fit the rules."""
    with np.load(path) as stored:
        model = LinearModel(stored["weights"].astype(np.float32), stored["bias"].astype(np.float32))
        names = stored["names"].tolist()
    if names != list(feature_columns()):
        raise ValueError(f"{path.name} was learnt with other rules than voice.toml holds: run scripts/fit_voice.py")
    return model


def voice_scores(passage: Passage, model: LinearModel | None = None) -> Floats:
    """The probability of each voice, in the order of `Voice`: float32, shape (3,)."""
    return softmax((model or load_model()).scores([voice_features(passage)])[0])
