"""Mutated files: whatever the bytes, a file is read or refused, and no reader crashes, hangs or takes more than 2 GB.

PILOTLIGHT_FUZZ says how many rounds each format gets (8 by default, 2 for what goes through LibreOffice); where real documents
lie in shared/real beside the project, they are mutated too.
"""

import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fuzz_worker import Worker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_content import DATA, long_table, write_docx

from domain.document import Document
from domain.errors import RefusedError
from ingest import read_document
from ingest.characters import clean
from ingest.office import find_office
from ingest.sentence import split_sentences

ROUNDS = int(os.environ.get("PILOTLIGHT_FUZZ", "8"))
ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "real"
LETTER_PAGES = 3
LARGEST_SEED = 1 << 20  # bytes
CAREFUL = settings(max_examples=25, deadline=timedelta(seconds=20), suppress_health_check=list(HealthCheck), derandomize=True)
MUTATED = settings(
    max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck), derandomize="PILOTLIGHT_FUZZ" not in os.environ
)
MHTML = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n--B\nContent-Type: text/html\n\n%s\n--B--\n"


@cache
def seeds() -> dict[str, list[bytes]]:
    """Whole files of every format by suffix, real ones among them where they are at hand."""
    folders = (DATA, ROOT / "corpora" / "sample", REAL / "en", REAL / "zh")
    files = sorted(path for folder in folders if folder.is_dir() for path in folder.iterdir())
    found: dict[str, list[bytes]] = {}
    for path in files:
        if path.stat().st_size < LARGEST_SEED:
            found.setdefault(path.suffix.lower(), []).append(path.read_bytes())
    with TemporaryDirectory() as folder:
        found[".docx"].append(write_docx(long_table(), Path(folder) / "table.docx", chinese=True).read_bytes())
    ofd = BytesIO()
    with zipfile.ZipFile(ofd, "w") as archive:
        archive.writestr("OFD.xml", "<OFD><DocBody><DocRoot>Document.xml</DocRoot></DocBody></OFD>")
        archive.writestr("Document.xml", '<Document><Pages><Page BaseLoc="p.xml"/></Pages></Document>')
        archive.writestr(
            "p.xml", '<Page><TextObject Boundary="9 9 90 5" Size="5"><TextCode>建设园区。</TextCode></TextObject></Page>'
        )
    found[".ofd"] = [ofd.getvalue()]
    found[".md"] = [b"# Plan\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"]
    found[".mht"] = [MHTML % page for page in found[".html"]]
    return found


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def mutate(content: bytes, moves: list[tuple[str, float, float, int]], inside: bool) -> bytes:
    """The content after these moves, each (what, where, where else, how much); `inside` moves within a member of an archive."""
    if inside and zipfile.is_zipfile(BytesIO(content)):
        return _mutate_member(content, moves)
    changed = bytearray(content)
    for what, where, other, length in moves:
        at, there = int(where * len(changed)), int(other * len(changed))
        match what:
            case "flip":
                changed[at : at + 1] = bytes([changed[at] ^ (1 + length % 255)]) if changed else b""
            case "cut":
                del changed[at : at + length]
            case "truncate":
                del changed[max(at, 1) :]
            case "insert":
                changed[at:at] = random.Random(length).randbytes(length % 64)
            case "repeat":
                changed[at:at] = changed[max(0, at - length) : at]
            case "zero":
                changed[at : at + length] = bytes(len(changed[at : at + length]))
            case _:
                one, two = sorted((at, there))
                changed = changed[:one] + changed[two : two + length] + changed[one:two] + changed[two + length :]
    return bytes(changed)


def _mutate_member(content: bytes, moves: list[tuple[str, float, float, int]]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as made:
        names = archive.namelist()
        chosen = names[int(moves[0][2] * len(names))]
        for name in names:
            member = archive.read(name)
            made.writestr(name, mutate(member, moves, inside=False) if name == chosen else member)
    return out.getvalue()


FRACTION = st.floats(0, 0.999, allow_nan=False)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "truncate", "insert", "repeat", "zero", "swap"]), FRACTION, FRACTION, st.integers(1, 4000)
    ),
    min_size=1,
    max_size=8,
)


