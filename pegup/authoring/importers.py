"""Which folders and files `pegup content` knows: each kind registers here, lowest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pegup.authoring.findings import Finding, Level
from pegup.authoring.words import finding_line, summary


@dataclass(frozen=True)
class Checked:
    """What a check found; places are below ``root``."""

    findings: Sequence[Finding]
    root: Path

    @property
    def errors(self) -> int:
        """How many keep the content out."""
        return sum(finding.level == Level.ERROR for finding in self.findings)

    @property
    def lines(self) -> list[str]:
        """A line each, ready to print, with a count at the end."""
        return [*(finding_line(each, self.root) for each in self.findings), summary(self.findings)]


@dataclass(frozen=True)
class Importer:
    """One kind of content.

    ``check`` changes nothing; ``prepare`` does what takes long before the database's lock is taken; ``store`` adds to the session, never commits, and says what changed
    (nothing where nothing did). It is called only when ``check`` found no error. ``undoes`` names what was
    edited in the browser and would be undone by ``store``; it is asked in the same transaction.
    """

    name: str
    recognises: Callable[[Path], bool]
    check: Callable[[Path], Checked]
    store: Callable[[Path], list[str]]
    prepare: Callable[[Path], None] = lambda _path: None
    undoes: Callable[[Path], list[str]] = lambda _path: []


importers: list[Importer] = []
"""In the order in which a folder that holds several kinds is imported."""


def importer_for(path: Path) -> Importer | None:
    """What the path itself is, if it is content."""
    return next((importer for importer in importers if importer.recognises(path)), None)


def content_at(path: Path) -> list[tuple[Importer, Path]]:
    """The path if it is content, else all content directly or two levels below it, in order."""
    own = importer_for(path)
    if own is not None:
        return [(own, path)]
    found: list[tuple[Importer, Path]] = []
    for child in _children(path):
        importer = importer_for(child)
        if importer is not None:
            found.append((importer, child))
            continue
        for grandchild in _children(child):
            importer = importer_for(grandchild)
            if importer is not None:
                found.append((importer, grandchild))
    return sorted(found, key=lambda pair: importers.index(pair[0]))


def _children(path: Path) -> list[Path]:
    try:
        return sorted(child for child in path.iterdir() if not child.name.startswith("."))
    except OSError:
        return []


def bundled() -> Path:
    """The content that comes with Pegup: inside the installed package, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "content"
    return inside if inside.is_dir() else package.parent / "content"
