"""A requirement and the nearest local statement side by side, with what they share marked."""

import streamlit as st

from analysis.compare import Match, Row
from analysis.coverage import Coverage
from analysis.ladder import Relation, Rung
from domain.document import Facts
from domain.statement import Statement
from index import Library
from ui import collection, page_image
from ui.charts import SIGNS
from ui.hits import source_line
from ui.marks import marked, plain, shared_words
from ui.state import State
from ui.tags import chips, figure
from ui.wording import Wording

SHORTEST = 3


def show(library: Library, row: Row, state: State) -> None:
    """The two texts, their numbers, the machine's reason and, on demand, both pages."""
    text = state.wording
    source = collection.titles()[row.source.document_id]
    best = row.matches[0].statement if row.matches else None
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{text('compare.requirement')}**")
        show_side(row.source, source, best.text if best else "", state)
    with right:
        st.markdown(f"**{text('compare.answer')}**  ·  {SIGNS[row.status]} {text.name(row.status)}")
        if best is None:
            st.caption(text("compare.no_match"))
        else:
            show_side(best, row.local, row.source.text, state)
    st.caption("  ·  ".join([f"{reason(row, text)} {text('compare.shared')}", *remarks(row, text)]))
    if row.rungs:
        st.dataframe(
            [rung_record(rung, text) for rung in row.rungs],
            hide_index=True,
            key=f"rungs_{text.language}_{row.source.id}_{row.local.id}",
        )
    if len(row.matches) > 1:
        with st.expander(text("compare.other_matches")):
            for match in row.matches[1:]:
                show_other(match, row, text)
    if st.toggle(text("compare.pages"), key="pages", persist_state="session"):
        for column, statement in zip(st.columns(2, gap="large"), (row.source, best), strict=True):
            with column:
                show_page(library, statement, text)


def show_side(statement: Statement, facts: Facts, other: str, state: State) -> None:
    """One text with the words and numbers marked that the other has too."""
    numbers, words = shared_words(statement.text, other, shortest=SHORTEST)
    with st.container(key=f"text_side_{statement.id}"):
        st.markdown(marked(statement.text, numbers, words))
    st.caption(source_line(statement, facts, state.wording))
    st.markdown(chips(statement, state.wording))


def reason(row: Row, text: Wording) -> str:
    """Why the machine gave this status."""
    if not row.matches:
        return text("compare.no_match")
    score, confidence = f"{row.matches[0].score:.2f}", f"{row.confidence:.0%}"
    if row.status is Coverage.MISSING:
        return text("compare.evidence_missing", score=score)
    return text("compare.evidence_match", score=score, confidence=confidence)


def remarks(row: Row, text: Wording) -> list[str]:
    """How much is taken over word for word, whether in weaker words, and whom the requirement is meant for."""
    said = [text("compare.verbatim_share", share=f"{row.verbatim:.0%}")] if row.matches else []
    said += [text("compare.weakened")] if row.is_weakened else []
    return [*said, *([text("compare.may_not_apply", scope=plain(row.scope.name(text.language)))] if row.scope else [])]


def rung_record(rung: Rung, text: Wording) -> dict[str, str]:
    """A source target beside the local one."""
    return {
        text("target.indicator"): rung.source.indicator,
        text("compare.requirement"): figure(rung.source, text),
        text("compare.place"): figure(rung.local, text),
        text("compare.relation"): relation_word(rung, text),
        text("compare.reason"): rung.reason,
    }


def relation_word(rung: Rung, text: Wording) -> str:
    """The relation of two targets in a word."""
    return text("compare.not_comparable") if rung.relation is Relation.NONE else text.name(rung.relation)


def show_other(match: Match, row: Row, text: Wording) -> None:
    """A match further down."""
    st.markdown(marked(match.statement.text, *shared_words(match.statement.text, row.source.text, shortest=SHORTEST)))
    st.caption(f"{match.score:.2f}  ·  {source_line(match.statement, row.local, text)}")


def show_page(library: Library, statement: Statement | None, text: Wording) -> None:
    """The page of one of the two, with its sentence boxed."""
    file = library.file(statement.document_id) if statement else None
    if statement is None or statement.page is None or not statement.boxes:
        st.caption(text("reader.no_image"))
    elif file is None or not page_image.is_paged(file):
        st.caption(text("reader.no_file"))
    else:
        st.image(
            page_image.passage_image(file, statement.page, statement.boxes),
            width="stretch",
            alt=text("reader.image", page=str(statement.page)),
        )
        st.caption(plain(text("hit.page", page=str(statement.page))))
