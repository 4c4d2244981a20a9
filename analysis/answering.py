"""Vectors in which a requirement lies near what answers it: the bundled encoder, its tokens moved by coded pairs of plans."""

from functools import cache
from pathlib import Path

import numpy as np

from domain.errors import EncoderError
from index.static import StaticEncoder, bundled

MOVED = Path(__file__).with_name("answering.npz")


@cache
def answer_encoder() -> StaticEncoder:
    """The encoder of what answers a requirement; whichever one searches, this one is the bundled one moved.

    Raises EncoderError if the moves were learnt for another model than the bundled one.
    """
    encoder = bundled()
    with np.load(MOVED) as moved:
        if moved["encoder"] != encoder.name:
            raise EncoderError(
                f"{MOVED.name} was learnt for {moved['encoder']}, not for {encoder.name}; install Pilotlight again"
            )
        return encoder.moved(moved["tokens"], moved["steps"] * moved["step"][:, None])
