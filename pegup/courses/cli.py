"""``pegup content``: check what trainers wrote. What brings it in stands in ``transfer``.

Nothing here loads the database or the site: a check is over before they were loaded.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from flask_babel import force_locale

from pegup.authoring.archive import unpacked
from pegup.authoring.findings import Findings
from pegup.authoring.importers import Checked, Importer, content_at
from pegup.authoring.words import finding_record, github_line
from pegup.commands import Lazily, later
from pegup.courses.content.mending import mend_ids
from pegup.courses.content.reading import front_matter_schema, read_course
from pegup.web.language import speaking_only

TRANSFER = "pegup.courses.transfer"


@click.group(
    cls=Lazily,
    places={
        "import": f"{TRANSFER}:import_content",
        "export": f"{TRANSFER}:export",
        "radio": f"{TRANSFER}:radio",
    },
)
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
    with speaking_only().app_context(), force_locale(terminal_language()), found_at(path) as found:
        if fix:
            _mend(found, quiet=shape != "text")
        if _PRINTERS[shape](found):
            sys.exit(1)


@content.command()
def schema() -> None:
    """Print the JSON Schema of the front matter of course, module and lesson, for editors."""
    click.echo(json.dumps(front_matter_schema(), indent=2, ensure_ascii=False))


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
def found_at(path: Path) -> Iterator[list[Piece]]:
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


def check_all(found: list[Piece], *, quiet: bool = False) -> int:
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


_PRINTERS = {"text": check_all, "json": _print_json, "github": _print_for_github}


def _mend(found: list[Piece], *, quiet: bool) -> None:
    for each in found:
        if each.importer is not course_importer:
            continue
        for mended in mend_ids(each.path, read_course(each.path).findings):
            if not quiet:
                click.echo(f"{each.shown / mended.file}:{mended.line}: id: {mended.id}")


def terminal_language() -> str:
    """The terminal's language where we have it, else Spanish."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "en" if (chosen or "").startswith("en") else "es"


course_importer = Importer(
    name="course",
    recognises=lambda path: (path / "course.md").exists(),
    check=lambda path: Checked(read_course(path).findings, path),
    store=later(f"{TRANSFER}:store_course_from"),
    prepare=later(f"{TRANSFER}:prepare_course"),
    undoes=later(f"{TRANSFER}:undone_edits"),
)
