"""Ruling lines of a PDF page: the drawn edges that tables and underlines are made of."""

import ctypes
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from ingest.glyphs import View

THIN = 2.6  # points: a filled rectangle no thicker is a line
SHORT = 8.0  # points: a shorter edge is no ruling line
MOST_OBJECTS = 20_000
MOST_SEGMENTS = 400  # of one path: more is a drawing


@dataclass(frozen=True, slots=True)
class Edge:
    """A horizontal or vertical line, in points from the top left of the page as shown."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def is_level(self) -> bool:
        """Whether the line runs from left to right."""
        return self.x1 - self.x0 >= self.bottom - self.top


def read_edges(page: Any, view: View) -> list[Edge]:
    """The ruling lines of the page, stroked lines and thin filled rectangles; drawings and backgrounds are left out."""
    edges: list[Edge] = []
    count = pdfium.FPDFPage_CountObjects(page.raw)
    for index in range(min(count, MOST_OBJECTS)):
        thing = pdfium.FPDFPage_GetObject(page.raw, index)
        if pdfium.FPDFPageObj_GetType(thing) == pdfium.FPDF_PAGEOBJ_PATH:
            edges += _path_edges(thing, view)
    return edges


def _path_edges(path: Any, view: View) -> list[Edge]:
    left, low, right, high = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(path, *map(ctypes.byref, (left, low, right, high))):
        return []
    x0, top, x1, bottom = view.place(left.value, low.value, right.value, high.value)
    thin, long = sorted((x1 - x0, bottom - top))
    if long < SHORT:
        return []
    if thin <= THIN:
        return [Edge(x0, top, x1, bottom)]
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    segments = pdfium.FPDFPath_CountSegments(path)
    if segments > MOST_SEGMENTS:
        return []
    if stroke.value:
        return _segment_edges(path, segments, view)
    return _subpath_edges(path, segments, view) if fill.value and segments > 5 else []


def _points(path: Any, segments: int, view: View) -> list[tuple[int, float, float]]:
    """The path's points as (segment type, x, y) on the page as shown, closing segments included."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, ctypes.byref(matrix))
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[int, float, float]] = []
    first = (0.0, 0.0)
    for index in range(segments):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        across = matrix.a * x.value + matrix.c * y.value + matrix.e
        up = matrix.b * x.value + matrix.d * y.value + matrix.f
        left, top, _, _ = view.place(across, up, across, up)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = (left, top)
        points.append((kind, left, top))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append((pdfium.FPDF_SEGMENT_LINETO, *first))
    return points


def _segment_edges(path: Any, segments: int, view: View) -> list[Edge]:
    edges = []
    points = _points(path, segments, view)
    for (_, x0, y0), (kind, x1, y1) in pairwise(points):
        if kind != pdfium.FPDF_SEGMENT_LINETO or max(abs(x1 - x0), abs(y1 - y0)) < SHORT:
            continue
        if min(abs(x1 - x0), abs(y1 - y0)) <= 1.0:
            edges.append(Edge(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return edges


def _subpath_edges(path: Any, segments: int, view: View) -> list[Edge]:
    """The thin rectangles among the subpaths of one filled path: some producers draw a whole grid as one."""
    edges: list[Edge] = []
    corners: list[tuple[float, float]] = []
    for kind, x, y in [*_points(path, segments, view), (pdfium.FPDF_SEGMENT_MOVETO, 0.0, 0.0)]:
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(corners) >= 4:
                xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
                thin, long = sorted((max(xs) - min(xs), max(ys) - min(ys)))
                if thin <= THIN and long >= SHORT:
                    edges.append(Edge(min(xs), min(ys), max(xs), max(ys)))
            corners = []
        corners.append((x, y))
    return edges
