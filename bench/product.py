"""The product as its user starts it: commands and a server in processes of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "content"
START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Site:
    """A data folder of its own, and the port on which it is served."""

    data: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """This machine's, with our settings alone."""
        rest = {name: text for name, text in os.environ.items() if not name.startswith("PEGUP_")}
        return rest | {"PEGUP_DATA": str(self.data), "PEGUP_PORT": str(self.port)}

    def command(self, *words: str) -> str:
        """Runs ``pegup …`` and returns what it printed."""
        done = subprocess.run(
            [*PEGUP, *words], env=self.environment, cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"pegup {' '.join(words)}: {done.stderr or done.stdout}")
        return done.stdout

    def timed(self, *words: str) -> float:
        """Seconds that the command takes, from the shell and back."""
        begun = time.perf_counter()
        self.command(*words)
        return time.perf_counter() - begun

    def demo_accounts(self) -> dict[str, tuple[str, str]]:
        """Role to e-mail and password, from the demonstration."""
        last = self.command("demo", "--json").strip().splitlines()[-1]
        return {a["role"]: (a["email"], a["password"]) for a in json.loads(last)["accounts"]}

    @contextmanager
    def served(self) -> Iterator[Serving]:
        """`pegup serve` until the block ends."""
        begun = time.perf_counter()
        process = subprocess.Popen([*PEGUP, "serve"], env=self.environment, cwd=ROOT)
        try:
            self._wait(process)
            yield Serving(process.pid, time.perf_counter() - begun)
        finally:
            process.terminate()
            process.wait(20)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until the first page comes."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"pegup serve ended with status {process.returncode}")
            try:
                with urllib.request.urlopen(f"{self.address}/", timeout=5) as response:
                    response.read()
                    return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError(f"pegup serve did not answer within {START_SECONDS} seconds")


@dataclass(frozen=True)
class Serving:
    """The processes of a running server."""

    pid: int
    started_in: float
    """Seconds from the command to the first page."""

    def cpu_seconds(self) -> float:
        """User and system time of all of them so far."""
        return sum(_cpu_ticks(pid) for pid in self._pids()) / TICKS

    def memory(self) -> tuple[float, float]:
        """MiB of all of them: resident, and resident with shared pages counted once (PSS)."""
        pids = self._pids()
        return sum(_kb(pid, "Rss:") for pid in pids) / 1024, sum(
            _kb(pid, "Pss:") for pid in pids
        ) / 1024

    def _pids(self) -> list[int]:
        found = [self.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        return found


PEGUP = (sys.executable, "-m", "pegup.cli")


def free_port() -> int:
    """One that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = fields[11:13]
    return int(user) + int(system)


def _kb(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
