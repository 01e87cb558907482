"""Writes a course's files into a folder or a .zip: each file whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pegup.authoring.source import files_below

BEGINNING_OF_TIME = (1980, 1, 1, 0, 0, 0)
"""What every file of a .zip is dated: the same course gives the same bytes."""


@dataclass
class Plan:
    """What an export does to a folder; paths below it, in order."""

    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    """Say what an older version said: they are replaced."""
    changed: list[str] = field(default_factory=list)
    """Say what no version ever said: replacing them loses somebody's work."""
    gone: list[str] = field(default_factory=list)
    """Left the course: they are removed."""
    strange: list[str] = field(default_factory=list)
    """Were never of the course: they stay."""


def plan_of(folder: Path, files: Mapping[str, bytes], known: Mapping[str, set[str]]) -> Plan:
    """Compares a folder with what is to be written; ``known``: path to the digests of all its versions."""
    plan = Plan()
    there = {path.relative_to(folder).as_posix(): path for path in _files_in(folder)}
    for path, content in sorted(files.items()):
        if path not in there:
            plan.new.append(path)
            continue
        found = there[path].read_bytes()
        if found != content:
            is_known = hashlib.sha256(found).hexdigest() in known.get(path, set())
            (plan.known if is_known else plan.changed).append(path)
    for path in sorted(there.keys() - files.keys()):
        digest = hashlib.sha256(there[path].read_bytes()).hexdigest()
        (plan.gone if digest in known.get(path, set()) else plan.strange).append(path)
    return plan


def write_folder(folder: Path, files: Mapping[str, bytes], plan: Plan) -> None:
    """Does what the plan says. A file is replaced in one step, so a cut leaves the old one or the new."""
    root = folder.resolve()
    for path in (*plan.new, *plan.known, *plan.changed):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(root):
            raise OSError(0, "leads out of the folder", str(target))
        _write(target, files[path])
    for path in plan.gone:
        (folder / path).unlink()
        _remove_empty((folder / path).parent, folder)


def write_zip(file: Path, files: Mapping[str, bytes], name: str) -> None:
    """Writes or replaces the archive in one step."""
    _write(file, zip_of(files, name))


def zip_of(files: Mapping[str, bytes], name: str) -> bytes:
    """An archive with one folder of this name; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{path}", BEGINNING_OF_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def _files_in(folder: Path) -> list[Path]:
    return [path for path in files_below(folder) if path.is_file()] if folder.is_dir() else []


def _write(target: Path, content: bytes) -> None:
    handle, made = tempfile.mkstemp(prefix=".pegup-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(made, 0o666 & ~_mask())
        os.replace(made, target)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _mask() -> int:
    """What this person's new files are closed to."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _remove_empty(parent: Path, folder: Path) -> None:
    while parent != folder and not any(parent.iterdir()):
        parent.rmdir()
        parent = parent.parent
