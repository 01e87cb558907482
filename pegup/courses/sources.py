"""A course's own files, byte for byte, with every version of each: what an export writes back.

A picture's content is kept once, as ``CourseFile``, while it is the live one; a version that
another takes the place of keeps its own.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from pegup.accounts.models import Person
from pegup.authoring.findings import Findings
from pegup.authoring.source import MOST_FILES, files_below, read_bytes
from pegup.courses.content import compiled
from pegup.courses.content.reading import LARGEST_PICTURE
from pegup.courses.content.storing import Change, store_course
from pegup.courses.models import PATH_LENGTH, Course, CourseFile, Origin, SourceVersion
from pegup.db import session


@dataclass(frozen=True)
class Taken:
    """The files of a folder: path to content, and the paths that cannot be kept."""

    files: dict[str, bytes]
    left_out: list[str]


def take_files(folder: Path) -> Taken:
    """Reads every file below the folder; hidden ones are nobody's, too large ones are left out."""
    root = folder.resolve()
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    for path in files_below(root)[: MOST_FILES + 1]:
        name = path.relative_to(root).as_posix()
        content = read_bytes(root, path, Findings(), LARGEST_PICTURE) if is_path(name) else None
        if content is None:
            left_out.append(name.encode("utf-8", "replace").decode())
        else:
            files[name] = content
    return Taken(files, left_out)


def is_path(name: str) -> bool:
    """Whether a file of this name can be kept and written back: a plain path below the folder."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return False
    parts = PurePosixPath(name).parts
    return (
        0 < length <= PATH_LENGTH
        and "/".join(parts) == name
        and not any(part.startswith(".") for part in parts)
        and "\\" not in name
        and name.isprintable()
    )


def digest_of(content: bytes) -> str:
    """By which the same content is known again."""
    return hashlib.sha256(content).hexdigest()


def locked(course: Course) -> None:
    """Until the end of the transaction nobody else changes the course's files or drafts."""
    session.scalar(select(Course.id).where(Course.id == course.id).with_for_update())


def newest_sources(course: Course) -> dict[str, SourceVersion]:
    """Path to the newest version of every file that there ever was."""
    return {each.path: each for each in session.scalars(SourceVersion.newest(course))}


def live_sources(course: Course) -> dict[str, SourceVersion]:
    """Path to the version that is live; empty for a course that came before files were kept."""
    return {path: each for path, each in newest_sources(course).items() if not each.is_removed}


def live_files(course: Course) -> dict[str, bytes]:
    """Path to content of the live files."""
    return contents_of(course, live_sources(course).values())


def contents_of(course: Course, versions: Iterable[SourceVersion]) -> dict[str, bytes]:
    """Path to content of these versions, one for a path; in two queries."""
    wanted = {each.path: each for each in versions}
    ids = [each.id for each in wanted.values()]
    own = {
        path: content
        for path, content in session.execute(
            select(SourceVersion.path, SourceVersion.content).where(SourceVersion.id.in_(ids))
        )
        if content is not None
    }
    pictures = [path for path in wanted if path not in own]
    if pictures:
        names = [path.removeprefix("media/") for path in pictures]
        query = select(CourseFile.path, CourseFile.content).where(
            CourseFile.course_id == course.id, CourseFile.path.in_(names)
        )
        own |= {f"media/{path}": content for path, content in session.execute(query)}
    return {path: own[path] for path in wanted}


def bring_in(
    read: compiled.Course,
    files: Mapping[str, bytes],
    *,
    at: datetime,
    by: Person | None = None,
    origin: Origin = Origin.IMPORT,
) -> tuple[list[Change], list[SourceVersion]]:
    """Stores a course with the files that it was read from; says what changed in it and in them."""
    course = session.scalar(select(Course).where(Course.slug == read.slug))
    if course is not None:
        locked(course)
        _hold_back(course, files)
    changes = store_course(read, at)
    if course is None:
        course = session.scalars(select(Course).where(Course.slug == read.slug)).one()
    return changes, _keep(course, files, at=at, by=by, origin=origin)


