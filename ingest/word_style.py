"""Paragraph styles of Word files: what a paragraph inherits from its style and the styles below it."""

import re
from dataclasses import dataclass
from typing import Any

from ingest.word_numbering import W

HEADING_NAME = re.compile(r"(?:heading|标题)\s*(\d)", re.I)
OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph is set; None where it says nothing. `rank` is 1 for the highest heading, `size` is in points."""

    name: str = ""
    rank: int | None = None
    size: float | None = None
    bold: bool | None = None
    centred: bool | None = None
    number_id: str | None = None
    level: int | None = None

    def over(self, below: "Look") -> "Look":
        """This look, with what it leaves open taken from the one below."""
        return Look(
            self.name or below.name,
            self.rank if self.rank is not None else below.rank,
            self.size if self.size is not None else below.size,
            self.bold if self.bold is not None else below.bold,
            self.centred if self.centred is not None else below.centred,
            self.number_id if self.number_id is not None else below.number_id,
            self.level if self.level is not None else below.level,
        )


def read_look(element: Any, name: str = "") -> Look:
    """The look that the pPr and rPr inside this style or paragraph give."""
    paragraph, run = element.find(f"{W}pPr"), element.find(f"{W}rPr")
    outline = _value(paragraph, "outlineLvl")
    aligned = _value(paragraph, "jc")
    numbers = paragraph.find(f"{W}numPr") if paragraph is not None else None
    level = _value(numbers, "ilvl")
    named = HEADING_NAME.match(name)
    rank = int(outline) + 1 if outline and outline.isdigit() and int(outline) < 9 else int(named[1]) if named else None
    return Look(
        name,
        rank,
        _size(run),
        _is_on(run, "b"),
        aligned == "center" if aligned else None,
        _value(numbers, "numId"),
        int(level) if level and level.isdigit() else None,
    )


def read_styles(root: Any) -> dict[str, Look]:
    """The looks of styles.xml by style id, each with what it inherits; "" is that of a paragraph without style."""
    if root is None:
        return {"": Look()}
    own: dict[str, tuple[Look, str | None]] = {}
    usual = ""
    for style in root.iter(f"{W}style"):
        identity = style.get(f"{W}styleId", "")
        name = _value(style, "name") or ""
        own[identity] = (read_look(style, name), _value(style, "basedOn"))
        if style.get(f"{W}default") == "1" and style.get(f"{W}type") == "paragraph":
            usual = identity
    defaults = root.find(f"{W}docDefaults/{W}rPrDefault")
    ground = Look(size=_size(defaults.find(f"{W}rPr")) if defaults is not None else None)
    styles = {identity: _inherited(identity, own, ground) for identity in own}
    styles[""] = styles.get(usual, ground)
    return styles


def _inherited(identity: str, own: dict[str, tuple[Look, str | None]], ground: Look) -> Look:
    look, seen = Look(), set()
    at: str | None = identity
    while at in own and at not in seen:
        seen.add(at)
        look = look.over(own[at][0])
        at = own[at][1]
    return look.over(ground)


def _value(element: Any, tag: str) -> str | None:
    found = element.find(f"{W}{tag}") if element is not None else None
    return found.get(f"{W}val") if found is not None else None


def _size(run: Any) -> float | None:
    size = _value(run, "sz")
    return float(size) / 2 if size and re.fullmatch(r"\d+(?:\.\d+)?", size) else None


def _is_on(run: Any, tag: str) -> bool | None:
    found = run.find(f"{W}{tag}") if run is not None else None
    return None if found is None else found.get(f"{W}val", "1") not in OFF
