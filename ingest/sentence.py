"""Sentences: where one ends, in Chinese and in English."""

import re
from functools import cache
from pathlib import Path

CLOSERS = "”’」』）》】〕])\"'"
OPEN, CLOSE = "（(〔[【《「『", "）)〕]】》」』"
LONGEST_BRACKET = 400
GOES_ON = re.compile(r"[，、：,:；;。！？的等和与及或为是在]")
DUTY_HEAD = re.compile(
    r"\s*(?:[^（）()]{0,12}(?:责任(?:单位|部门|处室|主体|分工)?|牵头|负责|配合|参与|分工|完成时[限间]|实施主体)"
    r"|[Ll]ead\b(?!\s+[a-z]+\s+[a-z])|[Rr]esponsib|[Tt]imeline|[Pp]artners?:)"
)
DUTY_TAIL = re.compile(r"(?:牵头|配合|参与|负责|(?:负责|分工|分别)落实|组织实施)(?=[，；。]|$)")
NO_DUTY = re.compile(r"\s*(?:其中|包?含|注|以下|不)")
BODIES = re.compile(r"[、，；]")
BODY_END = re.compile(r"(?:委|局|厅|部|办|会|院|行|社|联|中心|公司|集团|政府|部门|单位|区县)等?$")
ENGLISH_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9•])")
MARK_AT_START = re.compile(r"^\s*(?:[•\-–—]\s*)?(?:\(?[0-9A-Za-z]{1,4}[.)]|\d+(?:\.\d+)+\.?)(?=\s)")
LAST_WORD = re.compile(r"[\w.’'-]+$")
OPEN_WORDS = (
    "an?|the|its|their|our|of|to|in|on|at|by|for|from|with|into|under|per|than|between|through|as|that|which|whose|is|are|was|were"
    "|be|been|has|have|will|shall|should|can|may|must|including|approximately"
)
OPEN_END = re.compile(rf"(?:(?<=\w)[-–]|(?<![;,.] )\b(?:and|or)|(?<!\d )\b(?:{OPEN_WORDS}))\s*$")


@cache
def abbreviations() -> frozenset[str]:
    """Words whose full stop does not end a sentence, in lower case and without that full stop."""
    lines = Path(__file__).with_name("abbreviations.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the sentences of one paragraph, in order, without the white space around them."""
    cuts = sorted({*_chinese_ends(text), *_english_ends(text), len(text)})
    found, start = [], 0
    for cut in cuts:
        begin, end = _trimmed(text, start, cut)
        if begin < end and any(char.isalnum() for char in text[begin:end]):
            found.append((begin, end))
        elif found and begin < end:
            found[-1] = (found[-1][0], end)
        start = cut
    if not found:
        begin, end = _trimmed(text, 0, len(text))
        return [(begin, end)] if begin < end else []
    return found


def is_open(line: str) -> bool:
    """Whether the line ends with a hyphen or with an English word that no sentence, heading or item ends with."""
    return bool(OPEN_END.search(line[-24:]))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _chinese_ends(text: str) -> list[int]:
    ends: list[int] = []
    depth, opened = 0, 0
    at, length = 0, len(text)
    while at < length:
        char = text[at]
        if char in OPEN:
            if depth == 0:
                opened = at
            depth += 1
        elif char in CLOSE:
            depth = max(0, depth - 1)
        if depth and at - opened > LONGEST_BRACKET:
            depth = 0
        if char in "。！？；" and (depth == 0 or (char != "；" and not _closes(text, at, opened))):
            at = _past_closers(text, at + 1)
            if at < length and text[at - 1] in CLOSERS and GOES_ON.match(text, at):
                continue
            at = _past_duty(text, at)
            ends.append(at)
            depth = 0
            continue
        at += 1
    return ends


def _closes(text: str, at: int, opened: int) -> bool:
    """Whether the bracket that is open at `at` is closed within a bracket's usual length."""
    return any(char in CLOSE for char in text[at : opened + LONGEST_BRACKET])


def _past_closers(text: str, at: int) -> int:
    while at < len(text) and text[at] in CLOSERS + "。！？":
        at += 1
    return at


def _past_duty(text: str, at: int) -> int:
    """The end of a bracket of responsible bodies that follows a full stop: it belongs to the sentence before it."""
    opened, _ = _trimmed(text, at, len(text))
    closed = _closing(text, opened)
    return _past_closers(text, closed + 1) if closed and _names_duty(text[opened + 1 : closed]) else at


def _closing(text: str, opened: int) -> int:
    """Where the bracket that opens here is closed, 0 where none opens or it is not closed within a bracket's usual length."""
    depth = 0
    for place in range(opened, min(len(text), opened + LONGEST_BRACKET)):
        if text[place] in OPEN:
            depth += 1
        elif text[place] in CLOSE:
            depth -= 1
        if depth == 0:
            return place if place > opened else 0
    return 0


def _names_duty(inside: str) -> bool:
    """Whether a bracket says who is in charge: at its head, at the end of a clause, or by nothing but a list of bodies."""
    if NO_DUTY.match(inside):
        return False
    bodies = BODIES.split(re.sub(r"[（(][^（()）]*[）)]", "", inside).strip())
    return bool(
        DUTY_HEAD.match(inside) or DUTY_TAIL.search(inside) or (len(bodies) > 1 and all(BODY_END.search(body) for body in bodies))
    )


def is_duty(text: str) -> bool:
    """Whether a statement says who is in charge and nothing else."""
    bare = text.strip().rstrip("。.；;")
    if bare[:1] and bare[0] in OPEN:
        return _closing(bare, 0) == len(bare) - 1 and _names_duty(bare[1:-1])
    return bool(re.match(r"(?:责任|牵头|配合|参与|实施)(?:单位|部门|处室|主体)[：:]", bare)) and "。" not in bare


def _english_ends(text: str) -> list[int]:
    if "." not in text and "!" not in text and "?" not in text:
        return []
    mark = MARK_AT_START.match(text)
    first = mark.end() if mark else 0
    ends = []
    for found in ENGLISH_END.finditer(text, max(first - 1, 0)):
        if found.end() > first and not _is_abbreviation(text, found.start()):
            ends.append(_past_duty(text, found.end()))
    return ends


def _is_abbreviation(text: str, stop: int) -> bool:
    if text[stop] != ".":
        return False
    word = LAST_WORD.search(text, max(0, stop - 20), stop)
    if word is None:
        return False
    bare = word[0].lower()
    return bare in abbreviations() or (len(bare) == 1 and bare.isalpha()) or bool(re.fullmatch(r"(?:[a-z]\.)+[a-z]", bare))