def _hold_back(course: Course, files: Mapping[str, bytes]) -> None:
    """Pictures that are about to go, or to be other ones, stay with their version."""
    going = [
        each
        for each in live_sources(course).values()
        if each.is_elsewhere
        and (each.path not in files or digest_of(files[each.path]) != each.digest)
    ]
    contents = contents_of(course, going)
    for each in going:
        each.content, each.is_elsewhere = contents[each.path], False
    session.flush()


def _keep(
    course: Course,
    files: Mapping[str, bytes],
    *,
    at: datetime,
    by: Person | None,
    origin: Origin,
) -> list[SourceVersion]:
    newest = newest_sources(course)
    stored = {
        f"media/{path}": digest
        for path, digest in session.execute(
            select(CourseFile.path, CourseFile.digest).where(CourseFile.course_id == course.id)
        )
    }
    added: list[SourceVersion] = []
    for path, content in files.items():
        before, digest = newest.get(path), digest_of(content)
        if before is not None and not before.is_removed and before.digest == digest:
            continue
        is_elsewhere = stored.get(path) == digest
        added.append(
            SourceVersion(
                course_id=course.id,
                path=path,
                number=(before.number if before else 0) + 1,
                digest=digest,
                size=len(content),
                content=None if is_elsewhere else content,
                is_elsewhere=is_elsewhere,
            )
        )
    for path, before in newest.items():
        if path not in files and not before.is_removed:
            added.append(
                SourceVersion(
                    course_id=course.id,
                    path=path,
                    number=before.number + 1,
                    digest="",
                    size=0,
                    is_elsewhere=False,
                    is_removed=True,
                )
            )
    for each in added:
        each.origin, each.at, each.by_id = origin, at, by.id if by else None
    session.add_all(added)
    session.flush()
    return added


def undone_by(slug: str, files: Mapping[str, bytes]) -> list[str]:
    """The files that were edited in the browser and that bringing ``files`` in would undo.

    That is so until the edit is exported; and still afterwards where the folder holds what the
    file said before the edit: the export never got there.
    """
    course = session.scalar(select(Course).where(Course.slug == slug))
    if course is None:
        return []
    locked(course)
    newest = newest_sources(course)
    edited = {path: each for path, each in newest.items() if each.origin == Origin.BROWSER}
    before: defaultdict[str, set[str]] = defaultdict(set)
    for path, number, digest, origin in session.execute(
        select(
            SourceVersion.path, SourceVersion.number, SourceVersion.digest, SourceVersion.origin
        ).where(SourceVersion.course_id == course.id, SourceVersion.path.in_(edited))
    ):
        before[path].add(digest)
        if number == 1 and origin == Origin.BROWSER:
            before[path].add("")  # there was no such file
    return sorted(
        path
        for path, live in edited.items()
        if (found := digest_of(files[path]) if path in files else "") != live.digest
        and (live.exported_at is None or found in before[path])
    )


def mark_exported(course: Course, numbers: Mapping[str, int], *, at: datetime) -> None:
    """Notes that these versions were written out; ``numbers``: path to version, removals too."""
    for each in session.scalars(
        select(SourceVersion).where(
            SourceVersion.course_id == course.id, SourceVersion.exported_at.is_(None)
        )
    ):
        if numbers.get(each.path) == each.number:
            each.exported_at = at
    session.flush()


def known_digests(course: Course) -> dict[str, set[str]]:
    """Path to every content that the file ever had."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    query = select(SourceVersion.path, SourceVersion.digest)
    for path, digest in session.execute(query.where(SourceVersion.course_id == course.id)):
        found[path].add(digest)
    return dict(found)


def versions_of(course: Course, path: str, most: int = 200) -> list[SourceVersion]:
    """Every version of one file, newest first."""
    query = SourceVersion.of(course, path).limit(most)
    return list(session.scalars(query))


def content_of(course: Course, version: SourceVersion) -> bytes:
    """What one version said; nothing for a removal."""
    if version.is_removed:
        return b""
    if version.is_elsewhere:
        return contents_of(course, [version])[version.path]
    query = select(SourceVersion).where(SourceVersion.id == version.id)
    found = session.scalars(query.options(undefer(SourceVersion.content))).one()
    return found.content or b""


def has_sources(course: Course) -> bool:
    """Whether the course's files are kept: not yet where it came before they were."""
    query = select(func.count()).where(SourceVersion.course_id == course.id)
    return bool(session.scalar(query))
