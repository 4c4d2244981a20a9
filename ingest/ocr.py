"""Text of page images, read by RapidOCR (the extra `[ocr]`) or, where it is missing, by tesseract; kept by the page's hash."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from platformdirs import user_cache_dir

from domain.errors import RefusedError
from ingest.line import Line

DPI = 150  # as good as 200 on scans of office print, and cheaper
LEAST_SCORE = 0.5
UNEVEN = 0.25
HALF_BRACKET = re.compile(r"[（(]([^（）()]{0,20}[\u4e00-\u9fff][^（）()]{0,20})[)）]")
VERSION = "1"  # of what is kept: raised when reading changes
REMEDY = "install pilotlight[ocr]"
Found = tuple[str, float, float, float, float]  # words, x0, top, x1, bottom in points


def ocr_lines(page: Any, number: int, source_file: str) -> list[Line]:
    """The lines on the image of this page (a pypdfium2 page), from the cache where it was read before."""
    image = page.render(scale=DPI / 72, grayscale=True).to_pil()
    key = sha256(image.tobytes() + repr((image.size, VERSION, engine_name())).encode()).hexdigest()
    kept = cache_folder() / f"{key}.json"
    if kept.exists():
        found: list[Found] = [tuple(line) for line in json.loads(kept.read_text(encoding="utf-8"))]
    else:
        found = list(_read(image, source_file))
        write_aside(kept, json.dumps(found, ensure_ascii=False))
    usual = median(bottom - top for _, _, top, _, bottom in found) if found else 0.0
    return [_line(words, number, usual) for words in found]


def _line(found: Found, number: int, usual: float) -> Line:
    """The words as a line: its height, which scanning made uneven, evened to the usual one where it is near."""
    text, x0, top, x1, bottom = found
    height = usual if abs(bottom - top - usual) < UNEVEN * usual else bottom - top
    return Line(HALF_BRACKET.sub(r"（\1）", text), number, x0, top, x1, bottom, round(0.8 * height, 1))


def cache_folder() -> Path:
    """Where pages that were read are kept; PILOTLIGHT_CACHE names another place."""
    folder = Path(os.environ.get("PILOTLIGHT_CACHE") or user_cache_dir("pilotlight")) / "ocr"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_aside(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as stream:
        stream.write(text)
    Path(stream.name).replace(path)


@cache
def engine_name() -> str:
    """The engine that reads: "rapidocr", "tesseract", or "" where neither is installed."""
    from importlib.util import find_spec

    if find_spec("rapidocr") and find_spec("onnxruntime"):
        return "rapidocr"
    return "tesseract" if shutil.which("tesseract") else ""


def _read(image: Any, source_file: str) -> Iterator[Found]:
    engine = engine_name()
    if engine == "rapidocr":
        yield from _read_rapid(image)
    elif engine == "tesseract":
        yield from _read_tesseract(image)
    else:
        raise RefusedError(source_file, "pages without text need OCR, which is not installed", REMEDY)


@cache
def _rapid() -> Any:
    from rapidocr import RapidOCR

    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 2}
    return RapidOCR(params={**threads, "Global.use_cls": False, "Global.log_level": "error"})


def _read_rapid(image: Any) -> Iterator[Found]:
    import numpy as np

    result = _rapid()(np.asarray(image.convert("RGB")))
    if result.txts is None:
        return
    for text, box, score in zip(result.txts, result.boxes, result.scores, strict=True):
        if score >= LEAST_SCORE and text.strip():
            xs, ys = [float(x) for x, _ in box], [float(y) for _, y in box]
            yield text, _points(min(xs)), _points(min(ys)), _points(max(xs)), _points(max(ys))


def _read_tesseract(image: Any) -> Iterator[Found]:
    with tempfile.TemporaryDirectory(prefix="pilotlight-") as folder:
        picture = Path(folder) / "page.png"
        image.save(picture)
        command = ["tesseract", str(picture), "stdout", "-l", "chi_sim+eng", "--dpi", str(DPI), "tsv"]
        done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    words: dict[tuple[str, ...], list[list[str]]] = {}
    for row in done.stdout.decode("utf-8", "replace").splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[11].strip():
            words.setdefault(tuple(cells[1:5]), []).append(cells)
    for line in words.values():
        x0, top = min(int(word[6]) for word in line), min(int(word[7]) for word in line)
        x1, bottom = max(int(word[6]) + int(word[8]) for word in line), max(int(word[7]) + int(word[9]) for word in line)
        yield " ".join(word[11] for word in line), _points(x0), _points(top), _points(x1), _points(bottom)


def _points(pixels: float) -> float:
    return round(pixels * 72 / DPI, 1)
