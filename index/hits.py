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
    wanted = frozenset(asked.query.words)
    added = {each.term: frozenset(each.words) for each in asked.expansions if each.words}
    hits: list[Hit] = []
    for at, row in enumerate(rows):
        facts = asked.documents.get(seqs[at])
        if row not in statements or facts is None:
            continue  # taken out by another process since the search began
        why = replace(
            matched_words(statements[row], wanted, added),
            lexical_rank=int(ranked.lexical_rank[at]) or None,
            dense_rank=int(ranked.dense_rank[at]) or None,
            similarity=found.similarities.get(row),
            ranked_down=ranked_down(snapshot.columns, int(places[at])),
        )
        hits.append(Hit(len(hits) + 1, float(ranked.scores[at]), statements[row], facts, why))
    return tuple(hits)


def matched_words(statement: Statement, wanted: frozenset[str], added: dict[str, frozenset[str]]) -> Why:
    """The wanted words that stand in a statement, as they stand there, and the added terms all words of which do."""
    looked_for = wanted.union(*added.values())
    held: dict[str, str] = {}
    for word, surface in pieces(statement.text):
        if word in looked_for:
            held.setdefault(word, surface)
    return Why(
        terms=tuple(dict.fromkeys(surface for word, surface in held.items() if word in wanted)),
        expanded=tuple(term for term, parts in added.items() if held.keys() >= parts),
    )
