"""The web server: uvicorn, with the Flask app behind a thread pool, in as many processes as asked for."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from flask import Flask

from pegup import config
from pegup.app import create_app
from pegup.wsgi import Bridge

THREADS = 4
"""Requests that one process works on at once; more wait in line.

Python computes in one of them at a time: more threads only hinder each other, and more than the
database's pool of five connections would open a new connection for every page.
"""

QUEUE = 2048
"""Connections that wait to be taken by a worker."""

PAUSE_SECONDS = 0.001
"""After a worker took a connection: time for the other to wake up and take the next."""

KEEPER = Path(__file__).with_name("keeper.py")
MIB = 1024 * 1024
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Names of malloc.h for ``mallopt``."""
PR_SET_PDEATHSIG = 1
"""Of sys/prctl.h: the signal that a process gets when its parent is gone."""


def serve_forever(app: Flask, settings: Mapping[str, str]) -> None:
    """Serves the app until interrupted; none of its database's connections is open."""
    _give_memory_back()
    listening = listen(settings["HOST"], int(settings["PORT"]))
    _settle()
    workers = config.workers(settings)
    if workers <= 1 or not hasattr(os, "fork"):
        _serve(app, listening)
    else:
        _serve_together(lambda: _serve(app, listening), workers, listening)


class Listening(socket.socket):
    """A port that workers take connections from in turn, so that all get their share.

    asyncio takes as many at once as it lets wait: the worker that woke first took every connection
    of a moment, and the other stood idle. So uvicorn says 1, and here more may wait all the same.
    One that was awake still took all eight before the other had opened its eyes: it waits a little.
    """

    _took_at = 0.0

    def listen(self, _waiting: int = QUEUE) -> None:
        super().listen(QUEUE)

    def accept(self) -> tuple[socket.socket, Any]:
        time.sleep(max(0.0, self._took_at + PAUSE_SECONDS - time.monotonic()))
        taken = super().accept()
        self._took_at = time.monotonic()
        return taken


def listen(host: str, port: int) -> Listening:
    """The port, where every connection sends at once.

    asyncio asks that of sockets that know their protocol; uvicorn's does not, and an answer's body
    would wait for the browser's receipt of its headers: 40 ms on every page.
    """
    bound = uvicorn.Config("", host=host, port=port, log_level="warning").bind_socket()
    listening = Listening(fileno=bound.detach())
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _serve(app: Flask, listening: Listening) -> None:
    largest = app.config["MAX_CONTENT_LENGTH"]
    served = uvicorn.Config(
        lambda: Bridge(app.wsgi_app, threads=THREADS, largest=largest),
        factory=True,
        log_level="warning",
        backlog=1,  # see Listening
        server_header=False,
        proxy_headers=False,  # the app believes proxies, as far as PEGUP_TRUSTED_PROXIES says
        lifespan="off",
    )
    uvicorn.Server(served).run(sockets=[listening])


def _settle() -> None:
    """What was loaded stays for good: looking through it again cost a tenth of each page.

    A page leaves a few hundred objects that hold each other; looking for them at every seven
    hundred that were made cost another tenth.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 20)


def _serve_together(serve: Callable[[], None], workers: int, listening: Listening) -> None:
    """Forks the workers, and becomes the process that replaces each that dies.

    They are forked from the loaded app: what none of them changes is in memory once. Who only waits
    for them needs nothing of it, and would keep 40 MiB that the workers have copies of by then.
    """
    pids = [_fork(serve) for _ in range(workers)]
    listening.set_inheritable(True)
    known = (str(number) for number in (listening.fileno(), *pids))
    os.execv(sys.executable, [sys.executable, "-I", "-S", str(KEEPER), *known])  # noqa: S606


def _fork(serve: Callable[[], None]) -> int:
    keeper = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    _end_with(keeper)
    status = 1
    try:
        serve()
        status = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(status)


def serve_at(listening: Listening, keeper: int) -> None:
    """One worker, loaded anew in the place of one that died."""
    _end_with(keeper)
    _give_memory_back()
    app = create_app()
    _settle()
    _serve(app, listening)


def _end_with(keeper: int) -> None:
    """No worker holds the port after its keeper was killed, be it at this moment."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != keeper:
            os._exit(0)


def _give_memory_back() -> None:
    """Lets large blocks go at once: a password's hash takes 19 MiB for a moment, in any thread.

    Left alone, glibc keeps such a block for each thread for ever. What each page takes and leaves
    again stays: handing it back and forth cost a page that is packed a tenth of its time.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if libc is not None and hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, MIB)
        libc.mallopt(M_TRIM_THRESHOLD, 2 * MIB)
        libc.mallopt(M_ARENA_MAX, 2)


if __name__ == "__main__":
    serve_at(Listening(fileno=int(sys.argv[1])), keeper=int(sys.argv[2]))
