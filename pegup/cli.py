"""The ``pegup`` command."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click
from flask import Flask, current_app

from pegup import config
from pegup.authoring.importers import Checked, Importer, importers
from pegup.commands import Lazily
from pegup.courses.cli import content, course_importer
from pegup.directory.reading import read_directory
from pegup.grants.reading import looks_like_call, read_call
from pegup.profiles.template import read_template

Read = TypeVar("Read")


def _whole(read: Read | None, path: Path) -> Read:
    """What the check found sound a moment ago."""
    if read is None:
        raise click.ClickException(f"{path} changed while it was imported; try again.")
    return read


def _store_directory(path: Path) -> list[str]:
    from pegup.directory.operations import import_directory

    return import_directory(_whole(read_directory(path).directory, path))


def _store_template(path: Path) -> list[str]:
    from pegup.profiles.operations import import_template

    return import_template(_whole(read_template(path).template, path))


def _store_call(path: Path) -> list[str]:
    from pegup.db import now
    from pegup.grants.operations import import_call

    return import_call(_whole(read_call(path).call, path), now())


directory_importer = Importer(
    name="directory",
    recognises=lambda path: (path / "cities.yaml").exists(),
    check=lambda path: Checked(read_directory(path).findings, path),
    store=_store_directory,
)
template_importer = Importer(
    name="profile template",
    recognises=lambda path: any((path / each).exists() for each in ("profile.md", "plan.md")),
    check=lambda path: Checked(read_template(path).findings, path),
    store=_store_template,
)
call_importer = Importer(
    name="call",
    recognises=looks_like_call,
    check=lambda path: Checked(read_call(path).findings, path.parent),
    store=_store_call,
)
# The kinds of content, in the order in which a folder that holds several is brought in.
importers[:] = [directory_importer, course_importer, template_importer, call_importer]

PLACES = {
    "person": "pegup.standalone.cli:person",
    "role": "pegup.accounts.cli:role",
    "cohorts": "pegup.cohorts.cli:cohorts",
    "grades": "pegup.gradebook.cli:grades",
    "grants": "pegup.grants.cli:grants",
    "profile": "pegup.profiles.cli:profile",
    "search": "pegup.search.cli:search",
    "demo": "pegup.demo.cli:demo",
}


@click.group(cls=Lazily, places=PLACES)
@click.pass_context
def pegup(context: click.Context) -> None:
    """Courses, city profiles and grants of the Cities for Life Forum."""
    from flask.cli import ScriptInfo

    is_hosts = isinstance(context.obj, ScriptInfo)
    context.obj = context.obj.load_app if is_hosts else app_for_command


@pegup.command()
@click.pass_obj
def migrate(app: Callable[[], Flask]) -> None:
    """Create the database or bring it to this version."""
    with app().app_context():
        bring_up_to_date()
    click.echo("The database is up to date.")


@pegup.command()
def serve() -> None:
    """Serve the site on PEGUP_HOST and PEGUP_PORT until interrupted."""
    from pegup.db import db
    from pegup.migrations import is_current
    from pegup.serve import serve_forever

    app = app_for_command()
    with app.app_context():
        with db.engine.connect() as connection:
            if not is_current(connection):
                raise click.ClickException(
                    "The database is not prepared; run `pegup migrate` first."
                )
        # What the front door needs is made once for all workers, and is in memory once.
        app.test_client().get("/")
        db.engine.dispose()  # each worker opens its own
    serve_forever(app, config.read_settings())


pegup.add_command(content)
content.places["preview"] = "pegup.preview.cli:preview"


def host_commands() -> click.Group:
    """For ``host.cli.add_command(host_commands())``: ``flask pegup migrate`` and the like.

    Those that serve, or make accounts, are the host's own affair.
    """
    alone = {"serve", "demo", "person"}
    commands = {name: each for name, each in pegup.commands.items() if name not in alone}
    places = {name: place for name, place in PLACES.items() if name not in alone}
    return Lazily("pegup", commands, places=places, callback=pegup.callback, help=pegup.help)


def bring_up_to_date() -> None:
    """Runs the migrations that the database lacks, each once."""
    from pegup.db import transaction
    from pegup.migrations import upgrade
    from pegup.search.operations import fill_if_empty

    with current_app.extensions["sqlalchemy"].engine.begin() as connection:
        upgrade(connection)
    with transaction():
        fill_if_empty()


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command; what the person can mend is one line on standard error, never a traceback."""
    gc.freeze()  # what was loaded stays: looking through it again and again takes a fifth of the time
    try:
        pegup.main(arguments, prog_name="pegup")
    except config.BadSetting as error:
        sys.exit(f"pegup: {error}")
    except Exception as error:
        told = _told_of_database(error)
        if told is None:
            raise  # a fault of ours
        sys.exit(f"pegup: {told}")


def _told_of_database(error: Exception) -> str | None:
    """What there is to mend where it is away, locked or not prepared.

    sqlite3 says of a file that is no database just ``DatabaseError``.
    """
    from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

    expected = isinstance(error, (OperationalError, ProgrammingError))
    if not isinstance(error, DatabaseError) or not (expected or type(error) is DatabaseError):
        return None
    if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
        return "the database is not prepared yet; run `pegup migrate`."
    return f"the database does not answer: {error.orig}"


def app_for_command() -> Flask:
    """The site; loaded here, as many commands need none."""
    gc.disable()  # what is loaded now stays too
    try:
        from pegup.app import create_app

        return create_app()
    finally:
        gc.freeze()
        gc.enable()


if __name__ == "__main__":
    main()
