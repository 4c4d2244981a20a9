"""How right the library is on documents that people coded: elements, targets, facets, search and comparison.

The arithmetic is that of the scorer the gold labels came with; a test holds the two together.
"""

import math
import random
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.compare import compare
from analysis.gold import Record, Stream, overlap, read_gold, read_lines, slug
from analysis.report import comparison_record
from analysis.wording import norm
from domain.codebook import Element
from domain.errors import CodebookError, NotFoundError
from domain.record import statement_record
from index import Library, Mode
from nlp.calibration import reliability as share_right

SCORED = [e.value for e in Element if e is not Element.HEADING]
CORE = ("principle", "goal", "measure")
SAME_TEXT = 0.6
KINDS = (("sectors", "se"), ("instruments", "in"))
Coded = tuple[str, list[str], str | None]  # document, accepted elements, the machine's element


def evaluate(library: Library, folder: Path) -> dict[str, Any]:
    """Every score that the gold folder allows, over the gold documents that are in the library."""
    gold = read_gold(folder)
    exported: dict[str, list[Record]] = defaultdict(list)
    for row in library.statements().records():
        exported[slug(row)].append(row)
    held = {name: units for name, units in gold.items() if name in exported}
    if not held:
        raise NotFoundError(f"{folder}: none of its documents is in the library; build {folder / 'docs'} first")
    streams = {name: Stream(exported[name]) for name in held}
    languages = {"all": list(held), **{lang: [n for n in held if exported[n][0]["language"] == lang] for lang in ("zh", "en")}}
    scores: dict[str, Any] = {"documents": sorted(held), "not_in_library": sorted(set(gold) - set(held))}
    for language, names in languages.items():
        if names:
            part = {name: held[name] for name in names}
            scores[language] = {
                kind.__name__: kind(part, rewound(streams)) for kind in (elements, targets, facets, labels, reliability)
            }
    scores["search"] = {
        path.stem: {mode.value: search(library, gold, path, mode) for mode in Mode}
        for path in sorted(folder.glob("queries_*.jsonl"))
    }
    scores["compare"] = comparisons(library, gold, folder)
    return scores


def rewound(streams: dict[str, Stream]) -> dict[str, Stream]:
    """The same streams, to be looked through from their beginning again."""
    for stream in streams.values():
        stream.rewind()
    return streams


def against_floors(scores: dict[str, Any], floors: Path) -> dict[str, dict[str, float]]:
    """Each score that has a floor, the floor, and how far above it the score is; below 0 it is missed.

    `floors` is a TOML file laid out as the scores are: [zh.elements] core_f1 = 0.95. CodebookError where there is no such score.
    """
    found = {}
    for path, floor in leaves(tomllib.loads(floors.read_text(encoding="utf-8"))):
        score: Any = scores
        for name in path:
            score = score.get(name) if isinstance(score, dict) else None
        if not isinstance(score, float):
            raise CodebookError(f"{floors.name}: there is no score {'.'.join(path)}; see evaluate --format json for their names")
        found[".".join(path)] = {"score": score, "floor": float(floor), "above": score - float(floor)}
    return found


