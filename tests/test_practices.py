"""Practice cards: titles that read as titles, voices kept apart, each wording once, peers by any of their names."""

import pytest

import pipeline
from analysis.cards import as_json, as_table
from analysis.peers import find_peers, lacking, profile_named, read_profiles
from analysis.practices import conditions, conditions_in, find_practices
from analysis.voice import Voice
from domain.errors import NotFoundError, PilotlightError
from index import open_library

REPORT = """{place}碳达峰试点建设经验做法（示例）

一、主要做法
{place}组织化工企业建成跨厂区余热管网，把余热送入居民小区供暖。

二、取得成效
累计替代散煤3.2万吨，供热面积达到{number}万平方米。
"""
PLAN = """{place}碳达峰试点实施方案（示例）

一、重点任务
加快建设化工企业余热管网，推进余热供暖。（责任单位：市发展改革委）
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("practices")
    for name, number in (("青屿市", 120), ("砚北市", 80)):
        (folder / f"{name}-report.txt").write_text(REPORT.format(place=name, number=number), encoding="utf-8")
    (folder / "plan.txt").write_text(PLAN.format(place="霜河市"), encoding="utf-8")
    library = open_library(folder / "lib", create=True)
    pipeline.build(library, [folder])
    return library


def test_a_card_keeps_what_was_done_apart_from_what_is_planned(library):
    cards = find_practices(library)
    heat = next(card for card in cards if "余热" in card.title)
    assert set(heat.places(Voice.REPORTED)) == {"青屿市", "砚北市"}
    assert all(line.facts.place == "霜河市" for line in heat.pile(Voice.PLANNED))


def test_titles_are_actions_in_whole_clauses(library):
    for card in find_practices(library):
        assert "\t" not in card.title
        assert not card.title.startswith(("示例", "注", "表"))
        assert any(line.statement.text.find(card.title[:10]) >= 0 for line in card.lines)


def test_the_same_library_gives_the_same_cards(library):
    assert as_json(find_practices(library)) == as_json(find_practices(library))


def test_a_library_without_practices_says_so(tmp_path):
    (tmp_path / "letter.txt").write_text("关于报送材料的函（示例）\n\n现将材料报上。\n", encoding="utf-8")
    library = open_library(tmp_path / "lib", create=True)
    pipeline.build(library, [tmp_path / "letter.txt"])
    assert find_practices(library) == ()
    assert as_table(()) == "0 practices\n"


@pytest.mark.parametrize("condition", conditions(), ids=lambda condition: condition.id)
def test_every_condition_matches_its_example_and_not_the_other(condition):
    assert condition.id in conditions_in([condition.matches])
    assert condition.id not in conditions_in([condition.must_not_match])


@pytest.mark.parametrize("name", ["张家口", "张家口市", "Zhangjiakou", "zhangjiakou"])
def test_a_pilot_goes_by_any_of_its_names(name):
    profiles = read_profiles()
    assert profile_named(profiles, name).name == "张家口市"
    assert all(peer.profile.name != "张家口市" for peer in find_peers(profiles, name))


def test_a_place_without_a_profile_is_answered_with_the_known_ones():
    with pytest.raises(NotFoundError, match="张家口市"):
        profile_named(read_profiles(), "不存在市")


def test_what_peers_do_and_mine_does_not_is_ready_to_quote(library):
    found = lacking(find_practices(library), "霜河市")
    assert all("霜河市" not in card.places(Voice.REPORTED, Voice.PLANNED) for card, _ in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name_zh,kind\nx,city\n", "column province is missing"),
        ("name_zh,kind,province,profile\nx,town,y,\n", "line 2: column kind"),
        ("name_zh,kind,province,profile\n,city,y,\n", "line 2: column name_zh is empty"),
    ],
)
def test_a_broken_register_names_line_and_column(tmp_path, text, said):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PilotlightError, match=said):
        read_profiles(path)
