"""Units: as texts write them, and in the canonical unit in which they can be compared."""

import pytest

from domain.codebook import Language
from nlp.units import Quantity, canonical, dimension, unit_names


@pytest.mark.parametrize(
    ("value", "unit", "wanted"),
    [
        (3, "万吨标准煤", Quantity(30_000, "tce", "energy_coal")),
        (2, "兆瓦", Quantity(2000, "kW", "power")),
        (1.2, "MW", Quantity(1200, "kW", "power")),
        (20, "%", Quantity(20, "%", "ratio")),
        (20, "percent", Quantity(20, "%", "ratio")),
        (5, "‰", Quantity(0.5, "%", "ratio")),
        (57.4, "Mt CO2-eq.", Quantity(57_400_000, "tCO2e", "mass_co2")),
        (8.5, "Gg CO2 eq", Quantity(8500, "tCO2e", "mass_co2")),
        (10, "亩", Quantity(6666.67, "m2", "area")),
        (2, "公顷", Quantity(20_000, "m2", "area")),
        (7, "吨/日", Quantity(7, "t/day", "mass/time")),
        (290, "克标准煤/千瓦时", Quantity(0.00029, "tce/kWh", "energy_coal/energy")),
        (4, "亿千瓦时", Quantity(400_000_000, "kWh", "energy")),
    ],
)
def test_quantities_meet_in_their_canonical_unit(value: float, unit: str, wanted: Quantity) -> None:
    assert canonical(value, unit) == wanted


def test_cyrillic_lookalikes_in_pdfs_are_read() -> None:
    assert canonical(1, "Mt С\u041e2-eq.") == canonical(1, "Mt CO2-eq.")


def test_an_unknown_unit_is_none() -> None:
    assert canonical(3, "furlongs") is None
    assert canonical(3, "吨/furlong") is None
    assert canonical(3, "") is None
    assert dimension("xyz") is None


def test_case_parts_milligrams_from_megatonnes_only_where_it_must() -> None:
    assert canonical(1, "mw") == canonical(1, "MW")
    assert canonical(1, "Mt") == Quantity(1_000_000, "t", "mass")


@pytest.mark.parametrize("language", Language)
def test_names_come_longest_first(language: Language) -> None:
    lengths = [len(name) for name in unit_names(language)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths
