"""The same site on SQLite and on PostgreSQL, each test with a copy of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.orm import Session

from pegup import create_app
from pegup.accounts.models import Person
from pegup.cli import pegup
from pegup.db import db, session, share, transaction

MEETING_SECONDS = 0.6
"""How long one request waits for the other at the place where they would meet."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The quick suite leaves this out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@dataclass
class Engine:
    """Where databases come from: empty ones, or copies of another."""

    name: str
    folder: Path
    server: str = ""
    made: set[str] = field(default_factory=set)

    def database(self, like: str = "") -> str:
        """The address of a new database; nobody may be connected to the one that it is like."""
        name = f"pegup_test_{uuid4().hex}"
        if self.name == "sqlite":
            path = self.folder / f"{name}.sqlite"
            if like:
                shutil.copyfile(str(make_url(like).database), path)
            url = f"sqlite:///{path}"
        else:
            template = f' TEMPLATE "{make_url(like).database}"' if like else ""
            self._order(f'CREATE DATABASE "{name}"{template}')
            url = make_url(self.server).set(database=name).render_as_string(hide_password=False)
        self.made.add(url)
        return url

    def forget(self, url: str) -> None:
        """Removes a database, also while something still holds it."""
        self.made.remove(url)
        if self.name == "sqlite":
            Path(str(make_url(url).database)).unlink(missing_ok=True)
        else:
            self._order(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def _order(self, words: str) -> None:
        plain = make_url(self.server).set(drivername="postgresql")
        address = plain.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(words)


@dataclass
class Site:
    """A site with the demonstration in it; a request says itself whose it is."""

    app: Flask
    engine: Engine
    accounts: list[dict[str, str]]
    addresses: dict[str, str]

    def client(self, person: int | None) -> FlaskClient:
        """A browser of the person with this number."""
        client = self.app.test_client()
        if person is not None:
            client.environ_base["HTTP_X_PERSON"] = str(person)
        return client

    def person(self, role: str = "") -> int:
        """Who holds the role in the demonstration; without one, somebody new."""
        with self.app.app_context(), transaction():
            if role:
                email = next(each["email"] for each in self.accounts if each["role"] == role)
                return session.scalars(Person.by_email(email)).one().id
            made = Person(name="Mariátegui Ñahui")
            session.add(made)
            session.flush()
            return made.id

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """Behind the pages: a session of its own; what is done in it is stored."""
        with self.app.app_context(), transaction():
            yield session

    def together(self, *calls: Callable[[], Any], at: str) -> list[Any]:
        """The results of calls that run at once and wait for each other before the statement ``at``.

        Where one may not come so far before the other is done, nobody waits for long.
        """
        meeting = Barrier(len(calls))

        def wait(_connection, _cursor, statement, *_rest) -> None:
            if statement.startswith(at):
                with suppress(BrokenBarrierError):
                    meeting.wait(MEETING_SECONDS)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", wait)
        try:
            with ThreadPoolExecutor(len(calls)) as pool:
                return [each.result() for each in [pool.submit(call) for call in calls]]
        finally:
            event.remove(engine, "before_cursor_execute", wait)


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def engine(request, tmp_path_factory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp(f"storage-{request.param}")
    is_server = request.param == "postgres"
    made = Engine(
        request.param, folder, request.getfixturevalue("postgres_url") if is_server else ""
    )
    yield made
    for url in list(made.made):
        made.forget(url)


@pytest.fixture
def empty(engine) -> Iterator[str]:
    """The address of a database with nothing in it."""
    url = engine.database()
    yield url
    engine.forget(url)


@pytest.fixture(scope="session")
def prepared(engine) -> tuple[str, dict[str, Any]]:
    """The address of a database with the demonstration, and what `pegup demo --json` said."""
    url = engine.database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PEGUP_DATABASE_URL", url)
        patch.setenv("PEGUP_DATA", str(engine.folder / "data"))
        return url, json.loads(run("demo", "--json").splitlines()[-1])


def run(*arguments: str) -> str:
    """What a command prints; it leaves no connection behind."""
    apps: list[Flask] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pegup.cli.app_for_command", lambda: apps.append(create_app()) or apps[-1])
        result = CliRunner().invoke(pegup, arguments, catch_exceptions=False)
    for app in apps:
        with app.app_context():
            db.engine.dispose()
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="session")
def app(engine, prepared) -> Flask:
    """One for all tests of an engine: each gives it another copy of the demonstration."""
    url, _said = prepared
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": url,
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": engine.folder / "data",
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": False,
        }
    )
    app.extensions["pegup"].current_person = lambda: session.get(
        Person, int(request.headers.get("X-Person", 0))
    )
    return app


@pytest.fixture
def site(app, engine, prepared) -> Iterator[Site]:
    """The demonstration, in a copy that the test may spoil."""
    url, said = prepared
    copy = engine.database(like=url)
    app.config["SQLALCHEMY_DATABASE_URI"] = copy
    with app.app_context():
        db.engines[None] = create_engine(copy)
    share(app)
    home = said["addresses"]["home"].rstrip("/")
    addresses = {name: url.removeprefix(home) for name, url in said["addresses"].items()}
    yield Site(app, engine, said["accounts"], addresses)
    with app.app_context():
        session.remove()
        db.engine.dispose()
    engine.forget(copy)
