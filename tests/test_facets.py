"""Sectors, instruments and stringency, on sentences of our own in both languages."""

import pytest

from domain.codebook import Instrument, Language, Sector, Stringency
from nlp.facet_model import LABELS, facet_model
from nlp.facet_training import CodedStatement, train_facets
from nlp.facets import find_instruments, find_sectors, find_stringency

ZH, EN = Language.ZH, Language.EN


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
    sectors, evidence = find_sectors(text, heading_path=(), language=language)
    assert sector in sectors
    assert evidence.keys() == {f"sector:{found}" for found in sectors}


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
    assert instrument in find_instruments(text, heading_path=(), language=ZH)[0]


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


def test_a_line_of_responsible_bodies_belongs_to_the_statement_before_it() -> None:
    text = "（责任单位：市交通局、市财政局）"
    assert find_sectors(text, heading_path=(), language=ZH, previous=(Sector.ENERGY,))[0] == (Sector.ENERGY,)
    assert find_instruments(text, heading_path=(), language=ZH)[0] == (Instrument.PLANNING,)
    assert find_stringency(text, language=ZH)[0] is Stringency.DIRECTIVE


def test_the_names_of_responsible_bodies_say_nothing_of_sector_or_instrument() -> None:
    plain = "推广公交出行。"
    for bracket in ("（责任单位：市财政局、市科技局、市能源局）", "（市财政局、市科技局按职责分工负责）"):
        assert find_sectors(plain + bracket, heading_path=(), language=ZH) == find_sectors(plain, heading_path=(), language=ZH)
        instruments = find_instruments(plain, heading_path=(), language=ZH)[0]
        assert set(find_instruments(plain + bracket, heading_path=(), language=ZH)[0]) == {*instruments, Instrument.PLANNING}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("text", ["", " ", "😀", "0123456789", "长" * 50_000, "word " * 10_000, "mixed 混合 Текст"])
def test_odd_text_is_survived(text: str, language: Language) -> None:
    find_sectors(text, heading_path=("",), language=language)
    find_instruments(text, heading_path=(), language=language)
    find_stringency(text, language=language)


@pytest.mark.parametrize("language", Language)
def test_the_shipped_model_fits_its_labels(language: Language) -> None:
    model = facet_model(language)
    assert model.weights.shape == (len(model.columns), len(LABELS))
    probabilities = model.probabilities("energy 能源", (), language)
    assert probabilities.shape == (len(LABELS),)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_training_twice_gives_the_same_model() -> None:
    coded = [
        CodedStatement("a", text, (), (sector,), (instrument,))
        for text, sector, instrument in [
            ("发展风电光伏", Sector.ENERGY, Instrument.PUBLIC_INVESTMENT),
            ("推广公交出行", Sector.TRANSPORT, Instrument.INFORMATION),
        ]
        for _ in range(6)
    ]
    first, second = train_facets(coded, ZH), train_facets(coded, ZH)
    assert first.columns == second.columns
    assert (first.weights == second.weights).all()
    assert first.probabilities("发展风电", (), ZH)[LABELS.index(Sector.ENERGY)] > 0.5
