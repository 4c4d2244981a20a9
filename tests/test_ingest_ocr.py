"""Pages without a text layer: read as images when asked, once, and named where they are not."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from ingest_content import DATA

from ingest import ocr, read_document


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
