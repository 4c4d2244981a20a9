"""Bad files: each is refused in one clear line that says what is wrong and what to do, or read for what it is."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from ingest_content import DATA
from PIL import Image

from domain.errors import RefusedError
from ingest import detect, read_document
from ingest.office import find_office

PDF = (DATA / "notice.pdf").read_bytes()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def image_pdf() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (200, 280), "white").save(made, "PDF")
    return made.getvalue()


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="x">&b;</w:document>'
)
BAD = {
    "empty": ("a.pdf", b"", "empty"),
    "white": ("a.txt", b" \n\t\n ", "empty"),
    "truncated": ("a.pdf", PDF[: len(PDF) // 3], "damaged"),
    "header_only": ("a.pdf", b"%PDF-1.7\n", "damaged"),
    "locked": ("a.pdf", (DATA / "locked.pdf").read_bytes(), "password"),
    "pictures": ("a.pdf", image_pdf(), "no text layer"),
    "image": ("a.pdf", PNG, "PNG image"),
    "binary": ("a.txt", bytes(range(256)) * 40, "not read"),
    "zip_bomb": ("a.docx", zipped({"word/document.xml": b"0" * (50 << 20)}), "zip bomb"),
    "entities": ("a.docx", zipped({"word/document.xml": ENTITIES}), "entities"),
    "entities_ofd": ("a.ofd", zipped({"OFD.xml": ENTITIES}), "entities"),
    "cut_docx": ("a.docx", zipped({"word/document.xml": b"<a/>" * 999})[:300], "damaged"),
    "no_xml": ("a.docx", zipped({"word/document.xml": b"<w:document"}), "damaged"),
    "no_body": ("a.docx", zipped({"word/document.xml": b"<document/>"}), "no text part"),
    "workbook": ("a.docx", zipped({"xl/workbook.xml": b"<a/>"}), "Excel"),
    "slides": ("a.docx", zipped({"ppt/presentation.xml": b"<a/>"}), "PowerPoint"),
    "archive": ("a.zip", zipped({"plan.txt": b"text"}), "archive"),
    "empty_html": ("a.html", b"<html><body><nav>Home</nav></body></html>", "no text"),
    "no_html_part": ("a.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--\n", "no HTML part"),
    "gzip": ("a.txt", gzip.compress(b"plan" * 99), "archive"),
    "missing_page_part": (
        "a.ofd",
        zipped({"OFD.xml": b"<OFD><DocBody><DocRoot>Doc/Document.xml</DocRoot></DocBody></OFD>"}),
        "missing",
    ),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_bad_files_are_refused_with_reason_and_remedy(case: str, tmp_path: Path) -> None:
    name, content, reason = BAD[case]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RefusedError) as caught:
        read_document(path)
    error = caught.value
    assert error.source_file == name
    assert reason in error.reason
    assert error.remedy
    assert "\n" not in str(error)
    assert not error.reason.endswith(".")


def test_a_password_on_a_word_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(detect.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(RefusedError, match="password"):
        read_document(path)


@pytest.mark.skipif(bool(find_office()), reason="LibreOffice is installed")
def test_old_word_files_ask_for_libreoffice(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes((DATA / "notice.doc").read_bytes())
    with pytest.raises(RefusedError, match="LibreOffice"):
        read_document(path)


def test_a_huge_text_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.write("到2025年，建设园区。\n".encode() * 400)
        stream.truncate(500 << 20)
    with pytest.raises(RefusedError, match="500 MB"):
        read_document(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.pdf", "<!DOCTYPE html><html><body><p>园区将建设光伏电站。</p></body></html>"),
        ("page.docx", "<html><body><p>园区将建设光伏电站。</p></body></html>"),
        ("page.txt", "<html><body><p>园区将建设光伏电站。</p></body></html>"),
        ("page.html", "园区将建设光伏电站。"),
        ("page.pdf", "园区将建设光伏电站。"),
    ],
)
def test_content_and_not_the_suffix_says_what_a_file_is(name: str, content: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert read_document(path).text == "园区将建设光伏电站。"


def test_a_pdf_with_another_suffix_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(PDF)
    assert read_document(path).facts.number == "云政发〔2024〕12号"


def test_control_characters_and_mixed_charsets_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "mixed.txt"
    path.write_bytes("园区将\x00建设\x07光伏\x1b电站。\r\n".encode() * 30 + "镕".encode("gb18030") + "\n节能改造。".encode())
    document = read_document(path)
    assert document.statements[0].text == "园区将 建设 光伏 电站。".replace(" ", "")
    assert document.statements[-1].text.endswith("节能改造。")
    assert not any(ord(char) < 32 and char not in "\n\t" for char in document.text)


def test_a_page_without_text_among_others_is_noted(tmp_path: Path) -> None:
    import pypdfium2 as pdfium

    made = pdfium.PdfDocument(DATA / "notice.pdf")
    made.new_page(595, 842, index=1)
    path = tmp_path / "gap.pdf"
    made.save(path)
    document = read_document(path)
    assert [page.number for page in document.pages if "no_text" in page.problems] == [2]


def test_the_name_to_cite_is_the_one_given(tmp_path: Path) -> None:
    path = tmp_path / "upload-1"
    path.write_bytes(b"")
    with pytest.raises(RefusedError, match=r"^plan\.pdf: "):
        read_document(path, source_file="plan.pdf")
