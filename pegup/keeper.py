"""Waits for the workers of ``pegup serve``, and replaces each that dies.

``pegup.serve`` becomes this script when it has forked them: ``keeper.py SOCKET PID…``. It imports
nothing of Pegup, so that it takes little memory.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType

RESTART_SECONDS = 1.0
"""Before a worker that died is replaced: one that dies at once must not keep the machine busy."""


def keep(listening: int, workers: set[int]) -> None:
    """Until told to end; then the workers end too."""
    is_ending = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_ending
        is_ending = True
        for pid in workers:
            _end(pid)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    while workers:
        pid, status = os.wait()
        workers.discard(pid)
        if not is_ending:
            print(f"pegup: worker {pid} ended ({status})", file=sys.stderr, flush=True)
            time.sleep(RESTART_SECONDS)
        if not is_ending:
            workers.add(pid := _replacement(listening))
            if is_ending:  # told to at this moment
                _end(pid)


def _end(worker: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(worker, signal.SIGTERM)


def _replacement(listening: int) -> int:
    command = [sys.executable, "-m", "pegup.serve", str(listening), str(os.getpid())]
    return os.posix_spawn(sys.executable, command, os.environ)


if __name__ == "__main__":
    keep(int(sys.argv[1]), {int(pid) for pid in sys.argv[2:]})
