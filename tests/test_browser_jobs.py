"""The jobs of the app end to end in a browser, in both languages, and that nothing leaves the machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Literal, TypeVar
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from oidc_provider import CLIENT, SECRET, provider
from playwright.sync_api import Browser, Locator, Page, TimeoutError, ViewportSize, expect, sync_playwright

from analysis.compare import compare, with_only_local
from index import open_library
from pipeline import build

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "corpora" / "sample"
NAMES = (
    "reference-plan-zh.pdf",
    "yanbei-city-plan.pdf",
    "shuanghe-city-plan.txt",
    "yanbei-city-report.txt",
    "reference-plan-en.docx",
)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PATIENCE = 90_000
PAGES = ("", "search", "compare", "practices", "documents", "review")
SERIOUS = ("serious", "critical")
BOX = {"zh-CN": "检索语句", "en-GB": "Search statements"}
Open = Callable[..., Page]
Found = TypeVar("Found")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser; without one the tests are skipped, but never in CI."""
    if not Path(CHROMIUM).exists() and not os.environ.get("CI"):
        pytest.skip("chromium is not installed (Debian: apt-get install chromium); in CI this test must run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of five documents of the sample."""
    folder = tmp_path_factory.mktemp("browser") / "library"
    build(open_library(folder, create=True), [SAMPLE / name for name in NAMES])
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve(library: Path, log: Path, *options: str, port: int = 0) -> tuple[subprocess.Popen[bytes], str]:
    """The app on a port of its own, ready to answer."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *options]
    with log.open("wb") as out:
        server = subprocess.Popen([*command, "--", "--library", str(library)], cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            with urlopen(f"{address}/_stcore/health", timeout=1):
                return server, address
        except OSError:
            time.sleep(0.2)
    server.kill()
    raise AssertionError(f"the app did not start: {log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="module")
def address(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app answers."""
    server, where = serve(library, tmp_path_factory.mktemp("log") / "server.log")
    yield where
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture
def outside() -> list[str]:
    """The requests that went anywhere but to this machine."""
    return []


@pytest.fixture
def visit(chromium: Browser, outside: list[str]) -> Iterator[Open]:
    """A function that opens an address in a fresh browser of a language, and watches its requests."""
    contexts = []

    def go(address: str, language: str = "zh-CN", scheme: Literal["light", "dark"] = "light") -> Page:
        size = ViewportSize(width=1280, height=720)
        context = chromium.new_context(locale=language, viewport=size, color_scheme=scheme, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(local) else outside.append(request.url))
        page.goto(address)
        page.wait_for_selector("h1, h3")
        return page

    yield go
    for context in contexts:
        context.close()


def quiet(page: Page) -> None:
    """Wait until the page has done what it was asked."""
    page.wait_for_timeout(300)
    page.wait_for_function("document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') !== 'running'")
    page.wait_for_timeout(300)


def retried(attempt: Callable[[int], Found], *, patience: int, tries: int) -> Found:
    """What an attempt finds, within a patience of so many milliseconds, in the last of the tries within PATIENCE."""
    for _ in range(tries - 1):
        try:
            return attempt(patience)
        except TimeoutError:
            continue
    return attempt(PATIENCE)


def press_until(button: Locator, shown: Locator, *, at: tuple[float, float] | None = None) -> None:
    """Press a button until what it opens is there: a press that meets the page in the middle of a rerun is lost.

    A grid is pressed `at` a place in it, in pixels, from its right edge where negative; it may be drawn wider meanwhile.
    """

    def attempt(patience: int) -> None:
        if at is None:
            button.click()
        else:
            box = button.bounding_box()
            assert box, "the grid is in sight"
            button.click(position={"x": at[0] % box["width"], "y": at[1]}, force=True)  # it lies under a scroller of its own
        shown.wait_for(timeout=patience)

    retried(attempt, patience=15_000, tries=3)


def taken_away(page: Page, button: Locator) -> Path:
    """The file that a button hands over; a press that meets the page in the middle of a redraw is lost, as in `press_until`."""

    def attempt(patience: int) -> Path:
        quiet(page)
        with page.expect_download(timeout=patience) as download:
            button.click()
        return download.value.path()

    return retried(attempt, patience=30_000, tries=4)


@pytest.mark.parametrize(
    ("language", "query", "read", "keep"),
    [
        ("zh-CN", "公共建筑节能改造", "看原文", "摘录"),
        ("en-GB", "energy retrofit of public buildings", "Open", "Keep"),
    ],
)
def test_search_leads_to_the_page_and_to_an_export(
    language: str, query: str, read: str, keep: str, address: str, visit: Open, outside: list[str]
) -> None:
    page = visit(f"{address}/search", language)
    quiet(page)
    page.get_by_role("searchbox", name=BOX[language]).fill(query)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=read, exact=True).first.wait_for()
    quiet(page)
    assert "q=" in page.url
    press_until(page.get_by_role("button", name=read, exact=True).first, page.locator(".st-key-reader"))
    quiet(page)
    kept = page.get_by_role("button", name="摘录夹 1" if language == "zh-CN" else "Kept 1").first
    press_until(page.get_by_role("button", name=keep, exact=True).first, kept)
    quiet(page)
    kept.click()
    file = taken_away(page, page.get_by_role("button", name="Excel"))
    assert file.read_bytes()[:2] == b"PK"
    assert outside == []


