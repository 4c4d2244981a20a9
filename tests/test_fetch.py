"""Fetching is polite, resumes, and says what it could not get; tried against a server on this machine only."""

import hashlib
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest

from analysis.fetch import Manners, Source, chosen_sources, fetch, read_sources, retry_after
from domain.errors import NotFoundError

BODY = "<p>园区建设余热利用工程。</p>".encode() * 500
QUICK = Manners(timeout=5, pause=0, backoff=0, tries=3)


class Site(BaseHTTPRequestHandler):
    """/cut ends early once and then goes on; /busy is busy once; /shut is forbidden; /away leads to /shut.

    /later and /tomorrow are busy and say how long.
    """

    seen: list[tuple[str, str | None]]
    times: list[float]
    robots = "User-agent: *\nDisallow: /shut\n"

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        first = self.path not in [path for path, _ in self.seen]
        self.seen.append((self.path, asked))
        self.times.append(time.monotonic())
        if self.path == "/robots.txt":
            return self.answer(200, self.robots.encode())
        if self.path in ("/later", "/tomorrow") and first:
            wait = "1" if self.path == "/later" else formatdate(time.time() + 86_400, usegmt=True)
            return self.answer(429, b"", **{"Retry-After": wait})
        if self.path == "/away":
            return self.answer(302, b"", Location="/shut")
        if self.path == "/missing" or (self.path == "/busy" and first):
            return self.answer(404 if self.path == "/missing" else 503, b"")
        start = int(asked[6:-1]) if asked else 0
        more = {"Content-Range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"} if asked else {}
        return self.answer(206 if asked else 200, BODY[start:], cut=self.path == "/cut" and first, **more)

    def answer(self, status: int, body: bytes, cut: bool = False, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Content-Type": "text/html", "ETag": '"1"', **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:1000] if cut else body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.seen, Site.times = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def source(site: str, name: str, page: str = "document") -> Source:
    return Source(name, name, f"{site}/{name}", page)


@pytest.mark.parametrize("name", ["plain", "busy", "cut"])
def test_a_file_comes_whole_with_its_checksum(site: str, tmp_path: Path, name: str) -> None:
    (got,) = fetch([source(site, name)], tmp_path, QUICK)
    assert got.path == tmp_path / f"{name}.html"
    assert got.path.read_bytes() == BODY
    assert (tmp_path / f"{name}.html.sha256").read_text("utf-8").startswith(hashlib.sha256(BODY).hexdigest())


def test_a_cut_off_file_is_gone_on_with(site: str, tmp_path: Path) -> None:
    fetch([source(site, "cut")], tmp_path, QUICK)
    assert ("/cut", "bytes=1000-") in Site.seen


def test_a_file_that_is_there_is_not_fetched_again_unless_changed(site: str, tmp_path: Path) -> None:
    (got,) = fetch([source(site, "plain")], tmp_path, QUICK)
    asked = len(Site.seen)
    fetch([source(site, "plain")], tmp_path, QUICK)
    assert len(Site.seen) == asked
    assert got.path is not None
    got.path.write_bytes(b"spoilt")
    fetch([source(site, "plain")], tmp_path, QUICK)
    assert got.path.read_bytes() == BODY


def test_what_cannot_be_had_is_said_and_does_not_stop_the_rest(site: str, tmp_path: Path) -> None:
    names = ["shut", "away", "missing", "plain"]
    landing, local = source(site, "home", "landing"), Source("local", "local", "file:///etc/hostname", "document")
    *lost, last = fetch([landing, local, *(source(site, name) for name in names)], tmp_path, QUICK)
    said = ["issuer's page", "not an address", "forbids", "forbids", "404"]
    assert all(got.path is None and words in got.reason for got, words in zip(lost, said, strict=True))
    assert last.path is not None
    assert not {"/home", "/shut"} & {path for path, _ in Site.seen}


def test_robots_are_read_once_and_the_delay_they_ask_for_is_kept(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "robots", "User-agent: *\nCrawl-delay: 1\n")
    assert all(got.path for got in fetch([source(site, "plain"), source(site, "cut")], tmp_path, QUICK))
    assert [path for path, _ in Site.seen] == ["/robots.txt", "/plain", "/cut", "/cut"]
    pages = Site.times[1:]
    assert all(after - before >= 0.9 for before, after in pairwise(pages))


def test_a_site_that_asks_for_a_day_between_requests_is_asked_once(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "robots", "User-agent: pilotlight\nRequest-rate: 1/86400\n")
    first, second = fetch([source(site, "plain"), source(site, "cut")], tmp_path, QUICK)
    assert first.path is not None
    assert "asks to wait 86400 seconds" in second.reason


def test_a_busy_site_is_asked_again_when_it_says_so(site: str, tmp_path: Path) -> None:
    later, tomorrow = fetch([source(site, "later"), source(site, "tomorrow")], tmp_path, QUICK)
    assert later.path is not None
    assert Site.times[2] - Site.times[1] >= 0.9
    assert "asks to wait 8" in tomorrow.reason
    assert [path for path, _ in Site.seen].count("/tomorrow") == 1


@pytest.mark.parametrize("asked", [None, "", "soon", "-5", "Fri, 01 Jan 1999 00:00:00 GMT"])
def test_what_asks_for_no_wait_is_none(asked: str | None) -> None:
    assert retry_after(asked) <= 0


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        chosen_sources(read_sources(), ["pilot-plan", "nowhere"])
