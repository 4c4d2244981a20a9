"""Training: what is cut how, what is left out, what an example is, and that the fit repeats itself."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from domain.errors import EncoderError
from index.encoder import unit
from index.glossary import Entry
from index.static import StaticEncoder
from index.train_encoder import train
from index.training.bags import mean_matrix, stack, tokenize
from index.training.examples import Clozes, Questions, Translations
from index.training.fit import Share, Stage, fit
from index.training.folder import write_model
from index.training.held_out import read_held_out
from index.training.pairs import Pair, glossary_names, read_pairs, read_rows, read_terms
from index.training.passages import split_passages
from index.training.start import blend_glosses, centre_scripts, lean, main_axes, rarity, start_vectors, tokens_of
from index.training.teacher import Lesson
from index.training.vocabulary import Counts, Sizes, build_tokenizer

PAIRS = (
    ("推广工业余热供暖", "promote heating with industrial waste heat"),
    ("加快充电桩建设", "speed up the construction of charging piles"),
    ("提高森林覆盖率", "raise forest coverage"),
    ("淘汰落后煤电机组", "retire outdated coal power units"),
)


@pytest.fixture(scope="module")
def tokenizer():  # type: ignore[no-untyped-def]
    counts = Counts()
    counts.add([text for pair in PAIRS for text in pair], 1)
    counts.add(["可再生能源", "可再生能源 retrofit"], 50, compounds=True)
    counts.join_compounds()
    return build_tokenizer(counts, Sizes())


def test_words_stay_whole_and_the_unknown_is_cut_to_characters(tokenizer) -> None:  # type: ignore[no-untyped-def]
    assert tokenizer.encode("可再生能源Retrofit，2030").tokens == ["可再生能源", "retrofit", "2", "0", "3", "0"]
    assert tokenizer.encode("，。 -").tokens == []
    assert tokenizer.encode("qi").tokens == ["q", "i"]


def test_bags_keep_each_text_apart(tokenizer) -> None:  # type: ignore[no-untyped-def]
    bags = tokenize(tokenizer, ["retrofit", "", "可再生能源 retrofit"])
    assert np.diff(bags.starts).tolist() == [1, 0, 2]
    assert np.diff(bags.take(np.array([2, 0])).starts).tolist() == [2, 1]
    assert np.diff(bags.before(bags).starts).tolist() == [2, 0, 4]
    assert np.diff(bags.clipped(1).starts).tolist() == [1, 0, 1]
    assert len(stack([bags, bags])) == 6


def test_sentences_stand_below_the_headings_before_them() -> None:
    text = (
        "二、重点任务\n（一）发展风电。有序推进海上风电建设。\n鼓励居民购买绿色电力；\n三、保障措施\n各区要认真落实本方案的要求。"
    )
    found = [(passage.heading_path, passage.text) for passage in split_passages(text)]
    assert found == [
        (("二、重点任务", "（一）发展风电"), "有序推进海上风电建设。"),
        (("二、重点任务", "（一）发展风电"), "鼓励居民购买绿色电力；"),
        (("三、保障措施",), "各区要认真落实本方案的要求。"),
    ]


def test_lines_with_another_number_of_columns_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv.gz"
    path.write_bytes(gzip.compress("a\t风电\twind power\nbroken\tline\nid\t一\tone\t问\task\n".encode()))
    assert list(read_pairs(path)) == [Pair("风电", "wind power")]
    assert [row.query_en for row in read_rows(path)] == ["ask"]


def test_glosses_of_a_dictionary_become_pairs(tmp_path: Path) -> None:
    path = tmp_path / "cedict_x.txt.gz"
    path.write_bytes(gzip.compress("# note\n風電 风电 [feng1 dian4] /wind power (energy)/CL:個|个[ge4]/\n".encode()))
    assert list(read_terms(path)) == [Pair("风电", "wind power")]


def test_what_is_measured_on_is_not_trained_on(tmp_path: Path) -> None:
    sentence = "到2030年，全市建成零碳园区二十个以上，园区内新建厂房全部安装屋顶光伏。"
    (tmp_path / "gold.jsonl").write_text(json.dumps({"text": sentence}) + "\n", "utf-8")
    held_out = read_held_out(tmp_path)
    assert held_out.holds("到 2030 年，全市建成零碳园区二十个以上，园区内新建厂房全部安装屋顶光伏")
    assert held_out.holds("（三）" + sentence[:-2])
    assert not held_out.holds("到2030年，全市公共交通全部使用新能源车辆，港口岸电使用率达到九成。")
    assert not read_held_out(None).holds(sentence)


def test_every_example_finds_a_candidate_of_its_own_group(tokenizer) -> None:  # type: ignore[no-untyped-def]
    zh, en = (tokenize(tokenizer, [pair[side] for pair in PAIRS]) for side in (0, 1))
    empty = tokenize(tokenizer, [""] * len(PAIRS))
    sources = (
        Translations(zh, en, np.ones(len(PAIRS))),
        Questions(zh, en, en, empty, zh, en),
        Clozes(zh, en, en, np.zeros(len(PAIRS), np.int64)),
    )
    for source in sources:
        for match in source.draw(np.random.default_rng(0), 12):
            assert len(match.anchors) == len(match.anchor_groups) == len(match.found)
            assert len(match.candidates) == len(match.candidate_groups)
            assert (match.candidate_groups[match.found] == match.anchor_groups).all()


def test_a_fit_learns_translations_and_repeats_itself(tokenizer, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    zh, en = (tokenize(tokenizer, [pair[side] for pair in PAIRS]) for side in (0, 1))
    stage = Stage((Share(Translations(zh, en, np.ones(len(PAIRS))), 8),), 30, 0.05)
    start = np.random.default_rng(0).normal(0, 0.1, (tokenizer.get_vocab_size(), 256)).astype(np.float32)
    first, second = (fit(start, stage, np.random.default_rng(3), lambda _: None) for _ in range(2))
    assert np.array_equal(first, second)
    write_model(tmp_path, tokenizer, first)
    encoder = StaticEncoder(tmp_path)
    scores = encoder.encode_queries([pair[1] for pair in PAIRS]) @ encoder.encode_passages([pair[0] for pair in PAIRS]).T
    assert scores.argmax(axis=1).tolist() == list(range(len(PAIRS)))


def test_each_language_is_seen_from_its_own_middle() -> None:
    zh = np.eye(3, dtype=np.float32)
    found = centre_scripts(np.concatenate([zh, zh + 5]), np.array([True] * 3 + [False] * 3))
    assert (found[:3] @ found[3:].T).argmax(axis=1).tolist() == [0, 1, 2]


def test_rare_words_are_longer_within_their_script_and_letters_short() -> None:
    tokens = ["能源", "光伏", "钢铁", "the", "solar", "steel", "x"]
    lengths = rarity(tokens, np.array([True] * 3 + [False] * 4))
    assert lengths[0] < lengths[1] < lengths[2]
    assert lengths[3] < lengths[4] < lengths[5]
    assert lengths[6] < lengths[3]


def test_a_term_lies_half_way_to_its_english_name() -> None:
    vectors = np.eye(3, dtype=np.float32)
    found = blend_glosses(vectors, np.ones((3, 1), np.float32), {0: [[1], [1]]})
    assert found[0] == pytest.approx([0.5**0.5, 0.5**0.5, 0])
    assert (found[1:] == vectors[1:]).all()


def test_tokens_lean_to_what_their_texts_mean_and_others_stay(tokenizer) -> None:  # type: ignore[no-untyped-def]
    texts = mean_matrix(tokenize(tokenizer, ["推广工业余热供暖", "retrofit"]), tokenizer.get_vocab_size())
    wanted = np.eye(2, 4, dtype=np.float32)
    start = np.random.default_rng(2).normal(0, 0.1, (tokenizer.get_vocab_size(), 4)).astype(np.float32)
    leant = lean(start, texts, wanted)
    assert np.abs(texts @ leant - wanted).max() < 0.2
    unseen = tokenizer.encode("可再生能源").ids
    assert leant[unseen] == pytest.approx(start[unseen])


def test_a_start_brings_a_query_to_its_statement_before_any_fit(tokenizer) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(4)
    meant = unit(rng.normal(0, 1, (len(PAIRS), 12)).astype(np.float32))
    lessons = [Lesson([pair[side] for pair in PAIRS], meant) for side in (0, 1)]
    taught = rng.normal(0, 1, (tokenizer.get_vocab_size(), 12)).astype(np.float32)
    start = start_vectors(tokenizer, taught, [Pair("可再生能源", "retrofit")], lessons, 8)
    assert start.shape == (len(tokens_of(tokenizer)), 8)
    assert start.std() == pytest.approx(1)
    zh, en = (unit(mean_matrix(tokenize(tokenizer, lesson.texts), len(start)) @ start) for lesson in lessons)
    assert (zh @ en.T).argmax(axis=1).tolist() == list(range(len(PAIRS)))


def test_main_axes_have_the_strongest_first() -> None:
    vectors = np.array([[3, 0, 0], [-3, 0, 0], [0, 2, 0], [0, -2, 0], [0, 0, 1], [0, 0, -1]], np.float32)
    assert np.abs(main_axes(vectors, 2)).round(6).tolist() == [[1, 0], [0, 1], [0, 0]]


def test_every_two_names_of_a_notion_are_a_pair() -> None:
    names = glossary_names([Entry(zh=("碳捕集",), en=("carbon capture", "CCS"))])
    assert {(pair.zh, pair.en) for pair in names} == {
        ("碳捕集", "carbon capture"),
        ("碳捕集", "CCS"),
        ("carbon capture", "CCS"),
    }


def test_missing_training_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"pairs_policy\.tsv\.gz"):
        train(tmp_path, tmp_path / "out")
