"""Actors: the bodies named in brackets of responsibility, one by one."""

import pytest

from nlp.actors import find_actors


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("完善制度。（责任单位：市发展改革委、市生态环境局，各区县政府）", ("市发展改革委", "市生态环境局", "各区县政府")),
        ("（牵头单位：市科技局；配合单位：市教育局、市财政局等）", ("市科技局", "市教育局", "市财政局")),
        ("（责任单位：市委组织部、市委党校（行政学院）、市教委）", ("市委组织部", "市委党校（行政学院）", "市教委")),
        ("由市工业和信息化局牵头，推进改造。", ("市工业和信息化局",)),
        (
            "推进改造。（市发展改革委牵头，市财政局、市住房城乡建设局等按职责分工负责）",
            ("市发展改革委", "市财政局", "市住房城乡建设局"),
        ),
        ("（省能源局、省林草局按职责分工负责）", ("省能源局", "省林草局")),
        ("Lead: Public Works; Partners: Acme Energy", ("Public Works", "Acme Energy")),
        ("Responsible agency: Planning Department", ("Planning Department",)),
        ("发展海上风电。", ()),
        ("The plan leads to savings.", ()),
        ("", ()),
    ],
)
def test_bodies_are_split(text: str, actors: tuple[str, ...]) -> None:
    assert find_actors(text) == actors


def test_a_body_named_twice_is_told_once() -> None:
    assert find_actors("（责任单位：市科技局、市教育局、市科技局）") == ("市科技局", "市教育局")


def test_long_text_is_survived() -> None:
    assert find_actors("责任（" * 20000) == ()
