"""A printed line of a page."""

from dataclasses import dataclass

from domain.statement import Box


@dataclass(slots=True)
class Line:
    """One line in one column: its text, its rectangle in points from the top left of the page as shown, and its type."""

    text: str
    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    column: int = 0
    cells: tuple["Line", ...] = ()  # its pieces, where wide gaps part them

    @property
    def box(self) -> Box:
        """The rectangle, to a tenth of a point."""
        return Box(self.page, round(self.x0, 1), round(self.top, 1), round(self.x1, 1), round(self.bottom, 1))

    @property
    def middle(self) -> float:
        """Height of the line's middle on the page."""
        return (self.top + self.bottom) / 2
