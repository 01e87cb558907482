"""The ``pegup`` command."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from pegup import config
from pegup.accounts.cli import role
from pegup.app import create_app
from pegup.authoring.importers import Checked, Importer, importers
from pegup.cohorts.cli import cohorts
from pegup.courses.cli import content, course_importer
from pegup.db import db, transaction
from pegup.demo.cli import demo
from pegup.directory.operations import import_directory
from pegup.directory.reading import read_directory
from pegup.gradebook.cli import grades
from pegup.grants.cli import call_importer, grants
from pegup.migrations import is_current, upgrade
from pegup.preview.cli import preview
from pegup.profiles.cli import profile
from pegup.profiles.operations import import_template
from pegup.profiles.template import read_template
from pegup.search.cli import search
from pegup.search.operations import fill_if_empty
from pegup.standalone.cli import person

Read = TypeVar("Read")


def _whole(read: Read | None, path: Path) -> Read:
    """What the check found sound a moment ago."""
    if read is None:
        raise click.ClickException(f"{path} changed while it was imported; try again.")
    return read


directory_importer = Importer(
    name="directory",
    recognises=lambda path: (path / "cities.yaml").exists(),
    check=lambda path: Checked(read_directory(path).findings, path),
    store=lambda path: import_directory(_whole(read_directory(path).directory, path)),
)
template_importer = Importer(
    name="profile template",
    recognises=lambda path: any((path / each).exists() for each in ("profile.md", "plan.md")),
    check=lambda path: Checked(read_template(path).findings, path),
    store=lambda path: import_template(_whole(read_template(path).template, path)),
)
# The kinds of content, in the order in which a folder that holds several is brought in.
importers[:] = [directory_importer, course_importer, template_importer, call_importer]


@click.group()
@click.pass_context
def pegup(context: click.Context) -> None:
    """Courses, city profiles and grants of the Cities for Life Forum."""
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
    from pegup.serve import serve_forever  # the server's libraries only where they are used

    app = create_app()
    with app.app_context():
        with db.engine.connect() as connection:
            if not is_current(connection):
                raise click.ClickException(
                    "The database is not prepared; run `pegup migrate` first."
                )
        db.engine.dispose()  # each worker opens its own
    serve_forever(app, config.read_settings())


pegup.add_command(person)
pegup.add_command(role)
pegup.add_command(content)
content.add_command(preview)
pegup.add_command(cohorts)
pegup.add_command(grades)
pegup.add_command(grants)
pegup.add_command(profile)
pegup.add_command(search)
pegup.add_command(demo)


def host_commands() -> click.Group:
    """For ``host.cli.add_command(host_commands())``: ``flask pegup migrate`` and the like.

    Those that serve, or make accounts, are the host's own affair.
    """
    alone = {"serve", "demo", "person"}
    commands = {name: each for name, each in pegup.commands.items() if name not in alone}
    return click.Group("pegup", commands, callback=pegup.callback, help=pegup.help)


def bring_up_to_date() -> None:
    """Runs the migrations that the database lacks, each once."""
    with current_app.extensions["sqlalchemy"].engine.begin() as connection:
        upgrade(connection)
    with transaction():
        fill_if_empty()


EXPECTED = (OperationalError, ProgrammingError)
"""Away, locked, not prepared; sqlite3 says of a file that is no database just ``DatabaseError``."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command; what the person can mend is one line on standard error, never a traceback."""
    gc.freeze()  # what was loaded stays: looking through it again and again takes a fifth of the time
    try:
        pegup.main(arguments, prog_name="pegup")
    except config.BadSetting as error:
        sys.exit(f"pegup: {error}")
    except DatabaseError as error:
        if not isinstance(error, EXPECTED) and type(error) is not DatabaseError:
            raise  # a fault of ours
        if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
            sys.exit("pegup: the database is not prepared yet; run `pegup migrate`.")
        sys.exit(f"pegup: the database does not answer: {error.orig}")


def app_for_command() -> Flask:
    """The app whose context a command works in."""
    return create_app()


if __name__ == "__main__":
    main()
