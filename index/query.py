"""The query: what a user typed, read."""

import re
from dataclasses import dataclass

from domain.codebook import Language
from index.tokenizer import words

LONGEST = 2000
QUOTED = re.compile(r"[\"“”「『]([^\"“”「」『』]+)[\"“”」』]")
QUOTES = re.compile(r"[\"“”「」『』]")
HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it is searched: `text` without quotation marks, its `words`, its `phrases` (must stand as they are).

    `language` is None where there is no letter, as in `25%`; `notes` say what was done to it.
    """

    text: str
    language: Language | None
    words: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to look for."""
        return not self.words and not self.phrases


def read_query(typed: str) -> Query:
    """Read what was typed; what is beyond `LONGEST` characters is cut off, quotes that do not close are dropped."""
    notes = []
    if len(typed) > LONGEST:
        notes.append(f"Only the first {LONGEST:,} of {len(typed):,} characters of the query were searched.")
        typed = typed[:LONGEST]
    phrases = tuple(dict.fromkeys(phrase.strip() for phrase in QUOTED.findall(typed) if words(phrase)))
    if QUOTES.search(QUOTED.sub("", typed)):
        notes.append("A quotation mark does not close and was ignored.")
    text = " ".join(QUOTES.sub(" ", typed).split())
    found = tuple(dict.fromkeys(words(text)))
    if not found and not phrases:
        notes.append("There is no word in the query.")
    return Query(
        text=text,
        language=language_of(text),
        words=found,
        phrases=phrases,
        notes=tuple(notes),
    )


def language_of(text: str) -> Language | None:
    """The language most of a text is in, None without a letter; a Chinese character weighs as much as an English word."""
    han, latin = len(HAN.findall(text)), len(LATIN_WORD.findall(text))
    if not han and not latin:
        return None
    return Language.ZH if han and han >= latin else Language.EN
