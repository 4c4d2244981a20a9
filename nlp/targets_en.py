"""Targets in English sentences."""

import re
from dataclasses import dataclass, replace

from domain.codebook import Comparator, Direction, Language
from domain.target import Target
from nlp.commitments import find_comparator, find_direction, find_rejection
from nlp.quantities import COUNTED, Number, blank_masked, find_numbers
from nlp.units import dimension
from nlp.years import YearMention, due_year, find_years

_SENTENCE = re.compile(r"(?<=[a-z%\d)])[.!?](?=\s+[A-Z(•])|[;\n•]")
_ANY_NUMBER = re.compile(
    r"\d|\b(?:half|third|thirds|quarter|quarters|percent|per cent|million|billion|hundred|thousand)\b", re.IGNORECASE
)
_GOAL = re.compile(
    r"(?i)\b(?:targets?|goals?|objectives?|aims?|aiming|commit(?:s|ted|ment)?|pledg\w+|intends?|seeks?|strives?|ambition"
    r"|will|shall|to|achieve\w*|reach\w*|attain\w*)\b"
)
_BUILD = re.compile(
    r"(?i)\b(?:install(?:s|ed|ing|ation)?|build(?:s|ing)?|construct(?:s|ed|ing|ion)?|plant(?:s|ed|ing)?|creat(?:e|es|ed|ing)"
    r"|train(?:s|ed|ing)?|retrofit(?:s|ted|ting)?"
    r"|deploy(?:s|ed|ing|ment)?|add(?:s|ed|ing)?|provid(?:e|es|ing)|establish(?:es|ing)?|complet(?:e|es|ed|ing)"
    r"|distribut(?:e|es|ing)|convert(?:s|ing)?|replac(?:e|es|ing)"
    r"|restor(?:e|es|ed|ing|ation)|protect(?:s|ing)?|conserv(?:e|es|ing)|preserv(?:e|es|ing)|generat(?:e|es|ed|ing)"
    r"|produc(?:e|es|ing)|purchas(?:e|es|ing)|divert(?:s|ing)?"
    r"|reforest\w*|afforest\w*|rehabilitat\w*|procur\w+|invest(?:s|ing|ed)?|mobili[sz]e\w*|raise|expand(?:s|ing)?"
    r"|develop(?:s|ing|ment)?|implement(?:s|ing)?|electrif\w+|weatheriz\w+"
    r"|serv(?:e|ing)|reach(?:es|ing)?|enrol\w*|recruit\w*|capacity|additional|new|supply(?:ing)?|open|operat(?:e|ing)|audit"
    r"|equip|connect\w*|introduc\w+|renewable|storage)\b"
)
_MONEY = re.compile(
    r"(?i)\b(?:invest\w*|mobili[sz]\w*|allocat\w*|commit\w*|rais(?:e|ing)|provid\w+|spend\w*|fund\w*)\b[^.;]{0,40}$"
)
_CHANGE_TO = re.compile(
    r"(?i)\b(?:increas|rais|grow|expand|boost|improv|reduc|decreas|cut|lower|limit|scal|bring"
    r"|from)\w*\b[^.;]{0,80}\bto\s+(?:\w+\s+){0,3}$"
)
_BEHIND = re.compile(r"(?i)\b(?:reduction|increase|decrease|cut|share|improvement)s?\s+(?:in|of)\s+(.+)")
_REDUCTION_OF = re.compile(
    r"(?i)\b(?:reduction|increase|decrease|cut)s?\s+(?:in|of)\s+([^,;]{3,80}?)\s+(?:of|by)\s+(?:at least |about )?$"
)
_OBJECT = re.compile(
    r"(?i)\b(?:reduc|decreas|cut|lower|mitigat|increas|rais|improv|expand|grow|boost|limit|achiev|reach)\w*\s+(?:the\s+"
    r"|its\s+|our\s+|their\s+)?"
    r"([^,;]+?)\s*(?:\b(?:by|to|of|at least|about|approximately|more than|up to|an?|additional)\s*)*$"
)
_SERIES = re.compile(r"(?i)[\s,;]*(?:(?:and|or|by|in|of|approximately|about|at least|minus|FY|to|the|end)\b\s*|□+|[\s,;–—-])*")
_CHANGED = re.compile(r"(?i)\s*(?:\w+[- ]){0,4}(?:reduc|decreas|below|cut|sav|increas|growth|less|more|improvement)")
_AGAINST = re.compile(
    r"(?i)\s*(?:below|from|under|lower than|less than|relative to|compared (?:to|with)|against|of)\s+(?:[\w’'-]+\s+){0,5}□□□□"
)
_ALTERNATIVE = re.compile(r"(?i)\s*(?:\((?:un)?conditional\)|compared|relative|or\b|and\b)")
_EDGES = re.compile(  # words at the edges of a phrase that name nothing
    r"(?i)^(?:(?:of|in|to|by|for|at least|minus|and|is|as|a|an|the|about|approximately|up to|with|from|FY"
    r"|per year|(?:19|20)\d\d)\b[\s,]*)+"
    r"|(?:[\s,]*\b(?:of|in|to|by|for|at least|minus|and|is|as|a|an|the|about|approximately|with|from|FY))+$"
)
_LEVEL = re.compile(
    r"(?i)^\s*(?:of\s+(?:all|the|its|our|total|new|city|homes|households|electricity|energy|\w+)|renewable|clean|low|zero"
    r"|electric|carbon[- ]free|diversion|share|canopy|tree|local)"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A number with the words of its sentence before and after it, up to its neighbours."""

    number: Number
    before: str
    after: str
    sentence: str
    sentence_start: int
    stop: int


def english_targets(text: str, *, heading_path: tuple[str, ...], previous: str) -> list[Target]:
    """The targets of an English sentence or item, in reading order."""
    if not _ANY_NUMBER.search(text):
        return []
    masked = blank_masked(text, Language.EN)
    numbers = find_numbers(masked, Language.EN)
    if not numbers:
        return []
    years = find_years(text, Language.EN)
    targets: list[Target] = []
    for place in _places(masked, numbers):
        target = _target(text, place, years, heading_path, previous)
        if target is None:
            continue
        levels = target.direction is Direction.REACH and _SERIES.fullmatch(place.before)
        if targets and levels and target.unit == targets[-1].unit:
            last = targets[-1]  # cut by 30 % by 2030, 50 % by 2040
            baseline = _baseline(place, years) or last.baseline_year
            target = replace(target, direction=last.direction, baseline_year=baseline, indicator=last.indicator)
        if targets and not target.indicator:
            target = replace(target, indicator=targets[-1].indicator)
        targets.append(target)
    return targets


def _places(masked: str, numbers: tuple[Number, ...]) -> list[_Place]:
    ends = [0, *(match.end() for match in _SENTENCE.finditer(masked)), len(masked)]
    places = []
    for index, number in enumerate(numbers):
        start = max(end for end in ends if end <= number.start)
        stop = min(end for end in ends if end >= number.end)
        left = max(start, numbers[index - 1].end) if index else start
        right = min(stop, numbers[index + 1].start) if index + 1 < len(numbers) else stop
        places.append(_Place(number, masked[left : number.start], masked[number.end : right], masked[start:stop], start, right))
    return places


def _target(
    text: str, place: _Place, years: tuple[YearMention, ...], heading_path: tuple[str, ...], previous: str
) -> Target | None:
    number = place.number
    comparator, rule = find_comparator(place.before, place.after, Language.EN)
    direction = _direction(place)
    year = _year(text, place, years)
    if not _commits(place, comparator, direction, year):
        return None
    base = (dimension(number.unit) or "").split("/")[0]
    if year is None and (base in ("ratio", "mass_co2", "mass") or number.fraction):
        year = _inherited_year(heading_path, previous)
    if direction is Direction.DECREASE and rule == "en-at-most" and re.search(r"(?i)\bto\s*$", place.before):
        comparator = None  # reduced to 20 % below a year's level is reduced by 20 %
    if rule == "en-at-most" and place.before.rstrip().endswith("up to") and direction is not Direction.DECREASE:
        comparator = Comparator.AT_MOST
    start = max(place.sentence_start, number.start - 120)
    words = text[start : number.start]
    quote = (words[words.find(" ") + 1 :] if start > place.sentence_start and " " in words else words) + text[
        number.start : number.end
    ]
    return Target(
        indicator=_indicator(text, place),
        comparator=comparator or Comparator.EQUAL,
        value=number.value,
        unit=number.unit,
        quote=quote.strip(),
        value_max=number.value_max,
        year=year,
        baseline_year=_baseline(place, years) if direction is not Direction.REACH else None,
        direction=direction,
    )


def _direction(place: _Place) -> Direction:
    """The nearest word of change decides; a change to a level (raise to 40 %) reaches it, one below a year's level does not."""
    before = place.before[-110:]
    after = re.split(r"[,;(]", place.after[:60])[0]
    ratio = dimension(place.number.unit) == "ratio"
    if ratio and _AGAINST.match(place.after) and not re.search(r"(?i)increas|grow|rais", before):
        return Direction.DECREASE
    if _CHANGE_TO.search(before):
        return Direction.REACH
    parts = ((after, True), (before, False)) if _CHANGED.match(after) else ((before, False), (after, True))
    for words, behind in parts:
        found = find_direction(words, Language.EN, where="around")[0] if behind else _last_direction(words)
        if found is Direction.INCREASE and not _raises(place, before):
            continue
        if found is not None:
            return found
    if ratio and _ALTERNATIVE.match(place.after) and re.search(r"(?i)\breduc", place.sentence):
        return Direction.DECREASE
    return Direction.REACH


def _raises(place: _Place, before: str) -> bool:
    """Whether a word of increase raises the quantity by the number, and does not just stand near a level or a count."""
    if (dimension(place.number.unit) or "") in COUNTED | {"power"}:
        return re.search(r"(?i)increas|grow|additional|\badd", before + place.after[:30]) is not None
    return _LEVEL.match(place.after) is None or re.search(r"(?i)\bby\s+(?:\w+\s+){0,2}$", before) is not None


def _last_direction(words: str) -> Direction | None:
    pieces = re.split(
        r"(?i)\b(?=(?:reduc|decreas|cut|lower|mitigat|declin|sav|avoid|drop|below|eliminat|phas|increas|grow|rais|improv"
        r"|expand|boost|add|new|doubl|tripl|conserv|minimi|minus))",
        words,
    )
    for piece in reversed(pieces):
        found, _ = find_direction(piece, Language.EN, where="around")
        if found is not None:
            return found
    return None


def _commits(place: _Place, comparator: Comparator | None, direction: Direction, year: int | None) -> bool:
    number = place.number
    base = (dimension(number.unit) or "").split("/")[0]
    if number.spelled and base not in ("ratio", "mass_co2", "power", "energy") and year is None:
        return False
    if find_rejection(place.before, place.after, place.sentence, Language.EN, size_class=base not in COUNTED):
        return False
    if base in ("time", "temperature", "length", "multiple") and not (
        base == "length" and (year or comparator) and _BUILD.search(place.before)
    ):
        return False
    if base.startswith("money"):
        return bool(_MONEY.search(place.before)) and year is not None
    goal = year is not None or _GOAL.search(place.sentence) is not None
    if base == "ratio":
        return (
            direction is not Direction.REACH
            or year is not None
            or (comparator is not None and goal)
            or bool(re.search(r"(?i)\b(?:target|goal)\b", place.sentence))
        )
    if number.fraction:
        return year is not None and (direction is not Direction.REACH or comparator is not None)
    if not number.unit:
        return False
    if base in COUNTED:
        return bool(_BUILD.search(place.before)) and (year is not None or comparator is not None or number.value >= 10)
    if base in ("area", "volume"):
        return direction is not Direction.REACH or (
            _BUILD.search(place.before) is not None and (year is not None or comparator is not None or number.value >= 10)
        )
    return (
        direction is not Direction.REACH
        or year is not None
        or (comparator is not None and goal)
        or bool(_BUILD.search(place.before))
    )


def _year(text: str, place: _Place, years: tuple[YearMention, ...]) -> int | None:
    """The due year after the number in its part of the sentence, else the last one before it in the sentence, else any after."""
    end = place.sentence_start + len(place.sentence)
    inside = [m for m in years if not m.baseline and place.sentence_start <= m.start < end]
    before = [m for m in inside if m.end <= place.number.start]
    after = [m for m in inside if m.start >= place.number.end]
    near = [m for m in after if m.start < place.stop and "," not in text[place.number.end : m.start]]
    if near:
        return near[0].year
    if before:
        return before[-1].year
    return after[0].year if after else None


def _baseline(place: _Place, years: tuple[YearMention, ...]) -> int | None:
    end = place.sentence_start + len(place.sentence)
    inside = [m for m in years if m.baseline and place.sentence_start <= m.start < end]
    after = [m for m in inside if m.start >= place.number.start]
    near = [m for m in after if m.start < place.stop]
    if near or not after:
        return (near or inside)[0].year if inside else None
    return (after or inside)[0].year if inside else None


def _inherited_year(heading_path: tuple[str, ...], previous: str) -> int | None:
    for heading in reversed(heading_path[-2:]):
        if re.search(r"(?i)\b(?:by|target|goals?)\b", heading) and (year := due_year(heading, Language.EN)):
            return year
    return due_year(previous[-1500:], Language.EN) if previous else None


def _indicator(text: str, place: _Place) -> str:
    """The noun phrase behind the number (22.7% reduction in …), else the object of the verb before it."""
    after = re.split(
        r"[,;.(]|\b(?:by|compared|relative|below|from|before|until"
        r"|through)\b",
        text[place.number.end : place.stop],
    )[0]
    before = re.split(r"[;]", text[place.number.start - len(place.before) : place.number.start])[-1]
    for words, pattern in ((after, _BEHIND), (before, _REDUCTION_OF), (before, _OBJECT)):
        found = pattern.search(words)
        if found and len(name := _EDGES.sub("", found[1].strip(" ,."))) > 2:
            return name
    phrase = _EDGES.sub("", after.strip(" .,"))
    return phrase if len(phrase) > 3 else _EDGES.sub("", " ".join(before.split()[-8:]).strip(" ,("))
