"""What the glossary promises: a query is widened in both languages, visibly, and never by its own words."""

from pathlib import Path

from index.glossary import FILE, Glossary, read_glossary

LINES = """zh,en,zh_synonyms,en_synonyms,abbreviations,topic
余热回收,waste heat recovery,余热利用,heat recovery,WHR,energy
碳捕集利用与封存,"carbon capture, utilisation and storage",碳捕集,carbon capture,CCUS,technology
碳,carbon,,,,climate
"""


def small(tmp_path: Path) -> Glossary:
    path = tmp_path / "glossary.csv"
    path.write_text(LINES, encoding="utf-8")
    return read_glossary(path)


def names(glossary: Glossary, query: str) -> list[str]:
    return [expansion.term for expansion in glossary.expansions(query)]


def test_a_chinese_term_brings_its_synonyms_and_english_names(tmp_path: Path) -> None:
    assert names(small(tmp_path), "园区余热回收项目") == ["余热利用", "waste heat recovery", "heat recovery", "WHR"]


def test_an_english_term_is_known_by_its_stems_and_an_abbreviation_by_its_letters(tmp_path: Path) -> None:
    assert names(small(tmp_path), "recovering waste heat")[:1] != ["余热回收"]
    assert "余热回收" in names(small(tmp_path), "Waste heat recoveries in parks")
    assert "碳捕集利用与封存" in names(small(tmp_path), "ccus pilots")


def test_the_longest_term_wins(tmp_path: Path) -> None:
    assert "CCUS" in names(small(tmp_path), "碳捕集利用与封存")
    assert "carbon" not in names(small(tmp_path), "碳捕集利用与封存")


def test_traditional_characters_find_their_term(tmp_path: Path) -> None:
    assert "waste heat recovery" in names(small(tmp_path), "餘熱回收")


def test_a_users_own_terms_stand_beside_ours(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("zh,en\n绿电直供,direct green power supply\n", encoding="utf-8")
    small(tmp_path)
    assert names(read_glossary(tmp_path / "glossary.csv", own), "绿电直供") == ["direct green power supply"]


def test_the_shipped_glossary_is_large_and_every_term_finds_its_other_name() -> None:
    glossary = read_glossary(FILE)
    assert len(glossary.entries) >= 1500
    for entry in glossary.entries[::37]:
        if entry.zh and entry.en:
            assert glossary.expansions(entry.zh[0]), entry
