"""The web server: uvicorn, with the Flask app behind a thread pool, in as many processes as asked for."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import cast

import uvicorn
from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp

from pegup.app import create_app

THREADS = 4
"""Requests that one process works on at once; more wait in line.

Python computes in one of them at a time: more threads only hinder each other, and more than the
database's pool of five connections would open a new connection for every page.
"""

RESTART_SECONDS = 1.0
"""Before a worker that died is replaced: one that dies at once must not keep the machine busy."""

MIB = 1024 * 1024
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Names of malloc.h for ``mallopt``."""
PR_SET_PDEATHSIG = 1
"""Of sys/prctl.h: the signal that a process gets when its parent is gone."""


def serve_forever(settings: Mapping[str, str]) -> None:
    """Serves until interrupted."""
    _give_memory_back()
    app = cast(WSGIApp, create_app().wsgi_app)
    config = uvicorn.Config(
        lambda: WSGIMiddleware(app, workers=THREADS),
        factory=True,
        host=settings["HOST"],
        port=int(settings["PORT"]),
        log_level="warning",
        server_header=False,
        lifespan="off",
    )
    socket = config.bind_socket()

    def serve() -> None:
        uvicorn.Server(config).run(sockets=[socket])

    workers = int(settings["WORKERS"])
    if workers <= 1 or not hasattr(os, "fork"):
        serve()
    else:
        _serve_together(serve, workers)


def _serve_together(serve: Callable[[], None], workers: int) -> None:
    """Forks the workers, and replaces each that dies, until told to end.

    They are forked from the loaded app: what none of them changes is in memory once.
    """
    pids: set[int] = set()
    is_ending = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_ending
        is_ending = True
        for pid in pids:
            os.kill(pid, signal.SIGTERM)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    gc.collect()
    gc.freeze()
    while not is_ending:
        while len(pids) < workers:
            pids.add(_fork(serve))
        pid, status = os.wait()
        pids.discard(pid)
        if not is_ending:
            logging.getLogger("uvicorn.error").error("Worker %s ended (%s)", pid, status)
            time.sleep(RESTART_SECONDS)
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def _fork(serve: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":  # no worker holds the port after its parent was killed
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    try:
        serve()
    finally:
        os._exit(0)


def _give_memory_back() -> None:
    """Lets large blocks go at once: a password's hash takes 19 MiB for a moment, in any thread.

    Left alone, glibc keeps such a block for each thread for ever.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if libc is not None and hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, MIB)
        libc.mallopt(M_ARENA_MAX, 2)
