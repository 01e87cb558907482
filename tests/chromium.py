"""Where this machine's Chromium is."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""The first draws no window of its own around each page: tests take six tenths of the time."""


def find_chromium(playwright: Playwright) -> str | None:
    """The one named by PEGUP_TEST_CHROMIUM, the machine's, else Playwright's own."""
    wanted = [os.environ.get("PEGUP_TEST_CHROMIUM"), *map(shutil.which, NAMES)]
    wanted.append(playwright.chromium.executable_path)
    return next((path for path in wanted if path and _runs(path)), None)


def has_chromium() -> bool:
    """Whether there is one at all."""
    with sync_playwright() as playwright:
        return find_chromium(playwright) is not None


def _runs(path: str) -> bool:
    """Ubuntu has a command of that name that only says where the browser would be."""
    if not Path(path).exists():
        return False
    return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
