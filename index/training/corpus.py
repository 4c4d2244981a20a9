"""The training folder: which file is what, how much each weighs, and what of it may be trained on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.errors import EncoderError
from index.training.held_out import HeldOut, plain
from index.training.pairs import Pair, Row, read_pairs, read_rows, read_terms
from index.training.passages import Passage, read_passages
from index.training.vocabulary import Counts

ROWS = "pairs_policy.tsv.gz"
TERMS = "cedict_*.txt.gz"
TESTS = ("test_mee_mt.tsv.gz", "test_news.tsv.gz")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A file with its weight when words are counted and when pairs are drawn."""

    name: str
    counted: float
    drawn: float = 0.0


PAIRS = (
    Weighed("pairs_mee_mt.tsv.gz", 1, 2),
    Weighed("pairs_xquad_sdg.tsv.gz", 2, 2),
    Weighed("pairs_tatoeba.tsv.gz", 0.5, 0.7),
    Weighed("pairs_wmt.tsv.gz", 0.1, 0.6),
)
DOCUMENTS = (
    Weighed("policy_zh_dualcarbon.jsonl.gz", 1),
    Weighed("policy_zh_other.jsonl.gz", 3),
    Weighed("policy_en.jsonl.gz", 2),
)
ROWS_COUNTED, QUERIES_COUNTED = 8, 20


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that an encoder is trained on; `pairs` come with the chance that each is drawn."""

    rows: list[Row]
    pairs: list[tuple[Pair, float]]
    terms: list[Pair]
    passages: list[Passage]

    def breadcrumbs(self) -> dict[str, str]:
        """The headings, one a line, above each sentence of the documents, by the sentence's plain text."""
        return {plain(passage.text): "\n".join(passage.heading_path) for passage in self.passages}


def read_corpus(folder: Path, held_out: HeldOut) -> Corpus:
    """The files of `folder` without the test pairs of the same folder and what is held out.

    Raises EncoderError if a file is missing.
    """
    names = [ROWS, *TESTS, *(weighed.name for weighed in (*PAIRS, *DOCUMENTS))]
    missing = [name for name in names if not (folder / name).is_file()] + [TERMS] * (not list(folder.glob(TERMS)))
    if missing:
        raise EncoderError(f"{folder}: {', '.join(missing)} missing; name the folder that holds the training texts")
    tests = frozenset(plain(text) for name in TESTS for pair in read_pairs(folder / name) for text in (pair.zh, pair.en))
    return Corpus(
        rows=[
            row for row in read_rows(folder / ROWS) if not any(map(held_out.holds, (row.zh, row.en, row.query_zh, row.query_en)))
        ],
        pairs=[
            (pair, weighed.drawn)
            for weighed in PAIRS
            for pair in read_pairs(folder / weighed.name)
            if not any(plain(text) in tests or held_out.holds(text) for text in (pair.zh, pair.en))
        ],
        terms=[pair for path in sorted(folder.glob(TERMS)) for pair in read_terms(path)],
        passages=list(_passages(folder, held_out)),
    )


def count_words(folder: Path, corpus: Corpus) -> Counts:
    """Words of the corpus, policy text and queries weighing most."""
    counts = Counts()
    counts.add((text for row in corpus.rows for text in (row.zh, row.en)), ROWS_COUNTED, compounds=True)
    counts.add((text for row in corpus.rows for text in (row.query_zh, row.query_en)), QUERIES_COUNTED)
    for weighed in DOCUMENTS:
        texts = (passage.text for passage in read_passages(folder / weighed.name))
        counts.add(texts, weighed.counted, compounds=True)
    counts.join_compounds()
    for weighed in PAIRS:
        counts.add((text for pair in read_pairs(folder / weighed.name) for text in (pair.zh, pair.en)), weighed.counted)
    return counts


def _passages(folder: Path, held_out: HeldOut) -> Iterator[Passage]:
    sections = 0
    for weighed in DOCUMENTS:
        section = 0
        for passage in read_passages(folder / weighed.name):
            section = passage.section
            if not held_out.holds(passage.text):
                yield Passage(passage.heading_path, passage.text, sections + section)
        sections += section + 1
