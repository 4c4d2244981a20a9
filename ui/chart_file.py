"""A chart as a picture to take away, with its title and its source on it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from ui.state import State

MIMES = {"svg": "image/svg+xml", "png": "image/png"}
FONT = "Noto Sans CJK SC, Source Sans, PingFang SC, Microsoft YaHei, sans-serif"
SHARP = 2.0
WIDTH = 640
Draw = Callable[[str], Any]


def offer(draw: Draw, name: str, title: str, source: str, state: State) -> None:
    """A button for each kind of picture; `draw` makes the chart for the scheme "light" or "dark".

    Stands above a chart that is drawn late (in an expander), so that the drawing does not move it from under the pointer.
    """
    with st.container(horizontal=True, gap="small", key=f"pictures_{name}"):
        for kind, mime in MIMES.items():
            st.download_button(
                state.wording(f"chart.{kind}"),
                lambda kind=kind: picture(draw("light"), kind, title, source),  # type: ignore[misc]
                f"{name}.{kind}",
                mime,
                key=f"picture_{name}_{kind}",
                type="tertiary",
                on_click="ignore",
            )


def source_line(documents: int, statements: int, state: State) -> str:
    """What a chart was counted from, and when."""
    today = state.wording.day(datetime.now(UTC).date().isoformat())
    return state.wording("chart.source", documents=documents, statements=statements, date=today)


def picture(chart: Any, kind: str, title: str, source: str) -> bytes:
    """The chart on white as SVG or PNG, the title above it, the source below the title."""
    import vl_convert

    spec = chart.to_dict()
    spec["title"] = {"text": title, "subtitle": source, "anchor": "start", "fontSize": 16, "subtitleFontSize": 11, "offset": 14}
    spec |= {"background": "white", "padding": 16, "width": spec.get("width", WIDTH)}
    spec["config"]["font"] = FONT
    if kind == "svg":
        return vl_convert.vegalite_to_svg(spec).encode()
    return vl_convert.vegalite_to_png(spec, scale=SHARP)
