"""English measures retold as done, running and planned, so that a model learns what tense says of the element."""

import random
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from domain.codebook import Element

FILE = Path(__file__).parent / "retelling.toml"
TIMES = 2  # templates of each element that a measure is put into
_LEAD = re.compile(
    r"[\W\d]*(?:(?:Action|Strategy|Measure|Recommendation|Policy|Objective)\s*[\w.-]*\s*[:.]?\s*)?([A-Za-z]+)\s+(.{12,300})$"
)
_DOUBLED = ("plan", "map", "set", "equip")  # verbs whose last letter is doubled: planned, planning


def retell(text: str) -> Iterator[tuple[Element, str]]:
    """Sentences of practice and of measure made from a measure that begins with its verb; none from another."""
    found = _LEAD.match(text.strip())
    if found is None or (verb := found[1].lower()) not in _data()["verbs"]:
        return
    rest = found[2].split(". ")[0].rstrip(" .;,")
    chance = random.Random(crc32(text.encode()))
    for element in (Element.PRACTICE, Element.MEASURE):
        for template in chance.sample(_data()[element], TIMES):
            forms = {**inflect(verb), "o": rest, "s": chance.choice(_data()["actors"])}
            told = template.format(**forms, y=chance.randint(2001, 2023), f=chance.randint(2026, 2050))
            yield element, re.sub(r"[a-zA-Z]", lambda letter: letter[0].upper(), told, count=1)


def inflect(verb: str) -> dict[str, str]:
    """The forms of an English verb: base, past, participle, -ing form and third person."""
    stem = verb + verb[-1] if verb in _DOUBLED else verb
    soft = verb.endswith("y") and verb[-2] not in "aeiou"
    regular = verb[:-1] + "ied" if soft else stem.removesuffix("e") + "ed"
    past, participle = _data()["past"].get(verb, (regular, regular))
    third = verb + "es" if verb.endswith(("s", "x", "ch", "sh")) else verb[:-1] + "ies" if soft else verb + "s"
    going = (stem if verb.endswith("ee") else stem.removesuffix("e")) + "ing"
    return {"v": verb, "p": past, "pp": participle, "g": going, "t": third}


@cache
def _data() -> dict[str, Any]:
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {**content, "verbs": frozenset(content["verbs"].split())}
