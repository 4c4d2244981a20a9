"""Take the pictures of docs/images: every page on the sample, in both languages. Needs chromium and playwright.

.venv/bin/python scripts/screenshots.py [OUT_FOLDER]
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from analysis.compare import compare
from domain.statement import Kind
from index import Library, open_library
from pipeline import build

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
QUERIES = {"zh": "工业园区余热利用", "en": "waste heat from factories"}
EVIDENCE = {"zh": "看证据", "en": "See the evidence"}
COMPARED = {
    "zh": ("reference-plan-zh.pdf", "yanbei-city-plan.pdf"),
    "en": ("reference-plan-en.docx", "larkhaven-climate-action-plan.pdf"),
}


def main() -> None:
    """Build the sample aside, serve it, take the pictures."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        library = open_library(Path(folder) / "library-sample", create=True)
        build(library, [ROOT / "corpora" / "sample"])
        server, address = serve(library.folder)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
                for language in LOCALES:
                    take_all(browser, address, language, library, out)
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=30)


def serve(library: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The app on a free port, when it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--", "--library", str(library)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            with urlopen(f"{address}/_stcore/health", timeout=1):
                return server, address
        except OSError:
            time.sleep(0.2)
    server.kill()
    raise SystemExit("the app did not start")


def take_all(browser: Browser, address: str, language: str, library: Library, out: Path) -> None:
    """The pages in one language, and the search in the dark."""
    page = open_page(browser, language, "light")
    for name in ("start", "search", "compare", "practices", "documents", "review"):
        page.goto(f"{address}/{'' if name == 'start' else name}{question(name, language, library)}")
        settle(page)
        if name == "practices":
            page.get_by_role("button", name=EVIDENCE[language]).first.click()
            settle(page)
        shoot(page, out / f"{name}-{language}.png")
    dark = open_page(browser, language, "dark")
    dark.goto(f"{address}/search{question('search', language, library)}")
    settle(dark)
    shoot(dark, out / f"search-dark-{language}.png")


def question(name: str, language: str, library: Library) -> str:
    """What stands after the address of a page: a search with a PDF's page open, a requirement with a number."""
    if name == "search":
        hits = library.search(QUERIES[language], k=20).hits
        paged = next(hit.statement.id for hit in hits if hit.statement.boxes)
        return f"?q={QUERIES[language]}&open={paged}"
    if name == "compare":
        source, local = (library.find_document(file) for file in COMPARED[language])
        rows = compare(library, source.id, [local.id]).rows
        best = max(rows, key=lambda row: (bool(row.rungs), row.source.kind is not Kind.ROW, row.matches[0].score))
        return f"?source={source.id}&local={local.id}&row={best.source.id}&row={local.id}"
    return ""


def open_page(browser: Browser, language: str, scheme: str) -> Page:
    """A fresh browser of a language, at the size that the app is made for."""
    dark = scheme == "dark"
    size = {"width": 1280, "height": 800}
    context = browser.new_context(locale=LOCALES[language], viewport=size, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(90_000)
    return page


def settle(page: Page) -> None:
    """Wait until the page has done what it was asked."""
    page.wait_for_selector("h1")
    page.wait_for_timeout(500)
    page.wait_for_function("document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') !== 'running'")
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")  # tables and charts come a moment later
    page.wait_for_timeout(500)


def shoot(page: Page, path: Path) -> None:
    """One picture, as small as a palette of 256 colours makes it."""
    from PIL import Image

    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    main()
