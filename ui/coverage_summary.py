"""A comparison in numbers: by status, by section, and many plans beside one another."""

from typing import Any

import streamlit as st

from analysis.compare import Comparison
from ui import charts
from ui.charts import SIGNS
from ui.coverage_table import flat, section_of
from ui.marks import plain
from ui.wording import Wording


def show(comparison: Comparison, text: Wording) -> None:
    """How many requirements have each status, in each local plan."""
    for local in comparison.locals:
        counts = comparison.counts(local)
        total = sum(counts.values())
        judged = sum(row.verdict is not None for row in comparison.rows if row.local.id == local.id)
        with st.container(horizontal=True, gap="medium", vertical_alignment="center", key=f"summary_{local.id}"):
            st.markdown(
                f"**{plain(local.place or local.title)}**"
                if len(comparison.locals) > 1
                else f"**{text('compare.requirements', n=total)}**",
                width="content",
            )
            for status, n in counts.items():
                st.markdown(f"{SIGNS[status]} {text.name(status)} **{text.write(n)}** :gray[{n / total:.0%}]", width="content")
            st.markdown(f":gray[{text('compare.judged', n=judged)}]", width="content")


def show_overview(comparison: Comparison, text: Wording) -> None:
    """The bars by section and, for several plans, all of them beside one another."""
    with st.expander(text("compare.by_section"), key="overview_sections"):
        pairs = [(section_of(row), row.status) for row in comparison.rows]
        chart = charts.coverage_by_section(pairs, text)
        st.altair_chart(chart, width="stretch", key="chart_sections", alt=text("compare.by_section"))
    if len(comparison.locals) > 1:
        with st.expander(text("compare.matrix"), key="overview_matrix"):
            st.dataframe(matrix(comparison, text), hide_index=True, key=f"matrix_{text.language}")


def matrix(comparison: Comparison, text: Wording) -> list[dict[str, Any]]:
    """A row per requirement and a column per local plan."""
    names = {local.id: local.place or local.title for local in comparison.locals}
    names = {id: name if list(names.values()).count(name) == 1 else f"{name} ({id[:4]})" for id, name in names.items()}
    rows: dict[str, dict[str, Any]] = {}
    for row in comparison.rows:
        record = rows.setdefault(row.source.id, {text("compare.requirement"): flat(row.source.text)})
        record[names[row.local.id]] = f"{SIGNS[row.status]} {text.name(row.status)}"
    return list(rows.values())
