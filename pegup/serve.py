"""The web server: uvicorn, with the Flask app behind a thread pool."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
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

MIB = 1024 * 1024
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Names of malloc.h for ``mallopt``."""


def asgi() -> WSGIMiddleware:
    """The application of one process."""
    _give_memory_back()
    app = cast(WSGIApp, create_app().wsgi_app)
    return WSGIMiddleware(app, workers=THREADS)


def serve_forever(settings: Mapping[str, str]) -> None:
    """Serves until interrupted."""
    uvicorn.run(
        "pegup.serve:asgi",
        factory=True,
        host=settings["HOST"],
        port=int(settings["PORT"]),
        workers=int(settings["WORKERS"]),
        log_level="warning",
        server_header=False,
        lifespan="off",
    )


def _give_memory_back() -> None:
    """Lets large blocks go at once: a password's hash takes 19 MiB for a moment, in any thread.

    Left alone, glibc keeps such a block for each thread for ever.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if libc is not None and hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, MIB)
        libc.mallopt(M_ARENA_MAX, 2)