def test_what_is_kept_outlives_a_reload_and_stays_in_its_browser(address: str, visit: Open) -> None:
    page = visit(f"{address}/search?q=余热利用", "zh-CN")
    quiet(page)
    kept = page.get_by_role("button", name="摘录夹 1").first
    press_until(page.get_by_role("button", name="摘录", exact=True).first, kept)
    quiet(page)
    page.reload()
    kept.wait_for()
    other = visit(f"{address}/search?q=余热利用", "zh-CN")
    other.get_by_role("button", name="摘录夹 0").first.wait_for()


def test_the_page_image_of_a_hit_shows_its_sentence(address: str, visit: Open) -> None:
    page = visit(f"{address}/search?q=基本原则 试点&language=zh&level=national")
    press_until(page.get_by_role("button", name="看原文").first, page.locator(".st-key-reader img").first)


def test_a_shared_link_opens_the_same_search(address: str, visit: Open) -> None:
    page = visit(f"{address}/search?q=节能&element=measure", "en-GB")
    page.get_by_role("button", name="Open", exact=True).first.wait_for()
    expect(page.get_by_role("searchbox", name=BOX["en-GB"])).to_have_value("节能", timeout=PATIENCE)
    expect(page.locator(".st-key-facet_elements").get_by_role("button", name="Measure", pressed=True)).to_be_visible()


def test_the_back_button_leads_back_step_by_step(address: str, visit: Open) -> None:
    page = visit(address)
    press_until(page.locator(".st-key-try_query_zh button"), page.locator("[class*=st-key-acts_] button").first)
    quiet(page)
    press_until(page.locator("[class*=st-key-acts_] button").first, page.locator(".st-key-reader"))
    quiet(page)
    page.go_back()
    page.locator(".st-key-reader").wait_for(state="detached")
    expect(page.get_by_role("searchbox", name=BOX["zh-CN"])).to_have_value("工业园区余热回收利用", timeout=PATIENCE)
    page.go_back()
    page.locator(".st-key-figures").wait_for()


def test_a_fact_is_put_right_in_the_list_of_documents(library: Path, address: str, visit: Open) -> None:
    page = visit(f"{address}/documents")
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for()
    quiet(page)
    first = sorted(open_library(library).facts(), key=lambda facts: (facts.source_file, facts.id))[0]
    press_until(table, page.locator(".st-key-facts button"), at=(16, 50))
    press_until(page.locator(".st-key-facts button"), page.get_by_label("发布机构"))
    page.get_by_label("发布机构").fill("示例市人民政府")
    page.get_by_role("button", name="保存").click()
    page.locator("[role=dialog]").wait_for(state="detached")
    quiet(page)
    page.get_by_role("link", name="检索").click()
    page.locator(".st-key-query").wait_for()
    page.get_by_role("link", name="文件").click()
    page.locator(".st-key-facts").wait_for()  # what was selected still is, after a correction and another page
    assert next(facts for facts in open_library(library).facts() if facts.id == first.id).issuer == "示例市人民政府"


def test_a_practice_leads_to_its_evidence(address: str, visit: Open, outside: list[str]) -> None:
    page = visit(f"{address}/practices")
    page.get_by_role("button", name="看证据").first.wait_for()
    file = taken_away(page, page.get_by_role("button", name="Excel"))
    assert file.read_bytes()[:2] == b"PK"
    press_until(page.get_by_role("button", name="看证据").first, page.locator(".st-key-reader"))
    page.wait_for_url("**/practices?card=*")
    quiet(page)
    read = page.locator(".st-key-reader").get_by_role("button", name="看原文").first
    press_until(read, page.get_by_text("上下文", exact=True))
    assert outside == []


def test_a_verdict_is_still_there_after_a_restart(library: Path, visit: Open, outside: list[str], tmp_path: Path) -> None:
    opened = open_library(library)
    source, local = opened.find_document("reference-plan-zh.pdf"), opened.find_document("yanbei-city-plan.pdf")
    note = "与上级要求一致，指标待补"
    server, address = serve(library, tmp_path / "first.log")
    try:
        page = visit(f"{address}/compare?source={source.id}&local={local.id}")
        press_until(page.get_by_role("button", name="下一项"), page.get_by_label("备注"))
        quiet(page)
        page.get_by_label("备注").fill(note)
        press_until(page.get_by_role("button", name="保存结论"), page.get_by_text(note).first)
        quiet(page)
        link = page.url.removeprefix(address)
        file = taken_away(page, page.get_by_role("button", name="HTML"))
        report = file.read_text(encoding="utf-8")
        assert note in report
        only_local = with_only_local(opened, compare(opened, source.id, [local.id])).only_local
        assert only_local
        assert all(escape(row.source.text) in report for row in only_local)  # whether or not the page shows them
    finally:
        server.terminate()
        server.wait(timeout=30)
    server, address = serve(library, tmp_path / "second.log")
    try:
        page = visit(f"{address}{link}")
        expect(page.get_by_label("备注")).to_have_value(note, timeout=PATIENCE)
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert outside == []


def test_a_cell_of_the_matrix_opens_its_texts_and_the_ladder_is_taken_away(
    library: Path, address: str, visit: Open, outside: list[str]
) -> None:
    opened = open_library(library)
    source, *locals_ = (
        opened.find_document(name) for name in ("reference-plan-zh.pdf", "yanbei-city-plan.pdf", "reference-plan-en.docx")
    )
    page = visit(f"{address}/compare?source={source.id}&local={locals_[0].id}&local={locals_[1].id}")
    page.locator(".st-key-overview_matrix summary").click()
    quiet(page)
    grid = page.locator(".st-key-overview_matrix [data-testid=stDataFrame] canvas").first
    press_until(grid, page.locator("[data-testid=stForm]"), at=(-30, 53))  # the last plan's cell of the first requirement
    quiet(page)
    assert f"row={locals_[1].id}" in page.url
    page.locator(".st-key-overview_ladder summary").click()
    file = taken_away(page, page.locator(".st-key-picture_ladder_png button"))
    assert file.read_bytes()[:4] == b"\x89PNG"
    assert outside == []


def test_a_click_anywhere_in_a_row_of_requirements_opens_it(library: Path, address: str, visit: Open) -> None:
    opened = open_library(library)
    source, local = (opened.find_document(name).id for name in NAMES[:2])
    page = visit(f"{address}/compare?source={source}&local={local}")
    grid = page.locator("[class*=st-key-rows_] [data-testid=stDataFrame] canvas").first
    grid.wait_for()
    quiet(page)
    press_until(grid, page.locator("[data-testid=stForm]"), at=(300, 53))
    quiet(page)
    first = page.url
    assert "row=" in first
    page.get_by_role("button", name="下一项").click()
    page.wait_for_url(lambda url: "row=" in url and url != first)


def test_dropped_files_are_taken_in_or_refused_with_a_reason(visit: Open, tmp_path: Path) -> None:
    good, empty, wrong = tmp_path / "样例方案\U0001f331.txt", tmp_path / "empty.pdf", tmp_path / "picture.pdf"
    large = tmp_path / "300 MB.pdf"
    with large.open("wb") as stream:
        stream.truncate(300 << 20)
    good.write_text(
        "一、主要目标\n到2030年，新能源汽车占比达到40%左右。\n二、重点任务\n加快建设充电基础设施。\n", encoding="utf-8"
    )
    empty.write_bytes(b"")
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    server, address = serve(tmp_path / "library", tmp_path / "server.log")
    try:
        page = visit(f"{address}/documents")
        page.locator("input[type=file]").set_input_files([good, empty, wrong, large])
        page.get_by_text("1 份文件").wait_for()
        quiet(page)
        assert page.get_by_text("300 MB.pdf").is_visible(), "what the browser refused for its size stays in sight"
        library = open_library(tmp_path / "library")
        assert [facts.source_file for facts in library.facts()] == ["样例方案\U0001f331.txt"]
        assert len(library.refusals()) == 2
        assert not list((tmp_path / "library" / "incoming").glob("*")), "what was sent does not stay behind"
    finally:
        server.terminate()
        server.wait(timeout=30)


