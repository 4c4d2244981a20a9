"""Pages without a text layer: read as images when asked, once, and named where they are not."""

import ctypes
import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from ingest_content import DATA
from PIL import Image

from ingest import ocr, read_document
from ingest.line import Line
from ingest.pdf import legibility


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """The first page of the letter as a picture in a PDF."""
    page = pdfium.PdfDocument(DATA / "notice.pdf")[0]
    path = tmp_path / "scan.pdf"
    page.render(scale=150 / 72, grayscale=True).to_pil().convert("RGB").save(path, resolution=150)
    return path


@pytest.mark.slow
def test_a_scan_is_read_once_and_kept(scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rapidocr")
    pytest.importorskip("onnxruntime")
    monkeypatch.setenv("PILOTLIGHT_CACHE", str(tmp_path / "cache"))
    document = read_document(scan, ocr=True)
    assert document.pages[0].problems == ("ocr",)
    assert document.facts.number == "云政发〔2024〕12号"
    assert ("一、总体要求", "（二）主要目标") in {statement.heading_path for statement in document.statements}
    monkeypatch.setattr(ocr, "_read", lambda image, source_file: pytest.fail("the page was read again"))
    assert read_document(scan, ocr=True).text == document.text


def layered_scan(folder: Path, layer: str) -> Path:
    """A page that is one picture with a text layer over it, as scanning programs leave it."""
    image = io.BytesIO()
    Image.new("RGB", (595, 842), "white").save(image, "PDF", resolution=72)
    document = pdfium.PdfDocument(image.getvalue())
    page = document[0]
    words = pdfium.raw.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", 12.0)
    text = (layer + "\0").encode("utf-16-le")
    pdfium.raw.FPDFText_SetText(words, ctypes.cast(ctypes.c_char_p(text), ctypes.POINTER(ctypes.c_ushort)))
    pdfium.raw.FPDFPageObj_Transform(words, 1, 0, 0, 1, 72, 700)
    pdfium.raw.FPDFPage_InsertObject(page.raw, words)
    pdfium.raw.FPDFPage_GenerateContent(page.raw)
    path = folder / "layered.pdf"
    document.save(path)
    return path


@pytest.mark.parametrize(
    ("layer", "seen", "kept"),
    [
        ("The coun~il w|ll pl^nt trees", "The council will plant 500 trees.", "The council will plant 500 trees."),
        ("The council will plant 500 trees.", "The counc", "The council will plant 500 trees."),
    ],
)
def test_of_two_readings_of_a_scan_the_better_is_kept(
    layer: str, seen: str, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "ocr_lines", lambda page, number, source_file: [Line(seen, number, 72, 130, 300, 142, 12)])
    path = layered_scan(tmp_path, layer)
    assert read_document(path).text == layer, "without --ocr the layer is taken as it is"
    document = read_document(path, ocr=True)
    assert document.text == kept
    assert document.pages[0].problems == (("ocr",) if kept == seen else ())


def test_each_page_that_is_read_as_an_image_is_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "ocr_lines", lambda page, number, source_file: [Line("Plant trees.", number, 72, 130, 300, 142, 12)])
    path, said = layered_scan(tmp_path, "Pl~nt tr||s"), []
    read_document(path, ocr=True, progress=lambda page, pages: said.append((page, pages)))
    assert said == [(1, 1)]


def test_the_legible_text_says_more_than_the_noisy_one() -> None:
    assert legibility(["到2025年建成绿色园区。"]) > legibility(["到2025年建 成 绿色园〈区"])
    assert legibility(["建成绿色园区五个。"]) > legibility(["建成绿园区个。"])
