"""Targets: each sentence here is one that a rule once read wrongly, reworded, with what it must yield."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codebook import Comparator, Language
from domain.target import Target
from nlp.numerals import parse_fraction, parse_number
from nlp.targets import find_targets, is_quoted

Row = tuple[str, float, str, int | None, int | None, str]


def rows(text: str, language: Language, **context: object) -> list[Row]:
    found = find_targets(text, language=language, **context)  # type: ignore[arg-type]
    for target in found:
        assert target.quote in text
    return [(t.comparator.value, t.value, t.unit, t.year, t.baseline_year, t.direction.value) for t in found]


ZH: dict[str, tuple[str, list[Row]]] = {
    "share about": ("到2027年，清洁能源占比达到32%左右。", [("~", 32, "%", 2027, None, "reach")]),
    "decrease against a year": ("到2026年，单位产值能耗比2021年下降12.5%。", [("=", 12.5, "%", 2026, 2021, "decrease")]),
    "decrease at least": ("到2035年，碳排放强度较2015年下降55%以上。", [(">=", 55, "%", 2035, 2015, "decrease")]),
    "decrease to a level": ("“十四五”期间，煤炭占比下降到28%以下。", [("<=", 28, "%", 2025, None, "reach")]),
    "multiplier": ("到2028年，风电装机达到3.5亿千瓦。", [(">=", 350_000_000, "千瓦", 2028, None, "reach")]),
    "unit without multiplier": ("年节约能源120万吨标准煤以上。", [(">=", 1_200_000, "吨标准煤", None, None, "reach")]),
    "two items joined": (
        "到2026年，建设8个重点实验室和3个创新中心。",
        [("=", 8, "个", 2026, None, "reach"), ("=", 3, "个", 2026, None, "reach")],
    ),
    "each of two shares": (
        "到2030年，甲类和乙类设备覆盖率分别达到90%和60%以上。",
        [(">=", 90, "%", 2030, None, "reach"), (">=", 60, "%", 2030, None, "reach")],
    ),
    "each of two periods": (
        "“十四五”、“十五五”期间分别新增储能容量300万千瓦左右。",
        [("~", 3_000_000, "千瓦", 2025, None, "increase"), ("~", 3_000_000, "千瓦", 2030, None, "increase")],
    ),
    "two years in a row": (
        "到2025年，利用量达到2.5亿吨，到2030年达到3.1亿吨。",
        [(">=", 250_000_000, "吨", 2025, None, "reach"), (">=", 310_000_000, "吨", 2030, None, "reach")],
    ),
    "range": ("建成2-4个循环产业基地。", [("=", 2, "个", None, None, "reach")]),
    "doubling": ("到2027年，水铁联运箱量翻一番。", [("=", 1, "番", 2027, None, "increase")]),
    "percentage points": ("到2029年，占比提高6个百分点。", [("=", 6, "个百分点", 2029, None, "increase")]),
    "fraction in words": (
        "到2030年，三分之二的县区力争达到标准，覆盖率达到百分之八十。",
        [("=", 0.6667, "", 2030, None, "reach"), (">=", 80, "%", 2030, None, "reach")],
    ),
    "at least one kind": ("2024年起新建厂房至少采用一种可再生能源。", [(">=", 1, "种", 2024, None, "reach")]),
    "finer is better": ("到2026年，云台精度达到0.02度。", [("<=", 0.02, "度", 2026, None, "reach")]),
    "rate with a slash": ("到2025年，焚烧能力达到1.8万吨/日。", [(">=", 18_000, "吨/日", 2025, None, "reach")]),
    "grams per kilowatt-hour": ("供电煤耗降至290克标准煤/千瓦时。", [("<=", 290, "克标准煤/千瓦时", None, None, "reach")]),
    "without a unit": ("新建数据中心PUE不高于1.25。", [("<=", 1.25, "", None, None, "reach")]),
    "breakthroughs are made, not exceeded": ("突破30项关键技术。", [("=", 30, "项", None, None, "reach")]),
    "exceed": ("到2027年，产业规模突破800亿元。", [(">", 80_000_000_000, "元", 2027, None, "reach")]),
    "list of nouns with counts": (
        "新增绿色工厂300家以上、绿色园区20家。",
        [(">=", 300, "家", None, None, "increase"), ("=", 20, "家", None, None, "reach")],
    ),
    "mid-century": ("到本世纪中叶，非化石能源占比达到85%以上。", [(">=", 85, "%", 2050, None, "reach")]),
    "growth a year": ("“十五五”期间，运量年均增长9%以上。", [(">=", 9, "%", 2030, None, "increase")]),
    "size class beside a target": (
        "到2030年，常住人口100万以上的城市公交分担率不低于45%。",
        [(">=", 45, "%", 2030, None, "reach")],
    ),
    "share as class": ("节能率20%及以上的建筑面积达到50万平方米。", [(">=", 500_000, "平方米", None, None, "reach")]),
    "distance as condition": ("到2027年，10米远场识别率超过93%。", [(">", 93, "%", 2027, None, "reach")]),
}

EN: dict[str, tuple[str, list[Row]]] = {
    "noun reduction": (
        "The target is a 31.5% reduction in total emissions by 2032, compared to projected emissions for 2012.",
        [("=", 31.5, "%", 2032, 2012, "decrease")],
    ),
    "percent in words": ("The country will cut emissions by 18 percent by 2031.", [("=", 18, "percent", 2031, None, "decrease")]),
    "at least": ("Reduce energy use by at least 25% by 2030 from 2010 levels.", [(">=", 25, "%", 2030, 2010, "decrease")]),
    "to a share below a year": (
        "It commits to reduce emissions to 22% below 2004 levels by 2030.",
        [("=", 22, "%", 2030, 2004, "decrease")],
    ),
    "two alternatives": (
        "The reduction target for 2030 is 13.1% compared to 2014 or 32.9% compared to 1991.",
        [("=", 13.1, "%", 2030, 2014, "decrease"), ("=", 32.9, "%", 2030, 1991, "decrease")],
    ),
    "raise to a level": ("Increase the share of renewables to 45% by 2035.", [(">=", 45, "%", 2035, None, "reach")]),
    "thousands": ("Plant 35,000 trees by 2031.", [("=", 35_000, "trees", 2031, None, "reach")]),
    "megawatts": ("Install 1,300 MW of solar by 2029.", [("=", 1300, "MW", 2029, None, "reach")]),
    "a series of years": (
        "Cut emissions by 30% by 2030, 45% by 2035 and 60% by 2040 from 2015 levels.",
        [("=", 30, "%", 2030, 2015, "decrease"), ("=", 45, "%", 2035, 2015, "decrease"), ("=", 60, "%", 2040, 2015, "decrease")],
    ),
    "minus": ("By 2036: minus 42 percent;", [("=", 42, "percent", 2036, None, "decrease")]),
    "tonnes with a hyphen": ("Remove 80 million t-CO2 by FY 2036.", [("=", 80_000_000, "t-CO2", 2036, None, "reach")]),
    "could achieve": (
        "With support the country could achieve a 29.4% reduction by 2030.",
        [(">=", 29.4, "%", 2030, None, "decrease")],
    ),
}


@pytest.mark.parametrize(("text", "wanted"), ZH.values(), ids=ZH)
def test_chinese_targets(text: str, wanted: list[Row]) -> None:
    assert rows(text, Language.ZH) == wanted


@pytest.mark.parametrize(("text", "wanted"), EN.values(), ids=EN)
def test_english_targets(text: str, wanted: list[Row]) -> None:
    assert rows(text, Language.EN) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "加强重点用能单位监管，将年综合能耗超过3万吨标准煤的数据中心纳入监测。",
        "回收废钢、废铜等7种再生资源。",
        "自受理之日起15个工作日内办结。",
        "推广5G、IPv6和PM2.5监测，构建“1+N”政策体系，拨打12345热线。",
        "对新认定的企业给予一次性奖励60万元。",
        "严禁新建300万吨/年以下装置。",
        "按照国发〔2022〕12号文件第3条执行。",
        "到2030年前实现碳达峰。",
        "完成65蒸吨/小时以上燃煤锅炉改造。",
        "3.发展绿色金融。",
        "到2030年，突破一批关键核心技术。",
    ],
)
def test_chinese_numbers_that_commit_to_nothing(text: str) -> None:
    assert rows(text, Language.ZH) == []


@pytest.mark.parametrize(
    "text",
    [
        "Require that all new buildings over 9,500 square feet meet the code.",
        "Prepare for a 100-year flood and monitor the 200-year plain.",
        "Strategy 3.2: Promote energy conservation in rental units.",
        "Review the plan every 5 years.",
        "Within 6 months, compile the data sets needed for the map.",
        "Align with decision 18/CMA.1 and limit warming to 1.5 degrees Celsius.",
    ],
)
def test_english_numbers_that_commit_to_nothing(text: str) -> None:
    assert rows(text, Language.EN) == []


def test_a_goal_takes_its_year_from_the_statements_before_it() -> None:
    assert rows("检测精准率达到92%；", Language.ZH, previous="到2026年，装备水平提升；")[0][3] == 2026
    assert rows("培育40家企业。", Language.ZH, heading_path=("（二）发展目标",), previous="到2027年，能级提升。")[0][3] == 2027


def test_a_heading_dates_its_section_but_a_plan_s_title_or_day_of_issue_does_not() -> None:
    def year(*heading_path: str) -> int | None:
        return rows("森林覆盖率达到33%。", Language.ZH, heading_path=heading_path)[0][3]

    assert year("（一）到2028年目标") == 2028
    assert year("某市林业行动计划（2021—2025年）") is None
    assert year("（2021年11月30日会议通过）", "二、重点任务") is None


def test_a_measure_after_a_closed_sentence_takes_no_year() -> None:
    assert rows("建成6个示范基地。", Language.ZH, previous="到2025年，循环利用率达到90%。")[0][3] is None


def test_a_later_value_takes_the_indicator_of_the_statement_before() -> None:
    found = find_targets(
        "到2032年，力争达到600万千瓦。", language=Language.ZH, previous="到2027年，风电装机容量力争达到300万千瓦；"
    )
    assert found[0].indicator == "风电装机容量"


def test_table_rows_are_due_in_the_year_of_their_column() -> None:
    heads = ("指标", "单位", "2020年", "2025年", "2030年", "属性")
    found = find_targets("森林覆盖率\t%\t40.1\t42\t≥43.5\t约束性", language=Language.ZH, column_heads=heads)
    assert [(t.indicator, t.comparator.value, t.value, t.unit, t.year) for t in found] == [
        ("森林覆盖率", "=", 42, "%", 2025),
        ("森林覆盖率", ">=", 43.5, "%", 2030),
    ]


def test_table_rows_take_the_unit_of_the_name_and_its_multiplier() -> None:
    found = find_targets("光伏装机（万千瓦）\t520", language=Language.ZH, column_heads=("指标名称", "2025年目标"))
    assert [(t.value, t.unit, t.year) for t in found] == [(5_200_000, "千瓦", 2025)]


def test_english_table_rows() -> None:
    found = find_targets(
        "Recycling rate\t%\t35\t60", language=Language.EN, column_heads=("Indicator", "Unit", "Baseline", "2030")
    )
    assert [(t.indicator, t.value, t.unit, t.year) for t in found] == [("Recycling rate", 60, "%", 2030)]


def test_a_bare_number_takes_unit_and_year_of_the_label_before_it() -> None:
    found = find_targets("48.2", language=Language.EN, previous="Target year\n2030\nEmission reduction target (Mt CO2-eq.)")
    assert [(t.value, t.unit, t.year, t.direction.value) for t in found] == [(48.2, "Mt CO2-eq.", 2030, "decrease")]
    assert find_targets("48.2", language=Language.EN, previous="Some heading") == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "text", ["", "😀😀", "1234567890", "年年年%%%", "9" * 400, "到2025年" * 3000, "a\t" * 200, "万亿千百", "1/0 2/3"]
)
def test_odd_text_is_survived(text: str, language: Language) -> None:
    find_targets(text, language=language)


@pytest.mark.parametrize(
    "text", ["到2025年，占比达到5%，" * 4000, "1234567890" * 5000, "the 20 buildings " * 3000, "5%\t" * 16_000]
)
def test_a_statement_of_fifty_thousand_characters_takes_no_time(text: str) -> None:
    started = time.process_time()
    for language in Language:
        find_targets(text, language=language)
    assert time.process_time() - started < 5


@given(st.text(alphabet="到至比下降达0123456789年%万亿千瓦个、，。分别.-—\t ", max_size=60))
def test_quotes_are_always_verbatim(text: str) -> None:
    for language in Language:
        for target in find_targets(text, language=language):
            assert target.quote in text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.5亿", 350_000_000),
        ("1,200", 1200),
        ("三千五百万", 35_000_000),
        ("二十", 20),
        ("一点五", 1.5),
        ("两百", 200),
        ("5千", 5000),
        ("一亿二千万", 120_000_000),
    ],
)
def test_numerals(text: str, value: float) -> None:
    assert parse_number(text) == value


def test_fractions() -> None:
    assert parse_fraction("三分之二") == (0.6667, "")
    assert parse_fraction("百分之十五") == (15, "%")
    assert parse_fraction("千分之三") == (3, "‰")
    assert parse_fraction("三") is None


def test_no_numeral_is_an_error_that_names_the_text() -> None:
    with pytest.raises(ValueError, match="风电"):
        parse_number("风电")


@pytest.mark.parametrize(
    ("quote", "value", "stands"),
    [
        ("达到3.5亿千瓦", 350_000_000, True),
        ("33", 330_000, True),
        ("三分之二", 0.6667, True),
        ("达到35%", 53, False),
        ("达到", 5, False),
    ],
)
def test_a_value_that_its_quote_does_not_hold_is_refused(quote: str, value: float, stands: bool) -> None:
    target = Target(indicator="装机", comparator=Comparator.EQUAL, value=value, unit="", quote=quote)
    assert is_quoted(target, Language.ZH) is stands


def test_words_that_name_nothing_are_no_indicator() -> None:
    found = find_targets("Reduce emissions by at least 57 percent by 2040 and by 100 percent by 2050.", language=Language.EN)
    assert [target.indicator for target in found] == ["emissions", "emissions"]