def leaves(table: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values of a nested table with the keys that lead to them."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def scored_units(gold: dict[str, list[Record]]) -> Iterator[tuple[str, Record]]:
    """The units whose element is scored, with their document: headings and fragments that say nothing are not."""
    for name, units in gold.items():
        for unit in units:
            letters = len(re.findall(r"[^\W\d_]", unit["text"]))
            fragment = len(norm(unit["text"])) < 8 and not re.search("[\u4e00-\u9fff]", unit["text"])
            if "heading" not in unit["el"] and letters >= 2 and not fragment:
                yield name, unit


def coded(gold: dict[str, list[Record]], streams: dict[str, Stream]) -> list[Coded]:
    """The machine's element for each gold unit that is scored."""
    found: list[Coded] = []
    for name, unit in scored_units(gold):
        votes: Counter[str] = Counter()
        for row, characters in streams[name].cover(unit["text"]):
            votes[row["element"]] += characters
        found.append((name, unit["el"], votes.most_common(1)[0][0] if votes else None))
    return found


def reliability(gold: dict[str, list[Record]], streams: dict[str, Stream]) -> dict[str, dict[str, float]]:
    """By tenths of the machine's score of an element: its mean, the share of tags that are right, and their number."""
    scores, right = [], []
    for name, unit in scored_units(gold):
        under = streams[name].cover(unit["text"])
        if under:
            scores.append(under[0][0]["element_score"])
            right.append(under[0][0]["element"] in unit["el"])
    bins = share_right(np.array(scores, dtype=np.float32), np.array(right, dtype=np.bool_))
    return {f"from {min(int(score * 10), 9) / 10:.1f}": {"score": score, "right": share, "n": n} for score, share, n in bins}


def elements(gold: dict[str, list[Record]], streams: dict[str, Stream]) -> dict[str, Any]:
    """F1 of each element, their mean over all and over principle, goal and measure, with a 90 % bootstrap interval."""
    pairs = coded(gold, streams)
    mean, each = macro_f1(pairs)
    rng = random.Random(0)
    resampled = sorted(macro_f1([rng.choice(pairs) for _ in pairs])[0] for _ in range(200)) if pairs else [0.0, 0.0]
    core = [each[e]["f1"] for e in CORE if e in each]
    return {
        "n": len(pairs),
        "not_found": sum(machine is None for _, _, machine in pairs),
        "accuracy": sum(machine in accepted for _, accepted, machine in pairs) / max(1, len(pairs)),
        "macro_f1": mean,
        "macro_f1_90ci": [resampled[int(0.05 * len(resampled))], resampled[int(0.95 * (len(resampled) - 1))]],
        "core_f1": sum(core) / max(1, len(core)),
        "per_element": each,
        "per_document_macro_f1": {name: macro_f1([pair for pair in pairs if pair[0] == name])[0] for name in gold},
        "confusions": {f"{gold_} as {machine}": n for (gold_, machine), n in confusions(pairs).most_common(12)},
    }


def confusions(pairs: Iterable[Coded]) -> Counter[tuple[str, str]]:
    """How often each element was taken for another."""
    return Counter((accepted[0], machine or "not found") for _, accepted, machine in pairs if machine not in accepted)


def macro_f1(pairs: Sequence[Coded]) -> tuple[float, dict[str, dict[str, float]]]:
    """The mean F1 of the elements seen at least five times, and precision, recall, F1 and n of each."""
    hit: Counter[str] = Counter()
    false: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for _, accepted, machine in pairs:
        if machine in accepted and machine is not None:
            hit[machine] += 1
        else:
            lost[accepted[0]] += 1
            if machine:
                false[machine] += 1
    each = {e: {**prf(hit[e], false[e], lost[e]), "n": hit[e] + lost[e]} for e in SCORED if hit[e] + false[e] + lost[e]}
    enough = [row["f1"] for row in each.values() if row["n"] >= 5]
    return sum(enough) / max(1, len(enough)), each


def targets(gold: dict[str, list[Record]], streams: dict[str, Stream]) -> dict[str, Any]:
    """Precision, recall and F1 of the targets, by how many of their fields must agree."""

    def value_unit(t: Record) -> tuple[Any, ...]:
        return number(t.get("value")), norm(str(t.get("unit") or ""))

    def with_year(t: Record) -> tuple[Any, ...]:
        return *value_unit(t), t.get("year")

    def all_fields(t: Record) -> tuple[Any, ...]:
        return *with_year(t), t.get("baseline_year"), t.get("comparator"), t.get("direction")

    keys = {"value_unit": value_unit, "value_unit_year": with_year, "all_fields": all_fields}
    coded_targets = {name: units for name, units in gold.items() if any("tg" in unit for unit in units)}
    return {kind: target_score(coded_targets, streams, key) for kind, key in keys.items()}


def target_score(
    gold: dict[str, list[Record]], streams: dict[str, Stream], key: Callable[[Record], tuple[Any, ...]]
) -> dict[str, float]:
    """Precision, recall and F1 where a target told twice in a document counts once."""
    hit = false = lost = 0
    for name, units in gold.items():
        wanted = {key(t) for unit in units for t in (unit.get("tg") or [])}
        under = {row["statement_id"] for unit in units for row, _ in streams[name].cover(unit["text"])}
        got = {key(t) for row in streams[name].rows if row["statement_id"] in under for t in row["targets"]}
        hit, false, lost = hit + len(wanted & got), false + len(got - wanted), lost + len(wanted - got)
    return {**prf(hit, false, lost), "n": hit + lost}


def facets(gold: dict[str, list[Record]], streams: dict[str, Stream]) -> dict[str, Any]:
    """Micro-F1 of sectors, and of instruments and the accuracy of stringency over measures."""
    pairs = faceted(gold, streams)
    scored = {}
    for kind, key in KINDS:
        counts = label_counts(pairs, kind, key).values()
        hit, false, lost = (sum(part) for part in zip([0, 0, 0], *counts, strict=True))
        scored[kind] = {**prf(hit, false, lost), "n": hit + lost}
    binding = [unit["st"] == row.get("stringency") for unit, row in pairs if unit.get("st") and unit["el"][:1] == ["measure"]]
    return {**scored, "stringency_accuracy": share(binding), "stringency_n": len(binding)}


def labels(gold: dict[str, list[Record]], streams: dict[str, Stream]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and number of each sector and instrument."""
    pairs = faceted(gold, streams)
    counts = {label: n for kind, key in KINDS for label, n in sorted(label_counts(pairs, kind, key).items())}
    return {label: {**prf(*n), "n": n[0] + n[2]} for label, n in counts.items()}


def faceted(gold: dict[str, list[Record]], streams: dict[str, Stream]) -> list[tuple[Record, Record]]:
    """Each unit that is no heading, with the exported row that covers most of it, an empty one where none does."""
    units = ((streams[name], unit) for name, units in gold.items() for unit in units if "heading" not in unit["el"])
    return [(unit, under[0][0] if (under := stream.cover(unit["text"])) else {}) for stream, unit in units]


def label_counts(pairs: Iterable[tuple[Record, Record]], kind: str, key: str) -> dict[str, list[int]]:
    """For each sector or instrument how often it was found, given in vain and missed; instruments of measures only."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for unit, row in pairs:
        if key in unit and (kind == "sectors" or unit["el"][:1] == ["measure"]):
            wanted, got = set(unit[key] or []), set(row.get(kind) or [])
            for place, part in enumerate((wanted & got, got - wanted, wanted - got)):
                for label in part:
                    counts[label][place] += 1
    return counts


def search(library: Library, gold: dict[str, list[Record]], queries: Path, mode: Mode) -> dict[str, dict[str, float]]:
    """nDCG@10, recall@10 and mean reciprocal rank, over all queries and by their language."""
    text = {(name, unit["id"]): unit["text"] for name, units in gold.items() for unit in units}
    scores: dict[str, list[dict[str, float]]] = defaultdict(list)
    for query in read_lines(queries):
        result = library.search(query["q"], k=10, mode=mode)
        hits = [statement_record(hit.statement, hit.facts) for hit in result.hits]
        relevant = {(name, unit): grade for name, unit, grade in query["relevant"] if (name, unit) in text}
        row = rank_scores(hits, relevant, text)
        scores["all"].append(row)
        scores[query["lang"]].append(row)
    return {
        kind: {key: sum(r[key] for r in rows) / len(rows) for key in rows[0]} | {"n": len(rows)} for kind, rows in scores.items()
    }


def rank_scores(
    hits: Sequence[Record], relevant: dict[tuple[str, int], int], text: dict[tuple[str, int], str]
) -> dict[str, float]:
    """The scores of one query's first ten hits; a unit counts for the first hit that holds it."""
    left, gains, first = dict(relevant), [], 0
    for rank, hit in enumerate(hits[:10], start=1):
        got = [unit for unit in left if unit[0] == slug(hit) and overlap(text[unit], hit["text"]) >= SAME_TEXT]
        gains.append(max((left.pop(unit) for unit in got), default=0))
        first = first or (rank if gains[-1] else 0)
    ideal = discounted(sorted(relevant.values(), reverse=True)[:10])
    return {
        "ndcg10": discounted(gains) / ideal if ideal else 0.0,
        "recall10": 1 - len(left) / max(1, len(relevant)),
        "mrr": 1 / first if first else 0.0,
    }


def discounted(gains: Sequence[int]) -> float:
    """Discounted cumulative gain with exponential grades."""
    return math.fsum((2.0**gain - 1) / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def comparisons(library: Library, gold: dict[str, list[Record]], folder: Path) -> dict[str, Any]:
    """The scores of every alignment in the folder; its documents are those in which all its units are found."""
    found = {}
    for path in sorted(folder.glob("align_*.jsonl")):
        pairs = read_lines(path)
        words = path.stem.removeprefix("align_").split("_")
        source, local = (next((name for name in gold if word in name.split("_")), None) for word in words[:2])
        if source and local:
            comparison = compare(library, library.find_document(source).id, [library.find_document(local).id])
            found[path.stem] = alignment(comparison_record(comparison)["rows"], pairs, gold[source], gold[local])
    return found


def alignment(
    table: Sequence[Record], pairs: Sequence[Record], source: Sequence[Record], local: Sequence[Record]
) -> dict[str, Any]:
    """How often the right local statements come first, and how the status and the target relation agree."""
    ours, theirs = ({unit["id"]: unit["text"] for unit in units} for units in (source, local))
    status: list[tuple[str, str]] = []
    matched: list[tuple[bool, bool, bool]] = []  # first right, right among five, said to be missing
    missing: list[bool] = []
    relation: list[bool] = []
    unread = 0
    for pair in pairs:
        row = max(table, key=lambda r: overlap(ours[pair["source"]], r["source"]["text"]), default=None)
        if row is None or overlap(ours[pair["source"]], row["source"]["text"]) < SAME_TEXT:
            unread += 1
            continue
        hits = [any(overlap(theirs[unit], m["text"]) >= SAME_TEXT for unit in pair["local"]) for m in row["matches"][:5]]
        if pair["local"]:
            matched.append((bool(hits) and hits[0], any(hits), row["status"] == "missing"))
        else:
            missing.append(row["status"] == "missing")
        status.append((pair["status"], row["status"]))
        if pair.get("target_relation", "none") != "none":
            relation.append(row["target_relation"] == pair["target_relation"])
    f1 = [
        prf(sum(g == p == s for g, p in status), sum(p == s != g for g, p in status), sum(g == s != p for g, p in status))["f1"]
        for s in ("covered", "partial", "missing")
    ]
    return {
        "requirements": len(status),
        "not_in_table": unread,
        "match_recall@1": share(first for first, _, _ in matched),
        "match_recall@5": share(five for _, five, _ in matched),
        "status_accuracy": share(g == p for g, p in status),
        "status_macro_f1": sum(f1) / 3,
        "false_missing": share(said for _, _, said in matched),
        "missing_found": share(missing),
        "target_relation_accuracy": share(relation),
        "target_relation_n": len(relation),
    }


def share(values: Iterable[bool]) -> float:
    """The share that is true; 0 of none."""
    given = list(values)
    return sum(given) / max(1, len(given))


def prf(hit: int, false: int, lost: int) -> dict[str, float]:
    """Precision, recall and F1."""
    p = hit / (hit + false) if hit + false else 0.0
    r = hit / (hit + lost) if hit + lost else 0.0
    return {"p": p, "r": r, "f1": 2 * p * r / (p + r) if p + r else 0.0}


def number(value: Any) -> float | None:
    """A number to six decimals, or None where it is none."""
    try:
        return round(float(value), 6)
    except (TypeError, ValueError):
        return None
