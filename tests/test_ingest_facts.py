"""Document facts: what a person would cite, from the covers, letters and imprints that real documents have."""

import pytest

from domain.codebook import Level
from domain.document import Dropped, Facts
from ingest.assemble import assemble
from ingest.block import Block, Reading

BODY_ZH = "为推动园区绿色低碳转型，结合实际，制定本方案。"
BODY_EN = "The city will review the use of energy in every public building and publish what it finds each year."


def facts(*lines: str | Block, source: str = "plan.pdf", dropped: tuple[str, ...] = ()) -> Facts:
    blocks = [line if isinstance(line, Block) else Block(line) for line in lines]
    furniture = [Dropped(at, text, "running head") for at, text in enumerate(dropped, 2)]
    return assemble(Reading(blocks, dropped=furniture), "d" * 12, source).facts


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        ("中共山南市委山南市人民政府关于做好碳达峰工作的实施意见", "中共山南市委 山南市人民政府"),
        ("中共青海省委、青海省人民政府贯彻落实《关于做好碳达峰工作的意见》的实施意见", "中共青海省委 青海省人民政府"),
        ("浙江省委省政府关于做好碳达峰工作的实施意见", "浙江省委 浙江省政府"),
        (
            "广西壮族自治区发展和改革委员会广西壮族自治区财政厅关于印发园区方案的通知",
            "广西壮族自治区发展和改革委员会 广西壮族自治区财政厅",
        ),
        ("国家机关事务管理局财政部生态环境部关于印发园区方案的通知", "国家机关事务管理局 财政部 生态环境部"),
    ],
)
def test_bodies_that_a_title_names_are_told_apart(title: str, issuer: str) -> None:
    assert facts(title, BODY_ZH).issuer == issuer


def test_signing_bodies_are_named_with_their_city() -> None:
    letter = ("关于印发《杭州市园区碳达峰方案》的通知", "现予印发。", "市发展改革委 市财政局市住房保障局", "2024年3月15日")
    assert facts(*letter).issuer == "杭州市发展改革委 杭州市财政局 杭州市住房保障局"


def test_bodies_above_the_title_issue_it() -> None:
    assert facts("中共山南市委", "山南市人民政府", "山南市碳达峰实施方案", BODY_ZH).issuer == "中共山南市委 山南市人民政府"


def test_full_width_brackets_of_a_number_are_read() -> None:
    assert facts("关于印发园区方案的通知", "（云银保监规［2022）1号）", BODY_ZH).number == "云银保监规〔2022〕1号"


def test_an_english_cover_gives_title_issuer_and_date() -> None:
    cover = [
        Block("A ROAD MAP FOR", page=1, size=24.0),
        Block("RIVERTON COUNTY", page=1, size=31.0),
        Block("Climate Action Plan", page=1, size=31.0),
        Block("Prepared by the Department of Public Works", page=1, size=12.0),
        Block("March 2021", page=1, size=12.0),
    ]
    found = facts(*cover, *[Block(BODY_EN, page=2, size=11.0)] * 6)
    assert found.title == "A ROAD MAP FOR RIVERTON COUNTY Climate Action Plan"
    assert (found.issuer, found.date) == ("Department of Public Works", "2021-03")


def test_a_contribution_is_issued_by_its_party() -> None:
    found = facts("LAURENTIA’S UPDATED", "2021", "Nationally Determined Contribution (NDC)", BODY_EN)
    assert found.title == "LAURENTIA’S UPDATED Nationally Determined Contribution (NDC)"
    assert (found.issuer, found.date, found.level) == ("Laurentia", "2021", Level.NATIONAL)
    assert facts("Update of Nationally Determined Contribution (NDC) of Laurentia", BODY_EN).place == "Laurentia"


def test_a_government_signs_its_contribution_and_its_period_stands_below_the_title() -> None:
    found = facts(
        "Laurentia’s First Nationally Determined Contribution", "(2021-2030)", "Government of Laurentia", "August 2022", BODY_EN
    )
    assert (found.issuer, found.date, found.period) == ("Government of Laurentia", "2022-08", (2021, 2030))


def test_an_imprint_at_the_end_gives_the_date() -> None:
    imprint = "Published in January 2025 by the Ministry for the Environment"
    found = facts("Laurentia’s Nationally Determined Contribution", *[BODY_EN] * 30, imprint)
    assert (found.issuer, found.date) == ("Ministry for the Environment", "2025-01")


def test_a_document_without_a_cover_is_named_by_its_running_head() -> None:
    heads = tuple(f"EMPOWER RIVERTON PLAN Page {number}" for number in range(2, 8))
    found = facts(Block(BODY_EN, page=2), dropped=heads, source="Riverton, KY Climate 2012.pdf")
    assert (found.title, found.date) == ("EMPOWER RIVERTON PLAN", "2012")


def test_a_year_that_the_plan_is_for_is_not_its_date() -> None:
    assert facts("Riverton Climate Plan", BODY_EN, source="Riverton Plan 2031-2035.pdf").date is None


def test_a_county_that_a_title_names_is_the_place() -> None:
    found = facts("A road map for RIVERTON COUNTY to a greener state", BODY_EN, source="Riverton, GA Green Plan 2009.pdf")
    assert (found.place, found.level) == ("Riverton County", Level.COUNTY)


def test_an_annex_says_when_it_was_updated() -> None:
    lines = ["Update of Laurentia's nationally determined contribution", *[BODY_EN] * 20, "Updated as of 3 November 2022"]
    assert facts(*lines, *[BODY_EN] * 30).date == "2022-11-03"


def test_a_title_in_marks_below_its_issuers_is_the_title() -> None:
    found = facts("中共山南市委", "山南市人民政府", "《关于做好碳达峰工作的实施方案》", BODY_ZH)
    assert found.title.endswith("关于做好碳达峰工作的实施方案")
    assert found.issuer == "中共山南市委 山南市人民政府"


def test_a_title_keeps_its_years_and_its_state_in_brackets() -> None:
    title = "砚北市工业绿色发展行动计划（2024—2026年）（征求意见稿）"
    assert facts(title, "一、总体要求", BODY_ZH).title == title


def test_the_day_of_adoption_is_no_part_of_the_body_that_adopted() -> None:
    found = facts("Riverton Climate Action Plan", "Adopted by the City Council on April 16, 2024", BODY_EN, BODY_EN)
    assert (found.issuer, found.date) == ("City Council", "2024-04-16")
