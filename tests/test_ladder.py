import pytest

from analysis.ladder import Relation, climb, relation_of
from domain.codebook import Comparator, Direction, Language
from domain.target import Target


def target(indicator, value, unit="%", *, comparator=">=", year=2030, direction="reach", baseline=None):
    return Target(
        indicator,
        Comparator(comparator),
        value,
        unit,
        f"{indicator}{value}{unit}",
        year=year,
        direction=Direction(direction),
        baseline_year=baseline,
    )


def relation(ours, theirs, *, same_level=True):
    return relation_of(climb([ours], [theirs], same_level=same_level, language=Language.EN))


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (target("非化石能源消费比重", 27), Relation.STRONGER),
        (target("非化石能源消费占比", 25), Relation.EQUAL),
        (target("非化石能源消费比重", 22), Relation.WEAKER),
        (target("非化石能源消费比重", 25, year=2028), Relation.STRONGER),
        (target("非化石能源消费比重", 20, year=2025), Relation.NONE),
        (target("新建建筑中绿色建筑占比", 90), Relation.NONE),
    ],
)
def test_a_share_to_be_reached_is_stronger_when_higher_or_earlier(theirs, expected):
    assert relation(target("非化石能源消费比重", 25), theirs) is expected


def test_a_deeper_cut_is_stronger():
    ours = target("单位生产总值能耗", 13.5, comparator="=", year=2025, direction="decrease", baseline=2020)
    theirs = target("单位地区生产总值能耗", 14, comparator="=", year=2025, direction="decrease", baseline=2020)
    assert relation(ours, theirs) is Relation.STRONGER
    assert relation(theirs, ours) is Relation.WEAKER


def test_a_lower_ceiling_is_stronger():
    ours = target("数据中心电能利用效率", 1.3, "", comparator="<=")
    assert relation(ours, target("数据中心电能利用效率", 1.25, "", comparator="<=")) is Relation.STRONGER


def test_other_base_years_do_not_compare_and_the_reason_says_so():
    ours = target("单位生产总值二氧化碳排放", 65, comparator="=", direction="decrease", baseline=2005)
    theirs = target("单位生产总值二氧化碳排放", 18, comparator="=", direction="decrease", baseline=2020)
    (rung,) = climb([ours], [theirs], same_level=True, language=Language.EN)
    assert rung.relation is Relation.NONE
    assert "2005" in rung.reason
    assert "2020" in rung.reason


def test_a_citys_amount_is_not_held_against_the_nations():
    ours, theirs = target("森林蓄积量", 1.9e10, "立方米"), target("森林蓄积量", 1.1e7, "立方米")
    assert relation(ours, theirs, same_level=False) is Relation.NONE
    assert relation(ours, theirs, same_level=True) is Relation.WEAKER


def test_one_weaker_target_outweighs_a_stronger_one():
    ours = [target("非化石能源消费比重", 25), target("森林覆盖率", 25)]
    theirs = [target("非化石能源消费比重", 26), target("森林覆盖率", 21)]
    assert relation_of(climb(ours, theirs, same_level=False, language=Language.EN)) is Relation.WEAKER


def test_capacities_of_other_things_are_not_held_against_each_other():
    ours = target("新型储能装机容量", 3e7, "千瓦")
    assert climb([ours], [target("光伏装机容量", 4e6, "千瓦")], same_level=True, language=Language.ZH) == ()


def test_a_share_to_be_reached_prefers_its_own_indicator_to_a_ceiling_of_another():
    ours = target("非化石能源消费比重", 25, comparator="~")
    ceiling = target("能源消费比重", 30, comparator="<=", year=2025)
    own = target("非化石能源占能源消费总量比重", 25)
    (rung,) = climb([ours], [ceiling, own], same_level=True, language=Language.ZH)
    assert rung.local is own


def test_what_is_counted_by_output_is_told_apart_by_what_is_counted():
    ours = target("单位地区生产总值二氧化碳排放", 18, "%")
    assert climb([ours], [target("单位生产总值能耗", 14, "%")], same_level=False, language=Language.ZH) == ()
    assert climb([ours], [target("单位国内生产总值二氧化碳排放", 20, "%")], same_level=False, language=Language.ZH)
