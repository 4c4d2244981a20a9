"""Every page of the app, run without a browser on a small real library."""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.compare import compare
from analysis.versions import Change, find_changes
from domain.codebook import Element, Language, Stringency
from domain.document import Facts
from index import Filters, catalogue, open_library
from pipeline import build
from ui.hits import Act
from ui.state import KEY, Search, State

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "corpora" / "sample"
NAMES = (
    "reference-plan-zh.pdf",
    "shuanghe-city-plan.txt",
    "yanbei-city-report.txt",
    "port-merrin-climate-strategy.html",
    "xikou-park-report.html",
)
PAGES = tuple(sorted(path.stem for path in (ROOT / "ui" / "pages").glob("*.py")))
TIMEOUT = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of five documents of the sample."""
    folder = tmp_path_factory.mktemp("app") / "library"
    build(open_library(folder, create=True), [SAMPLE / name for name in NAMES])
    return folder


@pytest.fixture
def copy(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that library to change or lock, which the app opens."""
    made = Path(shutil.copytree(folder, tmp_path / "library"))
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(made))
    return made


@pytest.fixture
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app on that library, in Chinese, not yet run."""
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(folder))
    return in_language(Language.ZH)


def in_language(language: Language) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT)
    app.session_state[KEY] = State(language)
    return app


def at_page(app: AppTest, name: str) -> AppTest:
    app.run()
    return app if name == "start" else app.switch_page(f"ui/pages/{name}.py").run()


def state_of(app: AppTest) -> State:
    state: State = app.session_state[KEY]
    return state


def said(app: AppTest) -> str:
    """Every text on the page that is ours or a document's."""
    elements = [*app.title, *app.subheader, *app.caption, *app.markdown, *app.info, *app.error, *app.warning]
    widgets = [*app.button, *app.checkbox, *app.multiselect, *app.selectbox, *app.toggle, *app.text_input]
    choices = [option for each in app.button_group for option in each.options]
    return "\n".join([*(str(each.value) for each in elements), *(str(each.label) for each in widgets), *choices])


def hits_of(app: AppTest) -> list[str]:
    """The ids of the hits that are shown."""
    return [str(each.key).removeprefix("acts_") for each in app.button_group if str(each.key).startswith("acts_")]


def do(app: AppTest, act: Act) -> str:
    """Press an act on the first hit, or let go of it; gives the hit's id."""
    name = hits_of(app)[0]
    acts = app.button_group(key=f"acts_{name}")
    acts.set_value(sorted({*acts.value} ^ {act})).run()
    assert not app.exception
    return name


def document(folder: Path, name: str) -> Facts:
    return open_library(folder).find_document(name)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_in_both_languages(page: str, language: Language, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(folder))
    app = at_page(in_language(language), page)
    assert not app.exception, app.exception
    assert said(app)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_on_an_empty_library(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(tmp_path / "empty"))
    app = at_page(in_language(Language.ZH), page)
    assert not app.exception, app.exception
    assert page == "documents" or app.button(key="add_first"), "every page leads to the first document"


def test_the_english_start_page_has_no_chinese_but_the_queries_to_try(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(folder))
    app = in_language(Language.EN).run()
    ours = [button.label for button in app.button if not str(button.key).startswith("try_")]
    ours += [str(each.value) for each in (*app.title, *app.subheader, *app.caption, *app.markdown)]
    assert not [text for text in ours if re.search(r"[\u4e00-\u9fff]", text)]


def test_the_start_page_counts_what_the_library_holds(app: AppTest, folder: Path) -> None:
    status = open_library(folder).status()
    text = said(at_page(app, "start"))
    assert f"**{status.documents}** 份文件" in text
    assert f"**{status.statements:,}** 条语句" in text


def test_a_query_to_try_leads_to_its_hits(app: AppTest) -> None:
    at_page(app, "start").button(key="try_query_zh").click()
    app.run()
    assert not app.exception
    assert state_of(app).search.query == "工业园区余热回收利用"


def test_a_query_finds_hits_in_either_language(app: AppTest) -> None:
    at_page(app, "search").text_input(key="query").set_value("公共建筑节能改造").run()
    assert hits_of(app)
    app.text_input(key="query").set_value("waste heat").run()
    assert hits_of(app)
    assert not app.exception


