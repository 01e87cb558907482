"""A browser that keeps its cookies, accounts with passwords, the mails that were sent, a clock."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import g
from flask_security import hash_password

from pegup.db import session
from pegup.standalone import attempts
from pegup.standalone.accounts import account_of
from tests import make
from tests.pages import checked

PASSWORD = "cuatro tazas de quinua"


class Browser:
    """One device: its cookies, its address, nothing left over from the last request."""

    def __init__(self, app, address: str = "203.0.113.5") -> None:
        self.client = app.test_client()
        self.address = address

    def open(self, path: str, status: int | None = 200, **options):
        for name in list(g):
            g.pop(name)
        options.setdefault("environ_base", {"REMOTE_ADDR": self.address})
        response = self.client.open(path, **options)
        if status is None:
            return response
        return checked(response, status)

    def get(self, path: str, status: int | None = 200, **options):
        return self.open(path, status, method="GET", **options)

    def post(self, path: str, data: dict | None = None, status: int | None = 302, **options):
        return self.open(path, status, method="POST", data=data or {}, **options)

    def sign_in(self, who, password: str = PASSWORD, status: int | None = 302, next: str = ""):
        address = who if isinstance(who, str) else who.email
        data = {"email": address, "password": password, "next": next}
        return self.post("/sign-in", data, status)

    @property
    def is_inside(self) -> bool:
        return self.get("/account", status=None).status_code == 200

    def cookie(self, name: str):
        return self.client.get_cookie(name)


@pytest.fixture
def browser(app, world) -> Browser:
    return Browser(app)


@pytest.fixture
def other_browser(app, world) -> Browser:
    return Browser(app, address="198.51.100.7")


@pytest.fixture
def with_password(world):
    """``with_password(ben)`` gives ben an account that works."""
    hashed: list[str] = []

    def give(person):
        account = account_of(person)
        if not hashed:
            hashed.append(hash_password(PASSWORD))
        account.password, account.confirmed_at = hashed[0], datetime(1997, 5, 1, tzinfo=UTC)
        session.commit()
        return account

    return give


@pytest.fixture
def rosa(with_password):
    """A learner with a password."""
    person = make.person("Rosa Quispe Mamani")
    with_password(person)
    return person


@pytest.fixture
def outbox(app, monkeypatch, tmp_path):
    """The mails sent since the test began, oldest first."""
    monkeypatch.setitem(app.config, "PEGUP_DATA", tmp_path)

    def read():
        files = sorted((tmp_path / "mail").glob("*.eml"))
        policy = email.policy.default
        return [email.message_from_bytes(file.read_bytes(), policy=policy) for file in files]

    return read


def link_in(message) -> str:
    """The path of the first link of a mail."""
    return re.search(r"https?://[^/\s]+(/\S+)", message.get_content()).group(1)


class Clock:
    """Time for the limits; ``clock.on(minutes=3)``."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def on(self, **time) -> None:
        self.time += timedelta(**time)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(attempts, "clock", made)
    return made
