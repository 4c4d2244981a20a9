"""Training of the bundled encoder: from a folder of texts to a model folder, on a processor, from a fixed seed."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.training.bags import Bags, stack, tokenize
from index.training.blend import blend
from index.training.corpus import Corpus, count_words, read_corpus
from index.training.examples import Clozes, Questions, Translations
from index.training.fit import Share, Stage, fit
from index.training.folder import write_model
from index.training.held_out import plain, read_held_out
from index.training.start import dictionary_start, multilingual_start
from index.training.vocabulary import Sizes, build_tokenizer

DIM, LONGEST = 256, 80
START_SEED, FIT_SEED = 1, 2


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
    starts = (
        dictionary_start(tokenizer, corpus.terms, DIM, np.random.default_rng(START_SEED)),
        multilingual_start(tokenizer, DIM),
    )
    tell(f"{tokenizer.get_vocab_size()} tokens have their starts")
    sources = gather_sources(tokenizer, corpus)
    fits = [fit(start, plan_stage(sources), np.random.default_rng(FIT_SEED), tell) for start in starts]
    questions = sources.questions
    texts = stack([questions.zh_headings.before(questions.zh), questions.en_headings.before(questions.en)])
    write_model(out, tokenizer, blend(fits, texts, DIM))
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


def plan_stage(sources: Sources) -> Stage:
    """How each start is fitted; a scale below the usual 20 leaves room for the many statements that answer one query."""
    return Stage(
        (
            Share(sources.translations, 768),
            Share(sources.terms, 768, 0.5, every=4),
            Share(sources.questions, 900),
            Share(sources.clozes, 768, 0.7),
        ),
        steps=700,
        rate=0.025,
        scale=12,
    )
