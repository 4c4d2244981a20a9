"""Learn what tells that a requirement is missing from a local plan: analysis/answering.npz and analysis/missing.toml.

    python scripts/teach_missing.py SHARED

SHARED holds train/ and gold/. coverage_codes.csv.gz has 172 pairs of its real Chinese plans, coded requirement by requirement:
documents, keys of requirement and answers (nlp.coding.text_key), status; no text. First the bundled encoder's tokens are moved so
that a requirement lies near what answers it and far from all else where nothing does, then the weights are learnt with the match
and the status as scripts/fit_coverage.py left them, so run it after that. A coded pair's vectors never come from tokens moved
by its own source. The gold and the invented Chinese pairs of tests/quality teach the weights too. Prints what is learnt without a
source and tested on its pairs. The thresholds are those that stand in missing.toml. Some six minutes on two cores. What ships was
learnt with the few requirements of one text counted as often as they stand, and with no lowest `mean_claimed`.
"""

import csv
import gzip
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
from fit_coverage import OWN, STATUSES, Pair, features_of, read_pairs, regress, score, shown
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

import pipeline
from analysis.alignment import Matrix, weigh_evidence
from analysis.answering import MOVED
from analysis.compare import ask, body, side_of
from analysis.coverage import (
    ABSENCE,
    MISSING_WEIGHTS,
    Coverage,
    Judge,
    Pairing,
    absence_features,
    load_judge,
    pairing_of,
)
from index import Library, open_library
from index.late import token_encoder
from index.static import UNKNOWN_TOKEN, StaticEncoder, bundled
from nlp.coding import text_key

CODES = Path(__file__).with_name("coverage_codes.csv.gz")
FOLDS = 5
PASSES, RATE, RIDGE, DROPPED = 3, 0.005, 1e-5, 0.3
MISSING_WORTH = 3.0  # of a requirement that nothing answers, by one that something does, when tokens are moved
OWN_WORTH = 40.0  # of a pair of the gold or of our own by a pair of coverage_codes
SHARE = 0.2  # of what is missing in every pair: how much a plan leaves out must not tell where the threshold lies
SHRINKAGE = 0.05


@dataclass(frozen=True, slots=True)
class Bags:
    """The tokens of a pair's requirements and local statements, as torch's embedding_bag takes them, and what is right."""

    source: tuple[Tensor, Tensor]
    local: tuple[Tensor, Tensor]
    right: Tensor
    missing: Tensor


class Moved(nn.Module):
    """The encoder's token vectors, each with a step of its own and a weight."""

    def __init__(self, vectors: Matrix) -> None:
        super().__init__()
        self.vectors = torch.from_numpy(vectors)
        self.steps = nn.Parameter(torch.zeros_like(self.vectors))
        self.weights = nn.Parameter(torch.zeros(len(vectors)))
        self.sharpness = nn.Parameter(torch.tensor(3.0))
        self.none = nn.Parameter(torch.tensor(0.5))

    def forward(self, bag: tuple[Tensor, Tensor]) -> Tensor:
        """Vectors of unit length; in training some of the tokens are left out."""
        weights = functional.dropout(torch.exp(self.weights[bag[0]]), DROPPED, self.training)
        summed = functional.embedding_bag(bag[0], self.vectors + self.steps, bag[1], mode="sum", per_sample_weights=weights)
        return functional.normalize(summed, dim=1)

    def loss(self, bags: Bags) -> Tensor:
        """How unlikely a right statement is, or none where none is right."""
        sharpness = torch.exp(self.sharpness)
        alike = self(bags.source) @ self(bags.local).T * sharpness
        none = (self.none * sharpness).expand(len(alike), 1)
        right = torch.cat([bags.right, bags.missing[:, None]], 1)
        chance = torch.log_softmax(torch.cat([alike, none], 1), 1)
        surprise = -torch.logsumexp(chance.masked_fill(~right, -1e9), 1)
        worth = torch.where(bags.missing, MISSING_WORTH, 1.0)
        return (surprise * worth).sum() / worth.sum() + RIDGE * (self.steps.square().sum() + self.weights.square().sum())

    def moves(self) -> Matrix:
        """By how much each token has moved; float32, shape (tokens, dim)."""
        with torch.no_grad():
            moved: Matrix = (torch.exp(self.weights)[:, None] * (self.vectors + self.steps) - self.vectors).numpy()
        return moved


