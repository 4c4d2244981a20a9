import csv
import io
from collections import Counter
from pathlib import Path

import pytest

GLOSSARY = Path(__file__).parents[1] / "index" / "glossary.csv"
COLUMNS = ["zh", "en", "zh_synonyms", "en_synonyms", "abbreviations", "topic"]
LISTS = ("zh_synonyms", "en_synonyms", "abbreviations")
TOPICS = {
    "climate",
    "energy",
    "industry",
    "buildings",
    "transport",
    "circular_economy",
    "carbon_sinks",
    "technology",
    "finance",
    "governance",
    "public_action",
    "digital",
    "environment",
    "policy",
    "general",
    "place",
}


@pytest.fixture(scope="module")
def terms() -> list[dict[str, str]]:
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


def words(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def has_han(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_the_glossary_holds_at_least_1500_terms_of_every_topic(terms: list[dict[str, str]]) -> None:
    assert len(terms) >= 1500
    assert {term["topic"] for term in terms} == TOPICS
    assert sum(term["topic"] == "digital" for term in terms) >= 300


def test_a_chinese_term_stands_in_one_row_only(terms: list[dict[str, str]]) -> None:
    heads = Counter(term["zh"] for term in terms)
    synonyms = Counter(word for term in terms for word in words(term["zh_synonyms"]))
    assert [zh for zh, count in (heads + synonyms).items() if count > 1] == []


def test_an_english_head_stands_in_one_row_only(terms: list[dict[str, str]]) -> None:
    heads = Counter(term["en"].casefold() for term in terms)
    assert [en for en, count in heads.items() if count > 1] == []


def test_every_term_has_both_languages_in_their_own_columns(terms: list[dict[str, str]]) -> None:
    for term in terms:
        assert term["en"]
        assert not has_han(term["en"] + term["en_synonyms"] + term["abbreviations"]), term["zh"]
        assert all(word for column in LISTS for word in words(term[column])), term["zh"]
        assert term["zh"] != term["en"]


def test_synonyms_differ_from_their_head_and_from_each_other(terms: list[dict[str, str]]) -> None:
    for term in terms:
        zh = [term["zh"], *words(term["zh_synonyms"])]
        en = [word.casefold() for word in (term["en"], *words(term["en_synonyms"]), *words(term["abbreviations"]))]
        assert len(set(zh)) == len(zh), zh
        assert len(set(en)) == len(en), en


def test_cells_are_clean(terms: list[dict[str, str]]) -> None:
    for term in terms:
        for cell in term.values():
            assert cell == cell.strip()
            assert not set(cell) & set(';；\t\n"')


def test_the_file_is_what_the_csv_writer_writes(terms: list[dict[str, str]]) -> None:
    copy = io.StringIO()
    writer = csv.DictWriter(copy, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(terms)
    assert copy.getvalue() == GLOSSARY.read_text(encoding="utf-8")
