"""Forms in text files: a question and its answer, which a table set side by side, told apart where their lines run together."""

import re
from functools import cache
from pathlib import Path

TOKEN = re.compile(r"[a-z0-9]+")
LABEL = re.compile(r"\s*(?:\d{0,2}\.?\(?[a-z]{1,4}[).]|\([a-z]{1,4}\)\s*)*\s*", re.I)
CLOSING = re.compile(r"[)\]’'.,;:/-]*")
ENOUGH = 3  # words of a question that its first line shows
MOST_BESIDE = 14  # lines of an answer between two lines of its question


@cache
def questions() -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """The words of the questions of forms.txt by their first ones; contributions are also named by their initials."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for line in Path(__file__).with_name("forms.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            for text in {line, re.sub("nationally determined contribution", "NDC", line)}:
                words = tuple(TOKEN.findall(text.lower()))
                found.setdefault(words[:ENOUGH], []).append(words)
    return found


def part_form(lines: list[str]) -> list[str]:
    """The lines, each question of a form before its answer where the two ran together."""
    parted: list[str] = []
    at = 0
    while at < len(lines):
        taken = _find_question(lines, at)
        question = lines[at : at + len(taken)]
        parted += ["", *_parted(question, taken)] if _runs_together(question, taken) else question or lines[at : at + 1]
        at += max(1, len(taken))
    return parted


def _find_question(lines: list[str], at: int) -> list[int]:
    """How far into each line from `at` on a question goes, in characters; of several the one that skips the fewest lines."""
    label = LABEL.match(lines[at])
    start = label.end() if label else 0
    first = tuple(TOKEN.findall(lines[at][start:].lower())[:ENOUGH])
    found = [taken for words in questions().get(first, []) if (taken := _follow(lines, at, start, words))]
    return min(found, key=lambda taken: (taken.count(0), -sum(taken)), default=[])


def _follow(lines: list[str], at: int, start: int, words: tuple[str, ...]) -> list[int] | None:
    """How far into each line from `at` on this question goes; None where its words do not follow each other there."""
    dead: set[tuple[int, int]] = set()

    def walk(line: int, done: int, beside: int) -> list[int] | None:
        if done == len(words):
            return []
        if line >= len(lines) or beside > MOST_BESIDE or (line, done) in dead:
            return None
        begin = start if line == at else 0
        ends = []
        for found, word in zip(TOKEN.finditer(lines[line].lower(), begin), words[done:], strict=False):
            if found[0] != word:
                break
            closing = CLOSING.match(lines[line], found.end())
            ends.append(closing.end() if closing else found.end())
        for count in range(len(ends), -1 if line > at else 0, -1):
            rest = walk(line + 1, done + count, 0 if count else beside + 1)
            if rest is not None:
                return [ends[count - 1] if count else 0, *rest]
        dead.add((line, done))
        return None

    return walk(at, 0, 0)


def _runs_together(lines: list[str], taken: list[int]) -> bool:
    """Whether an answer stands beside the question: behind it on a line before its last, or as a new sentence on that."""
    rests = [line[end:].strip() for line, end in zip(lines, taken, strict=True)]
    return any(rests[:-1]) or any(rest[:1].isupper() or rest[:1].isdecimal() for rest in rests[-1:])


def _parted(lines: list[str], taken: list[int]) -> list[str]:
    """The question on one line, then the lines of the answer."""
    question = " ".join(line[:end].strip() for line, end in zip(lines, taken, strict=True) if end)
    answer = [line[end:].strip() for line, end in zip(lines, taken, strict=True)]
    return [re.sub(r"(?<=\w)- (?=[a-z])", "-", question), "", *filter(None, answer)]
