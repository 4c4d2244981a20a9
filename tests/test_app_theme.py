"""Light and dark: every text of the theme can be read."""

import tomllib
from pathlib import Path

import pytest

CONFIG = Path(__file__).parent.parent / ".streamlit" / "config.toml"
AA = 4.5
TINTS = ("red", "orange", "yellow", "blue", "green", "violet", "gray")


def theme(name: str) -> dict[str, str]:
    section: dict[str, str] = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][name]
    return section


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("tint", TINTS)
def test_every_chip_can_be_read(name: str, tint: str) -> None:
    colours = theme(name)
    assert contrast(colours[f"{tint}TextColor"], colours[f"{tint}BackgroundColor"]) >= AA


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_marks_and_links_can_be_read_on_both_grounds(name: str) -> None:
    colours = theme(name)
    grounds = [colours["backgroundColor"], colours["secondaryBackgroundColor"]]
    for ink in (colours["textColor"], colours["linkColor"], colours["primaryColor"]):
        assert all(contrast(ink, ground) >= AA for ground in grounds)
    assert contrast(colours["textColor"], colours["orangeBackgroundColor"]) >= AA
    assert contrast(colours["textColor"], colours["blueBackgroundColor"]) >= AA


def test_the_app_listens_to_this_machine_only_and_reports_to_nobody() -> None:
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorLinks"] is False
