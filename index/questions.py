"""Questions to a library that packages above this one answer, found by name among the installed program's entry points.

So `library.compare(...)` can be asked of a library without anything here knowing analysis/: docs/decisions/python.md.
"""

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

from domain.errors import LibraryError

GROUP = "pilotlight.questions"


def question(name: str) -> Callable[..., Any]:
    """The function that answers a question; raises LibraryError where the program is not installed."""
    found = entry_points(group=GROUP, name=name)
    if not found:
        raise LibraryError(f"{name}: nobody answers this here; install Pilotlight with `make install` or `pip install -e .`")
    return next(iter(found)).load()  # type: ignore[no-any-return]
