"""Practice cards on paper: JSON for programs, a workbook, a table for the terminal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from analysis.cases import Case
from analysis.line import Line
from analysis.peers import quote
from analysis.practices import Card
from analysis.replicability import replicability_of
from analysis.voice import Voice
from analysis.writers import write_aside, write_text, write_xlsx
from domain.record import Record, statement_record
from index import Kind, Table
from index.table import columns_of

Quotes: TypeAlias = Mapping[str, Sequence[Line]]  # the lines to quote of a card, by its id
QUOTED = 3
CARD_COLUMNS = columns_of(
    ("card", "title", "sectors", "reported_by", "planned_by", "provinces", "kinds", "actors", "conditions", "with_numbers"),
    with_numbers=Kind.WHOLE,
    **dict.fromkeys(("sectors", "reported_by", "planned_by", "provinces", "kinds", "actors", "conditions"), Kind.TEXTS),
)
LINE_COLUMNS = columns_of(
    ("card", "voice", "place", "document_title", "page", "heading_path", "text", "element", "statement_id", "reprints", "quote"),
    page=Kind.WHOLE,
    **dict.fromkeys(("heading_path", "reprints"), Kind.TEXTS),
)


def card_record(card: Card, quotes: Sequence[Line] = ()) -> Record:
    """A card as plain values; `quotes` are the lines that are to be quoted, by id."""
    return {
        "card": card.id,
        "title": card.title,
        "sectors": [sector.value for sector in card.sectors],
        "actors": list(card.actors),
        "conditions": list(card.conditions),
        "places": {voice.value: list(card.places(voice)) for voice in Voice},
        "provinces": list(card.provinces()),
        **{voice.value: [line_record(line) for line in card.pile(voice)] for voice in Voice},
        "outcomes": [line.statement.id for line in card.outcomes],
        "quotes": [line.statement.id for line in quotes],
        "replicability": asdict(replicability_of(card)),
        "cases": [case_record(case) for case in card.cases],
    }


def case_record(case: Case) -> Record:
    """What a report says around a practice as plain values."""
    parts = {"background": case.background, "results": case.results, "lessons": case.lessons}
    told = {part: [line_record(line) for line in lines] for part, lines in parts.items()}
    return {"document_id": case.facts.id, "document_title": case.facts.title, "place": case.facts.place, **told}


def line_record(line: Line) -> Record:
    """A line of a card as plain values."""
    own = {"place": line.place, "reprints": list(line.reprints), "quote": quote(line)}
    return {**statement_record(line.statement, line.facts), **own}


def as_json(cards: Sequence[Card], quotes: Quotes = MappingProxyType({})) -> str:
    """One JSON object with the cards in their order."""
    records = [card_record(card, quotes.get(card.id, ())) for card in cards]
    return json.dumps({"total": len(cards), "cards": records}, ensure_ascii=False, indent=1) + "\n"


def as_table(cards: Sequence[Card], quotes: Quotes = MappingProxyType({})) -> str:
    """A few lines a card, with the lines that are to be quoted."""
    out = []
    for card in cards:
        sectors = ", ".join(sector.value for sector in card.sectors)
        out.append(f"{card.title}  [{sectors}]")
        for voice in Voice:
            pile = card.pile(voice)
            if pile:
                places = ", ".join(dict.fromkeys(line.place or line.facts.title for line in pile))
                out.append(f"    {voice.value} {len(pile)}: {places}")
        facts = replicability_of(card)
        kinds = f"; {', '.join(facts.kinds)}" if facts.kinds else ""
        out.append(f"    provinces: {len(facts.provinces)}{kinds}; reported with numbers: {facts.numbers}")
        results = dict.fromkeys(
            line.statement.text for line in (*card.outcomes, *(line for case in card.cases for line in case.results))
        )
        out += [f"    result: {text}" for text in islice(results, 2)]
        out += [f"    quote: {quote(line)}" for line in quotes.get(card.id, ())[:QUOTED]]
        if card.conditions:
            out.append(f"    conditions named: {', '.join(card.conditions)}")
    return "\n".join([*out, f"{len(cards)} practices"]) + "\n"


def cards_table(cards: Sequence[Card]) -> Table:
    """A row for each card."""
    return Table("practices", CARD_COLUMNS, lambda: map(card_row, cards))


def evidence_table(cards: Sequence[Card]) -> Table:
    """A row for each line of each card."""
    return Table("evidence", LINE_COLUMNS, lambda: (line_row(card, line) for card in cards for line in card.lines))


def write_cards(cards: Sequence[Card], format: str, output: Path | None, quotes: Quotes = MappingProxyType({})) -> None:
    """Write cards as table, json or xlsx, to a file or, where the format is text, to stdout."""
    if format == "xlsx":
        if output is None:
            raise ValueError("a workbook needs a file to be written to")
        write_aside(output, lambda aside: write_xlsx(aside, cards_table(cards), beside=[evidence_table(cards)]))
        return
    write_text(as_json(cards, quotes) if format == "json" else as_table(cards, quotes), output)


def card_row(card: Card) -> Record:
    """A card as a row, keys in the order of CARD_COLUMNS."""
    facts = replicability_of(card)
    return {
        "card": card.id,
        "title": card.title,
        "sectors": [sector.value for sector in card.sectors],
        "reported_by": list(card.places(Voice.REPORTED)),
        "planned_by": list(card.places(Voice.PLANNED)),
        "provinces": list(facts.provinces),
        "kinds": list(facts.kinds),
        "actors": list(card.actors),
        "conditions": list(facts.needs),
        "with_numbers": facts.numbers,
    }


def line_row(card: Card, line: Line) -> Record:
    """A line as a row, keys in the order of LINE_COLUMNS."""
    return {"card": card.id, "voice": line.voice.value, **line_record(line)}
