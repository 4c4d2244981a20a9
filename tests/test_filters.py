"""What filters promise: any value of a field, every field together, words as strings or members, errors that help."""

import pytest

from domain.codebook import Element, Language, Sector
from domain.document import Facts
from domain.errors import FilterError
from index import Filters
from index.places import is_in_place


def test_strings_and_members_are_the_same() -> None:
    assert Filters(elements=("goal",), sectors=("Energy",)) == Filters(elements=(Element.GOAL,), sectors=(Sector.ENERGY,))  # type: ignore[arg-type]


def test_a_single_value_needs_no_tuple() -> None:
    assert Filters(elements="goal", years="2021") == Filters(elements=(Element.GOAL,), years=(2021,))  # type: ignore[arg-type]


def test_an_empty_filter_knows_it() -> None:
    assert Filters().is_empty
    assert not Filters(headings=True).is_empty


@pytest.mark.parametrize(
    ("field", "value", "known"), [("elements", "rule", "measure"), ("levels", "town", "county"), ("years", "soon", "2030")]
)
def test_what_is_unknown_is_refused_with_what_is_known(field: str, value: str, known: str) -> None:
    with pytest.raises(FilterError, match=known):
        Filters(**{field: (value,)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "code", "asked", "inside"),
    [
        ("济南市", "370100", "济南", True),
        ("济南市", "370100", "济南市", True),
        ("济南市", "370100", "山东", True),
        ("济南市", "370100", "山东省", True),
        ("济南市", "370100", "广东", False),
        ("山东省", "370000", "济南", False),
        ("内蒙古自治区", "150000", "内蒙古", True),
        ("吉林市", "220200", "吉林市", True),
        ("济南市", "370100", "Shandong", True),
        ("章丘区", "370114", "济南", True),
        ("吉林市", "220200", "吉林省", True),
        ("吉林省", "220000", "吉林市", False),
        ("Sampletown", None, "sampletown", True),
        (None, None, "山东", False),
        ("朝阳区", "110105", "北京市朝阳区", True),
        ("朝阳区", "220104", "北京市朝阳区", False),
        ("朝阳区", "220104", "长春", True),
        ("朝阳区", "110105", "朝阳区", True),  # of either city, as the name says no more
        ("朝阳市", "211300", "朝阳区", False),
        ("苏州市", "320500", "宿州", False),
    ],
)
def test_a_place_is_itself_or_within_the_province(place: str | None, code: str | None, asked: str, inside: bool) -> None:
    facts = Facts("0", "a.txt", "a", Language.ZH, place=place, place_code=code)
    assert is_in_place(facts, asked) is inside
