"""Mutated files: whatever the bytes, a file is read or refused, and no reader crashes or hangs."""

import zipfile
from contextlib import suppress
from datetime import timedelta
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_content import DATA, long_table, write_docx

from domain.document import Document
from domain.errors import RefusedError
from ingest import read_document
from ingest.characters import clean
from ingest.sentence import split_sentences

CAREFUL = settings(max_examples=25, deadline=timedelta(seconds=20), suppress_health_check=list(HealthCheck), derandomize=True)


MHTML = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n--B\nContent-Type: text/html\n\n<p>Plan.</p>\n--B--\n"


@cache
def seeds() -> dict[str, bytes]:
    """A small file of every format that is read without other programs."""
    with TemporaryDirectory() as folder:
        word = write_docx(long_table(), Path(folder) / "table.docx", chinese=True).read_bytes()
    ofd = BytesIO()
    with zipfile.ZipFile(ofd, "w") as archive:
        archive.writestr("OFD.xml", "<OFD><DocBody><DocRoot>Document.xml</DocRoot></DocBody></OFD>")
        archive.writestr("Document.xml", '<Document><Pages><Page BaseLoc="p.xml"/></Pages></Document>')
        archive.writestr(
            "p.xml", '<Page><TextObject Boundary="9 9 90 5" Size="5"><TextCode>建设园区。</TextCode></TextObject></Page>'
        )
    return {
        "a.pdf": (DATA / "chapters.pdf").read_bytes(),
        "a.docx": word,
        "a.ofd": ofd.getvalue(),
        "a.html": (DATA / "notice.html").read_bytes(),
        "a.txt": "一、主要目标\n到2025年，建设园区（责任单位：市发展改革委）。\n".encode("gb18030"),
        "a.md": b"# Plan\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        "a.mht": MHTML,
    }


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


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.ofd", "a.html", "a.txt", "a.md", "a.mht"])
@CAREFUL
@given(data=st.data())
def test_mutated_files_are_read_or_refused(name: str, data: st.DataObject) -> None:
    content = bytearray(seeds()[name])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        what = data.draw(st.sampled_from(["flip", "cut", "insert", "repeat"]))
        if what == "flip" and content:
            content[at] ^= data.draw(st.integers(1, 255))
        elif what == "cut":
            del content[at : at + data.draw(st.integers(1, 400))]
        elif what == "insert":
            content[at:at] = data.draw(st.binary(max_size=40))
        else:
            content[at:at] = content[max(0, at - 60) : at]
    read_or_refuse(name, bytes(content))


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
