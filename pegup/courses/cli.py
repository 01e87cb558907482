"""``pegup content``: check what trainers wrote, and bring it in."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from pegup.authoring.archive import unpacked
from pegup.authoring.findings import Findings
from pegup.authoring.importers import Checked, Importer, bundled, content_at
from pegup.authoring.source import Held
from pegup.authoring.words import finding_record, github_line
from pegup.courses import exporting
from pegup.courses.content.mending import mend_ids
from pegup.courses.content.reading import front_matter_schema, read_course, read_files
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
from pegup.web.language import speaking_only


@click.group()
def content() -> None:
    """Courses, profile templates, calls and the directory, from their files."""


@content.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="First write an id below each question that has none.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="For people, for programs, or for the pages of GitHub.",
)
@click.option("--json", "shape", flag_value="json", help="The same as --format json.")
def check(path: Path, fix: bool, shape: str) -> None:
    """Say everything that is wrong with PATH, each with its place; exit 1 on an error.

    PATH is a folder, or a .zip of one. No site is needed, and nothing is written but by --fix.
    """
    if fix and not path.is_dir():
        raise click.ClickException(
            "--fix writes into the files of a folder; unpack the .zip first."
        )
    with speaking_only().app_context(), force_locale(terminal_language()), _found(path) as found:
        if fix:
            _mend(found, quiet=shape != "text")
        if _PRINTERS[shape](found):
            sys.exit(1)


@content.command()
def schema() -> None:
    """Print the JSON Schema of the front matter of course, module and lesson, for editors."""
    click.echo(json.dumps(front_matter_schema(), indent=2, ensure_ascii=False))


@content.command("import")
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
    with app().app_context(), force_locale(terminal_language()), _found(path) as found:
        if _check_all(found, quiet=True):
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


@content.command("export")
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


@content.command()
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


@dataclass(frozen=True)
class Piece:
    """One kind of content in what was given: a folder, or a .zip that is unpacked in ``folder``."""

    importer: Importer
    path: Path
    given: Path
    folder: Path

    @property
    def shown(self) -> Path:
        """How it is named to whoever asked."""
        return self._named(self.path)

    def check(self) -> Checked:
        """What is wrong with it."""
        checked = self.importer.check(self.path)
        return Checked(checked.findings, self._named(checked.root))

    def _named(self, path: Path) -> Path:
        return path if self.folder == self.given else self.given / path.relative_to(self.folder)


@contextmanager
def _found(path: Path) -> Iterator[list[Piece]]:
    """What there is to work on; a path that holds nothing is a course that is not one yet."""
    refused = Findings()
    with unpacked(path, refused) as folder:
        if refused.errors:
            checked = Checked(refused.sorted(), path)
            refusal = Importer("zip", lambda _path: True, lambda _path: checked, lambda _path: [])
            yield [Piece(refusal, path, path, path)]
        else:
            found = content_at(folder) or [(course_importer, folder)]
            yield [Piece(importer, each, path, folder) for importer, each in found]


def _check_all(found: list[Piece], *, quiet: bool = False) -> int:
    """Prints what was found; ``quiet`` leaves out content without errors. Returns the errors."""
    errors = 0
    for each in found:
        found_here = each.check()
        errors += found_here.errors
        if quiet and not found_here.errors:
            continue
        if len(found) > 1:
            click.echo(f"{each.shown}:")
        for line in found_here.lines:
            click.echo(line)
    return errors


def _print_json(found: list[Piece]) -> int:
    done = [each.check() for each in found]
    records = [finding_record(one, each.root) for each in done for one in each.findings]
    click.echo(json.dumps(records, indent=2, ensure_ascii=False))
    return sum(each.errors for each in done)


def _print_for_github(found: list[Piece]) -> int:
    done = [each.check() for each in found]
    for each in done:
        for one in each.findings:
            click.echo(github_line(one, each.root))
    return sum(each.errors for each in done)


_PRINTERS = {"text": _check_all, "json": _print_json, "github": _print_for_github}


def _mend(found: list[Piece], *, quiet: bool) -> None:
    for each in found:
        if each.importer is not course_importer:
            continue
        for mended in mend_ids(each.path, read_course(each.path).findings):
            if not quiet:
                click.echo(f"{each.shown / mended.file}:{mended.line}: id: {mended.id}")


def check_course(folder: Path) -> Checked:
    """What is wrong with the course in a folder."""
    return Checked(read_course(folder).findings, folder)


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


def terminal_language() -> str:
    """The terminal's language where we have it, else Spanish."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "en" if (chosen or "").startswith("en") else "es"


course_importer = Importer(
    name="course",
    recognises=lambda path: (path / "course.md").exists(),
    check=check_course,
    store=store_course_from,
    prepare=prepare_course,
    undoes=undone_edits,
)