def test_the_count_beside_a_filter_is_the_length_of_its_list(app: AppTest, folder: Path) -> None:
    at_page(app, "search").button_group(key="facet_elements").set_value([Element.GOAL]).run()
    count = open_library(folder).count(Filters(elements=(Element.GOAL,)))
    assert f"目标 · {count}" in said(app)
    assert f"共 {count} 条语句" in said(app)
    assert "措施 · " in said(app), "the other values of the same filter stay to be chosen"


def test_with_a_query_the_count_beside_a_filter_is_still_the_length_of_its_list(
    app: AppTest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.reach.NEAREST", 30)
    monkeypatch.setattr("index.search.NEAREST", 30)  # of a library as small as the sample all statements are near
    at_page(app, "search").text_input(key="query").set_value("余热").run()
    found = open_library(folder).search("余热", filters=Filters(elements=(Element.MEASURE,))).total
    assert 30 <= found < open_library(folder).count(Filters(elements=(Element.MEASURE,)))
    assert f"措施 · {found}" in app.button_group(key="facet_elements").options
    app.button_group(key="facet_elements").set_value([Element.MEASURE]).run()
    assert f"{found} 条" in said(app)


def test_an_opened_hit_shows_its_neighbours(app: AppTest) -> None:
    at_page(app, "search").text_input(key="query").set_value("能源").run()
    opened = do(app, Act.OPEN)
    assert "上下文" in said(app)
    assert state_of(app).search.opened == opened
    do(app, Act.OPEN)
    assert state_of(app).search.opened is None, "an act is undone by the same button"


def test_a_hit_says_why_it_is_there_and_leads_to_its_kin(app: AppTest) -> None:
    at_page(app, "search").text_input(key="query").set_value("能源").run()
    assert "匹配的词" not in said(app)
    do(app, Act.WHY)
    assert "匹配的词" in said(app)
    asked = do(app, Act.LIKE)
    assert state_of(app).search.like == asked
    assert "与此相近的语句" in said(app)
    assert asked not in hits_of(app)


def test_a_filter_comes_out_of_the_drawer_and_goes_back_without_its_values(app: AppTest, folder: Path) -> None:
    drawer = at_page(app, "search").button_group(key="narrowing")
    assert not [each for each in app.multiselect if str(each.key).startswith("facet_")], "a closed filter sends nothing"
    drawer.set_value(["places"]).run()
    place = app.multiselect(key="facet_places")
    place.set_value(place.options[:1]).run()
    assert not app.exception
    assert state_of(app).search.filters.places
    app.button_group(key="narrowing").set_value([]).run()
    assert state_of(app).search.filters.is_empty
    assert not [each for each in app.multiselect if str(each.key).startswith("facet_")]


def test_what_is_kept_stays_kept_over_pages(app: AppTest) -> None:
    at_page(app, "search").text_input(key="query").set_value("能源").run()
    do(app, Act.KEEP)
    app.switch_page("ui/pages/documents.py").run()
    app.switch_page("ui/pages/search.py").run()
    assert len(state_of(app).basket) == 1
    assert state_of(app).search.query == "能源"


def test_a_link_brings_query_and_filters_and_names_what_is_gone(app: AppTest) -> None:
    app.query_params["q"] = "能源"
    app.query_params["element"] = ["measure", "nonsense"]
    at_page(app, "search")
    assert state_of(app).search.query == "能源"
    assert state_of(app).search.filters.elements == (Element.MEASURE,)
    assert any("nonsense" in info.value for info in app.info)


def test_a_link_to_a_statement_that_is_gone_says_so(app: AppTest) -> None:
    app.query_params["like"] = "0123456789ab-0123456789"
    app.query_params["open"] = "0123456789ab-0123456789"
    at_page(app, "search")
    assert not app.error
    assert len([info for info in app.info if "已不在文件库中" in info.value]) == 2


def test_a_comparison_has_a_row_for_each_requirement_and_keeps_the_verdict(app: AppTest, folder: Path) -> None:
    source, local = document(folder, "reference-plan-zh.pdf"), document(folder, "shuanghe-city-plan.txt")
    at_page(app, "compare").selectbox(key="source").set_value(source.id).run()
    app.multiselect(key="locals").set_value([local.id]).run()
    assert not app.exception
    assert "项要求" in said(app)
    app.button(key="next").click().run()
    assert not app.exception
    row = state_of(app).comparing.row
    assert row is not None
    app.text_input(key=f"note_{row[0]}_{row[1]}_zh").set_value("待核实")
    app.button(key=f"FormSubmitter:verdict_{row[0]}_{row[1]}_zh-保存结论").click().run()
    assert not app.exception
    kept = open_library(folder).verdicts(source.id, local.id)
    assert [verdict.note for verdict in kept] == ["待核实"]
    app.button_group(key="marks_zh").set_value(["reviewed"]).run()
    assert not app.exception
    assert next(len(table.value) for table in app.dataframe if "承接情况" in table.value.columns) == 1
    app.toggle(key="pages").set_value(True).run()
    assert not app.exception


def test_several_plans_stand_in_a_matrix_and_what_only_they_have_is_shown(app: AppTest, folder: Path) -> None:
    names = ("reference-plan-zh.pdf", "shuanghe-city-plan.txt", "yanbei-city-report.txt")
    source, *locals_ = (document(folder, name) for name in names)
    at_page(app, "compare").selectbox(key="source").set_value(source.id).run()
    app.multiselect(key="locals").set_value([facts.id for facts in locals_]).run()
    assert not app.exception
    matrix = next(frame.value for frame in app.dataframe if "承接的地方数" in frame.value.columns)
    assert len(matrix) == len({row.source.id for row in compare(open_library(folder), source.id, [locals_[0].id]).rows})
    app.toggle(key="only_local").set_value(True).run()
    assert not app.exception
    assert "没有相近的表述" in said(app)


def test_many_plans_are_counted_in_a_table_and_a_bar_says_how_far_they_are(
    app: AppTest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    class Bar:
        def progress(self, value: float, text: str) -> None:
            told.append(text)

        def empty(self) -> None:
            told.append("")

    monkeypatch.setattr("ui.collection.st.progress", lambda value, text: Bar())
    monkeypatch.setattr("ui.coverage_summary.MOST_LINES", 2)
    source, *locals_ = (document(folder, name) for name in NAMES[:4])
    at_page(app, "compare").selectbox(key="source").set_value(source.id).run()
    app.multiselect(key="locals").set_value([facts.id for facts in locals_]).run()
    assert not app.exception
    assert told[:2] == [f"正在比对第 {n} / 3 份：{facts.title}" for n, facts in enumerate(locals_[:2], 1)]
    assert told[-1] == ""
    table = next(frame.value for frame in app.dataframe if list(frame.value.columns)[-1] == "复核")
    requirements = {row.source.id for row in compare(open_library(folder), source.id, [locals_[0].id]).rows}
    assert table.iloc[:, 1:4].sum(axis=1).tolist() == [len(requirements)] * 3


def test_a_part_of_the_source_is_held_alone_and_its_link_keeps_it(app: AppTest, folder: Path) -> None:
    source, local = document(folder, "reference-plan-zh.pdf"), document(folder, "shuanghe-city-plan.txt")
    at_page(app, "compare").selectbox(key="source").set_value(source.id).run()
    app.multiselect(key="locals").set_value([local.id]).run()
    box = app.multiselect(key=f"part_{source.id}")
    section = box.options[0]
    box.set_value([section]).run()
    assert not app.exception
    rows = compare(open_library(folder), source.id, [local.id]).rows
    left = sum(section in row.source.heading_path for row in rows)
    assert 0 < left < len(rows)
    assert f"{left} 项要求" in said(app)
    assert section in app.query_params["section"]


def test_two_versions_of_a_plan_stand_side_by_side(app: AppTest, folder: Path) -> None:
    source, local = document(folder, "reference-plan-zh.pdf"), document(folder, "shuanghe-city-plan.txt")
    at_page(app, "compare").selectbox(key="source").set_value(source.id).run()
    app.multiselect(key="locals").set_value([local.id]).run()
    app.toggle(key="versions").set_value(True).run()
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "原版" in frame.value.columns)
    told = [each for each in find_changes(open_library(folder), source.id, local.id) if each.change is not Change.SAME]
    assert len(table) == len(told)
    assert "1" in app.query_params["versions"]


def test_a_practice_opens_on_its_lines_and_a_line_in_its_place(app: AppTest) -> None:
    at_page(app, "practices")
    next(button for button in app.button if str(button.key).startswith("card_")).click().run()
    assert not app.exception
    next(button for button in app.button if str(button.key).startswith("line_")).click().run()
    assert not app.exception
    assert "上下文" in said(app)


@pytest.mark.parametrize(("language", "unit"), [(Language.ZH, r"已做 \d+ 条"), (Language.EN, r"Reported\\?: \d+ statements?")])
def test_a_card_says_that_it_counts_statements(app: AppTest, language: Language, unit: str) -> None:
    app.session_state[KEY] = State(language)
    assert re.search(unit, said(at_page(app, "practices")))


def test_a_place_of_the_sample_has_peers_by_the_profiles_that_came_with_it(app: AppTest) -> None:
    at_page(app, "practices").selectbox(key="card_like_zh").set_value("砚北市").run()
    assert any(caption.value.startswith("类似地区：") and "霜河市" in caption.value for caption in app.caption)


def test_a_place_without_a_profile_is_told_so_and_gets_lines_to_quote(copy: Path) -> None:
    (copy / "profiles.csv").unlink()
    app = at_page(in_language(Language.ZH), "practices")
    app.selectbox(key="card_like_zh").set_value("砚北市").run()
    assert any("逐一对照" in caption.value for caption in app.caption)
    next(button for button in app.button if str(button.key).startswith("card_")).click().run()
    assert not app.exception
    assert app.code
    app.selectbox(key="card_order_zh").set_value("numbers").run()
    assert not app.exception


def test_a_decision_in_review_is_kept_as_a_correction(app: AppTest, folder: Path) -> None:
    at_page(app, "review").select_slider(key="threshold").set_value(0.9).run()
    app.button(key="decide_goal").click().run()
    assert not app.exception
    corrections = open_library(folder).corrections()
    assert [(each.field, each.value) for each in corrections] == [("element", "goal")]


def test_an_edited_rule_is_shown_with_its_effect_before_it_is_kept(copy: Path) -> None:
    app = at_page(in_language(Language.EN), "review")
    app.selectbox(key="rules_file").set_value("stringency.toml").run()
    rules = app.text_area(key="rules_text_stringency.toml")
    broken = re.sub(r'(?m)^example = ".*"$', 'example = "nothing of the kind"', rules.value, count=1)
    edited = rules.value.replace('tag = "encouraging"', 'tag = "exploratory"')
    rules.set_value(broken).run()
    app.button(key="rules_try").click().run()
    assert any("does not match its own example" in error.value for error in app.error)
    app.text_area(key="rules_text_stringency.toml").set_value(edited).run()
    app.button(key="rules_try").click().run()
    assert not app.exception
    assert any("statements would change" in each.value for each in app.markdown)
    assert not (copy / "rules").exists()
    app.button(key="rules_keep").click().run()
    assert (copy / "rules" / "stringency.toml").read_text(encoding="utf-8") == edited
    assert not any(s.tags and s.tags.stringency is Stringency.ENCOURAGING for s in open_library(copy).statements())


def test_a_document_reads_with_its_tags(app: AppTest, folder: Path) -> None:
    app.session_state[KEY].reading = document(folder, "yanbei-city-report.txt").id
    at_page(app, "read")
    assert not app.exception
    assert any("-badge[" in each.value for each in app.markdown)


def test_a_library_that_cannot_be_opened_says_so_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "catalogue.db").write_bytes(b"this is no database")
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(broken))
    app = in_language(Language.EN).run()
    assert not app.exception
    assert any("cannot be used" in error.value for error in app.error)


