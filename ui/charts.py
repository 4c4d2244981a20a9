"""Charts of counts, drawn in the page itself: nothing is fetched."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.coverage import Coverage
from analysis.ladder import Relation, Rung, quantity
from domain.codebook import Element, Sector
from ui.tags import INKS, figure
from ui.wording import Wording

SIGNS: dict[str, str] = {Coverage.COVERED: "●", Coverage.PARTIAL: "◐", Coverage.MISSING: "○"}
COVERAGE_INKS = {Coverage.COVERED: "#7fbf95", Coverage.PARTIAL: "#e3bb6a", Coverage.MISSING: "#e09a92"}
RUNG_SIGNS = {Relation.STRONGER: "▲", Relation.EQUAL: "＝", Relation.WEAKER: "▼"}
RUNG_INKS = {Relation.STRONGER: "#3f8f5f", Relation.EQUAL: "#8a9299", Relation.WEAKER: "#c2564b"}
INK = {"light": "#2c3236", "dark": "#dfe2e4"}
FAINTEST, STRONGEST = 0.07, 0.6  # of an element's colour, so that the numbers on it can be read
PICKED = "picked"


def elements_by_sector(counts: Mapping[Element, Mapping[str, int]], text: Wording, scheme: str) -> Any:
    """A table of counts, sectors down and elements across, each column in the colour of its element, the more the stronger.

    Selecting a square gives the `element` and the `sector` that it stands for, "total" for the sums.
    """
    import altair as alt

    sectors: list[tuple[str, str]] = [("total", text("start.total")), *((sector.value, text.name(sector)) for sector in Sector)]
    elements = [element for element in Element if element in counts]
    rows = [
        {
            "sector": key,
            "element": element.value,
            "sector name": name,
            "element name": text.name(element),
            "label": text.write(counts[element].get(key, 0)),
            "share": share(counts, element, key),
            "ink": INKS[element],
        }
        for key, name in sectors
        for element in elements
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X(
            "element name:N",
            sort=[text.name(e) for e in elements],
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=0,
                labelOverlap=False,
                domain=False,
                ticks=False,
                labelFontSize=11,
                labelColor=INK[scheme],
            ),
        ),
        y=alt.Y(
            "sector name:N",
            sort=[name for _, name in sectors],
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelFontSize=12, labelLimit=140, labelColor=INK[scheme]),
        ),
        tooltip=[
            alt.Tooltip("sector name:N", title=text("facet.sectors")),
            alt.Tooltip("element name:N", title=text("facet.elements")),
            alt.Tooltip("label:N", title=text("documents.statements")),
        ],
    )
    squares = base.mark_rect(cornerRadius=3, cursor="pointer").encode(
        color=alt.Color("ink:N", scale=None),
        opacity=alt.Opacity("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[FAINTEST, STRONGEST])),
    )
    numbers = base.mark_text(fontSize=12, cursor="pointer", color=INK[scheme]).encode(text="label:N")
    picked = alt.selection_point(name=PICKED, fields=["element", "sector"])
    return (
        (squares.add_params(picked) + numbers)
        .properties(height=29 * len(sectors))
        .configure_view(stroke=None)
        .configure_scale(bandPaddingInner=0.1)
    )


def share(counts: Mapping[Element, Mapping[str, int]], element: Element, key: str) -> float:
    """How strong a square is tinted, 0 to 1: against the largest of its element; sums are not tinted."""
    own = 0 if key == "total" else counts[element].get(key, 0)
    most = max((n for name, n in counts[element].items() if name != "total"), default=0)
    return own / most if most else 0.0


def picked(event: Any, field: str) -> dict[str, Any]:
    """The values of the mark that was selected in a chart; nothing where none was."""
    chosen = [value for value in event["selection"].get(PICKED, ()) if value.get(field)]
    return dict(chosen[0]) if chosen else {}


def theme() -> str:
    """The theme that the browser shows: light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def target_ladder(rungs: Sequence[tuple[str, Rung]], text: Wording) -> Any:
    """Local targets as a share of the source's, the source at 100 %, a line for each indicator and a point for each place.

    The share is of the amounts as they stand: whether more or less is the stronger is told by the sign.
    """
    import altair as alt

    shown = [(place, rung) for place, rung in rungs if quantity(rung.source).value > 0]
    values = [
        {
            "indicator": f"{rung.source.indicator} ({figure(rung.source, text)})",
            "place": place,
            "share": quantity(rung.local).value / quantity(rung.source).value,
            "relation": text.name(rung.relation),
            "label": f"{RUNG_SIGNS[rung.relation]} {place} {figure(rung.local, text)}",
        }
        for place, rung in shown
    ]
    names = [text.name(relation) for relation in RUNG_INKS]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X(
            "share:Q",
            title=text("compare.of_source"),
            axis=alt.Axis(format="%", grid=False),
            scale=alt.Scale(zero=False, padding=110),
        ),
        y=alt.Y(
            "indicator:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=320, labelFontSize=12, labelOverlap=False, ticks=False, domain=False, grid=True),
        ),
    )
    points = base.mark_point(size=90, filled=True, opacity=1).encode(
        color=alt.Color(
            "relation:N",
            sort=names,
            scale=alt.Scale(domain=names, range=list(RUNG_INKS.values())),
            legend=alt.Legend(title=None, orient="top"),
        ),
        tooltip=[alt.Tooltip("label:N", title=text("compare.place")), alt.Tooltip("share:Q", format=".0%")],
    )
    if len({place for place, _ in shown}) > 1:  # labels would lie over each other
        points = points.encode(shape=alt.Shape("place:N", legend=alt.Legend(title=None, orient="top")))
    else:
        points += base.mark_text(align="left", dx=9, fontSize=11).encode(text="label:N")
    same = alt.Chart(alt.InlineData(values=[{"share": 1}])).mark_rule(strokeDash=[4, 3]).encode(x="share:Q")
    return (same + points).properties(height=alt.Step(34)).configure_view(stroke=None)


