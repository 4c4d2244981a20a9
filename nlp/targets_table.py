"""Targets in table rows, and in lines that hold nothing but a number under the label of the line before."""

import re
from functools import cache

from domain.codebook import Comparator, Direction, Language
from domain.target import Target
from nlp.commitments import find_comparator, find_direction
from nlp.quantities import blank_masked, find_numbers
from nlp.units import canonical, unit_names
from nlp.years import due_year

_NUMBER = re.compile(r"[-−–]?\[?\d[\d,]*(?:\.\d+)?\]?")
_BARE = re.compile(
    r"^\s*(?:[•·*]\s*)?(?P<label>[^\d\t]*?(?:\([^()\t]*\)[^\d\t]*?)*)(?P<number>(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?)\s*(?P<unit>%|％)?\s*$"
)
_UNIT_HEAD = re.compile(r"(?i)^\W*(?:计量)?单位\W*$|^\W*units?\W*$")
_SKIP_HEAD = re.compile(
    r"(?i)序号|编号|属性|类型|类别|领域|备注|责任|牵头|来源|现状|基准|基期|基数|完成值|实际|当前|^\W*(?:no|id|number|type"
    r"|sector|notes?|cost|score|priority|lead|responsible|current|base(?:line)?(?: year)?|status|timeline|frequency|page)\b"
)
_NAME_HEAD = re.compile(r"(?i)指标|名称|内容|项目|indicator|target|measure|goal|metric|objective|action")
_BRACKET_UNIT = re.compile(r"[（(]\s*([^（()）]{1,24})\s*[）)]")
_COMMITTED = re.compile(r"(?i)target|reduction|goal|removal|目标|指标|约束性|预期性|降低|下降|提高")


def row_targets(
    text: str, *, language: Language, heading_path: tuple[str, ...], column_heads: tuple[str, ...], previous: str
) -> list[Target]:
    """The targets of a table row: a number under a head with a year is due in it; the unit comes from cell, head or name."""
    cells = text.split("\t")
    heads = column_heads if len(column_heads) == len(cells) else ("",) * len(cells)
    name_at = _name_column(cells, heads)
    if name_at is None:
        return []
    name = re.sub(r"^\s*\d{1,2}\s*[.、．]\s*(?!\d)", "", cells[name_at]).strip()
    group = next((cell for cell in cells[:name_at] if _bracket_unit(cell)), "")  # 主要污染物减少（%） over 化学需氧量
    unit = next((cell.strip() for cell, head in zip(cells, heads, strict=True) if _UNIT_HEAD.match(head)), "") or _bracket_unit(
        name
    )
    years = _due_years(heads, language)
    common = due_year(name, language) or _heading_year(heading_path, language)
    if not any(years) and common is None and not _COMMITTED.search(" ".join((name, *heads, *heading_path[-1:]))):
        return []
    targets = []
    for place, (cell, head) in enumerate(zip(cells, heads, strict=True)):
        if place == name_at or _SKIP_HEAD.search(head) or _UNIT_HEAD.match(head) or (any(years) and years[place] is None):
            continue
        target = _cell_target(cell, head, f"{group} {name}".strip(), unit, years[place] or common, language)
        if target is not None:
            targets.append(target)
    return targets


def bare_targets(text: str, *, language: Language, heading_path: tuple[str, ...], previous: str) -> list[Target]:
    """The target of a line that ends in a bare number, if its label, the line before or a heading gives a unit and a purpose."""
    found = _BARE.match(text)
    if not found:
        return []
    above = previous.rstrip().rpartition("\n")[2]
    label = found["label"].strip(" ,，:：") if len(found["label"].strip()) > 2 else above
    unit = found["unit"] or _bracket_unit(label) or next((u for h in reversed(heading_path) if (u := _named_unit(h))), "")
    context = " ".join((label, *heading_path[-6:]))
    if not unit or not _COMMITTED.search(context) or re.search(r"(?i)\bbau\b|business as usual|base year|基准年", label):
        return []
    year = due_year(label, language) or _heading_year(heading_path, language) or due_year(previous[-1500:], language)
    value = float(found["number"].replace(",", "").replace("−", "-"))
    if year is None or (value == int(value) and 1900 <= value <= 2100):
        return []
    change, _ = find_direction(
        label if _COMMITTED.search(label) else context, language, where="around" if language is Language.EN else "before"
    )
    direction = Direction.DECREASE if change is Direction.DECREASE else Direction.REACH
    quote = found["number"] + text[found.end("number") :].rstrip()
    name = _BRACKET_UNIT.sub("", label).strip(" ,") if _COMMITTED.search(label) else _BRACKET_UNIT.sub("", context).strip()
    return [Target(name or quote, Comparator.EQUAL, value, unit, quote, year=year, direction=direction)]


