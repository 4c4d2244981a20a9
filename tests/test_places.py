import csv
import time
from collections import Counter

import pytest

from domain.codebook import Level
from domain.gazetteer import CONTEXTS, PLACES, gazetteer
from domain.place import Place, find_place, find_places, full_name, is_within, place_coded, place_named


def names(text: str) -> list[str]:
    return [place.name for place in find_places(text)]


def contexts() -> list[dict[str, str]]:
    with CONTEXTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with PLACES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_rank_of_place_is_there(rows: list[dict[str, str]]) -> None:
    levels = Counter(row["level"] for row in rows)
    assert levels["province"] == 34
    assert levels["city"] == 333
    assert levels["county"] > 2800


def test_codes_are_unique_and_lie_in_their_province(rows: list[dict[str, str]]) -> None:
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes)
    assert all(place_coded(code[:2] + "0000") for code in codes)


def test_provinces_and_prefectures_have_short_and_english_names(rows: list[dict[str, str]]) -> None:
    ranked = [row for row in rows if row["level"] in ("province", "city")]
    assert [row for row in ranked if not row["short"] or not row["english"].isascii()] == []


@pytest.mark.parametrize("context", contexts(), ids=lambda context: context["name"])
def test_a_context_tells_a_name_from_its_characters(context: dict[str, str]) -> None:
    name = context["name"]
    if len(name) == 1:
        assert any(place.name.endswith(name) for place in find_places(context["example"]))
        assert not any(place.name.endswith(name) for place in find_places(context["counterexample"]))
        return
    place = next(place for place in find_places(context["example"]) if place.name.startswith(name[:2]))
    assert place not in find_places(context["counterexample"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("支持济南、青岛和烟台先行先试", ["济南市", "青岛市", "烟台市"]),
        ("江苏省苏州工业园区", ["江苏省", "苏州工业园区"]),
        ("恩施州与恩施市", ["恩施土家族苗族自治州", "恩施市"]),
        ("青海省海南州共和县", ["青海省", "海南藏族自治州", "共和县"]),
        ("重庆市彭水县", ["重庆市", "彭水苗族土家族自治县"]),
        ("吉林省吉林市", ["吉林省", "吉林市"]),
        ("省、市和县分级负责，各市县抓好落实", []),
        ("Pilots in Xi’an, Hohhot and Ordos", ["西安市", "呼和浩特市", "鄂尔多斯市"]),
        ("Shaanxi and Shanxi; Tibet; Inner Mongolia", ["陕西省", "山西省", "西藏自治区", "内蒙古自治区"]),
        ("Baotou's parks and the shanxi of no one", ["包头市"]),
        ("Zhongshan District, Hangzhou Bay", []),
        ("Jilin City in Jilin Province", ["吉林市", "吉林省"]),
    ],
)
def test_places_come_in_order_of_first_mention(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("北京市朝阳区", "110105"),
        ("长春市绿园区、朝阳区", "220104"),
        ("Yulin, Shaanxi", "610800"),
        ("Yulin in Guangxi", "450900"),
        ("Suzhou", "320500"),
        ("Suzhou, Anhui", "341300"),
    ],
)
def test_namesakes_are_told_apart_by_the_places_beside_them(text: str, code: str) -> None:
    assert place_coded(code) in find_places(text)


def test_namesakes_without_a_clue_are_left_out() -> None:
    assert find_places("朝阳区、鼓楼区") == ()
    assert find_places("鼓楼区", within=place_named("南京")) == (place_coded("320106"),)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("山东省济南市人工智能产业行动计划", "济南市"),
        ("苏州市学习深圳经验的若干措施", "苏州市"),
        ("国务院关于印发行动方案的通知", None),
        ("Climate plan of Qingdao, Shandong", "青岛市"),
        ("Climate action plan of Hartford", None),
    ],
)
def test_a_title_is_about_the_first_place_and_what_lies_in_it(title: str, name: str | None) -> None:
    place = find_place(title)
    assert (place.name if place else None) == name


@pytest.mark.parametrize("name", ["呼和浩特市", "呼和浩特", "Hohhot", "HOHHOT", "hohhot city"])
def test_a_place_is_known_by_each_of_its_names(name: str) -> None:
    place = place_named(name)
    assert place
    assert (place.code, place.level, place.province) == ("150100", Level.CITY, "内蒙古自治区")


def test_a_name_that_is_none_or_many_is_no_place() -> None:
    assert place_named("桃花源特别市") is None
    assert place_named("鼓楼区") is None


@pytest.mark.parametrize(
    ("name", "code", "full"),
    [
        ("北京市朝阳区", "110105", "北京市朝阳区"),
        ("长春市朝阳区", "220104", "长春市朝阳区"),
        ("吉林省长春市朝阳区", "220104", "长春市朝阳区"),
        ("福州鼓楼区", "350102", "福州市鼓楼区"),
        ("苏州", "320500", "苏州市"),
        ("宿州", "341300", "宿州市"),
        ("Suzhou, Anhui", "341300", "宿州市"),
    ],
)
def test_namesakes_go_by_the_place_that_they_lie_in(name: str, code: str, full: str) -> None:
    place = place_named(name)
    assert place == place_coded(code)
    assert full_name(place) == full


def test_every_place_is_found_by_its_full_name() -> None:
    assert [place for place in gazetteer().places.values() if place_named(full_name(place)) != place] == []


@pytest.mark.parametrize("name", ["张家口市发展改革委", "苏州市学习深圳经验", "朝阳区、鼓楼区", "北京市鼓楼区"])
def test_a_text_around_a_name_is_no_name(name: str) -> None:
    assert place_named(name) is None


def test_a_place_lies_within_itself_and_what_is_above() -> None:
    jinan, shandong = place_named("济南"), place_named("山东")
    assert jinan
    assert shandong
    assert is_within(jinan, shandong)
    assert is_within(jinan, jinan)
    assert not is_within(shandong, jinan)


def test_a_code_has_six_digits() -> None:
    with pytest.raises(ValueError, match="3701"):
        Place("3701", "济南市", Level.CITY, "山东省")


def test_twenty_thousand_statements_take_about_a_second() -> None:
    statement = "加快重点行业节能降碳改造，支持济南、青岛建设零碳园区，到2025年单位产值能耗明显下降，形成可推广的经验。"
    find_places(statement)
    start = time.process_time()
    for _ in range(5_000):
        find_places(statement)
    assert time.process_time() - start < 1.0
