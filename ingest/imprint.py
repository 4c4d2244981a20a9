"""The imprint of an English document: who issued it and when, by its cover, its first pages and its last."""

import re

from ingest.block import Block, Form
from ingest.date import MONTH, read_date

COVER, HEAD, BACK = 14, 60, 12  # blocks of the cover, of the first pages and at the end, where an imprint stands
LONGEST = 90  # characters of a line of an imprint
BODY = (
    r"(?:(?:[A-Z][\w&’'.-]*,?|of|and|for|the|on) )*(?:Government|Ministry|Department|Council|Commission|Agency|Authority|Office"
    r"|Forum|Committee|Secretariat|Bureau|Board|Division|Task Force)(?: (?:of|for|on)(?: (?:[A-Z][\w’'-]*,?|and|of|the))+)?"
)
MADE = re.compile(
    rf"(?:[Pp]repared|[Ss]ubmitted|[Pp]ublished|[Ii]ssued|[Aa]dopted)(?: in [A-Za-z]+ \d{{4}})? by:? (?:the )?({BODY})"
)
LINE = re.compile(rf"(?:The )?({BODY})[.,]?")
PARTY = re.compile(r"nationally determined contribution|\bNDC\b|communication", re.I)
YEAR = re.compile(r"(?:19|20)\d\d")
DATED = re.compile(r"(?:[Pp]ublished|[Uu]pdated|[Aa]dopted|[Ii]ssued|[Aa]pproved|[Ss]ubmitted|©|Copyright)\b")
NO_DATE = re.compile(rf"\s+(?:on|in) (?:{MONTH})\b.*", re.I)
NAMED_YEAR = re.compile(r"(?<![\d–—-])(?:19|20)\d\d$")


def english_issuer(blocks: list[Block], title: str, place: str | None) -> str | None:
    """The body that issued the document: one that its imprint names; the city or the party that the title names where none is."""
    cover, back = _imprint(blocks)
    for pattern in (MADE, LINE):
        for text in (*cover, *back):
            found = pattern.search(text) if pattern is MADE else pattern.fullmatch(text)
            body = NO_DATE.sub("", found[1]).strip(" ,.") if found else ""
            if " " in body:
                return body
    for text in (title, *cover):
        city = re.search(rf"\b(?:City|Town|County|Village) of {re.escape(place)}\b", text, re.I) if place else None
        if city:
            return city[0].title().replace(" Of ", " of ")
    return place if place and PARTY.search(title) else None


def english_date(blocks: list[Block], stem: str) -> str | None:
    """The day, month or year of issue: a date on the cover or in the imprint, else a year on the cover or in the file's name."""
    cover, back = _imprint(blocks)
    for text in cover:
        if date := read_date(text):
            return date
    head = (block.text.strip() for block in blocks[:HEAD] if len(block.text) < LONGEST)
    for text in (*cover, *back, *filter(DATED.match, head)):
        if DATED.search(text) and (date := read_date(text)):
            return date
    for text in cover:
        if YEAR.fullmatch(text):
            return text
    named = NAMED_YEAR.search(stem)
    return named[0] if named else None


def _imprint(blocks: list[Block]) -> tuple[list[str], list[str]]:
    """The short lines of the cover and those at the end."""
    body = [block for block in blocks if block.form in (Form.TEXT, Form.HEADING)]
    cover = [block.text.strip() for block in body[:COVER] if block.page in (None, 1, 2) and len(block.text) < LONGEST]
    return cover, [block.text.strip() for block in body[COVER:][-BACK:] if len(block.text) < LONGEST]
