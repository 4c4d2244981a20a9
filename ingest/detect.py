"""What a file is, told from its content and not from its name."""

import re
from enum import StrEnum
from pathlib import Path

from domain.errors import RefusedError
from ingest.archive import open_archive

HEAD = 8192
LARGEST = 1 << 30  # bytes of any file
PRINTED = bytes(byte for byte in range(256) if byte >= 32 or byte in b"\t\n\r\f")
MOST_CONTROL = 0.1  # of the bytes of a text: more make it a binary file
LARGEST_TEXT = 64 << 20  # bytes of a text, web page or Word file
EMPTY = ("the file is empty", "fetch it again from where it came from")
IMAGES = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
)
ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
ARCHIVE = ("the file is an archive", "unpack it and build from the files in it")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<(?:div|table|p|meta|title)[\s>][^\0]*</", re.I)
MHTML = re.compile(
    rb"^(?:from:|mime-version:|content-type:\s*multipart/related|snapshot-content-location:|subject:)", re.I | re.M
)


class Format(StrEnum):
    """The formats that are read; WORD is the old binary one of Word and WPS, and RTF, which LibreOffice converts."""

    PDF = "pdf"
    DOCX = "docx"
    OFD = "ofd"
    WORD = "word"
    HTML = "html"
    MHTML = "mhtml"
    MARKDOWN = "markdown"
    TEXT = "text"


def detect_format(path: Path, source_file: str) -> Format:
    """The format of the file by its first bytes; raises RefusedError for what is not read, empty or too large."""
    size = path.stat().st_size
    if size == 0:
        raise RefusedError(source_file, *EMPTY)
    if size > LARGEST:
        raise RefusedError(
            source_file, f"the file has {size >> 20} MB, more than the {LARGEST >> 20} MB that are read", "split it"
        )
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    kind = _detect(path, head, source_file)
    if kind is not Format.PDF and size > LARGEST_TEXT:
        raise RefusedError(
            source_file, f"the text has {size >> 20} MB, more than the {LARGEST_TEXT >> 20} MB that are read", "split it"
        )
    return kind


def _detect(path: Path, head: bytes, source_file: str) -> Format:
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _detect_zip(path, source_file)
    if head.startswith(OLE):
        return _detect_ole(path, source_file)
    if head.startswith(b"{\\rtf"):
        return Format.WORD
    for magic, name in IMAGES:
        if head.startswith(magic) and (magic != b"BM" or b"\0" in head[:64]):
            raise RefusedError(source_file, f"the file is a {name} image", "put it into a PDF and build with --ocr")
    if head.startswith(ARCHIVES):
        raise RefusedError(source_file, *ARCHIVE)
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not utf16 and len(head.translate(None, delete=PRINTED)) > MOST_CONTROL * len(head):
        raise RefusedError(source_file, "the file is of a kind that is not read", "save it as PDF, DOCX, HTML or text")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if MHTML.search(start[:2048]) and b"multipart/" in start.lower():
        return Format.MHTML
    if not utf16 and HTML.search(start) and (start.startswith(b"<") or path.suffix.lower() in (".html", ".htm")):
        return Format.HTML
    if not start and path.stat().st_size <= HEAD:
        raise RefusedError(source_file, *EMPTY)
    return Format.MARKDOWN if path.suffix.lower() in (".md", ".markdown") else Format.TEXT


def _detect_zip(path: Path, source_file: str) -> Format:
    with open_archive(path, source_file) as archive:
        names = set(archive.namelist())
    if "word/document.xml" in names:
        return Format.DOCX
    if "OFD.xml" in names:
        return Format.OFD
    for inside, what in (("xl/workbook.xml", "an Excel workbook"), ("ppt/presentation.xml", "a PowerPoint file")):
        if inside in names:
            raise RefusedError(source_file, f"the file is {what}", "save it as PDF")
    raise RefusedError(source_file, *ARCHIVE)


def _detect_ole(path: Path, source_file: str) -> Format:
    """A binary Office file: Word's or WPS's are read; an encrypted DOCX looks the same from outside."""
    with path.open("rb") as stream:
        content = stream.read(4 << 20)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise RefusedError(source_file, "the Word file is locked with a password", "save a copy without the password")
    if "Workbook".encode("utf-16-le") in content and "WordDocument".encode("utf-16-le") not in content:
        raise RefusedError(source_file, "the file is an Excel workbook", "save it as PDF")
    return Format.WORD
