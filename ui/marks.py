"""Document text made safe for Markdown, with words marked in it."""

import re
from collections.abc import Iterable, Mapping
from string import punctuation

from index.tokenizer import stop_words

SPECIAL = re.compile(f"([{re.escape(punctuation)}])")
SHORTCODE = re.compile(r":(?=[\w+/-]+:)")
WORD_JOINER = "\u2060"
MATCHED = "orange"
EXPANDED = "blue"


def plain(text: str) -> str:
    """The text as Markdown that shows exactly these characters on one line: no HTML, link, image, formula or emoji code.

    Streamlit replaces `:name:` after Markdown's own escapes are gone, so a word joiner parts the colon from the name.
    """
    joined = " │ ".join(part.strip() for part in text.split("\t"))
    return SPECIAL.sub(r"\\\1", SHORTCODE.sub(f":{WORD_JOINER}", " ".join(joined.split())))


def marked(text: str, matched: Iterable[str] = (), expanded: Iterable[str] = ()) -> str:
    """The text as safe Markdown: words of the query bold on a tint, words that the query was widened by on another tint."""
    kinds = {word.lower(): EXPANDED for word in expanded if word.strip()} | {
        word.lower(): MATCHED for word in matched if word.strip()
    }
    if not kinds:
        return plain(text)
    pieces: list[str] = []
    end = 0
    for start, stop, kind in runs(text, kinds):
        word = plain(text[start:stop])
        pieces += [spaced(text[end:start]), f":{kind}-background[{f'**{word}**' if kind == MATCHED else word}]"]
        end = stop
    return "".join([*pieces, spaced(text[end:])]).strip()


def runs(text: str, kinds: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Where the words stand, as (start, end, kind); words of one kind that touch are one run."""
    found: list[tuple[int, int, str]] = []
    for match in finder(kinds).finditer(text):
        kind = kinds[match.group().lower()]
        if found and found[-1][1:] == (match.start(), kind):
            found[-1] = (found[-1][0], match.end(), kind)
        else:
            found.append((match.start(), match.end(), kind))
    return found


def finder(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds the words, longest first; Latin words only whole."""
    forms = [re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))]
    whole = [rf"(?<![A-Za-z0-9]){form}(?![A-Za-z0-9])" if form[0].isascii() else form for form in forms]
    return re.compile("|".join(whole), re.IGNORECASE)


def spaced(text: str) -> str:
    """Safe Markdown that keeps a space at either end, where a marked word follows or went before."""
    return f"{' ' if text[:1].isspace() else ''}{plain(text)}{' ' if text[-1:].isspace() else ''}" if text.strip() else text[:1]


def shared_words(one: str, other: str, *, shortest: int = 2) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What two texts have in common: the numbers, and the runs of at least `shortest` Chinese characters or Latin words."""
    numbers = tuple(sorted(set(NUMBER.findall(one)) & set(NUMBER.findall(other))))
    words = set(LATIN.findall(one.lower())) & set(LATIN.findall(other.lower())) - stop_words()
    runs = {run for run in common_runs(one, other, max(shortest, 2)) if not NUMBER.fullmatch(run)}
    return numbers, tuple(sorted(words | runs))


NUMBER = re.compile(r"\d+(?:\.\d+)?(?:%|％|‰)?")
LATIN = re.compile(r"[a-z]{5,}")
HAN = re.compile(r"[\u4e00-\u9fff]+")


def common_runs(one: str, other: str, shortest: int) -> set[str]:
    """The longest runs of Chinese characters of `one` that stand in `other` too, none inside another at the same place."""
    found: set[str] = set()
    for match in HAN.finditer(one):
        run, start = match.group(), 0
        while start < len(run):
            end = start + shortest
            if end > len(run) or run[start:end] not in other:
                start += 1
                continue
            while end < len(run) and run[start : end + 1] in other:
                end += 1
            found.add(run[start:end])
            start = end
    return found
