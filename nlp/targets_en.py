"""Targets in English sentences."""

from domain.target import Target


def english_targets(text: str, *, heading_path: tuple[str, ...], previous: str) -> list[Target]:
    """The targets of an English sentence or item, in reading order."""
    return []
