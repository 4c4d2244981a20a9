"""Tags as quiet chips: a tint and always a word."""

from domain.codebook import Comparator, Direction, Element, Language, Stringency
from domain.statement import Statement, Tags
from domain.target import Target
from ui.marks import plain
from ui.wording import Wording

TINTS = {
    Element.PRINCIPLE: "violet",
    Element.GOAL: "blue",
    Element.MEASURE: "green",
    Element.PRACTICE: "orange",
    Element.OUTCOME: "yellow",
    Element.CONTEXT: "gray",
    Element.HEADING: "gray",
}
# The strong colours of charts and margin bars, in the order of Element; they read on white and on near-black.
INKS = {
    Element.PRINCIPLE: "#8a63c0",
    Element.GOAL: "#3f7fc4",
    Element.MEASURE: "#3f9159",
    Element.PRACTICE: "#cf7d1f",
    Element.OUTCOME: "#b39a1d",
    Element.CONTEXT: "#8b9197",
    Element.HEADING: "#b9bec3",
}
STRENGTH = {
    Stringency.MANDATORY: "●●●●",
    Stringency.DIRECTIVE: "●●●○",
    Stringency.ENCOURAGING: "●●○○",
    Stringency.EXPLORATORY: "●○○○",
}
LARGE = {
    Language.ZH: ((1e8, "亿"), (1e4, "万")),
    Language.EN: ((1e9, " billion"), (1e6, " million")),
}
SIGNS = {Comparator.AT_LEAST: "≥ ", Comparator.AT_MOST: "≤ ", Comparator.MORE: "> ", Comparator.LESS: "< "}


def chips(statement: Statement, text: Wording) -> str:
    """The statement's element, stringency, sectors and targets as Markdown badges."""
    tags = statement.tags
    if tags is None:
        return ""
    return " ".join(part for part in (element_chip(tags.element, text), detail_chips(tags, text)) if part)


def detail_chips(tags: Tags, text: Wording) -> str:
    """Stringency, sectors and targets as Markdown badges."""
    badges = [chip("gray", f"{STRENGTH[tags.stringency]} {text.name(tags.stringency)}")] if tags.stringency else []
    badges += [chip("gray", text.name(sector)) for sector in tags.sectors]
    badges += [chip("primary", figure(target, text)) for target in tags.targets[:3]]
    return " ".join(badges)


def element_chip(element: Element, text: Wording) -> str:
    """One element as a badge."""
    return chip(TINTS[element], text.name(element))


def chip(tint: str, label: str) -> str:
    """A Markdown badge; the label is made safe."""
    return f":{tint}-badge[{plain(label)}]"


def figure(target: Target, text: Wording) -> str:
    """A target's number as people write it: comparator or direction, value or range, unit, year."""
    amount = quantity(target, text)
    if target.direction is Direction.INCREASE:
        amount = text("target.increase", value=amount)
    elif target.direction is Direction.DECREASE:
        amount = text("target.decrease", value=amount)
    elif target.comparator is Comparator.ABOUT:
        amount = text("target.about", value=amount)
    else:
        amount = SIGNS.get(target.comparator, "") + amount
    return f"{amount} · {target.year}" if target.year else amount


def quantity(target: Target, text: Wording) -> str:
    """Value or range with its unit."""
    values = [number(value, text) for value in (target.value, target.value_max) if value is not None]
    apart = target.unit[:1].isascii() or text.language is Language.EN
    space = " " if apart and target.unit not in ("%", "‰") else ""
    return f"{'–'.join(values)}{space}{target.unit}"


def number(value: float, text: Wording) -> str:
    """A number as the language writes it: 3.5亿 and 350 million, without needless zeros."""
    for size, word in LARGE[text.language]:
        if abs(value) >= size:
            return f"{digits(value / size)}{word}"
    return digits(value)


def digits(value: float) -> str:
    """At most four decimals, grouped by thousands."""
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def target_lines(tags: Tags, text: Wording) -> list[str]:
    """Each target as a line of Markdown: indicator, number, base year."""
    lines = []
    for target in tags.targets:
        base = f"（{text('target.baseline')} {target.baseline_year}）" if target.baseline_year else ""
        lines.append(f"- {plain(target.indicator)}: **{plain(figure(target, text))}**{plain(base)}")
    return lines
