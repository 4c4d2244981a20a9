"""Practice cards: titles that read as titles, voices kept apart, each wording once, peers by any of their names."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

import pipeline
from analysis.cards import as_json, as_table, write_cards
from analysis.line import NO_PRACTICE
from analysis.parts import PARTS
from analysis.peers import REGISTER, find_peers, known_profiles, lacking, mine_and_peers, profile_named, quote
from analysis.practices import CONDITIONS, find_practices, is_of_one_place
from analysis.replicability import Order, ordered, replicability_of
from analysis.subjects import subject_of
from analysis.titles import ASIDES, NO_TITLE, shorten
from analysis.voice import Voice
from analysis.voice_rules import RULES
from domain.codebook import Language, Sector
from domain.errors import FilterError, NotFoundError, PilotlightError
from domain.profile import parse_profiles, read_profiles
from index import Filters, open_library
from nlp.rules import check_rule, load_rules

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


def library_of(folder, *plans):
    """A library of plans, each of a place and what it says under its tasks."""
    for number, (place, told) in enumerate(plans):
        words = f"{place}碳达峰试点实施方案（示例）\n\n一、重点任务\n{told}\n"
        (folder / f"{number}.txt").write_text(words, encoding="utf-8")
    library = open_library(folder / "lib", create=True)
    pipeline.build(library, sorted(folder.glob("*.txt")))
    return library


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
        own = [*(line.statement.text for line in card.lines), *(" ".join(line.statement.heading_path) for line in card.lines)]
        assert any(card.title[:10] in text for text in own)


def test_the_bracket_that_closes_an_item_charges_all_its_sentences(tmp_path):
    first, last = "推广纯电动重型卡车，建设重卡换电站二十座", "把焦炉余热接入医院和学校的供暖管网"
    told = f"一、重点任务\n（一）低碳改造\n{first}。{last}。（责任单位：市城管局、市教育局）\n"
    (tmp_path / "plan.txt").write_text(f"青屿市碳达峰试点实施方案（示例）\n\n{told}", encoding="utf-8")
    library = open_library(tmp_path / "lib", create=True)
    pipeline.build(library, [tmp_path / "plan.txt"])
    assert {card.title: card.actors for card in find_practices(library)} == dict.fromkeys(
        (first, last), ("青屿市城管局", "青屿市教育局")
    )


def test_the_same_library_gives_the_same_cards(library):
    assert as_json(find_practices(library)) == as_json(find_practices(library))


def test_a_library_without_practices_says_so(tmp_path):
    (tmp_path / "letter.txt").write_text("关于报送材料的函（示例）\n\n现将材料报上。\n", encoding="utf-8")
    library = open_library(tmp_path / "lib", create=True)
    pipeline.build(library, [tmp_path / "letter.txt"])
    assert find_practices(library) == ()
    assert as_table(()) == "0 practices\n"


@pytest.mark.parametrize("path", [CONDITIONS, NO_PRACTICE, NO_TITLE, ASIDES, PARTS, RULES], ids=lambda path: path.stem)
def test_every_form_of_words_matches_its_example_and_not_the_other(path: Path):
    for rule in load_rules(path):
        assert rule.examples
        assert rule.counter_examples
        check_rule(path, rule)


@pytest.mark.parametrize("name", ["张家口", "张家口市", "Zhangjiakou", "zhangjiakou"])
def test_a_pilot_goes_by_any_of_its_names(name):
    profiles = read_profiles(REGISTER)
    assert profile_named(profiles, name).name == "张家口市"
    assert all(peer.profile.name != "张家口市" for peer in find_peers(profiles, name))


def test_namesakes_are_peers_of_their_own():
    table = "name_zh,kind,province,profile\n朝阳区,city,北京市,service\n长春市朝阳区,city,吉林省,cold_region\n"
    profiles = parse_profiles(table.encode(), "mine.csv")
    assert [profile.name for profile in profiles] == ["北京市朝阳区", "长春市朝阳区"]
    assert profile_named(profiles, "长春市朝阳区").traits == {"cold_region"}
    with pytest.raises(NotFoundError, match="several places are called so; known are 北京市朝阳区, 长春市朝阳区"):
        profile_named(profiles, "朝阳区")


def test_namesakes_stand_apart_on_a_card(tmp_path):
    told = "加快建设化工企业余热管网，推进余热供暖。"
    [card] = find_practices(library_of(tmp_path, ("北京市朝阳区", told), ("长春市朝阳区", told)))
    assert set(card.places(Voice.PLANNED)) == {"北京市朝阳区", "长春市朝阳区"}
    assert set(card.provinces()) == {"北京市", "吉林省"}


def test_a_place_without_a_profile_is_answered_with_the_known_ones():
    with pytest.raises(NotFoundError, match="张家口市"):
        profile_named(read_profiles(REGISTER), "不存在市")


def test_a_place_that_only_the_library_knows_is_held_against_all_others(library):
    cards = find_practices(library)
    assert mine_and_peers(read_profiles(REGISTER), cards, "霜河市") == ("霜河市", ())
    assert mine_and_peers(read_profiles(REGISTER), cards, "Zhangjiakou") == ("张家口市", ())
    with pytest.raises(NotFoundError, match="张家口市"):
        mine_and_peers(read_profiles(REGISTER), cards, "不存在市")


def test_cards_are_put_in_order_by_facts_that_are_shown(library):
    cards = find_practices(library)
    for order in Order:
        worth = [replicability_of(card).worth(order) for card in ordered(cards, order)]
        assert worth == sorted(worth, reverse=True)
    heat = replicability_of(next(card for card in cards if "余热" in card.title))
    assert (heat.reported, heat.planned, heat.kinds) == (2, 1, ("city",))


def test_a_quote_bears_its_reference(library):
    cards = [card for card in find_practices(library) if "余热" in card.title]
    found = lacking(cards, "包头市")
    assert found
    assert all(quote(line).startswith("“") and line.facts.title in quote(line) for _, lines in found for line in lines)


def test_a_table_of_cards_shows_results_and_each_once(library):
    table = as_table(find_practices(library))
    assert "    result: 累计替代散煤3.2万吨，供热面积达到120万平方米。" in table
    assert all(table.count(line) == 1 for line in table.splitlines() if line.startswith("    result: "))


def test_cards_leave_as_a_workbook_with_every_line_ready_to_quote(library, tmp_path):
    cards = find_practices(library)
    write_cards(cards, "xlsx", tmp_path / "cards.xlsx")
    book = load_workbook(tmp_path / "cards.xlsx", read_only=True)
    shown, evidence = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    assert [row[1] for row in shown[1:]] == [card.title for card in cards]
    assert len(evidence) - 1 == sum(len(card.lines) for card in cards)
    assert evidence[1][-1] == quote(cards[0].lines[0])


def test_a_table_beside_the_documents_comes_into_the_library_with_them(tmp_path):
    corpus, library = tmp_path / "corpus", open_library(tmp_path / "library", create=True)
    corpus.mkdir()
    (corpus / "profiles.csv").write_text(
        "name_zh,kind,province,profile\n墨涧市,city,示例省,port\n唐山市,city,河北省,service\n", "utf-8"
    )
    (corpus / "plan.txt").write_text("加快建设化工企业余热管网，推进余热供暖。", "utf-8")
    assert not pipeline.build(library, [corpus]).refused
    (corpus / "profiles.csv").write_text("name_zh,kind,province,profile\n霜川市,city,示例省,port;service\n", "utf-8")
    assert not pipeline.build(library, [corpus]).refused
    profiles = known_profiles(library.folder)
    assert [profile_named(profiles, name).traits for name in ("墨涧市", "唐山")] == [{"port"}, {"service"}]
    assert {peer.profile.name: peer.shared for peer in find_peers(profiles, "墨涧市")}["霜川市"] == ("port",)
    (corpus / "profiles.csv").write_text("name_zh,kind\n墨涧市,city\n", "utf-8")
    refused = pipeline.build(library, [corpus]).refused
    assert "column province is missing" in refused[corpus / "profiles.csv"]
    assert known_profiles(library.folder) == profiles


def test_the_places_of_the_sample_have_peers_of_their_own(tmp_path):
    library = open_library(tmp_path / "library", create=True)
    names = ("yanbei-city-plan.pdf", "shuanghe-city-plan.txt", "xikou-park-report.html")
    pipeline.build(library, [REGISTER.parent / "sample" / name for name in names])
    mine, peers = mine_and_peers(known_profiles(library.folder), find_practices(library), "Yanbei")
    assert (mine, {peer.profile.name for peer in peers}) == ("砚北市", {"霜河市", "汐口化工园区"})


def test_what_peers_do_and_mine_does_not_is_ready_to_quote(library):
    found = lacking(find_practices(library), "霜河市")
    assert all("霜河市" not in card.places(Voice.REPORTED, Voice.PLANNED) for card, _ in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name_zh,kind\nx,city\n", "column province is missing"),
        ("name_zh,kind,province,profile\nx,town,y,\n", "line 2: column kind"),
        ("name_zh,kind,province,profile\n,city,y,\n", "line 2: column name_zh is empty"),
        ("name_zh,kind,province,profile\nx,city,y,\nx,park,y,\n", "line 3: column name_zh has x a second time"),
        ("name_zh,kind,province,profile\nx,city,y,a,b\n", "line 2: more cells than columns"),
    ],
)
def test_a_broken_register_names_line_and_column(tmp_path, text, said):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PilotlightError, match=said):
        read_profiles(path)


ONE_REPORT = """墨涧化工园区余热利用经验做法（示例）

