"""Document text cannot do anything in a page but stand there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.marks import marked, plain, shared_words

HOSTILE = (
    "<script>alert(1)</script>",
    "![x](http://example.com/track.png)",
    "[click](javascript:alert(1))",
    "$\\href{http://example.com}{x}$",
    ":red-background[x] :material/search: :smile:",
    "# heading\n- item\n> quote",
    "| a | b |\n|---|---|",
    "`code` **bold** _it_ ~~del~~ [^1] ==x==",
)


def unescaped(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\u2060", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_as_its_own_characters(text: str) -> None:
    safe = plain(text)
    assert "\n" not in safe
    assert not re.search(r"(?<!\\)[<>\[\]$`*_!#|]", safe)
    assert not re.search(r":[\w+/-]+\\?:", safe.replace("\\", "")), "no name between colons that Streamlit would replace"
    assert unescaped(safe) == " ".join(text.split())


@given(st.text(max_size=80))
def test_any_text_can_be_read_back(text: str) -> None:
    assert unescaped(plain(text)).split() == " │ ".join(part.strip() for part in text.split("\t")).replace("\u2060", "").split()


def test_words_of_the_query_are_bold_and_added_words_are_not() -> None:
    assert marked("推进余热利用和 heat recovery。", ["余热"], ["heat recovery"]) == (
        "推进:orange-background[**余热**]利用和 :blue-background[heat recovery]。"
    )


def test_words_that_touch_are_marked_as_one() -> None:
    assert marked("工业余热利用", ["工业", "余热"]) == ":orange-background[**工业余热**]利用"


def test_a_latin_word_is_marked_only_whole() -> None:
    assert "background" not in marked("preheating", ["heat"])
    assert "background" in marked("district heat.", ["heat"])


def test_a_marked_word_with_markup_stays_harmless() -> None:
    assert marked("见[x](y)处", ["[x](y)"]) == "见:orange-background[**\\[x\\]\\(y\\)**]处"


def test_shared_words_are_numbers_and_long_runs() -> None:
    numbers, words = shared_words("到2030年非化石能源消费比重达到25%左右", "到2030年，非化石能源消费比重达到30%", shortest=3)
    assert numbers == ("2030",)
    assert "非化石能源消费比重达到" in words
