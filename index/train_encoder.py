"""Training of the bundled encoder: from a folder of texts to a model folder, on a processor, from a fixed seed."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.glossary import glossary
from index.training.bags import Bags, tokenize
from index.training.corpus import Corpus, count_words, read_corpus
from index.training.examples import Clozes, Questions, Translations
from index.training.fit import Share, Stage, fit
from index.training.folder import write_model
from index.training.held_out import plain, read_held_out
from index.training.pairs import Pair, glossary_names
from index.training.start import start_vectors, tokens_of
from index.training.teacher import Teacher
from index.training.vocabulary import Sizes, build_tokenizer

DIM, LONGEST = 256, 80
TEACHER_SEED, FIT_SEED = 5, 1
GLOSSARY_WEIGHT = 3  # against a gloss of the general dictionary


@dataclass(frozen=True, slots=True)
class Sources:
    """What examples are drawn from."""

    translations: Translations
    terms: Translations
    names: Translations
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
    teacher = Teacher()
    start = start_vectors(
        tokenizer,
        teacher.ask(tokens_of(tokenizer), queries=True),
        corpus.terms + GLOSSARY_WEIGHT * [Pair(zh, en) for entry in glossary().entries for zh in entry.zh for en in entry.en],
        teacher.lessons(corpus, np.random.default_rng(TEACHER_SEED)),
        DIM,
    )
    tell(f"{len(start)} tokens have their starts")
    vectors = fit(start, plan_stage(gather_sources(tokenizer, corpus)), np.random.default_rng(FIT_SEED), tell)
    write_model(out, tokenizer, vectors)
    tell(f"written to {out}")


def gather_sources(tokenizer: Tokenizer, corpus: Corpus) -> Sources:
    """The tokens of the corpus, each text cut after `LONGEST` of them."""

    def bags(texts: Iterable[str]) -> Bags:
        return tokenize(tokenizer, list(texts)).clipped(LONGEST)

    def translations(pairs: list[Pair], chances: NDArray[np.float64] | None = None) -> Translations:
        chances = np.ones(len(pairs)) if chances is None else chances
        return Translations(bags(pair.zh for pair in pairs), bags(pair.en for pair in pairs), chances)

    above = corpus.breadcrumbs()
    return Sources(
        translations=translations([pair for pair, _ in corpus.pairs], np.array([chance for _, chance in corpus.pairs])),
        terms=translations(corpus.terms),
        names=translations(list(glossary_names(glossary().entries))),
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


def plan_stage(sources: Sources) -> Stage:
    """How the start is fitted; a scale below the usual 20 leaves room for the many statements that answer one query."""
    return Stage(
        (
            Share(sources.translations, 768),
            Share(sources.terms, 768, 0.5, every=4),
            Share(sources.names, 512, 0.5, every=2),
            Share(sources.questions, 900),
            Share(sources.clozes, 768, 0.7),
        ),
        steps=700,
        rate=0.025,
        scale=12,
    )
