"""Cleaning of characters: what looks alike is written alike, and spaces that only typesetting put there go."""

import re
import unicodedata

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
BULLETS = str.maketrans(
    {
        **dict.fromkeys(
            "\uf0b7\uf0a7\uf0d8\uf0fc\uf06c\uf06e\uf071\uf075\uf076\uf09f\uf0a8\uf0e0\uf0be\u25cf\u25aa\u25fc\u2022\u2023\u25e6\u2043",
            "•",
        ),
        "\u00a0": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2009": " ",
        "\u200a": " ",
        "\u202f": " ",
        "\t": " ",
        "\n": " ",
        "\u00ad": "",
        "\u200b": "",
        "\u200c": "",
        "\u200d": "",
        "\u2060": "",
        "\ufeff": "",
        "\ufffe": "",
        "\uffff": "",
    }
)
PRIVATE = re.compile("[\ue000-\uf8ff]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
RADICALS = re.compile("[\u2e80-\u2fdf]")
SPACES = re.compile(r"[ \u3000]+")
LABEL = (
    r"(?:第[一二三四五六七八九十百零〇\d]+[章节编篇条款部分]+|(?:专栏|附件|附表|附录|表|图)\s?[一二三四五六七八九十\d\-.]+[:：]?)"
)
LABEL_GAP = re.compile(rf"^({LABEL})[ \u3000]+(?=\S)")
WIDE_MARKS = "，。、；：！？（）《》〈〉“”‘’【】〔〕—－"
HAN_SPACE = re.compile(rf"(?<=[{HAN}{WIDE_MARKS}])[ \u3000]+(?=[{HAN}{WIDE_MARKS}\d%％．.])")
DIGIT_SPACE = re.compile(rf"(?<=[\d%％．.)）])[ \u3000]+(?=[{HAN}，。、；：！？）》”’】〕％%])")
LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def clean(text: str) -> str:
    """The text in NFC on one line: without control characters and the spaces between Chinese characters and digits."""
    text = unicodedata.normalize("NFC", text).translate(BULLETS).translate(LIGATURES)
    text = CONTROL.sub(" ", text) if CONTROL.search(text) else text
    if PRIVATE.search(text):
        text = re.sub(r"^\s*[\ue000-\uf8ff]", "•", text)
        text = PRIVATE.sub("", text)
    if RADICALS.search(text):
        text = RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return close_up(text)


def close_up(text: str) -> str:
    """The text without the spaces that only justified lines or fonts have put beside Chinese characters."""
    if " " not in text and "\u3000" not in text:
        return text
    text = text.strip(" \u3000")
    label = LABEL_GAP.match(text)
    head, rest = (SPACES.sub("", label[1]) + " ", text[label.end() :]) if label else ("", text)
    rest = DIGIT_SPACE.sub("", HAN_SPACE.sub("", rest))
    return head + SPACES.sub(" ", rest)


def is_han(char: str) -> bool:
    """Whether the character is a Chinese one."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\uf900" <= char <= "\ufaff"


def is_wide(char: str) -> bool:
    """Whether the character stands on the full width of a Chinese character, punctuation included."""
    return char >= "\u2e80" or char in "“”‘’—…·"


def han_share(text: str) -> float:
    """Share of Chinese characters among the letters of the text, a Chinese one weighing two and a half; 0 without letters."""
    han = sum(map(is_han, text))
    latin = sum(char.isascii() and char.isalpha() for char in text)
    return 2.5 * han / (2.5 * han + latin) if han or latin else 0.0
