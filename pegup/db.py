"""The one place that knows where the database session comes from.

Models derive from ``Model`` (our own metadata, tables ``pegup_*``); ``session`` is the host's if
the host has Flask-SQLAlchemy. Nobody commits but ``end_transaction`` (a request) and
``transaction`` (a command).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, TypeVar

from flask import Flask, Response, current_app, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, DateTime, Index, MetaData, Select, String, event, text
from sqlalchemy.engine import Connection, CursorResult, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, scoped_session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from werkzeug.exceptions import NotFound
from werkzeug.local import LocalProxy

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Found = TypeVar("Found")
View = TypeVar("View", bound=Callable[..., Any])
_writing: ContextVar[bool] = ContextVar("writing", default=False)

OUR_BLUEPRINTS = {"pegup", "pegup_sign_in"}
"""What we hang into a host, and the standalone site's sign-in: their writes take the lock first."""

READING = {"GET", "HEAD", "OPTIONS"}
"""What asks for a page and changes nothing."""

MARKED, UNMARKED = "ÁÉÍÓÚÜÑáéíóúüñ«»“”", "aeiouunaeiouun"
"""Letters and what they are ordered as; signs that have no place in the alphabet."""

CACHE_KIB = 512
"""Of the database in each of a worker's five connections; the system's own cache holds the rest, once."""

BUSY_SECONDS = 5
"""How long a write waits for another before the reader gets the "try again" page."""


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC time on every database; SQLite keeps no zone, so we put it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Base of every table of Pegup."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcTime}


db = SQLAlchemy(session_options={"join_transaction_mode": "create_savepoint"})
session: scoped_session[Session] = LocalProxy(  # type: ignore[assignment]
    lambda: current_app.extensions["sqlalchemy"].session
)


def one_while(name: str, *columns: str, where: str) -> Index:
    """At most one row of these columns' values while ``where`` holds, such as ``left_at IS NULL``."""
    only = text(where)
    return Index(name, *columns, unique=True, sqlite_where=only, postgresql_where=only)


def only_asks(view: View) -> View:
    """Marks a view that is sent much and changes nothing: it keeps no write of others waiting."""
    view.only_asks = True  # type: ignore[attr-defined]
    return view


def now() -> datetime:
    """The server's clock, aware, in UTC."""
    return datetime.now(UTC)


class Alphabetical(FunctionElement[str]):
    """See ``alphabetical``."""

    type = String()
    inherit_cache = True


def alphabetical(column: ColumnElement[str] | InstrumentedAttribute[str]) -> Alphabetical:
    """What a list of names is ordered by: Á stands with a and «Tirimata» with t, on every database."""
    return Alphabetical(column)


@compiles(Alphabetical)
def _alphabetical(element: Alphabetical, compiler: SQLCompiler, **options: Any) -> str:
    words = f"lower({compiler.process(element.clauses, **options)})"
    for letter, plain in zip_longest(MARKED, UNMARKED, fillvalue=""):
        words = f"replace({words}, '{letter}', '{plain}')"
    return words


@compiles(Alphabetical, "postgresql")
def _alphabetical_there(element: Alphabetical, compiler: SQLCompiler, **options: Any) -> str:
    words = compiler.process(element.clauses, **options)
    return f"translate(lower({words}), '{MARKED}', '{UNMARKED}') COLLATE \"C\""


def rows(query: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> CursorResult[Any]:
    """What the query finds, as rows: for what every page asks, where entities cost twice as much."""
    return session.connection().execute(query, values)


def one_or_404(query: Select[Found]) -> Found:
    """The row that the query finds, or the "not found" page."""
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def end_transaction(response: Response) -> Response:
    """Stores all of what the request did if it succeeded, and nothing if it did not."""
    if response.status_code < 400:
        session.commit()
    else:
        session.rollback()
    return response


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction of a command: all or nothing."""
    token = _writing.set(True)
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


def share(app: Flask) -> None:
    """Lets our rules hold on the database that we share with the app, and on no other of its."""
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Let SQLAlchemy, not sqlite3, decide when a transaction begins; never lose what we said is stored."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")


def _begin(connection: Connection) -> None:
    """A write takes SQLite's lock at its start: one that reads first and is then overtaken cannot wait.

    A page sees the database as it was at its first question, whatever is stored meanwhile: SQLite
    promises that anyway, PostgreSQL must be asked.
    """
    if connection.dialect.name == "sqlite":
        if _will_write():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.connection.execute("BEGIN")  # never waits
    elif connection.dialect.name == "postgresql" and _will_read():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _will_write() -> bool:
    if not has_request_context():
        return _writing.get()
    return _is_ours() and not _asks()


def _will_read() -> bool:
    return has_request_context() and _is_ours() and _asks()


def _asks() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in READING or getattr(view, "only_asks", False)


def _is_ours() -> bool:
    return bool(request.blueprints) and request.blueprints[-1] in OUR_BLUEPRINTS
