"""The whole course kept on a phone: what went over the line, and what it takes of the phone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from playwright.sync_api import Browser

from bench.visits import phone

KEEP_MS = 120_000
BLOCK = 65_536


@dataclass
class Line:
    """A wire to the server that counts what comes back over it, headers included."""

    address: str
    received: int = 0


def keep(
    browser: Browser, port: int, outline: str, cookies: Mapping[str, str]
) -> tuple[float, float]:
    """Every theme of the outline kept by its button: kB over the line, kB in the browser's storage."""
    with counted(port) as line:
        context = phone(browser, line.address, cookies)
        page = context.new_page()
        page.goto(line.address + outline, wait_until="networkidle")
        before = page.evaluate(STORED)
        line.received = 0
        for theme in page.locator("keep-module").all():
            theme.get_by_role("button").click()
            page.wait_for_function(
                "(each) => !each.querySelector('button').disabled && each.kept",
                arg=theme.element_handle(),
                timeout=KEEP_MS,
            )
        page.wait_for_load_state("networkidle")
        stored = page.evaluate(STORED) - before
        context.close()
    return line.received / 1000, stored / 1000


STORED = "() => navigator.storage.estimate().then(({ usage }) => usage)"


@contextmanager
def counted(port: int) -> Iterator[Line]:
    """An address on this machine behind which the server stands."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        line = Line(f"http://127.0.0.1:{door.getsockname()[1]}")
        threading.Thread(target=_serve, args=(door, port, line), daemon=True).start()
        yield line


def _serve(door: socket.socket, port: int, line: Line) -> None:
    with suppress(OSError):  # the door is closed
        while True:
            browser, _address = door.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for source, target, back in ((browser, server, False), (server, browser, True)):
                threading.Thread(
                    target=_carry, args=(source, target, line if back else None), daemon=True
                ).start()


def _carry(source: socket.socket, target: socket.socket, line: Line | None) -> None:
    with suppress(OSError):
        while block := source.recv(BLOCK):
            if line is not None:
                line.received += len(block)
            target.sendall(block)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
