"""Files as text whose every letter knows its line and column."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Protocol

from pegup.authoring.findings import Findings, Place, printable

LARGEST_FILE = 1_000_000
"""Bytes; larger ones are not even opened."""
MOST_LINES = 10_000
MOST_FILES = 2_000
LONGEST_LINE = 8_000
"""Letters; a longer line is no prose, and patterns would be slow on it."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Line:
    """A line, or the part of one that begins at ``column``."""

    text: str
    number: int
    column: int = 1

    def after(self, count: int) -> Line:
        """What is left of it without its first letters."""
        return Line(self.text[count:], self.number, self.column + count)


@dataclass(frozen=True)
class Text:
    """Lines of one file that belong together."""

    file: str
    lines: tuple[Line, ...]

    @cached_property
    def plain(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def is_blank(self) -> bool:
        return not any(line.text.strip() for line in self.lines)

    @property
    def place(self) -> Place:
        """Where it begins, blank lines aside."""
        return next((self.at(line) for line in self.lines if line.text.strip()), Place(self.file))

    def at(self, line: Line, offset: int = 0) -> Place:
        """The place of a letter in a line."""
        return Place(self.file, line.number, line.column + offset)

    def place_of(self, offset: int) -> Place:
        """The place of a letter, counted in ``plain``."""
        index = bisect_right(self._starts, offset) - 1
        if not 0 <= index < len(self.lines):
            return self.place
        line, within = self.lines[index], offset - self._starts[index]
        return self.at(line, within) if within <= len(line.text) else self.place

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins in ``plain``."""
        lengths = (len(line.text) + 1 for line in self.lines)
        return list(accumulate(lengths, initial=0))[: len(self.lines)]


@dataclass(frozen=True)
class Source:
    """A file that was read."""

    file: str
    """Path below the content folder, with ``/``."""
    lines: tuple[Line, ...]


class Files(Protocol):
    """The files of one piece of content, wherever they are."""

    def names(self) -> list[str]:
        """Their paths as findings name them, in order; at most one more than ``MOST_FILES``."""

    def read(self, name: str, findings: Findings, largest: int) -> bytes | None:
        """One file's content, or None with the reason among the findings."""


class Folder:
    """Files on disk, below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._paths = {shown_path(root, path): path for path in files_below(root)}

    def names(self) -> list[str]:
        return list(self._paths)

    def read(self, name: str, findings: Findings, largest: int) -> bytes | None:
        return read_bytes(self.root, self._paths[name], findings, largest)


class Held:
    """Files in memory: path to content."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = {
            shown: contents[path]
            for path in sorted(contents, key=lambda path: PurePosixPath(path).parts)
            if (shown := shown_name(path))
        }

    def names(self) -> list[str]:
        return list(self._contents)

    def read(self, name: str, findings: Findings, largest: int) -> bytes | None:
        content = self._contents[name]
        if len(content) > largest:
            findings.add(Place(name), "file-too-large", largest=f"{largest // 1000} kB")
            return None
        return content


def read_source(root: Path, path: Path, findings: Findings) -> Source | None:
    """The file's lines, or None with the reason among the findings."""
    content = read_bytes(root, path, findings, LARGEST_FILE)
    return None if content is None else source_of(shown_path(root, path), content, findings)


def source_of(file: str, content: bytes, findings: Findings) -> Source | None:
    """The lines of what a file holds, or None with the reason among the findings."""
    if b"\0" in content:
        findings.add(Place(file), "file-binary")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        row = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        findings.add(Place(file, row, column), "file-encoding")
        return None
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") >= MOST_LINES:
        findings.add(Place(file, MOST_LINES), "file-too-many-lines", most=MOST_LINES)
        return None
    lines = tuple(Line(line, number) for number, line in enumerate(text.split("\n"), 1))
    for line in lines:
        if len(line.text) > LONGEST_LINE:
            findings.add(Place(file, line.number), "text-too-long", most=LONGEST_LINE)
            return None
        if (tab := line.text.find("\t")) >= 0:
            findings.add(Place(file, line.number, tab + 1), "tab")
        if control := CONTROL.search(line.text):
            findings.add(Place(file, line.number, control.start() + 1), "file-binary")
            return None
    return Source(file, tuple(Line(line.text.replace("\t", "    "), line.number) for line in lines))


def read_bytes(root: Path, path: Path, findings: Findings, largest: int) -> bytes | None:
    """The file's content; refuses what is too large, elsewhere, or no file, before opening it."""
    place = Place(shown_path(root, path))
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            findings.add(place, "file-outside")
            return None
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            findings.add(place, "file-unreadable")
            return None
        if state.st_size > largest:
            findings.add(place, "file-too-large", largest=f"{largest // 1000} kB")
            return None
        return path.read_bytes()
    except (OSError, RuntimeError):
        findings.add(place, "file-unreadable")
        return None


def files_below(folder: Path) -> list[Path]:
    """Every file and every link below a folder, hidden ones left out; never follows a link.

    A folder that is named like a text counts as one: the lesson that was meant would be withdrawn unsaid.
    """
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, followlinks=False):
        odd = [n for n in folders if n.endswith(".md") or Path(parent, n).is_symlink()]
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in odd)
        found += [Path(parent, name) for name in [*names, *odd] if not name.startswith(".")]
        if len(found) > MOST_FILES:
            break
    return sorted(found)


def shown_path(root: Path, path: Path) -> str:
    """The path below the root as we print it: a name may hold anything."""
    return shown_name(path.relative_to(root).as_posix() if path != root else path.name)


def shown_name(path: str) -> str:
    """A path as we print it."""
    return printable(path.encode("utf-8", "replace").decode("utf-8", "replace"), 300)


def text_of(file: str, lines: Iterable[Line]) -> Text:
    """Lines without the blank ones around them."""
    kept = list(lines)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return Text(file, tuple(kept))
