"""Features: what is known of each candidate of a search, beside one another for the ranking to weigh."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.document import Facts
from index.columns import HEADING, LANGUAGES, Columns
from index.dense import decoded
from index.encoder import Vectors
from index.glossary import Expansion
from index.late import TokenEncoder
from index.query import Query
from index.snapshot import Snapshot
from index.tokenizer import words

Scores = NDArray[np.float32]
Places = NDArray[np.int64]
FEEDBACK, WARMTH = 5, 0.08
MOST_STEPS = 3
ADDED_FLOOR = 8.0


@dataclass(frozen=True, slots=True)
class Features:
    """One value a candidate, float32 of shape (n,) each; 0 is none.

    `meaning` cosine of query and statement; `stretch` the best cosine of the query with twelve tokens of the statement, 0
    for an encoder without tokens; `added` how it meets the glossary's words, token by token, by BM25 for such an encoder;
    `words` share of the query's BM25 weight found, where query and statement share the language or the query has none;
    `around` mean cosine of the statements before and after; `feedback` cosine with the best candidates; `document` share of
    the query found in the document's title, place and 文号.
    """

    meaning: Scores
    stretch: Scores
    added: Scores
    words: Scores
    around: Scores
    feedback: Scores
    document: Scores

    def matrix(self) -> NDArray[np.float32]:
        """float32, shape (n, number of features), in the order of the fields."""
        stacked: NDArray[np.float32] = np.stack([getattr(self, each.name) for each in fields(self)], axis=1, dtype=np.float32)
        return stacked


NAMES = tuple(each.name for each in fields(Features))


def cheap_score(meaning: Scores, words_found: Scores, added: Scores) -> Scores:
    """A first order of candidates, by which those are chosen that are worth a closer look."""
    score: Scores = (meaning + 0.2 * words_found + 0.12 * added).astype(np.float32)
    return score


def features_of(
    snapshot: Snapshot,
    query: Query,
    vector: Vectors,
    places: Places,
    meaning: Scores,
    found: Scores,
    added: Scores,
    documents: dict[int, Facts],
    expansions: Sequence[Expansion],
    encoder: TokenEncoder | None,
) -> Features:
    """Features of the candidates at some places of the snapshot, of which `meaning`, `found` and `added` are known."""
    columns = snapshot.columns
    beside_them = np.stack([beside(columns, places, -1), beside(columns, places, 1)])
    around = snapshot.dense.similarities(vector, beside_them.ravel()).reshape(2, -1).mean(axis=0)
    shared = found
    if query.language is not None:
        shared = np.where(columns.language[places] == LANGUAGES.index(query.language), found, np.float32(0))
    met_added, stretch = met(snapshot, vector, expansions, places, encoder) or (added, np.zeros_like(added))
    first = cheap_score(meaning, shared, added) + np.float32(0.3) * stretch + np.float32(0.2) * around
    return Features(
        meaning=meaning,
        stretch=stretch,
        added=met_added,
        words=shared,
        around=around,
        feedback=feedback(snapshot, places, first),
        document=document_shares(columns, places, query, expansions, documents),
    )


def met(
    snapshot: Snapshot, vector: Vectors, expansions: Sequence[Expansion], places: Places, encoder: TokenEncoder | None
) -> tuple[Scores, Scores] | None:
    """How candidates meet the tokens of the expansions, and in a stretch the query; None for an encoder without tokens."""
    if snapshot.late is None or encoder is None:
        return None
    added = np.unique(np.array(encoder.tokens([" ".join(each.term for each in expansions)])[0], np.int64))
    return snapshot.late.meet(added, vector, places, encoder)


def beside(columns: Columns, places: Places, step: int) -> Places:
    """The nearest place in the same document, before (-1) or after (1), that is no heading; the place itself if there is none."""
    found = places.copy()
    open_ = np.ones(len(places), bool)
    for distance in range(1, MOST_STEPS + 1):
        next_ = np.clip(places + step * distance, 0, len(columns) - 1)
        good = open_ & (columns.seq[next_] == columns.seq[places]) & (columns.element[next_] != HEADING) & (next_ != places)
        found[good] = next_[good]
        open_ &= ~good
    return found


def feedback(snapshot: Snapshot, places: Places, scores: Scores) -> Scores:
    """Cosine of each candidate with the mean of the best ones, weighed by how good they are (Rocchio's feedback)."""
    if not len(places):
        return scores
    best = np.argsort(-scores, kind="stable")[:FEEDBACK]
    weights = np.exp((scores[best] - scores[best[0]]) / WARMTH)
    vectors = decoded(snapshot.dense.vectors[places])
    centre = weights @ vectors[best]
    cosines: Scores = vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    return cosines


def document_shares(
    columns: Columns, places: Places, query: Query, expansions: Sequence[Expansion], documents: dict[int, Facts]
) -> Scores:
    """The share of the query's words that stand in the title, place or 文号 of each candidate's document."""
    asked = set(query.words)
    added = [set(each.words) for each in expansions if each.words]
    wanted = asked.union(*added)
    shares: dict[int, float] = {}
    for seq in np.unique(columns.seq[places]).tolist():
        facts = documents.get(seq)
        held = wanted & words_of(facts.title, facts.place, facts.number) if facts else frozenset()
        matched = len(asked & held) + (sum(group <= held for group in added) if held else 0)
        shares[seq] = min(1.0, matched / max(1, len(asked)))
    return np.array([shares[seq] for seq in columns.seq[places].tolist()], np.float32)


@lru_cache(maxsize=65536)
def words_of(*names: str | None) -> frozenset[str]:
    """The words of a document's title, place and 文号."""
    return frozenset(words(" ".join(filter(None, names))))


def lexical_shares(snapshot: Snapshot, query: Query, expansions: Sequence[Expansion], places: Places) -> tuple[Scores, Scores]:
    """(share of the query's BM25 weight, score of the glossary's words in 0..1) of the statements at some places."""
    groups: dict[str, list[tuple[str, ...]]] = {}
    for each in expansions:
        if each.words:
            groups.setdefault(each.source, []).append(each.words)
    asked = list(query.words) + sorted({word for group in groups.values() for term in group for word in term})
    rarity = [snapshot.lexical.rarity(word) for word in asked]
    scores = snapshot.forward.scores(asked, rarity, places)
    own = len(query.words)
    found = scores[:, :own].sum(axis=1) / max(sum(rarity[:own]), 1e-9)
    column = {word: at for at, word in enumerate(asked[own:], own)}
    added = np.zeros(len(places), np.float32)
    for group in groups.values():
        added += np.max([together(scores[:, [column[word] for word in term]]) for term in group], axis=0)
    return found.astype(np.float32), (added / max(ADDED_FLOOR, float(added.max(initial=0)))).astype(np.float32)


def together(scores: Scores) -> Scores:
    """The sum of each row where none is 0, else 0."""
    summed: Scores = np.where((scores > 0).all(axis=1), scores.sum(axis=1), np.float32(0))
    return summed