def coverage_by_section(rows: Sequence[tuple[str, Coverage]], text: Wording) -> Any:
    """How many requirements of each section have each status, as one bar a section, in reading order.

    Each part of a bar bears its sign and number, so that nobody has to tell the colours apart.
    """
    import altair as alt

    sections = list(dict.fromkeys(section for section, _ in rows))
    names = [text.name(status) for status in Coverage]
    values = [
        {"section": section, "status": text.name(status), "order": n, "n": count, "label": f"{SIGNS[status]} {count}"}
        for section in sections
        for n, status in enumerate(Coverage)
        if (count := rows.count((section, status)))
    ]
    colours = alt.Scale(domain=names, range=[COVERAGE_INKS[status] for status in Coverage])
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y(
            "section:N",
            sort=sections,
            title=None,
            axis=alt.Axis(labelLimit=300, labelFontSize=12, labelOverlap=False, ticks=False, domain=False),
        ),
        order=alt.Order("order:Q"),
        tooltip=[
            alt.Tooltip("section:N", title=text("compare.section")),
            alt.Tooltip("status:N", title=text("compare.status")),
            alt.Tooltip("n:Q", title=text("compare.count")),
        ],
    )
    counted = alt.X("n:Q", stack="zero", title=text("compare.count"), axis=alt.Axis(tickMinStep=1, grid=False))
    bars = base.mark_bar(height=19).encode(
        x=counted, color=alt.Color("status:N", sort=names, scale=colours, legend=alt.Legend(title=None, orient="top"))
    )
    labels = base.mark_text(fontSize=11, color="#15181b").encode(
        x=alt.X("n:Q", stack="zero", bandPosition=0.5), detail="status:N", text="label:N"
    )
    return (bars + labels).properties(height=alt.Step(25)).configure_view(stroke=None)
