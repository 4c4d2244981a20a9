import csv
from collections import Counter
from pathlib import Path

import pytest

from domain.place import find_place, place_coded

PILOTS = Path(__file__).parents[1] / "corpora" / "pilots.csv"
PROFILES = {
    "coal_resource",
    "oil_gas_resource",
    "heavy_industry",
    "port",
    "cold_region",
    "wind_solar_rich",
    "ecological",
    "manufacturing",
    "service",
}
QUOTA = {
    "Hebei": 3,
    "Shanxi": 2,
    "Inner Mongolia": 3,
    "Liaoning": 2,
    "Heilongjiang": 2,
    "Jiangsu": 3,
    "Zhejiang": 2,
    "Anhui": 2,
    "Shandong": 3,
    "Henan": 2,
    "Hubei": 2,
    "Hunan": 2,
    "Guangdong": 3,
    "Shaanxi": 2,
    "Xinjiang": 2,
}


@pytest.fixture(scope="module")
def pilots() -> list[dict[str, str]]:
    with PILOTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_first_batch_is_25_cities_and_10_parks(pilots: list[dict[str, str]]) -> None:
    assert Counter(pilot["kind"] for pilot in pilots) == {"city": 25, "park": 10}


def test_each_province_has_its_quota(pilots: list[dict[str, str]]) -> None:
    assert Counter(pilot["province_en"] for pilot in pilots) == QUOTA


def test_codes_lie_in_the_province_that_is_named(pilots: list[dict[str, str]]) -> None:
    for pilot in pilots:
        place = place_coded(pilot["place_code"])
        province = place_coded(pilot["place_code"][:2] + "0000")
        assert place
        assert province
        assert (place.province, province.english) == (pilot["province"], pilot["province_en"])


def test_names_are_unique_and_cities_bear_their_official_name(pilots: list[dict[str, str]]) -> None:
    assert len({pilot["name_zh"] for pilot in pilots}) == len({pilot["name_en"] for pilot in pilots}) == 35
    cities = [pilot for pilot in pilots if pilot["kind"] == "city"]
    assert [find_place(pilot["name_zh"]) for pilot in cities] == [place_coded(pilot["place_code"]) for pilot in cities]


def test_profiles_come_from_the_closed_set(pilots: list[dict[str, str]]) -> None:
    assert {word for pilot in pilots for word in pilot["profile"].split(";") if word} <= PROFILES


def test_a_park_without_a_confirmed_name_says_so(pilots: list[dict[str, str]]) -> None:
    unnamed = [pilot for pilot in pilots if pilot["name_zh"].endswith("的园区")]
    assert all(pilot["note"] and pilot["name_en"].startswith("park in ") for pilot in unnamed)


def test_every_row_gives_batch_day_and_source(pilots: list[dict[str, str]]) -> None:
    assert {(pilot["batch"], pilot["announced"]) for pilot in pilots} == {("1", "2023-12-06")}
    assert all(pilot["source"] for pilot in pilots)