def _name_column(cells: list[str], heads: tuple[str, ...]) -> int | None:
    """The column of the indicator's name: the last that a head calls so (二级指标), else the longest with words."""
    worded = [
        place
        for place, cell in enumerate(cells)
        if len(re.sub(r"[\W\d]", "", cell)) >= 2 and not _SKIP_HEAD.search(heads[place]) and not _UNIT_HEAD.match(heads[place])
    ]
    named = [place for place in worded if _NAME_HEAD.search(heads[place]) and not re.search(r"20\d\d", heads[place])]
    if named:
        return named[-1]
    return max(worded, key=lambda place: (len(cells[place]), -place)) if worded else None


def _due_years(heads: tuple[str, ...], language: Language) -> list[int | None]:
    """The due year of each column; the first of several is dropped where it is the year that the plan starts from."""
    years = [
        due_year(
            re.sub(r"\b(20\d\d)\b(?!年)", r"by \1", head)
            if language is Language.EN
            else re.sub(r"(20\d\d)(?!\s*年)", r"\1年", head),
            language,
        )
        for head in heads
    ]
    named = sorted({year for year in years if year is not None})
    if len(named) > 1 and (named[0] <= 2020 or (named[0] % 5 and any(year % 5 == 0 for year in named[1:]))):
        years = [None if year == named[0] else year for year in years]
    return years


def _heading_year(heading_path: tuple[str, ...], language: Language) -> int | None:
    return next(
        (
            year
            for heading in reversed(heading_path[-3:])
            if re.search(r"目标|指标|(?i:target|goal|by 20)", heading) and (year := due_year(heading, language))
        ),
        None,
    )


def _cell_target(cell: str, head: str, name: str, unit: str, year: int | None, language: Language) -> Target | None:
    masked = blank_masked(cell, language)
    numbers = [
        number for number in find_numbers(masked, language) if not masked[: number.start].strip() or number.unit or len(cell) < 24
    ]
    if len(numbers) != 1 or (year is None and not unit and not numbers[0].unit):
        return None
    number = numbers[0]
    comparator, _ = find_comparator(masked[: number.start], masked[number.end :], language)
    change, _ = find_direction(masked[: number.start], language, where="around" if language is Language.EN else "before")
    if change is None and re.search(
        r"(?:下降|降低|减少|削减)(?:率|幅度|比例)?|reduction", re.sub(r"[（(].*?[）)]", "", name)[-16:] + head
    ):
        change = Direction.DECREASE
    elif change is None and re.search(r"(?:增长|增速|提高)(?:率|幅度)?$", re.sub(r"[（(].*?[）)]|\W", "", name)):
        change = Direction.INCREASE
    own_unit = number.unit or _bracket_unit(head) or unit
    scale = _scale(own_unit) if not number.unit else (1.0, own_unit)
    start = max(0, number.start - 8)
    return Target(
        indicator=_BRACKET_UNIT.sub("", name).strip() or name,
        comparator=comparator or Comparator.EQUAL,
        value=round(number.value * scale[0], 6),
        unit=scale[1],
        quote=cell[start : number.end].strip() or cell.strip(),
        value_max=None if number.value_max is None else round(number.value_max * scale[0], 6),
        year=year,
        direction=change or Direction.REACH,
    )


def _bracket_unit(name: str) -> str:
    """The unit that a name carries in its bracket: 森林覆盖率（%）."""
    for found in reversed(_BRACKET_UNIT.findall(name)):
        if canonical(1.0, found) is not None:
            return str(found).strip()
    return ""


def _scale(unit: str) -> tuple[float, str]:
    """The multiplier and the rest of a unit: 万千瓦 is 10000 千瓦."""
    found = re.match(r"^([十百千]*[万亿]+)(.*)$", unit)
    if not found or not found[2]:
        return 1.0, unit
    factors = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
    product = 1.0
    for character in found[1]:
        product *= factors[character]
    return product, found[2]


@cache
def _gas_units() -> re.Pattern[str]:
    names = [name for name in unit_names(Language.EN) if "CO2" in name]
    return re.compile("|".join(re.escape(name).replace("CO2", "[CС][OО]2") for name in names))


def _named_unit(heading: str) -> str:
    found = _gas_units().search(heading)
    return found[0] if found else ""