def read_coded(shared: Path) -> list[Pair]:
    """The pairs of coverage_codes, as this program reads their documents now; what it reads otherwise is left out."""
    coded: defaultdict[tuple[str, str], list[tuple[str, str, list[str]]]] = defaultdict(list)
    with gzip.open(CODES, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            coded[row["source"], row["local"]].append((row["requirement"], row["status"], row["answers"].split()))
    with tempfile.TemporaryDirectory() as scratch:
        documents = Path(scratch, "documents")
        documents.mkdir()
        names = {key: write_document(shared, key, documents) for pair in coded for key in pair}
        library = open_library(Path(scratch, "library"), create=True)
        pipeline.build(library, [documents])
        return [read_pair(library, names[source], names[local], rows) for (source, local), rows in coded.items()]


def write_document(shared: Path, key: str, folder: Path) -> str:
    """Put a document of the shared folder where it is built from; its name there without its ending."""
    kind, _, name = key.partition(":")
    stem = f"{kind}{name.partition('.')[0]}".replace("_", "")
    if kind == "gold":
        (folder / f"{stem}.pdf").write_bytes((shared / "gold" / "docs" / name).read_bytes())
        return stem
    (folder / f"{stem}.txt").write_text(read_texts(shared, kind)[name], encoding="utf-8")
    return stem


@cache
def read_texts(shared: Path, kind: str) -> dict[str, str]:
    """The texts of a file of the shared folder, by the number that begins their name, or that they come as where none does."""
    with gzip.open(shared / "train" / f"policy_zh_{kind}.jsonl.gz", "rt", encoding="utf-8") as stream:
        documents = [json.loads(line) for line in stream]
    numbered = kind == "dualcarbon"
    return {row["doc"].partition("、")[0].strip() if numbered else str(n): row["text"] for n, row in enumerate(documents)}


def read_pair(library: Library, source: str, local: str, rows: Iterable[tuple[str, str, list[str]]]) -> Pair:
    """A coded pair with its keys found among the program's own statements."""
    asked = ask(library, library.find_document(source).id)
    theirs = body(library, library.find_document(local).id)
    side = side_of(library, theirs, asked.rarity)
    ours = {text_key(s.text): n for n, s in enumerate(asked.side.statements)}
    found = [text_key(s.text) for s in theirs]
    kept = {}
    for requirement, status, answers in rows:
        right = np.isin(found, answers)
        if requirement in ours and right.any() == bool(answers):
            kept[ours[requirement]] = (right, STATUSES.index(Coverage(status)))
    rights, statuses = zip(*kept.values(), strict=True)
    evidence = weigh_evidence(asked.side, side)
    return Pair(f"{source}_{local}", asked.side, side, asked.rarity, evidence, list(kept), np.array(rights), np.array(statuses))


def learn_moves(pairs: Sequence[Pair]) -> tuple[NDArray[np.int32], Matrix]:
    """The tokens of some pairs and by how much they move."""
    torch.manual_seed(0)
    encoder = token_encoder(bundled())
    assert encoder is not None
    texts = [([p.source.texts[n] for n in p.aligned], p.local.texts) for p in pairs]
    ids = [[[row or [UNKNOWN_TOKEN] for row in encoder.tokens(side)] for side in pair] for pair in texts]
    tokens = np.unique(np.concatenate([row for pair in ids for side in pair for row in side])).astype(np.int32)
    model = Moved(encoder.vectors[tokens])
    bags = [
        Bags(
            *(bag(side, tokens) for side in pair),
            torch.from_numpy(p.right),
            torch.from_numpy(p.status == STATUSES.index(Coverage.MISSING)),
        )
        for pair, p in zip(ids, pairs, strict=True)
    ]
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    order = np.random.default_rng(0)
    for _ in range(PASSES):
        for n in order.permutation(len(bags)):
            optimizer.zero_grad()
            model.loss(bags[n]).backward()
            optimizer.step()
    return tokens, model.moves()


def bag(rows: Sequence[Sequence[int]], tokens: NDArray[np.int32]) -> tuple[Tensor, Tensor]:
    """Token ids, as positions among `tokens`, one text after the other, and where each text begins."""
    starts = np.cumsum([0, *map(len, rows[:-1])])
    return torch.from_numpy(np.searchsorted(tokens, np.concatenate(rows))), torch.from_numpy(starts)


def with_answers(pair: Pair, encoder: StaticEncoder) -> Pair:
    """The pair with the vectors of an encoder."""
    ours, theirs = (replace(side, answers=encoder.encode_passages(side.texts)) for side in (pair.source, pair.local))
    return replace(pair, source=ours, local=theirs)


def learn_missing(judge: Judge, pairs: Sequence[Pair], own: int) -> Judge:
    """The judge with weights of what tells that a requirement is missing; the last `own` pairs are the gold's and ours."""
    worth = [1.0] * (len(pairs) - own) + [OWN_WORTH] * own
    features = np.vstack([absence_of(judge, pair) for pair in pairs])
    missing = [pair.status == STATUSES.index(Coverage.MISSING) for pair in pairs]
    counts = np.concatenate([each * shares(m) for each, m in zip(worth, missing, strict=True)])
    return replace(judge, missing=regress(features, np.concatenate(missing), counts, SHRINKAGE)[0])


def shares(missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much each requirement of a pair counts: what is missing a fixed share in all, less where it is but a few."""
    few = min(1.0, missing.sum() / 4)
    return np.where(missing, few * SHARE / max(1, missing.sum()), (1 - SHARE) / max(1, (~missing).sum()))


def absence_of(judge: Judge, pair: Pair) -> NDArray[np.float64]:
    """What tells that the aligned requirements are missing, taken within the whole comparison."""
    return absence_features(pair.source, pair.local, features_of(judge, pair))[pair.aligned]


class Encoders:
    """The bundled encoder moved by all folds but some, each learnt once."""

    def __init__(self, folds: Sequence[Sequence[Pair]]) -> None:
        self.folds = folds
        self.known: dict[frozenset[int], tuple[NDArray[np.int32], Matrix]] = {}

    def moves(self, *without: int) -> tuple[NDArray[np.int32], Matrix]:
        """The tokens and by how much they move."""
        key = frozenset(without)
        if key not in self.known:
            self.known[key] = learn_moves([pair for n, fold in enumerate(self.folds) if n not in key for pair in fold])
        return self.known[key]

    def encode(self, pairs: Iterable[Pair], *without: int) -> list[Pair]:
        """The pairs with the vectors of the encoder that has not seen some folds."""
        encoder = bundled().moved(*self.moves(*without))
        return [with_answers(pair, encoder) for pair in pairs]

    def encoded(self, own: Sequence[Pair], *without: int) -> list[Pair]:
        """All pairs but those of some folds, then our own, by encoders that have not seen what those folds and their own say."""
        kept = [(n, fold) for n, fold in enumerate(self.folds) if n not in without]
        return [pair for n, fold in kept for pair in self.encode(fold, n, *without)] + self.encode(own, *without)


def main() -> None:
    """Read, test without each source in turn, learn on all, write."""
    shared = Path(sys.argv[1])
    judge = load_judge(Pairing.ZH)
    real = read_coded(shared)
    own = [pair for folder in (shared / "gold", OWN / "plans", OWN / "unseen_plans") for pair in read_pairs(folder)]
    own = [pair for pair in own if pairing_of(pair.source, pair.local) is Pairing.ZH]
    print(len(real), "pairs,", sum(len(pair.aligned) for pair in real), "requirements, each once")
    sources = sorted({pair.name.partition("_")[0] for pair in real})
    fold = {name: n % FOLDS for n, name in enumerate(np.random.default_rng(0).permutation(sources))}
    encoders = Encoders([[pair for pair in real if fold[pair.name.partition("_")[0]] == n] for n in range(FOLDS)])
    scores = []
    for n, held in enumerate(encoders.folds):
        others = [pair for pair in own if not any(pair.source.texts == each.source.texts for each in held)]
        learnt = learn_missing(judge, encoders.encoded(others, n), len(others))
        scores += [score(learnt, pair) for pair in encoders.encode(held, n)]
    print("without the source, mean:", shown({name: float(np.nanmean([each[name] for each in scores])) for name in scores[0]}))
    known = encoders.encoded(own)
    learnt = learn_missing(judge, known, len(own))
    for pair in known[len(real) :]:
        print(f"{pair.name}, learnt on all:", shown(score(learnt, pair)))
    write(learnt, *encoders.moves())


def write(judge: Judge, tokens: NDArray[np.int32], moves: Matrix) -> None:
    """Put both where the program reads them; each token's move in steps of a 127th of its largest."""
    assert judge.missing is not None
    lines = ["# Written by scripts/teach_missing.py from coded pairs of plans.", "", f"[{Pairing.ZH}.weights]"]
    lines += [f"{name} = {value:.4f}" for name, value in zip(ABSENCE, judge.missing, strict=True)]
    lines += ["", f"[{Pairing.ZH}.decision]", f"missing_from = {judge.missing_from}", f"missing_below = {judge.missing_below}"]
    MISSING_WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    step = np.abs(moves).max(axis=1) / 127 + 1e-9
    steps = np.round(moves / step[:, None]).astype(np.int8)
    np.savez_compressed(MOVED, encoder=bundled().name, tokens=tokens, steps=steps, step=step.astype(np.float32))


if __name__ == "__main__":
    main()
