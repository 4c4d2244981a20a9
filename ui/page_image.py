"""The page of a document as an image, with the boxes of statements drawn on it."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from domain.statement import Box

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 1.6
WHOLE_SCALE = 1.3
MARGIN = 130.0
INK, GUTTER = 24, 14
FRAME = (157, 82, 8)
TINT = (255, 240, 196)
PDFIUM = Lock()  # pdfium is not safe to enter from two threads


def is_paged(path: Path) -> bool:
    """Whether the file is a PDF by its content, the one format with page images."""
    with path.open("rb") as stream:
        return b"%PDF-" in stream.read(1024)


@st.cache_data(max_entries=64, show_spinner=False)
def rendered(path: str, changed: int, page: int, scale: float) -> bytes:
    """Page `page` (from 1) as PNG; `changed` is the file's time of change. Raises OSError where it cannot be drawn."""
    import pypdfium2

    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(path)
            image = document[page - 1].render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
            document.close()
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise OSError(f"{path}: page {page} cannot be drawn ({error})") from error
    return png(image)


def passage_image(path: Path, page: int, boxes: Sequence[Box], *, whole: bool = False) -> bytes:
    """The page with the boxes framed, as PNG: the whole of it, or the boxes with `MARGIN` points above and below."""
    from PIL import Image

    scale = WHOLE_SCALE if whole else SCALE
    image = Image.open(BytesIO(rendered(str(path), path.stat().st_mtime_ns, page, scale)))
    here = [box for box in boxes if box.page == page]
    framed = frame(image, here, scale)
    if here and not whole:
        top = max(0.0, min(box.top for box in here) - MARGIN) * scale
        bottom = min(framed.height, (max(box.bottom for box in here) + MARGIN) * scale)
        framed = framed.crop(trimmed(framed.crop((0, int(top), framed.width, int(bottom))), int(top)))
    return png(framed)


def trimmed(image: "Image", top: int) -> tuple[int, int, int, int]:
    """The corners of a strip that begins at `top`, without the blank margins left and right of its ink."""
    from PIL import ImageOps

    ink = ImageOps.invert(image.convert("L")).point(lambda value: 255 if value > INK else 0).getbbox()
    left, right = (ink[0], ink[2]) if ink else (0, image.width)
    return max(0, left - GUTTER), top, min(image.width, right + GUTTER), top + image.height


def margin_image(path: Path, page: int, bars: Sequence[tuple[Box, str]]) -> bytes:
    """The whole page with a bar of the given colour ("#rrggbb") in the margin beside each box, as PNG."""
    from PIL import Image, ImageDraw

    image = Image.open(BytesIO(rendered(str(path), path.stat().st_mtime_ns, page, WHOLE_SCALE)))
    draw = ImageDraw.Draw(image)
    here = [(box, colour) for box, colour in bars if box.page == page]
    left = min((box.x0 for box, _ in here), default=40.0)
    for box, colour in here:
        x = max(2.0, left - 12.0) * WHOLE_SCALE
        draw.rectangle((x, box.top * WHOLE_SCALE, x + 5, box.bottom * WHOLE_SCALE), fill=colour)
    return png(image)


def frame(image: "Image", boxes: Sequence[Box], scale: float) -> "Image":
    """A copy of the image with each box outlined and its ground tinted, the ink in it as dark as before."""
    from PIL import Image, ImageChops, ImageDraw

    framed = image.copy()
    draw = ImageDraw.Draw(framed)
    for box in boxes:
        left, top = max(0, int((box.x0 - 2) * scale)), max(0, int((box.top - 2) * scale))
        right, bottom = min(image.width, int((box.x1 + 2) * scale)), min(image.height, int((box.bottom + 2) * scale))
        if left >= right or top >= bottom:
            continue
        ground = framed.crop((left, top, right, bottom))
        framed.paste(ImageChops.multiply(ground, Image.new("RGB", ground.size, TINT)), (left, top))
        draw.rectangle((left, top, right - 1, bottom - 1), outline=FRAME, width=2)
    return framed


def png(image: "Image") -> bytes:
    """The image's bytes."""
    out = BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()
