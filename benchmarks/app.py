"""The app in a browser on a library of 130,000 statements: what a user waits for, and the memory of the server.

    benchmarks/app.py FOLDER [--size 130000] [--keep FOLDER]

The library holds the documents in FOLDER, and statements recombined from their clauses up to the size. Times are wall
seconds at 1280 x 720 from the key or the click until the new answer is painted; beside them the CPU seconds of server
and browser until then, which say more on a shared machine. The first page is timed in a fresh browser on a server that
has just started. Exit 1 where a bar is missed.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.search import clauses_of, recombined
from index import open_library
from pipeline import build
from scripts.screenshots import FLAGS, serve, settle
from ui.hits import Act

BARS = {"first page": 3.0, "search": 0.3, "filter": 0.2}
MOST_MB = 700
QUERIES = ("工业园区余热利用", "绿色金融", "waste heat", "碳排放核算", "新能源汽车充电", "public transport", "森林碳汇", "氢能")
FILTERS = (("facet_elements", "目标"), ("facet_sectors", "能源"))
# What tells that an answer is there: the classes of the hits, or the words of a part of the page.
HITS, FOUND, READER, BASKET = "[class*=st-key-hit_]", ".st-key-found", ".st-key-reader", ".st-key-basket"
# Resolves with the seconds between the next key or click and the frame that shows something else than before.
WATCH = """selector => { window.waited = new Promise(resolve => {
    const look = () => [...document.querySelectorAll(selector)].map(each => each.className + each.textContent).join('|');
    const before = look();
    let start = 0;
    for (const kind of ['keydown', 'click'])
        addEventListener(kind, () => { start = start || performance.now(); }, {capture: true});
    const paint = () => requestAnimationFrame(() => setTimeout(() => resolve((performance.now() - start) / 1000)));
    const seen = new MutationObserver(() => {
        const now = look();
        if (start && now && now !== before) { seen.disconnect(); paint(); }
    });
    seen.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
}); }"""


class Stopwatch:
    """Wall and CPU seconds of what is done, by name; CPU is that of the server and of the browser."""

    def __init__(self, server: psutil.Process) -> None:
        self.server = server
        self.times: dict[str, list[tuple[float, float, float]]] = {}

    def note(self, name: str, job: Callable[[], float]) -> None:
        """Do a job, which says how long it took, and note it."""
        before = self.spent()
        wall = job()
        server, browser = (after - then for after, then in zip(self.spent(), before, strict=True))
        self.times.setdefault(name, []).append((wall, server, browser))

    def spent(self) -> tuple[float, float]:
        """CPU seconds until now of the server, and of this process's other children."""
        others = [each for each in psutil.Process().children(recursive=True) if each.pid != self.server.pid]
        return cpu_of([self.server]), cpu_of(others)

    def press(self, name: str, page: Page, selector: str, act: Callable[[], object]) -> None:
        """Note how long it takes from a key or a click until what the selector names has changed."""

        def job() -> float:
            page.evaluate(WATCH, selector)
            act()
            waited: float = page.evaluate("window.waited")
            return waited

        self.note(name, job)
        settle(page)

    def report(self) -> list[str]:
        """Print the table; gives the names of the bars that were missed."""
        missed = []
        for name, noted in self.times.items():
            walls, servers, browsers = zip(*noted, strict=True)
            bar = BARS.get(name)
            print(
                f"{name:14} median {median(walls):5.2f} s  worst {max(walls):5.2f} s"
                f"   CPU: server {median(servers):5.2f} s, browser {median(browsers):5.2f} s" + (f"   bar {bar} s" if bar else "")
            )
            missed += [name] if bar and median(walls) > bar else []
        return missed


def cpu_of(processes: list[psutil.Process]) -> float:
    """CPU seconds of processes, those that have ended meanwhile left out."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def main() -> None:
    """Build the library unless it is kept, serve it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=130_000)
    parser.add_argument("--keep", type=Path, help="keep the library here and use it again")
    arguments = parser.parse_args()
    folder = (arguments.keep or Path(tempfile.mkdtemp(prefix="pilotlight-bench-"))) / f"app-{arguments.size}"
    if not folder.exists():
        fill(folder, arguments.folder, arguments.size)
    try:
        missed = measure(folder)
    finally:
        if arguments.keep is None:
            shutil.rmtree(folder.parent)
    sys.exit(1 if missed else 0)


def fill(folder: Path, source: Path, size: int) -> None:
    """The documents of the source, and recombined ones up to the size."""
    library = open_library(folder, create=True)
    build(library, [source])
    for document in recombined(clauses_of(source), max(0, size - library.count())):
        library.add(document)
    library.commit()


def measure(folder: Path) -> list[str]:
    """Use the app as an analyst would and print what it took; gives the names of the bars that were missed."""
    server, address = serve(folder)
    watch = Stopwatch(psutil.Process(server.pid))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 720}).new_page()
        page.set_default_timeout(600_000)
        watch.note("first page", lambda: open_first(page, address))
        page.goto(f"{address}/search")
        settle(page)
        for query in QUERIES:
            ask(page, query, watch)
        used = watch.server.memory_full_info().uss / 1e6
        browser.close()
    server.terminate()
    server.wait(timeout=30)
    missed = watch.report()
    print(f"{'memory':14} {used:6.0f} MB   bar {MOST_MB} MB")
    return missed + (["memory"] if used > MOST_MB else [])


def open_first(page: Page, address: str) -> float:
    """Seconds until the first page shows what is in the library."""
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".st-key-figures")
    return time.perf_counter() - start


def ask(page: Page, query: str, watch: Stopwatch) -> None:
    """One search, narrowed twice, a hit opened and kept."""
    box = page.locator(".st-key-query input")
    box.fill(query)
    watch.press("search", page, HITS, lambda: box.press("Enter"))
    for name, value in FILTERS:
        watch.press("filter", page, FOUND, page.locator(f".st-key-{name} button").filter(has_text=value).click)
    for what, act, selector in (("open a hit", Act.OPEN, READER), ("keep a hit", Act.KEEP, BASKET)):
        watch.press(what, page, selector, page.locator("[class*=st-key-acts_] button").nth(list(Act).index(act)).click)


if __name__ == "__main__":
    main()