def wrong_of(worker: Worker, suffix: str, content: bytes, pages: int = 1) -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(content)
        return worker.read(path, pages)


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".ofd", ".html", ".txt", ".md", ".mht"])
def test_mutated_files_are_read_or_refused(suffix: str, worker: Worker) -> None:
    @MUTATED
    @given(FRACTION, MOVES, st.booleans())
    def mutated(which: float, moves: list[tuple[str, float, float, int]], inside: bool) -> None:
        files = seeds()[suffix]
        assert wrong_of(worker, suffix, mutate(files[int(which * len(files))], moves, inside)) == ""

    mutated()


@cache
def office_seeds() -> dict[str, bytes]:
    """The covering letter as LibreOffice writes it for old Word and as RTF."""
    with TemporaryDirectory() as folder:
        word = DATA / "notice.doc"
        command = [find_office() or "", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "rtf"]
        subprocess.run([*command, "--outdir", folder, str(word)], check=True, capture_output=True, timeout=180)
        return {".doc": word.read_bytes(), ".rtf": (Path(folder) / "notice.rtf").read_bytes()}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("suffix", [".doc", ".rtf"])
def test_mutated_old_word_files_are_read_or_refused(suffix: str, worker: Worker) -> None:
    @settings(MUTATED, max_examples=max(1, ROUNDS // 4))
    @given(MOVES)
    def mutated(moves: list[tuple[str, float, float, int]]) -> None:
        assert wrong_of(worker, suffix, mutate(office_seeds()[suffix], moves, inside=False), LETTER_PAGES) == ""

    mutated()


def read_or_refuse(name: str, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        with suppress(RefusedError):
            check(read_document(path))


def check(document: Document) -> None:
    for statement in document.statements:
        assert document.text[statement.char_start : statement.char_end] == statement.text
    assert len({statement.id for statement in document.statements}) == len(document.statements)


@CAREFUL
@given(content=st.binary(max_size=400), name=st.sampled_from(["a.pdf", "a.docx", "a.txt", "a.html"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    read_or_refuse(name, content)


TEXT = st.text(alphabet=st.sampled_from("建设园区，。；！？（）“”一二1234.-— \n\t、：第章节条附件abcABC;:!?()%…•①"), max_size=300)


@settings(max_examples=200, derandomize=True)
@given(text=TEXT)
def test_sentences_part_the_text_and_lose_no_word(text: str) -> None:
    parts = split_sentences(text)
    assert all(begin < end for begin, end in parts)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(parts))
    covered = {at for begin, end in parts for at in range(begin, end)}
    assert not [at for at, char in enumerate(text) if char.isalnum() and at not in covered]


@settings(max_examples=200, derandomize=True)
@given(text=TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@CAREFUL
@given(lines=st.lists(TEXT, min_size=1, max_size=30))
def test_any_text_becomes_a_document(lines: list[str]) -> None:
    read_or_refuse("a.txt", "\n".join(lines).encode())


@pytest.mark.slow
def test_a_pdf_of_5_000_pages_is_read_in_bounded_memory(worker: Worker, tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf_of(5000))
    assert worker.read(path, pages=10) == ""


def pdf_of(pages: int) -> bytes:
    """A PDF with a sentence a page."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(pages))
    bodies = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    bodies.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for number in range(pages):
        drawn = f"BT /F1 12 Tf 72 700 Td (The city will plant {number + 1} trees by 2030.) Tj ET"
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * number} 0 R>>"
        )
        bodies.append(f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream")
    content, starts = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        starts.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    end = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(bodies) + 1}/Root 1 0 R>>\n"
    return content + f"{end}startxref\n{len(content)}\n%%EOF\n".encode()
