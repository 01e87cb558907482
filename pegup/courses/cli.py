"""``pegup content``: check what trainers wrote, and bring it in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from flask_babel import force_locale

from pegup.authoring.importers import Checked, Importer, bundled, checked, content_at
from pegup.courses.content.reading import read_course
from pegup.courses.content.storing import Change, store_course
from pegup.db import now, transaction


@click.group()
def content() -> None:
    """Courses, profile templates, calls and the directory, from their files."""


@content.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_obj
def check(app: Callable[[], Flask], path: Path) -> None:
    """Say everything that is wrong with PATH, each with its place; exit 1 on an error."""
    with app().app_context(), force_locale(terminal_language()):
        if _check_all(_found(path)):
            sys.exit(1)


@content.command("import")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def bring_in(app: Callable[[], Flask], path: Path | None) -> None:
    """Bring PATH into the database, whole or not at all; say what changed.

    Without PATH, the content that comes with Pegup.
    """
    path = bundled() if path is None else path
    with app().app_context(), force_locale(terminal_language()):
        found = _found(path)
        if _check_all(found, quiet=True):
            click.echo("Nothing was imported.", err=True)
            sys.exit(1)
        with transaction():
            changed = {each: importer.store(each) for importer, each in found}
    for each, lines in changed.items():
        click.echo(f"{each}: {'' if lines else 'nothing changed'}".rstrip())
        for line in lines:
            click.echo(f"  {line}")


def _found(path: Path) -> list[tuple[Importer, Path]]:
    """What there is to work on; a path that holds nothing is a course that is not one yet."""
    return content_at(path) or [(course_importer, path)]


def _check_all(found: list[tuple[Importer, Path]], *, quiet: bool = False) -> int:
    """Prints what was found; ``quiet`` leaves out content without errors. Returns the errors."""
    errors = 0
    for importer, each in found:
        found_here = importer.check(each)
        errors += found_here.errors
        if quiet and not found_here.errors:
            continue
        if len(found) > 1:
            click.echo(f"{each}:")
        for line in found_here.lines:
            click.echo(line)
    return errors


def check_course(folder: Path) -> Checked:
    """What is wrong with the course in a folder."""
    return checked(read_course(folder).findings, folder)


def store_course_from(folder: Path) -> list[str]:
    """Reads the folder again and stores it; says what changed."""
    course = read_course(folder).course
    if course is None:
        raise click.ClickException(f"{folder} changed while it was imported; try again.")
    return [_change_line(change) for change in store_course(course, now())]


def _change_line(change: Change) -> str:
    line = f"{change.what} {change.kind} {change.slug}"
    return f"{line}: {change.title}" if change.title else line


def terminal_language() -> str:
    """The terminal's language where we have it, else Spanish."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "en" if (chosen or "").startswith("en") else "es"


course_importer = Importer(
    name="course",
    recognises=lambda path: (path / "course.md").exists(),
    check=check_course,
    store=store_course_from,
)
