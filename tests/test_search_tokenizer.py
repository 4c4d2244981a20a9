"""What the tokenizer promises: one cut for index and query, codes and quantities whole, jieba's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query import read_query
from index.tokenizer import cut, folded, grams, words

SENTENCES = ["加快构建源网荷储一体化和多能互补的新型电力系统", "严禁新增钢铁焦化电解铝产能", "试点城市要把碳达峰工作摆在突出位置"]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_cut_is_jiebas_search_mode(sentence: str) -> None:
    import jieba

    assert list(cut(sentence)) == list(jieba.cut_for_search(sentence))


def test_codes_and_quantities_stay_whole() -> None:
    found = words("国发〔2021〕23号提出新增1.5亿千瓦、下降18%、1,200 MW")
    assert {"〔2021〕23号", "1.5亿千瓦", "18%", "18", "1200mw", "1200"} <= set(found)


def test_english_is_stemmed_and_function_words_are_left_out() -> None:
    assert words("What are the policies for reducing emissions?") == words("policy reduce emission")


def test_traditional_is_matched_as_simplified() -> None:
    assert words("節能減排與綠色發展") == words("节能减排与绿色发展")


def test_folding_keeps_the_length_of_chinese_text() -> None:
    assert len(folded("節能減排，達到25%")) == len("節能減排，達到25%")


def test_grams_are_pairs_of_characters_and_plain_words() -> None:
    assert grams("碳达峰 Plan") == ["碳达", "达峰", "plan"]


@given(st.text(max_size=200))
def test_any_text_has_words_without_white_space(text: str) -> None:
    assert all(word and not any(character.isspace() for character in word) for word in words(text) + grams(text))
    read_query(text)
