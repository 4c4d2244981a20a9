"""Practice cards on paper: JSON for programs, a workbook, a table for the terminal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from analysis.peers import quote
from analysis.practices import Card, Case, Line
from analysis.replicability import replicability_of
from analysis.voice import Voice
from analysis.writers import fitted, write_aside, write_text
from domain.record import statement_record

Quotes: TypeAlias = Mapping[str, Sequence[Line]]  # the lines to quote of a card, by its id
QUOTED = 3
COLUMNS = ("card", "title", "sectors", "reported_by", "planned_by", "provinces", "kinds", "actors", "conditions", "with_numbers")
LINES = ("card", "voice", "place", "document_title", "page", "heading_path", "text", "element", "statement_id", "reprints")


def card_record(card: Card) -> dict[str, Any]:
    """A card as plain values."""
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
        "replicability": asdict(replicability_of(card)),
        "cases": [case_record(case) for case in card.cases],
    }


def case_record(case: Case) -> dict[str, Any]:
    """What a report says around a practice as plain values."""
    parts = {"background": case.background, "results": case.results, "lessons": case.lessons}
    told = {part: [line_record(line) for line in lines] for part, lines in parts.items()}
    return {"document_id": case.facts.id, "document_title": case.facts.title, "place": case.facts.place, **told}


def line_record(line: Line) -> dict[str, Any]:
    """A line of a card as plain values."""
    return {**statement_record(line.statement, line.facts), "reprints": list(line.reprints)}


def as_json(cards: Sequence[Card]) -> str:
    """One JSON object with the cards in their order."""
    return json.dumps({"total": len(cards), "cards": [card_record(card) for card in cards]}, ensure_ascii=False, indent=1) + "\n"


def as_table(cards: Sequence[Card], quotes: Quotes = MappingProxyType({})) -> str:
    """A few lines a card, with the lines that are to be quoted."""
    out = []
    for card in cards:
        sectors = ", ".join(sector.value for sector in card.sectors)
        out.append(f"{card.title}  [{sectors}]")
        for voice in Voice:
            pile = card.pile(voice)
            if pile:
                places = ", ".join(dict.fromkeys(line.facts.place or line.facts.title for line in pile))
                out.append(f"    {voice.value} {len(pile)}: {places}")
        facts = replicability_of(card)
        kinds = f"; {', '.join(facts.kinds)}" if facts.kinds else ""
        out.append(f"    {len(facts.provinces)} provinces{kinds}; {facts.numbers} reported with numbers")
        results = [*card.outcomes, *(line for case in card.cases for line in case.results)]
        out += [f"    result: {line.statement.text}" for line in dict.fromkeys(results[:2])]
        out += [f"    quote: {quote(line)}" for line in quotes.get(card.id, ())[:QUOTED]]
        if card.conditions:
            out.append(f"    conditions named: {', '.join(card.conditions)}")
    return "\n".join([*out, f"{len(cards)} practices"]) + "\n"


def write_workbook(cards: Sequence[Card], path: Path) -> int:
    """A sheet of cards and a sheet of their lines; returns the number of cards."""

    def write(aside: Path) -> int:
        import xlsxwriter

        with xlsxwriter.Workbook(str(aside), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            head = book.add_format({"bold": True, "bottom": 1})
            rows = {
                "practices": [card_row(card) for card in cards],
                "evidence": [line_row(c, line) for c in cards for line in c.lines],
            }
            for (name, table), fields in zip(rows.items(), (COLUMNS, LINES), strict=True):
                sheet = book.add_worksheet(name)
                sheet.freeze_panes(1, 0)
                sheet.write_row(0, 0, fields, head)
                sheet.set_column(1, 1, 50)
                for number, row in enumerate(table, start=1):
                    sheet.write_row(number, 0, [fitted(value) for value in row])
                sheet.autofilter(0, 0, len(table), len(fields) - 1)
        return len(cards)

    return write_aside(path, write)


def write_cards(cards: Sequence[Card], format: str, output: Path | None, quotes: Quotes = MappingProxyType({})) -> None:
    """Write cards as table, json or xlsx, to a file or, where the format is text, to stdout."""
    if format == "xlsx":
        if output is None:
            raise ValueError("a workbook needs a file to be written to")
        write_workbook(cards, output)
        return
    write_text(as_json(cards) if format == "json" else as_table(cards, quotes), output)


def card_row(card: Card) -> tuple[Any, ...]:
    """A card in the order of COLUMNS."""
    facts = replicability_of(card)
    places = (card.places(Voice.REPORTED), card.places(Voice.PLANNED), facts.provinces, facts.kinds, card.actors, facts.needs)
    return card.id, card.title, "; ".join(card.sectors), *("; ".join(values) for values in places), facts.numbers


def line_row(card: Card, line: Line) -> tuple[Any, ...]:
    """A line in the order of LINES."""
    s, facts = line.statement, line.facts
    element = s.tags.element.value if s.tags else ""
    path = " > ".join(s.heading_path)
    return (
        card.id,
        line.voice.value,
        facts.place or "",
        facts.title,
        s.page,
        path,
        s.text,
        element,
        s.id,
        "; ".join(line.reprints),
    )
