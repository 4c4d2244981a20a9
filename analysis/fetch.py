"""Fetching official documents that the user asks for: one at a time, as robots.txt allows, resumed, with checksums."""

import hashlib
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from pathlib import Path, PurePosixPath
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener
from urllib.robotparser import RobotFileParser

from domain.errors import NotFoundError, PilotlightError

SOURCES = Path(__file__).resolve().parents[1] / "corpora" / "sources.toml"
AGENT = "pilotlight"
BLOCK = 1 << 16
LARGEST = 200 * 1024 * 1024
PASSING = (408, 429, 500, 502, 503, 504)
SUFFIX_OF_TYPE = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
    "text/html": ".html",
    "text/plain": ".txt",
}


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of the list; `page` is document, or landing where only the issuer's site is known."""

    id: str
    title: str
    address: str
    page: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of a source: its file, or the reason why there is none."""

    source: Source
    path: Path | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Manners:
    """How long to wait: for an answer, between two sources, and before trying again (doubled each time); in seconds.

    A site that asks for a longer wait gets it, up to `patience`.
    """

    timeout: float = 30.0
    pause: float = 2.0
    backoff: float = 2.0
    tries: int = 4
    patience: float = 300.0


class UnfetchedError(PilotlightError):
    """A source that cannot be had; trying again would not help."""


class CutOffError(OSError):
    """The connection ended before the whole file came."""


class Sites:
    """The sites of one run: what their robots.txt asks for, read once, and when each was last asked for something."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self._rules: dict[str, RobotFileParser] = {}
        self._asked: dict[str, float] = {}

    def enter(self, address: str) -> None:
        """Wait until the site may be asked again; raises UnfetchedError where the address is not on the web or forbidden."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https"):
            raise UnfetchedError(f"not an address on the web: {address}")
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = read_robots(site, self.manners)
        rules = self._rules[site]
        if not rules.can_fetch(AGENT, address):
            raise UnfetchedError(f"robots.txt of {parts.netloc} forbids it")
        if site in self._asked:
            wait(self._asked[site] + delay_of(rules) - time.monotonic(), self.manners, f"robots.txt of {parts.netloc}")
        self._asked[site] = time.monotonic()


class AllowedRedirects(HTTPRedirectHandler):
    """Follows a redirect only to where robots.txt lets us."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites

    def redirect_request(self, req: Request, fp, code, msg, headers, newurl: str) -> Request | None:  # type: ignore[no-untyped-def]
        self.sites.enter(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def read_sources(path: Path = SOURCES) -> tuple[Source, ...]:
    """The sources listed in a TOML file."""
    with path.open("rb") as stream:
        entries = tomllib.load(stream).get("source", [])
    try:
        return tuple(Source(e["id"], e["title"], e["address"], e["page"]) for e in entries)
    except KeyError as error:
        raise PilotlightError(f"{path}: a source has no {error.args[0]}") from error


def chosen_sources(sources: Sequence[Source], ids: Sequence[str]) -> tuple[Source, ...]:
    """The sources with these ids, in this order; raises NotFoundError."""
    known = {source.id: source for source in sources}
    missing = [one for one in ids if one not in known]
    if missing:
        raise NotFoundError(f"no source {', '.join(missing)}; the list has {', '.join(known)}")
    return tuple(known[one] for one in dict.fromkeys(ids))


def fetch(sources: Sequence[Source], folder: Path, manners: Manners = Manners()) -> tuple[Fetched, ...]:
    """Download into the folder one after the other; a source that cannot be had does not stop the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    done: list[Fetched] = []
    sites = Sites(manners)
    for source in sources:
        if done:
            time.sleep(manners.pause)
        done.append(fetch_one(source, folder, sites))
    return tuple(done)


def fetch_one(source: Source, folder: Path, sites: Sites) -> Fetched:
    """The file of one source, or why there is none; a file whose checksum holds is not fetched again."""
    if source.page != "document":
        return Fetched(source, None, f"only the issuer's page is known, look there for the title: {source.address}")
    kept = kept_file(source, folder)
    if kept:
        return Fetched(source, kept)
    try:
        return Fetched(source, with_retries(source, folder, sites))
    except (UnfetchedError, OSError, HTTPException, ValueError) as error:
        return Fetched(source, None, str(error) or type(error).__name__)


def kept_file(source: Source, folder: Path) -> Path | None:
    """The file fetched before, if it still has the checksum written beside it."""
    for note in folder.glob(f"{source.id}.*.sha256"):
        path = note.with_suffix("")
        if path.is_file() and note.read_text(encoding="utf-8").split()[:1] == [checksum(path)]:
            return path
    return None


def with_retries(source: Source, folder: Path, sites: Sites) -> Path:
    """Download, waiting longer each time something passing goes wrong, and as long as the site asks for."""
    manners = sites.manners
    for attempt in range(manners.tries):
        try:
            return download(source, folder, sites)
        except (OSError, HTTPException) as error:
            last = attempt == manners.tries - 1
            if last or (isinstance(error, HTTPError) and error.code not in PASSING):
                raise
            asked = retry_after(error.headers["Retry-After"]) if isinstance(error, HTTPError) else 0.0
            wait(max(asked, manners.backoff * 2**attempt), manners, f"{urlsplit(source.address).netloc} is busy and")
    raise UnfetchedError("no try was allowed")


def wait(seconds: float, manners: Manners, who: str) -> None:
    """Wait; raises UnfetchedError where that is more than our patience."""
    if seconds > manners.patience:
        raise UnfetchedError(f"{who} asks to wait {seconds:.0f} seconds; come back later")
    time.sleep(max(seconds, 0.0))


def retry_after(asked: str | None) -> float:
    """The seconds that a Retry-After header asks for, as seconds or as a date; 0 where it asks for none (RFC 9110, 10.2.3)."""
    if not asked:
        return 0.0
    if asked.strip().isdecimal():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    return (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def download(source: Source, folder: Path, sites: Sites) -> Path:
    """Fetch once, going on from what an earlier try left only where the server says that it is the same file."""
    part, mark = folder / f"{source.id}.part", folder / f"{source.id}.mark"
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    if part.is_file() and mark.is_file():
        headers |= {"Range": f"bytes={part.stat().st_size}-", "If-Range": mark.read_text(encoding="utf-8")}
    sites.enter(source.address)
    try:
        request = Request(source.address, headers=headers)
        answer = build_opener(AllowedRedirects(sites)).open(request, timeout=sites.manners.timeout)
    except HTTPError as error:
        if error.code == 416:
            part.unlink(missing_ok=True)
            mark.unlink(missing_ok=True)
            raise CutOffError("what was fetched before does not fit the file") from error
        raise
    with answer:
        receive(answer, part, mark)
        path = folder / (source.id + suffix_of(answer, source.address))
    part.replace(path)
    mark.unlink(missing_ok=True)
    path.with_name(path.name + ".sha256").write_text(f"{checksum(path)}  {path.name}\n", encoding="utf-8")
    return path


def receive(answer: HTTPResponse, part: Path, mark: Path) -> None:
    """Write the answer's body to the part file; raises CutOffError where less came than was announced."""
    going_on = answer.status == 206
    if going_on and not (answer.headers["Content-Range"] or "").startswith(f"bytes {part.stat().st_size}-"):
        part.unlink()
        raise CutOffError("the server went on from another place")
    etag = answer.headers["ETag"] or ""
    validator = etag if etag and not etag.startswith("W/") else answer.headers["Last-Modified"]
    if validator:
        mark.write_text(validator, encoding="utf-8")
    elif not going_on:
        mark.unlink(missing_ok=True)
    announced, came = answer.headers["Content-Length"], 0
    with part.open("ab" if going_on else "wb") as stream:
        while block := answer.read(BLOCK):
            came += len(block)
            stream.write(block)
            if stream.tell() > LARGEST:
                raise UnfetchedError(f"larger than {LARGEST >> 20} MiB")
    if announced is not None and came < int(announced):
        raise CutOffError(f"the connection ended after {came} of {announced} bytes")


def read_robots(site: str, manners: Manners) -> RobotFileParser:
    """The rules of a site, none where it has no robots.txt; raises UnfetchedError where they cannot be read."""
    rules = RobotFileParser()
    request = Request(f"{site}/robots.txt", headers={"User-Agent": AGENT})
    try:
        with build_opener().open(request, timeout=manners.timeout) as answer:
            rules.parse(answer.read(BLOCK * 8).decode("utf-8", "replace").splitlines())
    except HTTPError as error:
        if not 400 <= error.code < 500 or error.code in (401, 403, 429):
            raise UnfetchedError(f"robots.txt of {urlsplit(site).netloc} cannot be read: {error}") from error
        rules.parse([])
    return rules


def delay_of(rules: RobotFileParser) -> float:
    """The seconds between two requests that a site asks for, by Crawl-delay or Request-rate."""
    rate = rules.request_rate(AGENT)
    return max(float(rules.crawl_delay(AGENT) or 0), rate.seconds / rate.requests if rate else 0.0)


def suffix_of(answer: HTTPResponse, address: str) -> str:
    """The file's suffix by its declared type, else by its address."""
    return SUFFIX_OF_TYPE.get(answer.headers.get_content_type()) or PurePosixPath(urlsplit(address).path).suffix or ".html"


def checksum(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
