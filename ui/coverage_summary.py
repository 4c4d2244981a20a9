"""A comparison in numbers: by status, by section, and many plans beside one another."""

from collections import Counter
from typing import Any

import streamlit as st

from analysis.compare import Comparison, section_of
from analysis.coverage import Coverage
from analysis.ladder import Relation
from ui import chart_file, charts, collection
from ui.charts import SIGNS
from ui.coverage_table import flat
from ui.marks import plain
from ui.pair import relation_word
from ui.state import State
from ui.tags import figure
from ui.wording import Wording

MOST_LINES = 8
TALLEST = 215


def show(comparison: Comparison, text: Wording) -> None:
    """How many requirements have each status, in each local plan: a line for each, or a table where they are many."""
    if len(comparison.locals) > MOST_LINES:
        st.dataframe(tallies(comparison, text), hide_index=True, height=TALLEST, key=f"summary_{text.language}")
        return
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
            relations = Counter(row.target_relation for row in comparison.rows if row.local.id == local.id)
            for relation in (Relation.WEAKER, Relation.STRONGER):
                if n := relations[relation]:
                    st.markdown(f":gray[{text('compare.targets', name=text.name(relation), n=n)}]", width="content")
            st.markdown(f":gray[{text('compare.judged', n=judged)}]", width="content")
            if judged:
                same = sum(
                    r.verdict is not None and r.verdict.status == r.status for r in comparison.rows if r.local.id == local.id
                )
                st.markdown(f":gray[{text('compare.agreed', n=same)}]", width="content")
            if foreign := comparison.not_applicable(local):
                st.markdown(f":gray[{text('compare.foreign', n=foreign)}]", width="content")


def tallies(comparison: Comparison, text: Wording) -> list[dict[str, Any]]:
    """The counts of many local plans, a line for each."""
    found = {local.id: Counter[Coverage]() for local in comparison.locals}
    judged = Counter(row.local.id for row in comparison.rows if row.verdict is not None)
    for row in comparison.rows:
        found[row.local.id][row.status] += 1
    names = plan_names(comparison)
    return [
        {text("compare.place"): names[id]}
        | {f"{SIGNS[status]} {text.name(status)}": counts[status] for status in Coverage}
        | {text("compare.verdict"): judged[id]}
        for id, counts in found.items()
    ]


def show_overview(comparison: Comparison, state: State) -> None:
    """The bars by section and, for several plans, all of them beside one another; a cell opens its row."""
    text = state.wording
    with st.expander(text("compare.by_section"), key="overview_sections"):
        pairs = [(section_of(row.source), row.status) for row in comparison.rows]
        chart = charts.coverage_by_section(pairs, text)
        chart_file.offer(lambda _: chart, "coverage", text("compare.by_section"), sources(comparison), state)
        st.altair_chart(chart, width="stretch", key="chart_sections", alt=text("compare.by_section"))
    show_ladder(comparison, state)
    if len(comparison.locals) > 1:
        with st.expander(text("compare.matrix"), key="overview_matrix"):
            st.caption(text("compare.matrix_help"))
            key = f"matrix_{text.language}"
            st.dataframe(
                matrix(comparison, text),
                hide_index=True,
                key=key,
                on_select=lambda: open_cell(comparison, key, state),
                selection_mode="single-cell",
            )


def sources(comparison: Comparison) -> str:
    """What a chart was drawn from: the titles of the plans."""
    return " / ".join([comparison.source.title, *(local.title for local in comparison.locals)])


def show_ladder(comparison: Comparison, state: State) -> None:
    """The targets of source and local plans on one line each, and those that compare as a chart to take away."""
    text, names, ladder = state.wording, plan_names(comparison), comparison.ladder()
    if not ladder:
        return
    with st.expander(text("compare.ladder"), key="overview_ladder"):
        st.dataframe(
            [
                {text("target.indicator"): target.indicator, text("compare.requirement"): target.quote}
                | {names[id]: f"{rung.local.quote} ({relation_word(rung, text)})" for id, rung in rungs.items()}
                for target, rungs in ladder
            ],
            hide_index=True,
            key=f"ladder_rows_{text.language}",
        )
        comparable = {
            (rung.source.indicator, figure(rung.source, text), names[id]): rung
            for _, rungs in ladder
            for id, rung in rungs.items()
            if rung.relation is not Relation.NONE
        }
        if comparable:
            chart = charts.target_ladder([(place, rung) for (_, _, place), rung in comparable.items()], text)
            chart_file.offer(lambda _: chart, "ladder", text("compare.ladder"), sources(comparison), state)
            st.altair_chart(chart, width="stretch", key="chart_ladder", alt=text("compare.ladder"))


def open_cell(comparison: Comparison, key: str, state: State) -> None:
    """Take in hand the row that the selected cell of the matrix stands for; a count stands for the first plan in it."""
    cells = st.session_state[key]["selection"]["cells"]
    if not cells:
        return
    line, column = cells[0]
    requirement = list(dict.fromkeys(row.source.id for row in comparison.rows))[line]
    by_name = {name: id for id, name in plan_names(comparison).items()}
    takes_up = [r for r in comparison.rows if r.source.id == requirement and r.status is not Coverage.MISSING]
    counted = takes_up[0].local.id if takes_up else comparison.locals[0].id
    state.comparing.row = (requirement, by_name.get(column, counted))


def plan_names(comparison: Comparison) -> dict[str, str]:
    """A short name for each local plan by its id, no two alike."""
    names = {local.id: local.place or local.title for local in comparison.locals}
    times = Counter(names.values())
    return {id: name if times[name] == 1 else f"{name} ({id[:4]})" for id, name in names.items()}


def show_only_local(comparison: Comparison, text: Wording) -> None:
    """What the local plans have that the source has not, worked out when it is asked for."""
    if not st.toggle(text("compare.only_local"), key="only_local", persist_state="session"):
        return
    locals_ = [local.id for local in comparison.locals]
    rows = collection.compared(comparison.source.id, locals_, text, only_local=True).only_local
    names = plan_names(comparison)
    st.caption(text("compare.only_local_note", n=len(rows)))
    st.dataframe(
        [
            {
                text("compare.place"): names[row.source.document_id],
                text("compare.section"): section_of(row.source),
                text("compare.statement"): flat(row.source.text),
                text("compare.nearest_in_source"): flat(row.matches[0].statement.text) if row.matches else None,
            }
            for row in rows
        ],
        hide_index=True,
        key=f"only_local_rows_{text.language}",
    )


def matrix(comparison: Comparison, text: Wording) -> list[dict[str, Any]]:
    """A row per requirement and a column per local plan, and in how many the requirement is taken up."""
    names, count = plan_names(comparison), text("compare.taken_up")
    rows: dict[str, dict[str, Any]] = {}
    for row in comparison.rows:
        record = rows.setdefault(row.source.id, {text("compare.requirement"): flat(row.source.text), count: 0})
        record[count] += row.status is not Coverage.MISSING
        record[names[row.local.id]] = f"{SIGNS[row.status]} {text.name(row.status)}"
    return list(rows.values())
