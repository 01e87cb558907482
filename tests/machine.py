"""Puts on the machine what the browser tests need, if it can; says what it could not do.

Chromium: the one that is there, else Debian's, else Playwright's. PostgreSQL: a server given by
``PEGUP_TEST_POSTGRES_URL``, else one from a wheel that the tests start themselves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.chromium import has_chromium


def main() -> None:
    if not has_chromium() and not (_from_debian() or _from_playwright()):
        print("Chromium could not be installed: the browser tests are skipped.", file=sys.stderr)


def _from_debian() -> bool:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    install = [
        "apt-get",
        "install",
        "-y",
        "-q",
        "--no-install-recommends",
        "chromium",
        "fonts-dejavu-core",
    ]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-q"], environment)
    _run(install, environment)
    return has_chromium()


def _from_playwright() -> bool:
    _run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], os.environ)
    return has_chromium()


def _run(command: list[str], environment) -> None:
    subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
