"""Many requests at once: with wrk where it is installed, else with a loader of our own."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parent / "wrk.lua"


@dataclass(frozen=True)
class Target:
    """A page, and the cookie of who opens it."""

    path: str
    cookie: str


@dataclass(frozen=True)
class Load:
    """What came of it."""

    requests: int
    seconds: float
    p50_ms: float
    p95_ms: float
    failures: int
    """Answers other than 200, and connections that broke."""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def loader() -> str:
    """Which one measures here."""
    return "wrk" if shutil.which("wrk") else "own loader (asyncio)"


def put_load(port: int, targets: Sequence[Target], *, connections: int, seconds: float) -> Load:
    """Asks for the targets in turn over so many connections for so long."""
    if loader() == "wrk":
        return _with_wrk(port, targets, connections, seconds)
    asked = _with_our_own(port, targets, connections, seconds)
    with ThreadPoolExecutor(1) as own:  # Playwright leaves a running loop in this thread
        return own.submit(asyncio.run, asked).result()


def _with_wrk(port: int, targets: Sequence[Target], connections: int, seconds: float) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(f"{target.path}\t{target.cookie}\n" for target in targets)
        file.flush()
        done = subprocess.run(
            [
                "wrk",
                "--threads=1",
                f"--connections={connections}",
                f"--duration={max(1, round(seconds))}s",
                f"--script={SCRIPT}",
                f"http://127.0.0.1:{port}",
            ],
            env=os.environ | {"BENCH_TARGETS": file.name},
            capture_output=True,
            text=True,
            check=True,
        )
    return Load(**json.loads(done.stdout.splitlines()[-1]))


async def _with_our_own(
    port: int, targets: Sequence[Target], connections: int, seconds: float
) -> Load:
    turns = itertools.cycle(_request(target) for target in targets)
    begun = time.perf_counter()
    each = [_connection(port, turns, begun + seconds) for _ in range(connections)]
    found = list(itertools.chain.from_iterable(await asyncio.gather(*each)))
    took = time.perf_counter() - begun
    times = sorted(ms for ms, _is_right in found)
    return Load(
        requests=len(found),
        seconds=took,
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
        failures=sum(not is_right for _ms, is_right in found),
    )


async def _connection(
    port: int, turns: itertools.cycle[bytes], until: float
) -> list[tuple[float, bool]]:
    """Milliseconds of each request of one connection, and whether it was answered with 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = []
    while (begun := time.perf_counter()) < until:
        writer.write(next(turns))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length:")
        )
        await reader.readexactly(length)
        found.append(((time.perf_counter() - begun) * 1000, head.startswith(b"HTTP/1.1 200")))
    writer.close()
    await writer.wait_closed()
    return found


def _request(target: Target) -> bytes:
    head = (
        f"GET {target.path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept-Encoding: br, gzip",
        f"Cookie: {target.cookie}",
    )
    return "\r\n".join((*head, "", "")).encode()


def percentile(ordered: Sequence[float], per_cent: int) -> float:
    """The smallest of the values in order that so many per cent do not exceed."""
    if not ordered:
        raise ValueError("Nothing was measured.")
    return ordered[max(0, -(-len(ordered) * per_cent // 100) - 1)]
