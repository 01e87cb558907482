"""``pegup grades``: a course's grades as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import Select, select

from pegup.courses.cli import terminal_language
from pegup.courses.models import Course
from pegup.db import now, session, transaction
from pegup.directory.models import Organisation, Sector
from pegup.gradebook.operations import all_lines, keep_export, university_lines
from pegup.gradebook.words import grades_file


@click.group()
def grades() -> None:
    """Grades of a course."""


@grades.command()
@click.argument("course")
@click.option("--format", "form", type=click.Choice(["csv"]), default="csv", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file."
)
@click.option("--university", help="Only this university's students, by the directory's name.")
@click.pass_obj
def export(
    app: Callable[[], Flask], course: str, form: str, out: Path, university: str | None
) -> None:
    """Write the grades of COURSE to a file; print how many rows and its SHA-256.

    Without --university: everybody who attends the course.
    """
    del form  # one so far
    with app().app_context(), force_locale(terminal_language()), transaction():
        found = session.scalar(select(Course).filter_by(slug=course))
        if found is None:
            _refuse("course", course, select(Course.slug).order_by(Course.slug))
        if university is None:
            file = grades_file(found, all_lines(found))
        else:
            where = {"slug": university, "sector": Sector.UNIVERSITY}
            at = session.scalar(select(Organisation).filter_by(**where))
            if at is None:
                known = select(Organisation.slug).filter_by(sector=Sector.UNIVERSITY)
                _refuse("university", university, known.order_by(Organisation.slug))
            file = grades_file(found, university_lines(found, at))
            keep_export(found, at, file, by=None, at=now())
        _write(out, file.content)
    click.echo(f"{out}\nrows {file.rows}\nsha256 {file.sha256}")


def _write(out: Path, content: bytes) -> None:
    """The whole file or none: a full disk leaves the one before as it was."""
    part = out.with_name(out.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        sys.exit(f"pegup: cannot write {out}: {error.strerror}")


def _refuse(what: str, given: str, query: Select[str]) -> NoReturn:
    known = ", ".join(session.scalars(query))
    sys.exit(f"pegup: no {what} named {given!r}; known: {known or 'none yet'}")
