"""Threads: a search is short and runs on one; others that wait for work beside it would spend more than they bring."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """Within it the arithmetic of numpy and FAISS stays on the calling thread."""
    controller: Any = pools()
    limited: AbstractContextManager[Any] = controller.limit(limits=1)
    return limited


@cache
def pools() -> Any:
    """The thread pools of the arithmetic libraries, found once."""
    import faiss  # noqa: F401  # its pools are to be among them
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
