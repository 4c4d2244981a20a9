"""Sectors, instruments and stringency, on sentences of our own in both languages."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from domain.codebook import Element, Instrument, Language, Sector, Stringency
from domain.errors import CodebookError
from domain.statement import Kind, Statement
from nlp.coding import Coded, Translation, read_codes, text_key, with_codes
from nlp.facet_model import LABELS, facet_model, term_flags
from nlp.facet_training import LENT, coded_translations, lend, train_facets
from nlp.facets import Facets, find_facets, find_stringency
from nlp.features import statement_features
from pipeline import taught, translations

ZH, EN = Language.ZH, Language.EN


def statement(text: str, language: Language = ZH, *path: str) -> Statement:
    return Statement("", "", text, 0, len(text), Kind.SENTENCE, language, path)


def facets_of(*statements: Statement, element: Element = Element.MEASURE) -> list[Facets]:
    model = facet_model(statements[0].language)
    return find_facets(model, statements, statement_features(statements), [element] * len(statements))


@pytest.mark.parametrize(
    ("text", "language", "sector"),
    [
        ("大力发展海上风电和分布式光伏。", ZH, Sector.ENERGY),
        ("推动钢铁、水泥等行业节能改造。", ZH, Sector.INDUSTRY),
        ("新建公共建筑全面执行超低能耗标准。", ZH, Sector.BUILDINGS),
        ("推进大宗货物公转铁，提高新能源公交车比例。", ZH, Sector.TRANSPORT),
        ("加强生活垃圾分类和再生资源回收。", ZH, Sector.CIRCULAR_ECONOMY),
        ("开展国土绿化，增加森林蓄积量。", ZH, Sector.CARBON_SINKS),
        ("突破关键核心技术，建设重点实验室。", ZH, Sector.TECHNOLOGY),
        ("鼓励银行发放绿色信贷、发行绿色债券。", ZH, Sector.FINANCE),
        ("建立碳排放统计核算体系，加强监督考核。", ZH, Sector.GOVERNANCE),
        ("开展节能宣传周活动，倡导绿色生活方式。", ZH, Sector.PUBLIC_ACTION),
        ("Install rooftop solar and improve energy efficiency.", EN, Sector.ENERGY),
        ("Expand bus service and bike lanes.", EN, Sector.TRANSPORT),
        ("Start a curbside recycling and composting program.", EN, Sector.CIRCULAR_ECONOMY),
        ("Plant street trees and protect the urban forest.", EN, Sector.CARBON_SINKS),
        ("Adopt a green building code for new construction.", EN, Sector.BUILDINGS),
    ],
)
def test_plain_sectors_are_found(text: str, language: Language, sector: Sector) -> None:
    found = facets_of(statement(text, language), element=Element.GOAL)[0]
    assert sector in found.sectors
    assert not found.instruments
    assert found.evidence.keys() == {f"sector:{each}" for each in found.sectors}


@pytest.mark.parametrize(
    ("text", "instrument"),
    [
        ("制定强制性能耗限额标准，严禁新增产能。", Instrument.REGULATION),
        ("设立专项基金，落实税收优惠和财政补贴。", Instrument.ECONOMIC),
        ("开展关键技术研发和工程示范，培养专业人才。", Instrument.RESEARCH),
        ("加强宣传教育，开展领导干部培训。", Instrument.INFORMATION),
    ],
)
def test_plain_instruments_are_found(text: str, instrument: Instrument) -> None:
    assert instrument in facets_of(statement(text))[0].instruments


@pytest.mark.parametrize(
    ("text", "language", "stringency"),
    [
        ("严禁新建燃煤锅炉。", ZH, Stringency.MANDATORY),
        ("重点单位应当按时报送数据。", ZH, Stringency.MANDATORY),
        ("提高应对气候变化能力。", ZH, Stringency.DIRECTIVE),
        ("加快推进管网改造，确保供热安全。", ZH, Stringency.DIRECTIVE),
        ("在确保安全的前提下发展核电。", ZH, Stringency.DIRECTIVE),
        ("鼓励企业购买绿色电力。", ZH, Stringency.ENCOURAGING),
        ("面向园区需求，支持建设公共平台。", ZH, Stringency.ENCOURAGING),
        ("探索建立碳账户。", ZH, Stringency.EXPLORATORY),
        ("开展低碳社区试点示范。", ZH, Stringency.EXPLORATORY),
        ("The City shall adopt the code.", EN, Stringency.MANDATORY),
        ("Require solar-ready roofs.", EN, Stringency.MANDATORY),
        ("2. Adopt rules for the use of water.", EN, Stringency.DIRECTIVE),
        ("Encourage residents to compost.", EN, Stringency.ENCOURAGING),
        ("Explore a green bank.", EN, Stringency.EXPLORATORY),
    ],
)
def test_the_leading_verb_sets_the_stringency(text: str, language: Language, stringency: Stringency) -> None:
    assert find_stringency(text, language=language)[0] is stringency


@pytest.mark.parametrize(
    "line_of_bodies",
    [
        "（责任单位：市交通局、市财政局）",
        "（市交通局、市财政局按职责分工负责）",
        "[市交通局牵头，各区（市）县政府配合]",
        "（市交通局、市财政局，各区（市）县政府）",
        "（市科技局等按职责分工负责） （十八）强化宣传培训。",
    ],
)
def test_a_line_of_responsible_bodies_belongs_to_the_statement_before_it(line_of_bodies: str) -> None:
    before, line = facets_of(statement("推进海上风电建设。"), statement(line_of_bodies))
    assert line.sectors == before.sectors
    assert line.sectors[0] is Sector.ENERGY
    assert line.instruments == (Instrument.PLANNING,)
    assert find_stringency(line_of_bodies, language=ZH)[0] is Stringency.DIRECTIVE


@pytest.mark.parametrize(
    "text", ["（一）建立机制，由市交通局负责。", "（市水务局按职责分工负责）开展防汛检查，提升排水能力。", "（见附件1、附件2）"]
)
def test_a_statement_that_begins_with_a_bracket_is_no_line_of_responsible_bodies(text: str) -> None:
    _, found = facets_of(statement("推进海上风电建设。"), statement(text))
    assert "statement before: responsible bodies belong to it" not in found.evidence.values()


def test_the_names_of_responsible_bodies_say_nothing_of_sector_or_instrument() -> None:
    plain = facets_of(statement("推广公交出行。"))[0]
    for bracket in ("（责任单位：市财政局、市科技局、市能源局）", "（市财政局、市科技局按职责分工负责）"):
        found = facets_of(statement("推广公交出行。" + bracket))[0]
        assert found.sectors == plain.sectors
        assert set(found.instruments) == {*plain.instruments, Instrument.PLANNING}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("text", ["", " ", "😀", "0123456789", "长" * 50_000, "word " * 10_000, "mixed 混合 Текст"])
def test_odd_text_is_survived(text: str, language: Language) -> None:
    facets_of(statement(text, language, ""))
    find_stringency(text, language=language)


@pytest.mark.parametrize("language", Language)
def test_the_shipped_model_fits_its_labels(language: Language) -> None:
    rows = [statement("energy 能源", language)]
    probabilities = facet_model(language).probabilities(
        rows, statement_features(rows), term_flags(rows, language)[0], [Element.GOAL]
    )
    assert probabilities.shape == (1, len(LABELS))
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_training_twice_gives_the_same_model() -> None:
    coded = [
        Coded(f"d{number}", statement(text), (Element.MEASURE,), (sector,), (instrument,))
        for text, sector, instrument in [
            ("发展风电光伏", Sector.ENERGY, Instrument.PUBLIC_INVESTMENT),
            ("推广公交出行", Sector.TRANSPORT, Instrument.INFORMATION),
        ]
        for number in range(6)
    ]
    features = statement_features([one.statement for one in coded])
    (first, scores), (second, _) = train_facets(coded, ZH, features), train_facets(coded, ZH, features)
    assert (first.ngrams == second.ngrams).all()
    assert (first.context == second.context).all()
    assert scores.sectors == 1


def test_english_learns_from_translations_what_the_chinese_model_is_sure_of() -> None:
    lent = lend(
        [Translation("推进海上风电建设，扩大光伏发电装机规模。", "Build offshore wind and expand photovoltaic power.")] * 6,
        facet_model(ZH),
    )
    energy = LABELS.index(Sector.ENERGY)
    assert lent.targets[:, energy].all()
    coded = [
        Coded(f"d{number}", statement(text, Language.EN), (Element.MEASURE,), (sector,), ())
        for text, sector in [("Expand the bus fleet.", Sector.TRANSPORT), ("Plant trees in every park.", Sector.CARBON_SINKS)]
        for number in range(6)
    ]
    model, _ = train_facets(coded, Language.EN, statement_features([one.statement for one in coded]), lent=lent)
    rows = [statement("Offshore wind.", Language.EN)]
    scores = model.scores(statement_features(rows), term_flags(rows, Language.EN)[0])[0]
    assert scores[energy] == scores.max()


def test_codes_of_a_translation_count_in_both_languages() -> None:
    pairs = [
        Translation("试办“绿账户”。", "Try out green accounts.", (Sector.PUBLIC_ACTION,), (Instrument.VOLUNTARY,)),
        Translation("建设风电。", "Build wind power.", (Sector.ENERGY,)),
        Translation("推广公交。", "Promote buses."),
    ]
    chinese, english = coded_translations(pairs), lend(pairs, facet_model(ZH))
    assert [each.text for each in chinese.statements] == [pair.chinese for pair in pairs[:2]]
    assert english.weights.tolist() == pytest.approx([LENT] * 3)
    for lent in (chinese, english):
        assert [LABELS[at] for at in (lent.targets[0] == 1).nonzero()[0]] == [Sector.PUBLIC_ACTION, Instrument.VOLUNTARY]
        assert np.isnan(lent.targets[1, LABELS.index(Instrument.VOLUNTARY)])


def test_codes_find_their_translation_by_its_text_and_a_broken_line_is_named(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "translations.tsv.gz", "wt", encoding="utf-8") as lines:
        lines.write("1\t建设风电。\tBuild wind power.\n2\t推广公交。\tPromote buses.\n")
    codes = tmp_path / "codes.csv"
    codes.write_text(f"{text_key('建设 风电')},energy,public_investment\n{text_key('别的话')},,-\n", encoding="utf-8")
    coded, other = translations(tmp_path, read_codes([codes]))
    assert coded == Translation("建设风电。", "Build wind power.", (Sector.ENERGY,), (Instrument.PUBLIC_INVESTMENT,))
    assert other.sectors is None
    codes.write_text("0123,wind,planning\n", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"codes\.csv, line 1: .*expected key,sectors,instruments"):
        read_codes([codes])


def test_codes_stand_in_for_those_of_a_coded_statement_and_not_of_its_neighbours() -> None:
    codes = {text_key("发展 风电"): ((Sector.ENERGY,), (Instrument.PLANNING,))}
    coded = Coded("d", statement("发展风电。"), (Element.MEASURE,), (Sector.INDUSTRY,), ())
    assert with_codes(coded, codes) == Coded("d", coded.statement, (Element.MEASURE,), (Sector.ENERGY,), (Instrument.PLANNING,))
    neighbour, other = (
        Coded("d", coded.statement),
        Coded("d", statement("推广公交。"), (Element.MEASURE,), (Sector.TRANSPORT,), ()),
    )
    assert with_codes(neighbour, codes) == neighbour
    assert with_codes(other, codes) == other


def test_what_nobody_coded_teaches_what_the_codes_know_of_it(tmp_path: Path) -> None:
    wind, buses = "大力发展海上风电和光伏发电，扩大装机规模。", "推广新能源公交车，完善充电设施网络。"
    (tmp_path / "plan.txt").write_text(f"一、重点任务\n{wind}\n{buses}\n", encoding="utf-8")
    codes = {text_key(wind): ((Sector.ENERGY,), None), text_key(buses): ((Sector.TRANSPORT,), None)}
    coded = Coded("plan.txt", statement(buses), (Element.MEASURE,), (Sector.TRANSPORT,), ())
    neighbour = Coded("plan.txt", statement(wind))
    (found,) = taught(tmp_path, codes, [coded, neighbour])
    assert found.document == "plan.txt"
    assert found.statement.heading_path == ("一、重点任务",)
    assert (found.sectors, found.instruments) == ((Sector.ENERGY,), None)


def test_what_a_larger_model_has_coded_teaches_and_is_left_out_of_the_scores() -> None:
    coded = [
        Coded(f"d{number}", statement(text), (Element.MEASURE,), (sector,), ())
        for text, sector in [("推广公交出行", Sector.TRANSPORT), ("植树造林", Sector.CARBON_SINKS)]
        for number in range(6)
    ]
    more = [Coded("new", statement(f"发展海上风电{number}"), (Element.MEASURE,), (Sector.ENERGY,), None) for number in range(6)]
    features = statement_features([one.statement for one in coded])
    (taught_model, with_more), (plain, without) = (
        train_facets(coded, ZH, features, taught=more),
        train_facets(coded, ZH, features),
    )
    rows = [statement("发展海上风电")]
    flags, energy = term_flags(rows, ZH)[0], LABELS.index(Sector.ENERGY)
    for model, is_best in ((taught_model, True), (plain, False)):
        scores = model.scores(statement_features(rows), flags)[0]
        assert bool(scores[energy] == scores.max()) is is_best
    assert with_more.sectors == without.sectors == 1


@pytest.mark.parametrize("figures", ["25.8", "37.6 49.1 62.5", "•", "2030"])
def test_figures_without_a_word_have_the_sectors_of_the_statement_before(figures: str) -> None:
    rows = [statement("Improve the heat supply of cities with wind power.", Language.EN), statement(figures, Language.EN)]
    model = facet_model(Language.EN)
    blocks = statement_features(rows)
    before, found = find_facets(model, rows, blocks, [Element.MEASURE, Element.GOAL])
    assert found.sectors == before.sectors != ()
    (alone,) = find_facets(model, rows[1:], statement_features(rows[1:]), [Element.GOAL])
    assert alone.sectors == ()
