"""The web server: uvicorn, with the Flask app behind a thread pool, in as many processes as asked for."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType

import uvicorn
from flask import Flask

from pegup.wsgi import Bridge

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


def serve_forever(app: Flask, settings: Mapping[str, str]) -> None:
    """Serves the app until interrupted; none of its database's connections is open."""
    _give_memory_back()
    config = uvicorn.Config(
        lambda: Bridge(app.wsgi_app, threads=THREADS, largest=app.config["MAX_CONTENT_LENGTH"]),
        factory=True,
        host=settings["HOST"],
        port=int(settings["PORT"]),
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # the app believes proxies, as far as PEGUP_TRUSTED_PROXIES says
        lifespan="off",
    )
    listening = listen(config)

    def serve() -> None:
        uvicorn.Server(config).run(sockets=[listening])

    gc.collect()
    gc.freeze()  # what was loaded stays for good: looking through it again cost a tenth of each page
    workers = int(settings["WORKERS"])
    if workers <= 1 or not hasattr(os, "fork"):
        serve()
    else:
        _serve_together(serve, workers)


def listen(config: uvicorn.Config) -> socket.socket:
    """The port, where every connection sends at once.

    asyncio asks that of sockets that know their protocol; uvicorn's does not, and an answer's body
    would wait for the browser's receipt of its headers: 40 ms on every page.
    """
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


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
