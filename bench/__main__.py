"""``python -m bench``: starts Pegup on a fresh database, fills it, measures, prints the table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench import measures
from bench.lighthouse import NotInstalled
from bench.load import loader
from bench.measures import SMALL, THOROUGH, Accounts, Effort, Figures
from bench.product import ROOT, Site, free_port
from bench.seed import seed, seed_documents
from bench.table import fallen_short, growth, number, table
from bench.visits import chromium
from pegup import create_app
from pegup.config import flask_config, read_settings

SIZES = (1_000, 10_000, 100_000)
SMALL_SIZE = 60
RESULTS = ROOT / "bench" / "results"


def main(arguments: list[str] | None = None) -> None:
    """Measures, prints, and writes JSON."""
    chosen = _parser().parse_args(arguments)
    sizes = sorted(chosen.learners or ([SMALL_SIZE] if chosen.small else SIZES))
    begun, at = time.perf_counter(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="pegup-bench-") as folder:
        site = Site(Path(folder), chosen.port or free_port())
        by_size = measure(site, sizes, SMALL if chosen.small else THOROUGH)
    report = {
        "at": at.isoformat(timespec="seconds"),
        "version": _version(),
        "machine": machine(),
        "loader": loader(),
        "seconds": time.perf_counter() - begun,
        "learners": by_size,
        "growth": growth(by_size),
        "fallen_short": fallen_short(by_size),
    }
    path = chosen.json or RESULTS / f"{at:%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    print(as_text(report, by_size), f"\nWritten to {path}.", sep="\n")


def measure(site: Site, sizes: list[int], effort: Effort) -> dict[int, Figures]:
    """All figures of each size; a larger one keeps the learners of the smaller."""
    _say("preparing")
    site.command("migrate")
    once = measures.content(site)
    accounts = site.demo_accounts()
    seed_documents(_app(site), effort.documents)
    found, seeded = {}, 0
    for stage, size in enumerate(sizes):
        _say(f"seeding {size:,} learners")
        came = seed(_app(site), start=seeded, stop=size)
        seeded = size
        figures = (once if stage == 0 else {}) | {"seed": came.rows_per_second}
        _say(f"{came.rows:,} rows in {came.seconds:.0f} s; measuring")
        found[size] = figures | _at_this_size(site, accounts, effort, stage)
    return found


def _at_this_size(site: Site, accounts: Accounts, effort: Effort, stage: int) -> Figures:
    figures = measures.start(site, effort)
    with site.served() as serving:
        for each in measures.running(
            site, serving, accounts, effort, stage=stage, scratch=site.data
        ):
            figures |= each()
        with chromium() as found:
            if found is None:
                _say("no Chromium on this machine: visits are not measured")
            else:
                figures |= _as_a_learner_sees_it(site, *found, effort, stage)
    return figures


def _as_a_learner_sees_it(
    site: Site, browser: Browser, path: str, effort: Effort, stage: int
) -> Figures:
    """What a phone loads at each size; how long it waits and what it keeps once, as no size changes it."""
    figures = measures.visits(site, browser)
    if stage:
        return figures
    figures |= measures.slow_visits(site, browser, effort) | measures.kept_course(site, browser)
    if not effort.has_scores:
        return figures
    try:
        return figures | measures.scores(site, path)
    except NotInstalled as reason:
        _say(f"no Lighthouse on this machine: its scores are not measured ({reason})")
        return figures


def as_text(report: dict[str, Any], by_size: dict[int, Figures]) -> str:
    """What stands on the screen and in docs/performance.md."""
    lines = [
        f"{report['at']}, {report['version']}, {report['machine']}; requests by {report['loader']}; "
        f"took {report['seconds']:.0f} s.",
        "",
        table(by_size),
        "",
    ]
    if len(by_size) > 1:
        times = ", ".join(f"{key} {number(ratio)} times" for key, ratio in report["growth"].items())
        lines.append(f"From the fewest learners to the most: {times}.")
    lines += [f"Falls short: {line}." for line in report["fallen_short"]]
    return "\n".join(lines)


def machine() -> str:
    """Processor, cores, memory, system, Python."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    kb = int(Path("/proc/meminfo").read_text().split()[1])
    return (
        f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, "
        f"{kb / 1024 / 1024:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def _app(site: Site) -> Any:
    """The product on the site's database, for filling it without its pages."""
    return create_app(flask_config(read_settings(site.environment)))


def _version() -> str:
    git = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(git, capture_output=True, text=True)
    return f"commit {done.stdout.strip()}" if done.returncode == 0 else "no checkout"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument(
        "--learners",
        type=int,
        action="append",
        metavar="N",
        help="a number of learners; may be repeated (default: 1,000, 10,000 and 100,000)",
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="default: in bench/results/")
    parser.add_argument("--port", type=int, default=0, help="default: one that is free")
    parser.add_argument("--small", action="store_true", help="a few of everything, as a try")
    return parser


def _say(words: str) -> None:
    print(f"bench: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
