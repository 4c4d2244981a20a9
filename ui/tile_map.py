"""The provinces as a grid of tiles, each with its number of documents."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.codebook import Language
from domain.document import Facts
from ui.charts import INK, PICKED
from ui.wording import Wording

FILE = Path(__file__).with_name("tile_map.csv")
SIZE = 50  # the height of a tile; its width follows the page


@dataclass(frozen=True, slots=True)
class Tile:
    """A province's place in the grid; `code` is the first two digits of its GB/T 2260 code."""

    code: str
    zh: str
    en: str
    column: int
    row: int

    def name(self, text: Wording) -> str:
        """The province's short name."""
        return self.zh if text.language is Language.ZH else self.en


@cache
def tiles() -> tuple[Tile, ...]:
    """Every tile, north to south."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(Tile(r["code"], r["zh"], r["en"], int(r["column"]), int(r["row"])) for r in csv.DictReader(stream))


def name_of(code: str) -> str:
    """The name by which a province's documents are filtered."""
    return next(tile.zh for tile in tiles() if tile.code == code)


def names(documents: Iterable[Facts]) -> set[str]:
    """The names by which the provinces of some documents are filtered."""
    return {name_of(code) for code in by_province(documents)[0]}


def by_province(documents: Iterable[Facts]) -> tuple[Counter[str], int]:
    """Documents per province code, and how many belong to none."""
    known = {tile.code for tile in tiles()}
    codes = [province_code(facts) for facts in documents]
    return Counter(code for code in codes if code in known), sum(code not in known for code in codes)


def province_code(facts: Facts) -> str:
    """The first two digits of the document's place code, or those of the province its place begins with, or nothing."""
    if facts.place_code:
        return facts.place_code[:2]
    return next((tile.code for tile in tiles() if facts.place and facts.place.startswith((tile.zh, tile.en))), "")


def chart(counts: Counter[str], text: Wording, scheme: str) -> Any:
    """The altair chart; tiles without documents stay pale, and every tile bears its name and number.

    Selecting a tile gives the `code` of its province.
    """
    import altair as alt

    rows = [
        {
            "code": tile.code,
            "name": tile.name(text),
            "column": tile.column,
            "row": tile.row,
            "n": counts[tile.code],
            "label": str(counts[tile.code] or ""),
        }
        for tile in tiles()
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(padding=0.05)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(padding=0.05)),
        tooltip=[alt.Tooltip("name:N", title=text("documents.place")), alt.Tooltip("n:Q", title=text("nav.documents"))],
    )
    most = max(counts.values(), default=1)
    tint = alt.Color("n:Q", legend=None, scale=alt.Scale(domain=[0, 1, max(2, most)], range=["#8882", "#3d7a80", "#1d4f55"]))
    picked = alt.selection_point(name=PICKED, fields=["code"])
    squares = base.mark_rect(cornerRadius=3, cursor="pointer").encode(color=tint).add_params(picked)
    ink = alt.condition("datum.n > 0", alt.value("#ffffff"), alt.value(INK[scheme]))
    names = base.mark_text(fontSize=9 if text.language is Language.EN else 12, dy=-7).encode(text="name:N", color=ink)
    numbers = base.mark_text(fontSize=13, dy=9, fontWeight=600).encode(text="label:N", color=ink)
    return (squares + names + numbers).properties(height=SIZE * 8).configure_view(stroke=None)
