"""What must not be trained on, because an encoder is measured on it."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHINGLE_HAN, SHINGLE_LATIN = 14, 30  # characters: a clause in either language, longer than the phrases that all plans share
SHARE = 0.5
SHORTEST = 5
NOT_TEXT = re.compile(r"[\W_]+")
HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Texts that are equal to held-out ones, or share half of their character runs with them, are not trained on."""

    exact: frozenset[str] = frozenset()
    shingles: frozenset[str] = frozenset()

    def holds(self, text: str) -> bool:
        """Whether `text` is too near to what is measured on."""
        if not self.exact:
            return False
        letters = plain(text)
        if letters in self.exact:
            return True
        own = list(_shingles(letters))
        return bool(own) and sum(shingle in self.shingles for shingle in own) >= SHARE * len(own)


def read_held_out(folder: Path | None) -> HeldOut:
    """The `text` and `q` of every line of the folder's JSON Lines files; nothing is held out where there is no folder."""
    if folder is None:
        return HeldOut()
    rows = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    texts = [plain(row[key]) for row in rows for key in ("text", "q") if isinstance(row, dict) and key in row]
    return HeldOut(
        frozenset(text for text in texts if len(text) >= SHORTEST), frozenset(part for text in texts for part in _shingles(text))
    )


def plain(text: str) -> str:
    """Letters and digits of `text` alone, in lower case."""
    return NOT_TEXT.sub("", unicodedata.normalize("NFKC", text).lower())


def _shingles(letters: str) -> Iterator[str]:
    size = SHINGLE_HAN if HAN.search(letters) else SHINGLE_LATIN
    return (letters[i : i + size] for i in range(len(letters) - size + 1))
