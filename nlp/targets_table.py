"""Targets in table rows."""

from domain.codebook import Language
from domain.target import Target


def row_targets(
    text: str, *, language: Language, heading_path: tuple[str, ...], column_heads: tuple[str, ...], previous: str
) -> list[Target]:
    """The targets of a table row, read by its first cell and its column heads."""
    return []
