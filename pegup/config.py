"""Every setting, its default and what it means: read from the environment as ``PEGUP_<NAME>``.

The README's table is tested against ``SETTINGS``.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Setting:
    """One line of the configuration table."""

    name: str
    default: str
    meaning: str

    @property
    def variable(self) -> str:
        return f"PEGUP_{self.name}"


MOST_BY_DEFAULT = 2
"""Processes: more take more memory than a small server has."""

SETTINGS = (
    Setting("PORT", "8000", "port that `pegup serve` listens on"),
    Setting("HOST", "127.0.0.1", "address that `pegup serve` listens on"),
    Setting(
        "WORKERS", "", "processes that `pegup serve` starts; empty: one for each core, two at most"
    ),
    Setting("DATA", "var", "folder of the database, uploaded files and keys"),
    Setting("DATABASE_URL", "", "SQLAlchemy address; empty: an SQLite file in the data folder"),
    Setting("SECRET_KEY", "", "signs sessions; empty: made once and kept in the data folder"),
    Setting(
        "PUBLIC_URL", "", "the site's https address; set it wherever Pegup is not on localhost"
    ),
    Setting("REGISTRATION", "open", "who may sign up: `open`, `invitation` or `closed`"),
    Setting(
        "STAFF_TWO_FACTOR",
        "optional",
        "code from the phone for people with a role: `optional`, or `required` (do it in earnest use)",
    ),
    Setting("MAIL_SERVER", "", "SMTP server; empty: mails are written to the data folder"),
    Setting("MAIL_PORT", "25", "port of the SMTP server; 587 speaks STARTTLS, 465 TLS"),
    Setting("MAIL_USERNAME", "", "name for the SMTP server"),
    Setting("MAIL_PASSWORD", "", "password for the SMTP server"),
    Setting("MAIL_SENDER", "pegup@localhost", "address that mails come from"),
    Setting("UPLOAD_LIMIT_MB", "5", "largest file a person may upload, in megabytes"),
    Setting("TRUSTED_PROXIES", "0", "how many reverse proxies stand in front (for X-Forwarded-*)"),
)


class BadSetting(Exception):
    """A setting that cannot be used; the message names it and says what is allowed."""


def read_settings(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Every setting by name, with its default where the environment has none."""
    return {s.name: environment.get(s.variable) or s.default for s in SETTINGS}


def flask_config(settings: Mapping[str, str]) -> dict[str, Any]:
    """What the settings mean to Flask and its extensions; makes the data folder and its key."""
    data = Path(settings["DATA"]).absolute()
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"PEGUP_DATA: cannot make the folder {data}: {error.strerror}.") from None
    largest = _whole_number(settings, "UPLOAD_LIMIT_MB") * 1024 * 1024
    under_https = settings["PUBLIC_URL"].startswith("https://")
    return {
        "SECRET_KEY": settings["SECRET_KEY"] or _kept_secret(data / "secret.key"),
        "SQLALCHEMY_DATABASE_URI": database_url(settings),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": under_https,
        "SESSION_COOKIE_NAME": "__Host-pegup" if under_https else "pegup",
        "PEGUP_UPLOAD_LIMIT": largest,
        # A file somewhat too large, such as a phone's photo, still arrives: its form says so and
        # keeps what was typed. What is larger than this is not even read.
        "MAX_CONTENT_LENGTH": 4 * largest,
        "PEGUP_DATA": data,
        "PEGUP_PORT": _port(settings, "PORT"),
        "PEGUP_PUBLIC_URL": settings["PUBLIC_URL"].rstrip("/"),
        "PEGUP_REGISTRATION": _one_of(settings, "REGISTRATION", {"open", "invitation", "closed"}),
        "PEGUP_STAFF_TWO_FACTOR": _one_of(settings, "STAFF_TWO_FACTOR", {"optional", "required"}),
        "PEGUP_TRUSTED_PROXIES": _whole_number(settings, "TRUSTED_PROXIES"),
        "MAIL_SERVER": settings["MAIL_SERVER"],
        "MAIL_PORT": _port(settings, "MAIL_PORT"),
        "MAIL_USERNAME": settings["MAIL_USERNAME"] or None,
        "MAIL_PASSWORD": settings["MAIL_PASSWORD"] or None,
        "MAIL_DEFAULT_SENDER": settings["MAIL_SENDER"],
    }


def database_url(settings: Mapping[str, str]) -> str:
    """The SQLAlchemy address; PostgreSQL always through psycopg 3."""
    url = settings["DATABASE_URL"]
    if not url:
        return f"sqlite:///{Path(settings['DATA']).absolute() / 'pegup.sqlite'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("PEGUP_DATABASE_URL must begin with postgresql:// or sqlite:///.")
    return url


def workers(settings: Mapping[str, str]) -> int:
    """How many processes serve: by default one for each core that this one may use, two at most."""
    if settings["WORKERS"]:
        return _whole_number(settings, "WORKERS")
    may_use = getattr(os, "sched_getaffinity", None)
    return min(MOST_BY_DEFAULT, len(may_use(0)) if may_use else os.cpu_count() or 1)


def _kept_secret(path: Path) -> str:
    """A key made once; readable by this user alone."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    # Another process may have made it in this moment, and write to it in the next.
    for _try in range(20):
        if key := path.read_text().strip():
            return key
        time.sleep(0.05)
    raise BadSetting(
        f"{path} is empty: put its copy there, or delete it, which signs everybody out."
    )


def _whole_number(settings: Mapping[str, str], name: str) -> int:
    value = settings[name]
    if not value.isascii() or not value.isdigit():
        raise BadSetting(f"PEGUP_{name} must be a whole number, not {value!r}.")
    return int(value)


def _port(settings: Mapping[str, str], name: str) -> int:
    port = _whole_number(settings, name)
    if not 0 < port < 65536:
        raise BadSetting(f"PEGUP_{name} must be from 1 to 65535, not {port}.")
    return port


def _one_of(settings: Mapping[str, str], name: str, allowed: set[str]) -> str:
    value = settings[name]
    if value not in allowed:
        raise BadSetting(
            f"PEGUP_{name} must be one of {', '.join(sorted(allowed))}, not {value!r}."
        )
    return value
