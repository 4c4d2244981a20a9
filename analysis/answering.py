"""Vectors in which a requirement lies near what answers it: the bundled encoder, its tokens moved by coded pairs of plans."""

from functools import cache
from pathlib import Path

import numpy as np

from index.static import StaticEncoder, bundled

MOVED = Path(__file__).with_name("answering.npz")


@cache
def answer_encoder() -> StaticEncoder:
    """The encoder of what answers a requirement; whichever one searches, this one is the bundled one moved."""
    with np.load(MOVED) as moved:
        return bundled().moved(moved["tokens"], moved["steps"] * moved["step"][:, None])
