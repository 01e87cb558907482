"""The web server: uvicorn, with the Flask app behind a thread pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import uvicorn
from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp

from pegup.app import create_app

THREADS = 8
"""Requests that one process works on at once; more wait in line."""


def asgi() -> WSGIMiddleware:
    """The application of one process."""
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
