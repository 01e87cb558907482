"""One app and one database for the whole run; each test works in a transaction that is undone."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import event
from werkzeug.test import TestResponse

from pegup import create_app
from pegup.accounts.models import Kind, Person, Role
from pegup.db import Model, db, session
from tests import make, postgres
from tests.pages import Page, checked
from tests.sharing import SharedOut, dearest_first

settings.register_profile("long", max_examples=3_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
"""``make test-long`` searches thirty times as long."""


class CompiledOnce(BytecodeCache):
    """Templates are the same in each of the hundred apps that tests make."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.code


Flask.jinja_options = {"bytecode_cache": CompiledOnce()}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After every folder has put its marks on its own."""
    dearest_first(items)


def pytest_collection_finish() -> None:
    """What is loaded by now stays and is not looked through again; garbage is collected in larger heaps.

    Parsed pages are all circles: to look for them at every seven hundred objects took a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedOut:
    config.option.loadscopereorder = False
    return SharedOut(config, log)


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{data / 'test.sqlite'}",
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "query_cache_size": 5_000
            },  # of every feature, in one process
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": data,
            "TESTING": True,
            "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
                "argon2__type": "ID",
                "argon2__memory_cost": 8,
                "argon2__time_cost": 1,
                "argon2__parallelism": 1,
            },
        }
    )
    with app.app_context():
        Model.metadata.create_all(db.engine)
    return app


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server; where none can be had, what needs it is skipped and says why."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server())
        except postgres.NoServer as reason:
            pytest.skip(f"no PostgreSQL: {reason}")
        yield url


@pytest.fixture
def world(app):
    """A connection whose transaction is rolled back, so each test starts from nothing."""
    with app.app_context():
        engine = db.engines[None]
        with engine.connect() as connection:
            outer = connection.begin()
            db.engines[None] = connection
            yield
            db.session.remove()
            db.engines[None] = engine
            outer.rollback()


@pytest.fixture
def client(app, world) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app, monkeypatch):
    """``sign_in(ben)``: from now on every request is ben's; ``sign_in(None)`` is a visitor's."""

    def as_(person: Person | None) -> None:
        key = person.id if person else None
        monkeypatch.setattr(
            app.extensions["pegup"],
            "current_person",
            lambda: session.get(Person, key) if key else None,
        )

    as_(None)
    return as_


@pytest.fixture
def page(client, sign_in):
    """``page("/courses/x", as_=ben)``: the page's HTML after checking what every page must have."""

    def fetch(path: str, *, as_: Person | None = None, data=None, status: int = 200) -> Page:
        sign_in(as_)
        g.pop("person", None)
        response = client.open(path, method="GET" if data is None else "POST", data=data)
        return checked(response, status)

    return fetch


@pytest.fixture
def queries(page):
    """``queries("/cohorts/", ada)``: how often a page asks the database, once what is kept is kept."""

    def count(path: str, as_: Person) -> int:
        page(path, as_=as_)
        asked: list[str] = []
        listening = (
            db.engines[None],
            "before_cursor_execute",
            lambda *given: asked.append(given[2]),
        )
        event.listen(*listening)
        page(path, as_=as_)
        event.remove(*listening)
        return len([each for each in asked if each.startswith("SELECT")])

    return count


@pytest.fixture
def post(client, sign_in):
    """``post("/courses/agua/enrolment", {}, ben)``: what a form sends, and the answer's status."""

    def send(path: str, data: dict[str, object], as_: Person, status: int = 302) -> TestResponse:
        sign_in(as_)
        answer = client.post(path, data=data)
        assert answer.status_code == status, answer.text
        return answer

    return send


@pytest.fixture
def ada(world) -> Person:
    return make.person("Ada Trainer")


@pytest.fixture
def ben(world) -> Person:
    return make.person("Ben Learner")


@pytest.fixture
def cleo(world) -> Person:
    return make.person("Cleo Stranger")


@pytest.fixture
def trainer(ada, course) -> Person:
    """Ada, who trains the course that the tests of a feature make."""
    ada.roles = [Role(kind=Kind.TRAINER, scope=course.slug)]
    session.commit()
    return ada


@pytest.fixture
def learner(ben, course) -> Person:
    """Ben, who attends it."""
    make.enrolment(ben, course)
    return ben


@pytest.fixture
def root(world) -> Person:
    return make.person("Root Admin", roles=[(Kind.ADMINISTRATOR, "")])
