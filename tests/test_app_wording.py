"""The interface is complete in both languages, and neither shows through in the other."""

import re
from pathlib import Path
from string import Formatter

import pytest

from analysis.coverage import Coverage
from analysis.ladder import Relation
from analysis.patterns import read_patterns
from analysis.practices import CONDITIONS
from analysis.voice import Voice
from domain.codebook import Element, Genre, Instrument, Language, Level, Sector, Stringency
from index import RankedDown
from ui.wording import Wording, texts

UI = Path(__file__).parent.parent / "ui"
HAN = re.compile(r"[\u4e00-\u9fff]")
SETS = (Language, Element, Sector, Instrument, Stringency, Level, Genre, Coverage, Relation, RankedDown, Voice)
# What a Chinese text may say in Latin letters: names, formats, units and the switch of another program.
LATIN = {"Pilotlight", "PILOTLIGHT_ENCODER", "PDF", "DOCX", "HTML", "TXT", "MD", "OFD", "MB", "CSV", "Excel", "JSON", "Lines"}
LATIN |= {"PNG", "SVG", "GB", "T", "BibTeX", "corpora", "sample"}
LATIN |= {"OCR", "pilotlight", "ocr", "Word", "WPS", "LibreOffice", "UTF", "PowerPoint", "XML"}


@pytest.mark.parametrize("key", sorted(texts()))
def test_every_text_is_there_in_both_languages_with_the_same_values(key: str) -> None:
    entry = texts()[key]
    assert set(entry) <= {"zh", "en", "en_one"}
    assert entry["zh"].strip()
    assert entry["en"].strip()
    fields = [{field for _, field, _, _ in Formatter().parse(entry[form]) if field} for form in ("zh", "en")]
    assert fields[0] == fields[1] or "en_one" in entry


@pytest.mark.parametrize("key", sorted(key for key in texts() if not key.startswith("start.query_")))
def test_no_text_mixes_the_languages(key: str) -> None:
    entry = texts()[key]
    assert not HAN.search(entry["en"])
    words = re.findall(r"[A-Za-z_]{2,}", re.sub(r"\{.*?\}", "", entry["zh"]))
    assert not set(words) - LATIN


def test_every_text_that_the_code_asks_for_is_there() -> None:
    asked = set()
    for path in UI.rglob("*.py"):
        asked |= set(re.findall(r"""(?:text|wording)\(\s*["']([a-z_]+\.[a-z_0-9]+)["']""", path.read_text(encoding="utf-8")))
    assert asked
    assert asked <= set(texts())


@pytest.mark.parametrize("members", SETS, ids=lambda members: str(members.__name__))
@pytest.mark.parametrize("language", list(Language))
def test_every_member_of_a_closed_set_has_a_name(members: type[Element], language: Language) -> None:
    assert all(Wording(language).name(member) for member in members)


def test_numbers_and_days_are_written_as_the_language_writes_them() -> None:
    zh, en = Wording(Language.ZH), Wording(Language.EN)
    assert (zh.day("2023-11-06"), en.day("2023-11-06")) == ("2023年11月6日", "6 November 2023")
    assert (zh.day("2023-11"), en.day("2023")) == ("2023年11月", "2023")
    assert en("documents.count", n=1) == "1 document"
    assert en("documents.count", n=1234) == "1,234 documents"


def test_every_condition_of_a_practice_has_a_name() -> None:
    assert {f"condition.{condition.id}" for condition in read_patterns(CONDITIONS)} <= set(texts())


def test_every_refusal_is_told_in_chinese_too() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((UI.parent / "ingest").glob("*.py")))
    literals = set(re.findall(r'RefusedError\(\s*\w+, "([^"{]+)", "([^"]+)"', source))
    literals |= set(re.findall(r'^[A-Z_]+ = \("([^"]+)", "([^"]+)"\)', source, re.MULTILINE))
    assert len(literals) >= 15
    zh = Wording(Language.ZH)
    assert not [clauses for clauses in literals if not HAN.search(zh.said("; ".join(clauses)).split("；")[0])]
    assert not [clauses for clauses in literals if re.search(r"[a-z]{3,} [a-z]{2,}", zh.said("; ".join(clauses)))]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("the file has 612 MB, more than the 500 MB that are read; split it", "文件有 612 MB，超过可读的 500 MB；请拆成几份"),
        ("rule zh-measure: 加强; model 0.98", "规则 zh-measure：加强；模型判断 0.98"),
        ("A quotation mark does not close and was ignored.", "引号没有成对，已忽略。"),
        ("something new; split it", "something new；请拆成几份"),
    ],
)
def test_sentences_of_the_program_are_told_in_the_language_of_the_reader(english: str, chinese: str) -> None:
    assert Wording(Language.ZH).said(english) == chinese
    assert Wording(Language.EN).said(english) == english
