"""How long work computes, whatever else the machine does at the moment."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

WORDS = "la acequia **que** nos da agua [y](vida) " * 4_000
YARDSTICK_SECONDS = 0.008
"""What ``_yardstick`` takes on a quiet core of the machine that our limits were set on."""


def computing(work: Callable[[], object], *, most: float) -> float:
    """Seconds of computing, the best of five, or the first below ``most``.

    Where the core is slower at this moment, by a busy neighbour or for good, so is the clock:
    asked only of work that took too long, for it never makes a time longer.
    """
    times = []
    for _time in range(5):
        times.append(_seconds(work))
        if times[-1] >= most:
            times[-1] /= max(1.0, _seconds(_yardstick) / YARDSTICK_SECONDS)
        if times[-1] < most:
            break
    return min(times)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _yardstick() -> int:
    pieces = re.split(r"[ *\[\]()]+", WORDS)
    return sum(len(piece.title()) for piece in pieces if piece.isalpha())
