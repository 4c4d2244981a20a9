"""Actors: the bodies that a statement makes responsible."""

import re

_BRACKET = re.compile(
    r"[（(【\[]?\s*(?:责任(?:单位|部门|主体|处室|分工)|牵头(?:单位|部门|责任单位|责任部门)?|主办单位|承办单位|主责单位"
    r"|配合(?:单位|部门)?|参加单位|协办单位|协同单位|实施主体|实施单位|落实单位|组织单位|完成单位)"
    r"\s*[:：]\s*(?P<bodies>[^（(）)】\]\n]*(?:[（(][^（）()]{1,20}[）)][^）)】\]\n（(]*)*)"
)
_TRAILING = re.compile(
    r"[（(](?P<bodies>[^（）()。；]{2,400}?)(?:按职责分工(?:负责|落实)?|分别?负责|牵头|负责|配合|参与"
    r"|等)[^（）()。；]{0,6}[）)]\s*[。；]?\s*$"
)
_BY = re.compile(r"(?:^|[，。；（(])\s*由(?P<bodies>[^，。；（）()]{2,60}?)(?:共同)?(?:牵头|负责|会同|组织实施|承担)")
_ENGLISH = re.compile(
    r"\b(?:lead(?:\s+(?:agency|agencies|entity|department|partner|organi[sz]ation)s?)?|responsible(?:\s+(?:party|parties"
    r"|agency|agencies|entity|entities|department|departments|body|bodies))?"
    r"|responsibility|implementing\s+(?:agency|agencies|entity)|supporting\s+(?:agency|agencies)|partners?|key partners"
    r"|owner)\s*:\s*(?P<bodies>[^.;\n\t)\]]+)",
    re.IGNORECASE,
)
_CUES = ("责任", "牵头", "负责", "主办", "承办", "配合", "实施主体", "落实单位", "参加单位", "协办")
_ROLE = re.compile(
    r"(?:责任|牵头|配合|主办|承办|协办|参加|协同|落实)(?:责任)?(?:单位|部门|主体)?\s*[:：]|^(?:由|会同|市级|按照?)?|"
    r"(?:等)?(?:有关|相关)?(?:部门|单位)?(?:按照?职责)?(?:分工)?(?:共同)?(?:牵头|负责|配合|参与|落实|组织实施|会同)+(?:落实"
    r"|负责)?$|按职责分工.*$|等$|^[、，；\s]+|[。，；、\s]+$"
)

LONGEST = 1500  # characters that are read, from the end: a bracket of bodies closes its statement


def find_actors(text: str) -> tuple[str, ...]:
    """The bodies that a statement names as leading, responsible or joining, in order, each once.

    It reads brackets (责任单位：…), "由X牵头" and "Lead: …"; 等 and the words of the role are cut off.
    """
    text = text[-LONGEST:]
    bodies: list[str] = []
    if any(cue in text for cue in _CUES):
        for match in (*_BRACKET.finditer(text), *_TRAILING.finditer(text), *_BY.finditer(text)):
            bodies += _split_chinese(match["bodies"])
    elif ":" in text:
        for match in _ENGLISH.finditer(text):
            bodies += [body.strip(" .") for body in re.split(r",\s*(?:and\s+)?|;\s*|\s+and\s+|\s*/\s*", match["bodies"])]
    return tuple(dict.fromkeys(body for body in bodies if 2 <= len(body) <= 60))


def _split_chinese(bodies: str) -> list[str]:
    """The bodies of a list; commas inside a bracket (各区（县）) do not part them."""
    parts = re.split(r"[、，,；;。]|(?<=[局委厅部院会司府])和(?=[\u4e00-\u9fff])|\s{2,}|(?:牵头|负责|配合)\s*[，；]", bodies)
    cleaned = []
    for part in parts:
        body = part.strip()
        for _ in range(3):
            body = _ROLE.sub("", body).strip("：: ")
        cleaned.append(body)
    return [body for body in cleaned if body and not re.search(r"[。，]|^(?:各|有关)(?:部门|单位)$", body)]
