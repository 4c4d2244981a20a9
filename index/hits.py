"""Hits: the statements that a search found, each with the reason why."""

from dataclasses import replace

from domain.statement import Statement
from index.catalogue import Catalogue
from index.ranking import ranked_down
from index.results import Hit, Why
from index.search import Asked, Found
from index.snapshot import Snapshot
from index.tokenizer import pieces


def hits_of(found: Found, asked: Asked, snapshot: Snapshot, catalogue: Catalogue, k: int) -> tuple[Hit, ...]:
    """The `k` best of what was found, with what the catalogue holds of them."""
    ranked = found.ranked
    rows = ranked.rows[:k].tolist()
    statements = catalogue.statements(rows)
    places = snapshot.columns.positions(ranked.rows[:k])
    seqs = snapshot.columns.seq[places].tolist()
    hits: list[Hit] = []
    for at, row in enumerate(rows):
        facts = asked.documents.get(seqs[at])
        if row not in statements or facts is None:
            continue  # taken out by another process since the search began
        why = replace(
            matched_words(statements[row], asked),
            lexical_rank=int(ranked.lexical_rank[at]) or None,
            dense_rank=int(ranked.dense_rank[at]) or None,
            similarity=found.similarities.get(row),
            ranked_down=ranked_down(snapshot.columns, int(places[at])),
        )
        hits.append(Hit(len(hits) + 1, float(ranked.scores[at]), statements[row], facts, why))
    return tuple(hits)


def matched_words(statement: Statement, asked: Asked) -> Why:
    """The words of the query and of its expansion that stand in a statement."""
    held: dict[str, str] = {}
    for word, surface in pieces(statement.text):
        held.setdefault(word, surface)
    wanted = set(asked.query.words)
    return Why(
        terms=tuple(dict.fromkeys(surface for word, surface in held.items() if word in wanted)),
        expanded=tuple(each.term for each in asked.expansions if each.words and held.keys() >= set(each.words)),
    )