def test_filters_of_a_page_are_still_set_after_a_look_at_another(app: AppTest) -> None:
    at_page(app, "review").select_slider(key="threshold").set_value(0.9).run()
    app.switch_page("ui/pages/practices.py").run()
    places = app.multiselect(key="card_places")
    places.set_value(places.options[:1]).run()
    app.switch_page("ui/pages/review.py").run()
    assert app.select_slider(key="threshold").value == 0.9
    app.switch_page("ui/pages/practices.py").run()
    assert app.multiselect(key="card_places").value == places.options[:1]
    assert not app.exception


def test_a_library_that_is_moved_away_while_open_says_so_on_every_page(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = shutil.copytree(folder, tmp_path / "moved")
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(moved))
    app = at_page(in_language(Language.ZH), "search")
    shutil.rmtree(moved)
    for page in PAGES:
        app.switch_page(f"ui/pages/{page}.py").run()
        assert not app.exception
        assert any("暂时无法使用" in error.value for error in app.error)
    shutil.copytree(folder, moved)
    app.button(key="try_again").click().run()
    assert not app.error


def test_a_decision_that_a_locked_library_cannot_take_is_told_and_not_lost(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "BUSY_SECONDS", 0.1)
    app = at_page(in_language(Language.ZH), "review").select_slider(key="threshold").set_value(0.9).run()
    in_hand = said(app).split("\n")[2]
    other = sqlite3.connect(copy / catalogue.FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    app.button(key="decide_goal").click().run()
    assert not app.exception
    assert any("没有存下" in error.value for error in app.error)
    assert any("正被其他程序写入" in text.value for text in app.text)
    assert in_hand in said(app), "the statement stays in hand"
    app.switch_page("ui/pages/search.py").run()
    assert app.button(key="try_query_zh"), "readers never wait"
    other.execute("ROLLBACK")
    app.switch_page("ui/pages/review.py").run()
    app.button(key="decide_goal").click().run()
    assert not app.error
    assert len(state_of(app).reviewed) == 1


def test_a_verdict_that_a_locked_library_cannot_take_is_told_and_stays_in_the_form(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "BUSY_SECONDS", 0.1)
    source, local = document(copy, "reference-plan-zh.pdf"), document(copy, "shuanghe-city-plan.txt")
    app = at_page(in_language(Language.ZH), "compare").selectbox(key="source").set_value(source.id).run()
    app.multiselect(key="locals").set_value([local.id]).run()
    app.button(key="next").click().run()
    name = "_".join(state_of(app).comparing.row or ())
    other = sqlite3.connect(copy / catalogue.FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    app.text_input(key=f"note_{name}_zh").set_value("待核实")
    app.button(key=f"FormSubmitter:verdict_{name}_zh-保存结论").click().run()
    assert not app.exception
    assert any("没有存下" in error.value for error in app.error)
    assert app.text_input(key=f"note_{name}_zh").value == "待核实"
    other.execute("ROLLBACK")
    app.button(key=f"FormSubmitter:verdict_{name}_zh-保存结论").click().run()
    assert not app.error
    assert [verdict.note for verdict in open_library(copy).verdicts(source.id, local.id)] == ["待核实"]


def test_a_decision_can_be_taken_back_and_written_into_the_tags(copy: Path) -> None:
    app = at_page(in_language(Language.ZH), "review").select_slider(key="threshold").set_value(0.9).run()
    app.button(key="decide_goal").click().run()
    app.button(key="back").click().run()
    name = state_of(app).reopened
    assert name is not None
    app.button(key="decide_principle").click().run()
    assert state_of(app).reopened is None
    assert [each.value for each in open_library(copy).corrections() if each.statement_id == name] == ["principle"]
    if state_of(app).unwritten:
        app.button(key="write").click().run()
    assert not app.exception
    tags = open_library(copy).statement(name).tags
    assert tags is not None
    assert tags.element is Element.PRINCIPLE


def test_two_people_do_not_disturb_each_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(folder))
    one, other = (at_page(in_language(language), "search") for language in (Language.ZH, Language.EN))
    one.text_input(key="query").set_value("能源").run()
    do(one, Act.KEEP)
    other.text_input(key="query").set_value("ports").run()
    one.run()
    assert (state_of(one).search.query, state_of(other).search.query) == ("能源", "ports")
    assert (len(state_of(one).basket), len(state_of(other).basket)) == (1, 0)


def test_a_province_of_the_map_leads_to_the_statements_of_its_places(app: AppTest, folder: Path) -> None:
    state_of(app.run()).search = Search(filters=Filters(places=("河北",)))
    app.query_params["place"] = "河北"
    app.switch_page("ui/pages/search.py").run()
    assert not app.exception
    assert any("河北" in info.value for info in app.info), "a province without documents is a stale part of a link"


def test_what_the_library_says_of_a_query_is_told(app: AppTest) -> None:
    at_page(app, "search").text_input(key="query").set_value("“能源").run()
    assert "引号没有成对" in said(app)
