"""Several processes at one port: each that dies is replaced, and all end together."""

from __future__ import annotations

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
from urllib.parse import urlsplit

import pytest

from pegup.serve import _fork
from tests.ports import free_port

pytestmark = pytest.mark.slow
SECONDS = 60
PHONES = 60


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`pegup serve` with two workers, and its address."""
    port = free_port()
    ours = {"PEGUP_DATA": str(tmp_path), "PEGUP_PORT": str(port), "PEGUP_WORKERS": "2"}
    rest = {name: value for name, value in os.environ.items() if not name.startswith("PEGUP_")}
    pegup = [sys.executable, "-m", "pegup.cli"]
    subprocess.run([*pegup, "migrate"], env=rest | ours, check=True, capture_output=True)
    server = subprocess.Popen([*pegup, "serve"], env=rest | ours, stderr=subprocess.PIPE)
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


def test_connections_of_a_moment_are_shared_out(served):
    """Phones that wait when both workers wake: one that took them all would leave the other idle."""
    server, address = served
    before = {pid: sockets(pid) for pid in workers_of(server)}
    with ExitStack() as phones:
        for pid in before:
            os.kill(pid, signal.SIGSTOP)
        for _phone in range(PHONES):
            there = ("127.0.0.1", urlsplit(address).port)
            phones.enter_context(socket.create_connection(there))
        for pid in before:
            os.kill(pid, signal.SIGCONT)
        taken = dict.fromkeys(before, 0)

        def all_are_taken() -> bool:
            taken.update({pid: sockets(pid) - held for pid, held in before.items()})
            return sum(taken.values()) == PHONES

        until(all_are_taken)
    assert min(taken.values()) > 2, taken


def sockets(pid: int) -> int:
    """How many the process holds."""
    links = (os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink())
    return sum(link.startswith("socket:") for link in links)


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