一、案例背景
墨涧化工园区聚集化工企业四十六家，余热点位分散，居民供暖长期依靠燃煤锅炉。

二、主要做法
（一）摸清家底，建立余热“一本账”
园区管委会委托第三方机构对企业逐台设备开展余热普查，建立余热资源台账。
（二）统一收储，组建热力公司
园区组建余热公司，与热源企业签订十五年长约，统一收购、统一送热。

三、取得成效
两个采暖季累计替代燃煤九万吨，供热面积达到210万平方米。

四、经验启示
余热利用要先有账、再有网，热价必须让热源企业有账可算。

五、下一步打算
将余热管网延伸到临近镇区。
"""


def test_a_card_is_filled_from_one_report_alone(tmp_path):
    (tmp_path / "report.txt").write_text(ONE_REPORT, encoding="utf-8")
    library = open_library(tmp_path / "lib", create=True)
    pipeline.build(library, [tmp_path / "report.txt"])
    cards = {card.title: card for card in find_practices(library)}
    assert set(cards) == {"摸清家底，建立余热“一本账”", "统一收储，组建热力公司"}
    card = cards["摸清家底，建立余热“一本账”"]
    assert card.actors == ("园区管委会",)
    assert [line.voice for line in card.lines] == [Voice.REPORTED]
    [case] = card.cases
    assert "案例背景" in case.background[0].statement.heading_path[-1]
    assert any("210万平方米" in line.statement.text for line in case.results)
    assert case.lessons[0].voice is Voice.URGED


def test_a_plan_alone_shows_what_it_plans(tmp_path):
    (tmp_path / "plan.txt").write_text(PLAN.format(place="霜河市"), encoding="utf-8")
    library = open_library(tmp_path / "lib", create=True)
    pipeline.build(library, [tmp_path / "plan.txt"])
    [card] = find_practices(library)
    assert card.title == "加快建设化工企业余热管网，推进余热供暖"
    assert (card.places(Voice.PLANNED), card.pile(Voice.REPORTED)) == (("霜河市",), ())
    assert is_of_one_place([card])


def test_a_place_chooses_cards_and_leaves_them_whole(library):
    [heat] = [card for card in find_practices(library, Filters(places=("霜河",))) if "余热" in card.title]
    assert set(heat.places(Voice.REPORTED)) == {"青屿市", "砚北市"}
    assert not is_of_one_place([heat])
    assert find_practices(library, Filters(places=("霜河",), sectors=(Sector.TRANSPORT,))) == ()
    with pytest.raises(FilterError, match="霜河市"):
        find_practices(library, Filters(places=("不存在市",)))


def test_the_same_text_of_one_place_counts_once_and_of_two_places_twice(tmp_path):
    told = "加快建设化工企业余热管网，推进余热供暖。\n\n附注"
    library = library_of(tmp_path, ("青屿市", f"{told}a。"), ("青屿市", f"{told}b。"), ("砚北市", f"{told}c。"))
    [card] = [card for card in find_practices(library) if "余热" in card.title]
    assert card.places(Voice.PLANNED) == ("青屿市", "砚北市")
    assert [len(line.reprints) for line in sorted(card.lines, key=lambda line: str(line.facts.place))] == [0, 1]


@pytest.mark.parametrize(
    ("text", "language", "title"),
    [
        ("（三）为深入贯彻国家部署，在保证安全的前提下，建成余热管网120公里。", Language.ZH, "建成余热管网120公里"),
        ("一是推行蒸汽梯级利用，先发电后供热；二是建设换热站。", Language.ZH, "推行蒸汽梯级利用，先发电后供热"),
        ("实施锅炉改造，替代散煤。（责任单位：市住房城乡建设局）", Language.ZH, "实施锅炉改造，替代散煤"),
        (
            "2.1 As part of it, the city converted all lamps to LED.",
            Language.EN,
            "The city converted all lamps to LED",
        ),
        (
            "新建改扩建炼油和新建乙烯、对二甲苯、煤制烯烃项目，需按照要求纳入国家有关领域产业规划。",
            Language.ZH,
            "新建改扩建炼油和新建乙烯、对二甲苯、煤制烯烃项目，需按照要求纳入国家有关领域产业规划",
        ),
        ("深刻把握绿色转型的市场机遇，打造绿色园区。", Language.ZH, "打造绿色园区"),
        ("Objective 3 (lt) :: Connect all parks with bicycle lanes.", Language.EN, "Connect all parks with bicycle lanes"),
    ],
)
def test_a_title_leaves_out_what_leads_up_to_the_action(text, language, title):
    assert shorten(text, language) == title


def test_the_title_is_the_clause_that_the_places_share(tmp_path):
    plans = {
        "青屿市": "持续推进供给侧结构性改革，强化能耗、水耗、环保、安全和技术等标准约束，把钢厂余热接入居民供暖管网。",
        "砚北市": "把钢厂余热接入居民供暖管网。",
        "霜河市": "将钢厂余热接入供暖管网，替代小锅炉。",
    }
    [card] = find_practices(library_of(tmp_path, *plans.items()))
    assert card.title == "把钢厂余热接入居民供暖管网"
    assert set(card.places()) == set(plans)


@pytest.mark.parametrize(
    ("text", "language", "body"),
    [
        ("市能源集团联合三家企业建成余热管网。", Language.ZH, "市能源集团"),
        ("近年来，砚北市推行供热计量改革。", Language.ZH, "砚北市"),
        ("累计替代散煤3.2万吨。", Language.ZH, None),
        ("The Harbor Authority fitted shore power to both berths.", Language.EN, "Harbor Authority"),
        ("Emissions fell by 12 per cent.", Language.EN, None),
    ],
)
def test_the_body_that_acts_is_the_subject(text, language, body):
    assert subject_of(text, language) == body


def test_a_table_of_profiles_may_come_from_excel():
    table = "name_zh,kind,province,profile\n青屿市,city,示例省,port\n"
    [profile] = parse_profiles(table.encode("gb18030"), "mine.csv")
    assert (profile.name, profile.traits) == ("青屿市", frozenset({"port"}))
    with pytest.raises(PilotlightError, match=r"mine.csv, line 2"):
        parse_profiles(b"name_zh,kind,province,profile\n\xff\xff,city", "mine.csv")


def test_what_is_too_vague_to_copy_makes_no_card(tmp_path):
    told = "着力构建清洁高效的工业用能结构。\n把焦炉余热接入医院和学校的供暖管网。"
    [card] = find_practices(library_of(tmp_path, ("青屿市", told), ("砚北市", told)))
    assert card.title == "把焦炉余热接入医院和学校的供暖管网"


def test_lines_of_another_practice_stay_off_a_card(tmp_path):
    plans = {
        "青屿市": "对污泥焚烧灰渣开展建材化利用。",
        "砚北市": "将污泥焚烧灰渣用作建材原料。",
        "霜河市": "加强危险废物填埋场渗滤液监测。",
    }
    [card] = find_practices(library_of(tmp_path, *plans.items()))
    assert set(card.places()) == {"青屿市", "砚北市"}
