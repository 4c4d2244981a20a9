"""Fetching official documents that the user asks for: one at a time, as robots.txt allows, resumed, with checksums."""

import hashlib
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
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
    """How long to wait: for an answer, between two requests, and before trying again (doubled each time); in seconds."""

    timeout: float = 30.0
    pause: float = 2.0
    backoff: float = 2.0
    tries: int = 4


class UnfetchedError(PilotlightError):
    """A source that cannot be had; trying again would not help."""


class CutOffError(OSError):
    """The connection ended before the whole file came."""


class AllowedRedirects(HTTPRedirectHandler):
    """Follows a redirect only to where robots.txt lets us."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners

    def redirect_request(self, req: Request, fp, code, msg, headers, newurl: str) -> Request | None:  # type: ignore[no-untyped-def]
        check_robots(newurl, self.manners)
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
    for source in sources:
        if done:
            time.sleep(manners.pause)
        done.append(fetch_one(source, folder, manners))
    return tuple(done)


def fetch_one(source: Source, folder: Path, manners: Manners) -> Fetched:
    """The file of one source, or why there is none; a file whose checksum holds is not fetched again."""
    if source.page != "document":
        return Fetched(source, None, f"only the issuer's page is known, look there for the title: {source.address}")
    kept = kept_file(source, folder)
    if kept:
        return Fetched(source, kept)
    try:
        check_robots(source.address, manners)
        return Fetched(source, with_retries(source, folder, manners))
    except (UnfetchedError, OSError, HTTPException, ValueError) as error:
        return Fetched(source, None, str(error) or type(error).__name__)


def kept_file(source: Source, folder: Path) -> Path | None:
    """The file fetched before, if it still has the checksum written beside it."""
    for note in folder.glob(f"{source.id}.*.sha256"):
        path = note.with_suffix("")
        if path.is_file() and note.read_text(encoding="utf-8").split()[:1] == [checksum(path)]:
            return path
    return None


def with_retries(source: Source, folder: Path, manners: Manners) -> Path:
    """Download, waiting longer each time something passing goes wrong."""
    for attempt in range(manners.tries):
        try:
            return download(source, folder, manners)
        except (OSError, HTTPException) as error:
            last = attempt == manners.tries - 1
            if last or (isinstance(error, HTTPError) and error.code not in PASSING):
                raise
            time.sleep(manners.backoff * 2**attempt)
    raise UnfetchedError("no try was allowed")


def download(source: Source, folder: Path, manners: Manners) -> Path:
    """Fetch once, going on from what an earlier try left only where the server says that it is the same file."""
    part, mark = folder / f"{source.id}.part", folder / f"{source.id}.mark"
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    if part.is_file() and mark.is_file():
        headers |= {"Range": f"bytes={part.stat().st_size}-", "If-Range": mark.read_text(encoding="utf-8")}
    try:
        answer = build_opener(AllowedRedirects(manners)).open(Request(source.address, headers=headers), timeout=manners.timeout)
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


def check_robots(address: str, manners: Manners) -> None:
    """Raises UnfetchedError where the address is not on the web or robots.txt forbids it or cannot be read."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise UnfetchedError(f"not an address on the web: {address}")
    request = Request(f"{parts.scheme}://{parts.netloc}/robots.txt", headers={"User-Agent": AGENT})
    try:
        with build_opener().open(request, timeout=manners.timeout) as answer:
            lines = answer.read(BLOCK * 8).decode("utf-8", "replace").splitlines()
    except HTTPError as error:
        if 400 <= error.code < 500 and error.code not in (401, 403, 429):
            return
        raise UnfetchedError(f"robots.txt of {parts.netloc} cannot be read: {error}") from error
    rules = RobotFileParser()
    rules.parse(lines)
    if not rules.can_fetch(AGENT, address):
        raise UnfetchedError(f"robots.txt of {parts.netloc} forbids it")


def suffix_of(answer: HTTPResponse, address: str) -> str:
    """The file's suffix by its declared type, else by its address."""
    return SUFFIX_OF_TYPE.get(answer.headers.get_content_type()) or PurePosixPath(urlsplit(address).path).suffix or ".html"


def checksum(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
