"""Training of the bundled encoder: from a folder of texts to a model folder, on a processor, from a fixed seed."""

import sys
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.training.bags import Bags, tokenize
from index.training.corpus import Corpus, count_words, read_corpus
from index.training.examples import Clozes, Questions, Translations
from index.training.fit import Loss, Share, Stage, fit
from index.training.folder import write_model
from index.training.held_out import plain, read_held_out
from index.training.start import start_vectors
from index.training.vocabulary import Sizes, build_tokenizer

DIM, SEED, LONGEST = 256, 1, 80


@dataclass(frozen=True, slots=True)
class Sources:
    """What examples are drawn from."""

    translations: Translations
    terms: Translations
    questions: Questions
    clozes: Clozes


def train(data: Path, out: Path, *, held_out: Path | None = None, tell: Callable[[str], None] | None = None) -> None:
    """Train on the files of `data` and write a model folder to `out`.

    What stands in the JSON Lines files of `held_out`, or nearly does, is not trained on. `tell` hears of the progress,
    standard error if None. Raises EncoderError if a training file is missing.
    """
    tell = tell or (lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201  # talk goes to standard error
    corpus = read_corpus(data, read_held_out(held_out))
    sizes = {name: len(getattr(corpus, name)) for name in ("rows", "pairs", "terms", "passages")}
    tell(", ".join(f"{size} {name}" for name, size in sizes.items()))
    tokenizer = build_tokenizer(count_words(data, corpus), Sizes())
    rng = np.random.default_rng(SEED)
    start = start_vectors(tokenizer, corpus.terms, DIM, rng)
    tell(f"{tokenizer.get_vocab_size()} tokens have a start")
    fits = [fit(start, stage, Loss(), deepcopy(rng), tell) for stage in plan_stages(gather_sources(tokenizer, corpus))]
    write_model(out, tokenizer, np.stack(fits).mean(axis=0))
    tell(f"written to {out}")


def gather_sources(tokenizer: Tokenizer, corpus: Corpus) -> Sources:
    """The tokens of the corpus, each text cut after `LONGEST` of them."""

    def bags(texts: Iterable[str]) -> Bags:
        return tokenize(tokenizer, list(texts)).clipped(LONGEST)

    above = corpus.breadcrumbs()
    pairs, chances = [pair for pair, _ in corpus.pairs], np.array([chance for _, chance in corpus.pairs])
    return Sources(
        translations=Translations(bags(pair.zh for pair in pairs), bags(pair.en for pair in pairs), chances),
        terms=Translations(
            bags(pair.zh for pair in corpus.terms), bags(pair.en for pair in corpus.terms), np.ones(len(corpus.terms))
        ),
        questions=Questions(
            zh=bags(row.zh for row in corpus.rows),
            en=bags(row.en for row in corpus.rows),
            zh_headings=bags(above.get(plain(row.zh), "") for row in corpus.rows),
            en_headings=bags(above.get(plain(row.en), "") for row in corpus.rows),
            query_zh=bags(row.query_zh for row in corpus.rows),
            query_en=bags(row.query_en for row in corpus.rows),
        ),
        clozes=Clozes(
            texts=bags(passage.text for passage in corpus.passages),
            headings=bags("\n".join(passage.heading_path) for passage in corpus.passages),
            last_headings=bags("".join(passage.heading_path[-1:]) for passage in corpus.passages),
            sections=np.array([passage.section for passage in corpus.passages], np.int64),
        ),
    )


def plan_stages(sources: Sources) -> tuple[Stage, ...]:
    """Three fits from the same start, each with another stress; the mean of their vectors ranks better than any."""
    terms, clozes = Share(sources.terms, 768, 0.5, every=4), Share(sources.clozes, 768, 0.7)
    full_clozes = Share(sources.clozes, 768)
    return (
        Stage((Share(sources.translations, 768), terms, Share(sources.questions, 448), clozes), steps=700, rate=0.025),
        Stage((Share(sources.translations, 512), terms, Share(sources.questions, 640, 1.3), full_clozes), steps=400, rate=0.012),
        Stage((Share(sources.translations, 640), terms, Share(sources.questions, 576, 1.3), clozes), steps=600, rate=0.03),
    )
