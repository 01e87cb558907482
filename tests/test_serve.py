"""Several processes at one port: each that dies is replaced, and all end together."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import uvicorn
from flask import Flask

from pegup.serve import PAUSE_SECONDS, Listening, _fork, _serve, listen
from tests.ports import free_port

pytestmark = pytest.mark.slow
SECONDS = 60
PHONES = 60


PEGUP = [sys.executable, "-m", "pegup.cli"]


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> dict[str, str]:
    """The environment of a site of two workers, whose database stands."""
    data = str(tmp_path_factory.mktemp("data"))
    rest = {name: value for name, value in os.environ.items() if not name.startswith("PEGUP_")}
    made = rest | {"PEGUP_DATA": data, "PEGUP_WORKERS": "2"}
    subprocess.run([*PEGUP, "migrate"], env=made, check=True, capture_output=True)
    return made


@pytest.fixture
def served(own) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`pegup serve` with two workers, and its address."""
    port = free_port()
    server = subprocess.Popen(
        [*PEGUP, "serve"], env=own | {"PEGUP_PORT": str(port)}, stderr=subprocess.PIPE
    )
    address = f"http://127.0.0.1:{port}/accessibility"
    try:
        until(lambda: answers(address))
        yield server, address
    finally:
        server.kill()
        server.communicate(timeout=SECONDS)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def until(holds) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def workers_of(server: subprocess.Popen[bytes]) -> set[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    return {int(pid) for pid in children.read_text().split()}


def test_a_worker_that_dies_is_replaced(served):
    server, address = served
    before = workers_of(server)
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(workers_of(server) - before) == 1)
    assert all(answers(address) for _time in range(10))


def test_connections_that_wait_are_taken_one_by_one(monkeypatch):
    """A worker that took all of a moment would leave the other idle; and as many as ever may wait."""
    ran: list[uvicorn.Server] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: ran.append(server))
    app = Flask("waiting")
    app.config["MAX_CONTENT_LENGTH"] = 0
    with listen("127.0.0.1", 0) as listening, ExitStack() as phones:
        _serve(app, listening)
        listening.listen(1)
        for _phone in range(PHONES):
            phones.enter_context(socket.create_connection(listening.getsockname(), timeout=5))
        assert asyncio.run(taken_at_each_turn(listening, ran[0].config.backlog)) == [1] * PHONES


def test_who_took_a_connection_leaves_the_others_time_to_take_the_next():
    with listen("127.0.0.1", 0) as listening, ExitStack() as phones:
        listening.listen()
        for _phone in range(3):
            phones.enter_context(socket.create_connection(listening.getsockname(), timeout=5))
        begun = time.monotonic()
        for _phone in range(3):
            phones.enter_context(listening.accept()[0])
        assert time.monotonic() - begun >= 2 * PAUSE_SECONDS


async def taken_at_each_turn(listening: Listening, backlog: int) -> list[int]:
    """How many connections a worker takes, turn by turn of its loop, until all are taken."""
    loop = asyncio.get_running_loop()
    taken: list[int] = []
    server = await loop.create_server(lambda: Counting(taken), sock=listening, backlog=backlog)
    async with server, asyncio.timeout(SECONDS):
        while sum(taken) < PHONES:
            taken.append(0)
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # the last is closed
    return [each for each in taken if each]


class Counting(asyncio.Protocol):
    """A connection that is counted and closed."""

    def __init__(self, taken: list[int]) -> None:
        self.taken = taken

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.taken[-1] += 1
        transport.close()


def test_a_worker_that_fails_says_why(capfd):
    def fail() -> None:
        raise RuntimeError("no event loop")

    _pid, status = os.waitpid(_fork(fail), 0)
    assert os.waitstatus_to_exitcode(status) == 1
    assert "RuntimeError: no event loop" in capfd.readouterr().err


def test_all_end_when_told_to(served):
    server, address = served
    server.terminate()
    assert server.wait(SECONDS) == 0
    assert not answers(address)


def test_no_worker_outlives_a_killed_server(served):
    server, address = served
    server.kill()
    server.wait(SECONDS)
    until(lambda: not answers(address))
