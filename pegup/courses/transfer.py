"""``pegup content import``, ``export`` and ``radio``: between the files of a course and the site."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from pegup.authoring.importers import bundled
from pegup.authoring.source import Held
from pegup.courses import exporting
from pegup.courses.cli import check_all, found_at, terminal_language
from pegup.courses.content.reading import read_course, read_files
from pegup.courses.content.storing import Change, prepare_pictures
from pegup.courses.models import Course, Lesson
from pegup.courses.outline import outline_of
from pegup.courses.sources import (
    bring_in,
    has_sources,
    known_digests,
    live_files,
    mark_exported,
    newest_sources,
    take_files,
    undone_by,
)
from pegup.db import now, session, transaction


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option(
    "--over-edits",
    "edits",
    flag_value="over",
    help="Also undo what was edited in the browser; it stays in the history.",
)
@click.option(
    "--keep-edits",
    "edits",
    flag_value="keep",
    help="Leave a course as it is where the import would undo what was edited in the browser.",
)
@click.pass_obj
def import_content(app: Callable[[], Flask], path: Path | None, edits: str | None) -> None:
    """Bring PATH into the database, whole or not at all; say what changed.

    PATH is a folder, or a .zip of one. Without PATH, the content that comes with Pegup. What was edited
    in the browser since the last export is never undone without being told to.
    """
    path = bundled() if path is None else path
    with app().app_context(), force_locale(terminal_language()), found_at(path) as found:
        if check_all(found, quiet=True):
            click.echo("Nothing was imported.", err=True)
            sys.exit(1)
        for each in found:
            each.importer.prepare(each.path)
        session.rollback()
        with transaction():
            undone = {each.shown: each.importer.undoes(each.path) for each in found}
            if edits is None:
                _refuse_to_undo({shown: paths for shown, paths in undone.items() if paths})
            changed = {
                each.shown: each.importer.store(each.path)
                for each in found
                if edits == "over" or not undone[each.shown]
            }
    for shown, paths in undone.items():
        if paths and edits == "keep":
            click.echo(f"{shown}: left as it is, edited in the browser: {', '.join(paths)}")
    for shown, lines in changed.items():
        click.echo(f"{shown}: {'' if lines else 'nothing changed'}".rstrip())
        for line in lines:
            click.echo(f"  {line}")


def _refuse_to_undo(undone: dict[Path, list[str]]) -> None:
    """Ends the command where the import would undo what was edited in the browser."""
    if not undone:
        return
    for shown, paths in undone.items():
        click.echo(f"{shown}: edited in the browser and not in these files:", err=True)
        for path in paths:
            click.echo(f"  {path}", err=True)
    click.echo(
        "Nothing was imported. Bring the edits into your files with `pegup content export COURSE --to"
        " FOLDER`, then import; or add --keep-edits to leave these courses as they are, --over-edits"
        " to undo the edits (they stay in the history).",
        err=True,
    )
    sys.exit(1)


@click.command("export")
@click.argument("course")
@click.option("--to", type=click.Path(path_type=Path), help="Write the files into this folder.")
@click.option(
    "--zip", "archive", type=click.Path(path_type=Path), help="Write one .zip with the files."
)
@click.option(
    "--over-changes",
    is_flag=True,
    help="Also replace files of the folder that say what the site never said.",
)
@click.pass_obj
def export(
    app: Callable[[], Flask],
    course: str,
    to: Path | None,
    archive: Path | None,
    over_changes: bool,
) -> None:
    """Write the live COURSE back as its files, byte for byte, with what was edited in the browser."""
    if (to is None) == (archive is None):
        raise click.UsageError("Say where: either --to FOLDER or --zip FILE.")
    with app().app_context():
        found = session.scalar(select(Course).where(Course.slug == course))
        if found is None:
            raise click.ClickException(f"There is no course {course}.")
        if not has_sources(found):
            raise click.ClickException(
                f"{course} was brought in before its files were kept; import its folder once more."
            )
        numbers = {path: each.number for path, each in newest_sources(found).items()}
        files, known = live_files(found), known_digests(found)
        session.rollback()  # nobody's saving waits for the disk
        try:
            if archive is not None:
                exporting.write_zip(archive, files, found.slug)
                click.echo(f"{archive}: {len(files)} files")
            elif to is not None:
                plan = exporting.plan_of(to, files, known)
                _say_what_is_written(plan, to, over_changes=over_changes)
                exporting.write_folder(to, files, plan)
        except OSError as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None
        session.rollback()
        with transaction():
            mark_exported(found, numbers, at=now())


def _say_what_is_written(plan: exporting.Plan, to: Path, *, over_changes: bool) -> None:
    """One line for each file that changes; ends the command where what only the folder says would go."""
    if plan.changed and not over_changes:
        for path in plan.changed:
            click.echo(f"{to / path} says what the site never said", err=True)
        click.echo(
            "Nothing was written. Import these files first, or add --over-changes to replace them.",
            err=True,
        )
        sys.exit(1)
    for what, paths in (("new", plan.new), ("changed", [*plan.known, *plan.changed])):
        for path in paths:
            click.echo(f"{what} {to / path}")
    for path in plan.gone:
        click.echo(f"removed {to / path}")
    for path in plan.strange:
        click.echo(f"left {to / path}: it is not of the course")
    if not any((plan.new, plan.known, plan.changed, plan.gone)):
        click.echo(f"{to}: nothing changed")


@click.command()
@click.argument("lesson")
@click.option("--language", default="es", show_default=True, help="es or en.")
@click.pass_obj
def radio(app: Callable[[], Flask], lesson: str, language: str) -> None:
    """Print LESSON as a radio script: plain text with the minute of each paragraph.

    LESSON is the id of a lesson; COURSE/LESSON where two courses have the same id.
    """
    course_slug, _slash, slug = lesson.rpartition("/")
    with app().app_context():
        courses = session.scalars(
            select(Course)
            .join(Lesson, Lesson.course_id == Course.id)
            .where(Lesson.slug == slug, Lesson.withdrawn_at.is_(None))
        ).all()
        found = [course for course in courses if course_slug in ("", course.slug)]
        if not found:
            raise click.ClickException(f"There is no lesson {lesson}.")
        if len(found) > 1:
            names = ", ".join(f"{course.slug}/{slug}" for course in found)
            raise click.ClickException(f"More than one lesson has this id: {names}.")
        outline = outline_of(found[0], language)
        click.echo(outline.radio_script(outline.entry(slug)), nl=False)


def store_course_from(folder: Path) -> list[str]:
    """Reads the folder again and stores it; says what changed."""
    taken = take_files(folder)
    course = read_files(Held(taken.files)).course
    if course is None:
        raise click.ClickException(f"{folder} changed while it was imported; try again.")
    changes, versions = bring_in(course, taken.files, at=now())
    lines = [_change_line(change) for change in changes]
    if not lines and versions:
        is_first = all(each.number == 1 for each in versions)
        own = [f"changed file {each.path}" for each in versions]
        lines = [f"kept {len(versions)} files"] if is_first else own
    return lines + [f"left out of later exports: {path}" for path in taken.left_out]


def undone_edits(folder: Path) -> list[str]:
    """Files that were edited in the browser and that the folder would undo."""
    taken = take_files(folder)
    course = read_files(Held(taken.files)).course
    return [] if course is None else undone_by(course.slug, taken.files)


def prepare_course(folder: Path) -> None:
    """Makes the pictures that are new, so that nobody's saving waits for them."""
    course = read_course(folder).course
    if course is not None:
        prepare_pictures(course)


def _change_line(change: Change) -> str:
    line = f"{change.what} {change.kind} {change.slug}"
    return f"{line}: {change.title}" if change.title else line