HOSTILE = """<img src=x onerror="document.title='owned'"> ![x](http://example.com/x.png)

一、主要目标 <script>document.title='owned'</script>
到2030年，余热利用率达到60%以上，![x](http://example.com/y.png)<img src="http://example.com/z.png">[点此](javascript:alert(1))。
二、重点任务
=HYPERLINK("http://example.com") 加快余热利用改造 :material/search: $\\href{http://example.com}{x}$。
"""


def test_a_hostile_document_does_nothing_but_stand_there(visit: Open, outside: list[str], tmp_path: Path) -> None:
    source = tmp_path / "<img src=x onerror=alert(1)>.txt"
    source.write_text(HOSTILE, encoding="utf-8")
    build(open_library(tmp_path / "library", create=True), [source])
    id = open_library(tmp_path / "library").facts()[0].id
    server, address = serve(tmp_path / "library", tmp_path / "server.log")
    try:
        page = visit(f"{address}/search?q=余热利用")
        press_until(page.get_by_role("button", name="看原文").first, page.locator(".st-key-reader"))
        quiet(page)
        for place in (f"read?at={id}", "documents", "review", "practices", ""):
            page.goto(f"{address}/{place}")
            page.wait_for_selector("h1")
            quiet(page)
            assert page.title() != "owned"
            assert page.locator("img[src*='example.com'], img[src='x'], a[href^='javascript']").count() == 0
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert outside == []


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_no_page_asks_anything_of_another_machine(language: str, address: str, visit: Open, outside: list[str]) -> None:
    page = visit(address, language)
    for name in PAGES:
        page.goto(f"{address}/{name}")
        page.wait_for_selector("h1")
        quiet(page)
    assert outside == []


def test_the_interface_follows_the_browser_and_the_switch(address: str, visit: Open) -> None:
    page = visit(address, "en-US")
    assert page.locator("h1").inner_text().startswith("Policy documents")
    switch = page.get_by_role("radio", name="中文").or_(page.get_by_role("button", name="中文")).first
    press_until(switch, page.get_by_role("heading", name="政策文件"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme: Literal["light", "dark"], library: Path, address: str, visit: Open) -> None:
    page = visit(address, "zh-CN", scheme)
    found = []
    source, local = (open_library(library).find_document(name).id for name in NAMES[:2])
    for name in (*PAGES, "search?q=余热利用", f"compare?source={source}&local={local}"):
        page.goto(f"{address}/{name}")
        page.wait_for_selector("h1")
        quiet(page)
        violations = Axe().run(page).response["violations"]
        found += [(name, each["id"], each["nodes"][0]["html"]) for each in violations if each["impact"] in SERIOUS]
    assert found == []


def test_who_signs_in_with_openid_connect_has_the_role_of_the_lists(library: Path, visit: Open, tmp_path: Path) -> None:
    pytest.importorskip("authlib")
    port = free_port()
    with provider() as identity:
        (tmp_path / "secrets.toml").write_text(
            f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "not so secret, for a test of a minute"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{identity.issuer}/.well-known/openid-configuration"
[roles]
keeper = ["kai@example.org"]
reader = ["@example.org"]
""",
            encoding="utf-8",
        )
        server, address = serve(library, tmp_path / "log", "--secrets.files", str(tmp_path / "secrets.toml"), port=port)
        try:
            for email, sees in (("kai@example.org", True), ("lee@example.org", False)):
                identity.person = {"email": email, "email_verified": True}
                page = visit(f"{address}/documents", "en-GB")
                page.get_by_role("button", name="Sign in").click()
                page.locator(".st-key-person button").get_by_text(email).wait_for()
                page.goto(f"{address}/documents")
                page.locator("[data-testid=stDataFrame]").first.wait_for()
                quiet(page)
                assert (page.locator("[data-testid=stFileUploader], .st-key-drop_panel").count() > 0) == sees
            identity.person = {"email": "kai@example.org", "email_verified": False}
            page = visit(address, "en-GB")
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_timeout(3000)
            page.get_by_role("button", name="Sign in").wait_for()  # an address that nobody has verified does not count
        finally:
            server.terminate()
            server.wait(timeout=30)
