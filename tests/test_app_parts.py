"""The parts that pages are made of: names of uploads, citations, the tile map, page images, links."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from analysis.references import bibtex, gbt_7714
from domain.codebook import Comparator, Direction, Element, Language, Sector
from domain.document import Facts
from domain.statement import Box, Kind, Statement
from domain.target import Target
from index import Filters, Grouping
from pipeline import BuildReport
from ui import address, basket, chart_file, charts, page_image, tile_map
from ui.intake import Intake, lay_down, safe_name
from ui.intake_panel import outcome
from ui.state import Comparing, Search, State
from ui.tags import figure
from ui.wording import Wording

SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"
FACTS = Facts(
    "0123456789ab",
    "a.pdf",
    "青屿市实施方案{试行}",
    Language.ZH,
    number="青政发〔2024〕1号",
    issuer="青屿市人民政府",
    date="2024-05-08",
    place="青屿市",
)
TEXT = "到2030年，非化石能源消费比重达到25%。"
STATEMENT = Statement("0123456789ab-1", FACTS.id, TEXT, 0, len(TEXT), Kind.SENTENCE, Language.ZH, page=3)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\plans\\方案.pdf", "方案.pdf"),
        (".hidden", "hidden"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("方案\U0001f600.docx", "方案\U0001f600.docx"),
        ("a:b*c?.pdf", "a_b_c_.pdf"),
        ("", "document"),
        ("..", "document"),
    ],
)
def test_a_file_name_that_was_sent_cannot_leave_its_folder(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_of_a_cookie_only_ids_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    told = '0123456789ab-0123456789</script>.x";alert(1).0123456789ab-0123456789.ba9876543210-9876543210'
    monkeypatch.setattr(basket, "cookie", lambda: "kept")
    monkeypatch.setattr(basket.st, "context", SimpleNamespace(cookies={"kept": told}))
    state = State(Language.ZH)
    basket.recall(state)
    assert list(state.basket) == ["0123456789ab-0123456789", "ba9876543210-9876543210"] == list(state.remembered)


def test_a_very_long_name_keeps_its_suffix() -> None:
    assert safe_name("长" * 400 + ".pdf").endswith("长.pdf")
    assert len(safe_name("长" * 400 + ".pdf").encode("utf-8")) <= 255


def test_two_files_of_the_same_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    folder, paths = lay_down(tmp_path, [("a.txt", b"one"), ("../a.txt", b"two")])
    assert [path.read_bytes() for path in paths] == [b"one", b"two"]
    assert all(folder in path.parents and tmp_path in path.parents for path in paths)


def test_a_citation_follows_the_national_standard() -> None:
    assert gbt_7714([(STATEMENT, FACTS)]) == (
        "[1] 青屿市人民政府. 青屿市实施方案{试行}: 青政发〔2024〕1号[Z]. 2024-05-08: 3. “到2030年，非化石能源消费比重达到25%。”\n"
    )


def test_bibtex_holds_one_entry_a_document_with_its_own_signs_escaped() -> None:
    entry = bibtex([(STATEMENT, FACTS), (STATEMENT, FACTS)])
    assert entry.count("@misc{") == 1
    assert "\\{试行\\}" in entry
    assert "25\\%" in entry


def test_the_tile_map_has_a_tile_for_every_province_and_no_two_in_one_place() -> None:
    tiles = tile_map.tiles()
    assert len(tiles) == len({tile.code for tile in tiles}) == 34
    assert len({(tile.column, tile.row) for tile in tiles}) == 34


def test_documents_are_counted_by_province_and_the_rest_is_told() -> None:
    named = Facts("1", "1", "t", Language.ZH, place_code="350400")
    by_name = Facts("2", "2", "t", Language.ZH, place="上海市")
    assert tile_map.by_province([named, by_name, FACTS]) == ({"35": 1, "31": 1}, 1)


def test_a_page_image_shows_the_box_and_trims_the_rest(tmp_path: Path) -> None:
    path = SAMPLE / "reference-plan-zh.pdf"
    box = Box(1, 100.0, 200.0, 300.0, 215.0)
    strip, whole = (picture(tmp_path, page_image.passage_image(path, 1, [box], whole=flag)) for flag in (False, True))
    assert strip.height < whole.height * page_image.SCALE / page_image.WHOLE_SCALE
    assert page_image.FRAME in {pixel for _, pixel in whole.getcolors(1 << 24) or []}


def test_a_page_that_is_not_there_raises_what_the_reader_catches() -> None:
    with pytest.raises(OSError, match="page 999"):
        page_image.passage_image(SAMPLE / "reference-plan-zh.pdf", 999, [])


def picture(folder: Path, png: bytes) -> Image.Image:
    path = folder / "page.png"
    path.write_bytes(png)
    return Image.open(path).convert("RGB")


def test_a_search_survives_the_way_through_its_address() -> None:
    filters = Filters(
        elements=(Element.GOAL,), sectors=(Sector.ENERGY, Sector.FINANCE), places=("青屿市",), years=(2024,), due_years=(2030,)
    )
    search = Search("余热 heat", filters, expand=False, grouping=Grouping.PLACE, opened="a-1")
    back, refused = address.read_search(address.search_parameters(search), {"places": {"青屿市"}, "documents": set()})
    assert (back, refused) == (search, [])


def test_a_stale_link_keeps_what_is_still_there() -> None:
    parameters = {"q": ["x"], "place": ["消失市"], "document": ["gone"], "year": ["soon"], "element": ["goal"], "group": ["moon"]}
    back, refused = address.read_search(parameters, {"places": set(), "documents": set()})
    assert back == Search("x", Filters(elements=(Element.GOAL,)))
    assert sorted(refused) == ["gone", "soon", "消失市"]


def test_a_comparison_survives_the_way_through_its_address() -> None:
    comparing = Comparing("a", ("b", "c"), ("a-1", "b"))
    assert address.read_comparing(address.comparing_parameters(comparing), {"a", "b", "c"}) == (comparing, [])
    assert address.read_comparing({"source": ["a"], "local": ["a", "z"]}, {"a"}) == (Comparing("a", ()), ["z"])


@pytest.mark.parametrize(
    ("target", "zh", "en"),
    [
        (
            Target("装机", Comparator.AT_LEAST, 350_000_000, "千瓦", "q", year=2030),
            "≥ 3.5亿千瓦 · 2030",
            "≥ 350 million 千瓦 · 2030",
        ),
        (Target("强度", Comparator.EQUAL, 18, "%", "q", direction=Direction.DECREASE), "下降 18%", "down 18%"),
        (Target("比重", Comparator.ABOUT, 25.5, "%", "q"), "约 25.5%", "about 25.5%"),
        (Target("基地", Comparator.EQUAL, 3, "个", "q", value_max=5), "3–5个", "3–5 个"),
    ],
)
def test_a_target_is_written_as_the_language_writes_numbers(target: Target, zh: str, en: str) -> None:
    assert (figure(target, Wording(Language.ZH)), figure(target, Wording(Language.EN))) == (zh, en)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_leaves_with_its_title_and_its_source_and_asks_nothing_of_anybody(scheme: str) -> None:
    counted = {Element.GOAL: {"total": 12, "energy": 7}, Element.MEASURE: {"total": 1_234}}
    chart = charts.elements_by_sector(counted, Wording(Language.ZH), scheme)
    svg = chart_file.picture(chart, "svg", "语句构成", "数据来源：示例").decode()
    assert all(said in svg for said in ("语句构成", "数据来源：示例", "目标", "能源", "1,234"))
    assert not set(re.findall(r"https?://[^\"<]+", svg)) - {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert chart_file.picture(chart, "png", "t", "s").startswith(b"\x89PNG")


def test_the_map_leaves_as_a_picture_too() -> None:
    chart = tile_map.chart(
        tile_map.by_province([Facts("1", "1", "t", Language.ZH, place="上海市")])[0], Wording(Language.EN), "light"
    )
    assert "Shanghai" in chart_file.picture(chart, "svg", "Where", "Source").decode()


def test_the_strongest_square_is_the_largest_of_its_element_and_sums_are_pale() -> None:
    counted = {Element.GOAL: {"total": 12, "energy": 8, "finance": 4}}
    assert [charts.share(counted, Element.GOAL, key) for key in ("energy", "finance", "total", "industry")] == [1, 0.5, 0, 0]


def test_each_dropped_file_has_a_row_that_says_what_becomes_of_it(tmp_path: Path) -> None:
    going, text = Intake(), Wording(Language.ZH)
    going.files = tuple(tmp_path / name for name in ("好.txt", "坏.pdf", "同.txt", "正在.txt", "后面.txt"))
    good, bad, same, _, _ = going.files
    going.is_running, going.done, going.name = True, 3, "正在.txt"
    going.report = BuildReport(added=[good], refused={bad: "the file is empty; ask for it again"}, duplicates={same: "/x/好.txt"})
    rows = [tuple(row.values()) for row in outcome(going, text)]
    assert [row[:2] for row in rows] == [
        ("好.txt", "已读入"),
        ("坏.pdf", "未读入"),
        ("同.txt", "内容未变，无需再读"),
        ("正在.txt", "正在读取"),
        ("后面.txt", "等待"),
    ]
    assert rows[1][2]
    assert rows[2][2] == "与 好.txt 内容相同"
