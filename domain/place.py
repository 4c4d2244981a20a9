"""Places of China found in text by name, Chinese or English, and told apart from namesakes and look-alikes."""

import re
from collections.abc import Iterable, Iterator

from domain.codebook import Level
from domain.gazetteer import HAN, Place, gazetteer

__all__ = ["Place", "find_place", "find_places", "full_name", "is_within", "place_coded", "place_named"]

BETTER_KNOWN = frozenset({"320500", "350100"})  # Suzhou and Fuzhou, where English says no more than that
ENGLISH_RANK = re.compile(
    r"\s+(?:city|province|municipality|prefecture|league|autonomous (?:region|prefecture)|sar)$", re.IGNORECASE
)
CAPITALISED = re.compile(r"(?<!\w)[A-Z]\w+")
SOMETHING_ELSE = re.compile(r"\w| (?:district|county|bay|river|lake|strait)\b", re.IGNORECASE)


def find_places(text: str, *, within: Place | None = None) -> tuple[Place, ...]:
    """The places named in the text in order of first mention.

    Of namesakes it is the one in a place that is named too, or in `within`; where that does not settle it, none.
    """
    names = [*_zh_names(text), *_en_names(text)]
    if not names:
        return ()
    bearers = gazetteer().bearers
    known = [bearers[name][0] for name in names if len(bearers[name]) == 1]
    found = (_bearer(bearers[name], [*known, *([within] if within else [])]) for name in names)
    return tuple(dict.fromkeys(place for place in found if place))


def find_place(text: str, *, within: Place | None = None) -> Place | None:
    """The place that a title or an issuer is about: the first one named, narrowed by those inside it that follow."""
    about: Place | None = None
    for place in find_places(text, within=within):
        if about is None or (place != about and is_within(place, about)):
            about = place
    return about


def place_named(name: str) -> Place | None:
    """The place with exactly this name, full, short or English in any case; None also where namesakes of one rank share it.

    The place that it lies in may be said with it, as `full_name` does: 北京市朝阳区, or "Suzhou, Anhui".
    """
    name = name.strip().replace("’", "'")
    bearers = gazetteer().bearers
    for key in (name, name.casefold(), ENGLISH_RANK.sub("", name).casefold()):
        if key in bearers:
            return _bearer(bearers[key], [])
    found, rest = find_places(name), name
    for place in found:
        forms = "|".join(re.escape(form) for form in (place.name, place.short, place.english) if form)
        rest = re.sub(forms, "", rest, count=1, flags=re.IGNORECASE)
    about = find_place(name)
    return about if about and not re.search(r"\w", rest) and all(is_within(about, place) for place in found) else None


def full_name(place: Place) -> str:
    """The name, behind that of the city or province that it lies in where namesakes share it: 长春市朝阳区."""
    if len(gazetteer().bearers[place.name]) == 1:
        return place.name
    above = place_coded(place.code[:4] + "00")
    return (above.name if above and above != place else place.province) + place.name


def place_coded(code: str) -> Place | None:
    """The place with this six-digit code."""
    return gazetteer().places.get(code)


def is_within(place: Place, other: Place) -> bool:
    """Whether `place` lies in `other` or is it."""
    return place.code.startswith(_stem(other.code))


def _stem(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _bearer(bearers: tuple[Place, ...], known: Iterable[Place]) -> Place | None:
    """A province, else the namesake in a known place or its province, else the better known, else the only city."""
    if len(bearers) == 1 or bearers[0].level is Level.PROVINCE:
        return bearers[0]
    for other in known:
        near = [place for place in bearers if place != other and is_within(place, other)]
        near = near or [place for place in bearers if place.province == other.province]
        if len(near) == 1:
            return near[0]
    cities = [place for place in bearers if place.level is Level.CITY]
    chosen = [place for place in cities if place.code in BETTER_KNOWN] or cities
    return chosen[0] if len(chosen) == 1 else None


def _zh_names(text: str) -> Iterator[str]:
    """Chinese names from left to right, the longest that its context allows at each position."""
    if text.isascii():
        return
    index, last, position, previous = gazetteer().zh, len(text) - 1, 0, ""
    while position < last:
        name = ""
        for longest in index.get(text[position : position + 2], ()):
            if text.startswith(longest, position) and _fits(longest, text, position, previous):
                name = longest
                break
        if name:
            yield name
        position, previous = position + (len(name) or 1), name


def _fits(name: str, text: str, start: int, previous: str) -> bool:
    """Whether the name stands here as a name; `previous` is the place name that ends where it begins, if any."""
    contexts, bearers = gazetteer().contexts, gazetteer().bearers
    context = contexts.get(name) or contexts.get(name[-1] if len(name) > 2 else "")
    end = start + len(name)
    if not previous and len(name) == 2 and name[-1] in "县区市" and start and HAN.match(text[start - 1]):
        return False
    if context is None:
        return True
    if not context.alone:
        return any(is_within(place, other) for place in bearers[name] for other in bearers.get(previous, ()))
    return not (text.endswith(context.not_after, 0, start) or text.startswith(context.not_before, end))


def _en_names(text: str) -> Iterator[str]:
    """English names, as keys in lower case."""
    index = gazetteer().en
    text = text.replace("’", "'")
    for word in CAPITALISED.finditer(text):
        for name in index.get(word.group().casefold(), ()):
            end = word.start() + len(name)
            if text[word.start() : end].casefold() == name and not SOMETHING_ELSE.match(text, end):
                yield _ranked(name, text[end : end + 12].casefold())
                break


def _ranked(name: str, after: str) -> str:
    """The key with its rank where the text gives one that tells namesakes apart: "jilin city"."""
    key = f"{name} city"
    return key if after.startswith(" city") and key in gazetteer().bearers else name
