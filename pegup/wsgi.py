"""The Flask app behind an event loop: a slow phone keeps a connection busy, never a thread.

A request's body is read before a thread takes it, and the answer is handed over whole, so that a
thread works only while it computes. Sixty phones that send a photo by 2G wait beside each other; in
a server that reads in its threads, the first four would hold up everybody.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

IN_MEMORY = 256 * 1024
"""Bytes of a body; a larger one waits in a file."""

PATIENCE_SECONDS = 0.025
"""How long a request has the processor to itself: three or four times what a page takes."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Gone(Exception):
    """The phone hung up before it had sent everything."""


@dataclass
class Answer:
    """What the app said; ``start`` is its ``start_response``."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)

    def start(
        self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """Takes the status and the headers; a second call after an error replaces the first."""
        self.status = int(status[:3])
        self.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return self.chunks.append


class Bridge:
    """An ASGI application that answers by a WSGI one, at most ``threads`` requests at a time.

    A body of more than ``largest`` bytes is not read: the app refuses it by its length.
    """

    def __init__(self, app: WsgiApp, *, threads: int, largest: int) -> None:
        self.app = app
        self.largest = largest
        self.turn = asyncio.Lock()
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection's request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        with SpooledTemporaryFile(IN_MEMORY) as body:
            try:
                if int(environ.get("CONTENT_LENGTH") or 0) <= self.largest:
                    environ["CONTENT_LENGTH"] = str(await self._read(receive, body))
            except Gone:
                return
            environ["wsgi.input"] = body
            answer = await self._in_turn(environ)
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        await send(start)
        await send({"type": "http.response.body", "body": b"".join(answer.chunks)})

    async def _in_turn(self, environ: Environ) -> Answer:
        """One page after the other; what takes longer than a page goes on beside the next.

        Python computes one at a time in any case: four that take turns every few milliseconds all
        come as late as the last of them.
        """
        async with self.turn:
            work = asyncio.get_running_loop().run_in_executor(self.pool, self._answer, environ)
            await asyncio.wait((work,), timeout=PATIENCE_SECONDS)
        return await work

    async def _read(self, receive: Receive, body: SpooledTemporaryFile[bytes]) -> int:
        """How many bytes came, at most one more than fit: those are enough to be refused."""
        length, is_more = 0, True
        while is_more and length <= self.largest:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            chunk = message.get("body", b"")
            length += len(chunk)
            if length <= self.largest:
                body.write(chunk)
            is_more = message.get("more_body", False)
        body.seek(0)
        return length

    def _answer(self, environ: Environ) -> Answer:
        answer = Answer()
        chunks = self.app(environ, answer.start)
        try:
            answer.chunks.extend(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return answer


def environ_of(scope: Scope) -> Environ:
    """The request as WSGI has it (PEP 3333): bytes as text in Latin-1.

    A header whose name has an underscore is left out: it would look like one with a hyphen, as a
    proxy sets them.
    """
    server, port = scope.get("server") or ("localhost", 80)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ
