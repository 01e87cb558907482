"""What trainers do with a course's files: write, move, take away, check, ask for a review, publish."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import yaml
from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from pegup.accounts.models import Person
from pegup.authoring.source import Held
from pegup.courses.access import teaches
from pegup.courses.content.reading import Reading, language_of, read_files
from pegup.courses.content.storing import Change, prepare_pictures
from pegup.courses.models import Course, Lesson, Origin, SourceVersion
from pegup.courses.sources import (
    bring_in,
    content_of,
    digest_of,
    live_files,
    locked,
    newest_sources,
)
from pegup.db import session
from pegup.editing.effects import Effects, effects_of
from pegup.editing.models import (
    CoursePublication,
    DraftVersion,
    ReviewAnswer,
    ReviewRequest,
    Verdict,
)
from pegup.editing.naming import (
    contents_of,
    free_picture_path,
    name_from,
    next_number,
    relinked,
    renumbered,
    with_translations,
)
from pegup.editing.texts import shown, typed


@dataclass(frozen=True)
class Standing:
    """What a file says now: its open draft, else what is live; ``content`` is None where it is gone."""

    path: str
    content: bytes | None
    draft: DraftVersion | None
    live: SourceVersion | None

    @property
    def base(self) -> str:
        """What a save names, so that it can be told whether another came in between."""
        return f"{self.live_number}.{self.draft.number if self.draft else 0}"

    @property
    def live_number(self) -> int:
        return self.live.number if self.live else 0

    @property
    def is_behind(self) -> bool:
        """Whether what is live changed since the draft was begun."""
        return self.draft is not None and self.draft.live_number != self.live_number


class Overtaken(Exception):
    """Somebody saved or published in between; ``current`` is what the file says now."""

    def __init__(self, current: Standing) -> None:
        super().__init__()
        self.current = current


class Gone(Exception):
    """What was to be changed was moved or removed a moment ago, by somebody else."""


class NotPublishable(Exception):
    """The drafts cannot go live: ``why`` is ``changed``, ``nothing``, ``behind``, ``renamed`` or
    ``errors``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Checked:
    """The drafts of a course on top of what is live, and what a reading of both gave."""

    state: str
    files: Mapping[str, bytes]
    drafts: Mapping[str, DraftVersion]
    reading: Reading
    live: Mapping[str, bytes]
    """The files on which the drafts were laid."""
    digests: Mapping[str, str]
    """Theirs, with those that were taken away: path to SHA-256, empty for a removal."""
    behind: tuple[str, ...] = ()
    """Drafts of files that changed since they were begun."""


# What there is


def open_drafts(course: Course) -> dict[str, DraftVersion]:
    """Path to the newest version of every open draft."""
    return {each.path: each for each in session.scalars(DraftVersion.open(course))}


def standing_of(course: Course, path: str) -> Standing:
    """The file as its next editor finds it."""
    draft = session.scalar(
        DraftVersion.of(course, path).where(DraftVersion.ended_at.is_(None)).limit(1)
    )
    live = session.scalar(SourceVersion.of(course, path).limit(1))
    if draft is not None:
        content = None if draft.is_removed else draft_content(draft)
    elif live is not None and not live.is_removed:
        content = content_of(course, live)
    else:
        content = None
    return Standing(path, content, draft, live)


def draft_content(draft: DraftVersion) -> bytes:
    """What the draft says."""
    query = select(DraftVersion).where(DraftVersion.id == draft.id)
    return session.scalars(query.options(undefer(DraftVersion.content))).one().content or b""


def files_with_drafts(course: Course) -> dict[str, bytes]:
    """The files as they would be once everything is published."""
    return _overlaid(live_files(course), open_drafts(course))


def state_of(course: Course) -> str:
    """Names what all drafts say and what they stand on: another word has another name."""
    return _state(open_drafts(course))


def checked(course: Course, typed: Mapping[str, bytes] | None = None) -> Checked:
    """Reads the course with all its drafts, and with what is being typed; changes nothing."""
    drafts, newest, live = open_drafts(course), newest_sources(course), live_files(course)
    files = _overlaid(live, drafts) | dict(typed or {})
    behind = tuple(
        path
        for path, draft in drafts.items()
        if draft.live_number != (newest[path].number if path in newest else 0)
    )
    reading = read_files(Held(files))
    return Checked(_state(drafts), files, drafts, reading, live, _digests(newest), behind)


def effects(course: Course, found: Checked) -> Effects | None:
    """What publishing would change for those who learn; None where nothing can be published."""
    after = found.reading.course
    if after is None or not found.drafts:
        return None
    before = read_files(Held(found.live)).course
    query = select(Lesson.slug).where(
        Lesson.course_id == course.id, Lesson.withdrawn_at.is_not(None)
    )
    return effects_of(before, after, set(session.scalars(query)))


def _state(drafts: Mapping[str, DraftVersion]) -> str:
    said = [
        (draft.path, draft.digest, draft.is_removed, draft.live_number) for draft in drafts.values()
    ]
    return hashlib.sha256(repr(sorted(said)).encode()).hexdigest()


def _overlaid(live: Mapping[str, bytes], drafts: Mapping[str, DraftVersion]) -> dict[str, bytes]:
    files = dict(live)
    contents = dict(
        session.execute(
            select(DraftVersion.id, DraftVersion.content).where(
                DraftVersion.id.in_([each.id for each in drafts.values()])
            )
        ).all()
    )
    for path, draft in drafts.items():
        if draft.is_removed:
            files.pop(path, None)
        else:
            files[path] = contents[draft.id] or b""
    return files


def _digests(newest: Mapping[str, SourceVersion]) -> dict[str, str]:
    return {path: each.digest for path, each in newest.items()}


# Writing


def save_text(
    course: Course, path: str, text: str, *, base: str, by: Person, at: datetime
) -> Standing:
    """Keeps what was typed as a draft on top of ``base``; raises ``Overtaken`` if another is newer.

    Saving what already stands adds nothing, so that a form sent twice is stored once.
    """
    locked(course)
    now = standing_of(course, path)
    content = typed(now.content or _live_content(course, now), text)
    if now.content == content and not now.is_behind:
        return now
    if now.base != base:
        raise Overtaken(now)
    put(course, path, content, by=by, at=at)
    return standing_of(course, path)


def _live_content(course: Course, standing: Standing) -> bytes:
    return content_of(course, standing.live) if standing.live else b""


def put(
    course: Course,
    path: str,
    content: bytes | None,
    *,
    by: Person,
    at: datetime,
    moved_from: str | None = None,
) -> None:
    """Makes the draft of a file say this, or that it goes; a draft that says what is live ends.

    ``moved_from``: under which path it is live; without it what the draft said of that stays.
    """
    last = session.scalar(DraftVersion.of(course, path).limit(1))
    live = session.scalar(SourceVersion.of(course, path).limit(1))
    digest = digest_of(content) if content is not None else ""
    if digest == (live.digest if live else ""):
        _end(course, [path], at=at)
        return
    origin = moved_from or (last.moved_from if last and last.ended_at is None else None)
    session.add(
        DraftVersion(
            course_id=course.id,
            path=path,
            number=(last.number if last else 0) + 1,
            live_number=live.number if live else 0,
            digest=digest,
            content=content,
            is_removed=content is None,
            moved_from=origin if content is not None and origin != path else None,
            saved_at=at,
            by_id=by.id,
        )
    )
    session.flush()


def discard(course: Course, path: str, *, at: datetime) -> None:
    """Ends the draft of a file; what it said stays in the history."""
    locked(course)
    _end(course, [path], at=at)


def _end(course: Course, paths: list[str], *, at: datetime, publication: int | None = None) -> None:
    session.execute(
        update(DraftVersion)
        .where(
            DraftVersion.course_id == course.id,
            DraftVersion.path.in_(paths),
            DraftVersion.ended_at.is_(None),
        )
        .values(ended_at=at, publication_id=publication)
    )


def add_lesson(
    course: Course, *, title: str, folder: str, theme: str, by: Person, at: datetime
) -> str:
    """Begins a lesson at the end of a theme, or in a new one; its path. ``Gone`` if the theme is."""
    locked(course)
    files = files_with_drafts(course)
    contents = contents_of(files)
    slugs = _ids(files)
    if not folder:
        slug = name_from(theme, slugs)
        slugs.add(slug)
        folder = f"{next_number(each.folder for each in contents.themes)}-{slug}"
        put(course, f"{folder}/module.md", _head(id=slug, title=theme), by=by, at=at)
        lessons: list[str] = []
    else:
        found = next((each for each in contents.themes if each.folder == folder), None)
        if found is None:
            raise Gone
        lessons = [each.path for each in found.lessons]
    slug = name_from(title, slugs)
    path = f"{folder}/{next_number(lessons)}-{slug}.md"
    put(course, path, _head(id=slug, title=title, minutes=20), by=by, at=at)
    return path


def add_picture(
    course: Course, stem: str, ending: str, content: bytes, *, by: Person, at: datetime
) -> str:
    """Keeps a picture that was examined as a draft; its path. The same picture again is the one that is there."""
    locked(course)
    files = files_with_drafts(course)
    same = [p for p, other in files.items() if p.startswith("media/") and other == content]
    if same:
        return same[0]
    path = free_picture_path(stem, ending, files)
    put(course, path, content, by=by, at=at)
    return path


def add_translation(course: Course, path: str, language: str, *, by: Person, at: datetime) -> str:
    """Begins a translation with the original's text and ids; its path. ``Gone`` if the original is."""
    locked(course)
    files = files_with_drafts(course)
    if path not in files:
        raise Gone
    new = f"{path.removesuffix('.md')}.{language}.md"
    if new not in files:
        put(course, new, files[path], by=by, at=at)
    return new


def remove(course: Course, path: str, *, by: Person, at: datetime) -> None:
    """Drafts that a file goes, a lesson with its translations."""
    locked(course)
    files = files_with_drafts(course)
    for each in [path] if language_of(path) else with_translations(path, files):
        put(course, each, None, by=by, at=at)


def move(course: Course, path: str, step: int, *, by: Person, at: datetime) -> None:
    """Drafts that a lesson goes up (-1) or down (1) in its theme; links to it follow.

    Numbers are part of the files' names, so the files get other names; ids stay, and all progress.
    ``Gone`` if the lesson is.
    """
    locked(course)
    files, drafts = files_with_drafts(course), open_drafts(course)
    themes = contents_of(files).themes
    theme = next((t for t in themes if path in [p.path for p in t.lessons]), None)
    if theme is None:
        raise Gone
    lessons = renumbered([each.path for each in theme.lessons], path, step)
    moves = {
        old: new.removesuffix(".md") + old.removeprefix(lesson.removesuffix(".md"))
        for lesson, new in lessons.items()
        for old in with_translations(lesson, files)
    }
    after = {moves.get(old, old): old for old in files}
    for new, old in after.items():
        content = files[old]
        if old.endswith(".md"):
            content = typed(content, relinked(old, shown(content), moves))
        if new != old or content != files[old]:
            origin = (old in drafts and drafts[old].moved_from) or old
            put(course, new, content, by=by, at=at, moved_from=origin)
    for old in moves.keys() - after.keys():
        put(course, old, None, by=by, at=at)


def restore(course: Course, path: str, content: bytes, *, by: Person, at: datetime) -> None:
    """Drafts what the file once said."""
    locked(course)
    put(course, path, content, by=by, at=at)


def _head(**values: object) -> bytes:
    said = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{said}---\n\n".encode()


def _ids(files: Mapping[str, bytes]) -> set[str]:
    reading = read_files(Held(files))
    if reading.sketch is None:
        return set()
    lessons = {lesson.slug for module in reading.sketch.modules for lesson in module.lessons}
    return lessons | {module.slug for module in reading.sketch.modules}


# Review


def ask_for_review(course: Course, note: str, *, by: Person, at: datetime) -> ReviewRequest:
    """Asks others to read the drafts as they are; asked twice, it is asked once."""
    locked(course)
    state = state_of(course)
    found = session.scalar(select(ReviewRequest).filter_by(course_id=course.id, state=state))
    if found is None:
        found = ReviewRequest(
            course_id=course.id, state=state, note=note, asked_by_id=by.id, asked_at=at
        )
        session.add(found)
        session.flush()
    return found


def answer_review(
    request: ReviewRequest, verdict: Verdict, remark: str, *, by: Person, at: datetime
) -> None:
    """Says that the drafts can go live, or what has to change; the last answer counts."""
    last = request.answer
    if last and (last.by_id, last.verdict, last.remark) == (by.id, verdict, remark):
        return
    request.answers.append(ReviewAnswer(verdict=verdict, remark=remark, by_id=by.id, at=at))
    session.flush()


def review_of(course: Course, state: str) -> ReviewRequest | None:
    """The review of exactly these drafts."""
    return session.scalar(ReviewRequest.newest(course).where(ReviewRequest.state == state))


def may_answer(person: Person, course: Course, review: ReviewRequest) -> bool:
    """Whoever wrote something of the drafts, or asked for the review, does not give it."""
    return person.id != review.asked_by_id and person.id not in writers(course)


def reviews_waiting_for(person: Person) -> list[tuple[Course, ReviewRequest]]:
    """The reviews that this person can give, and the answers to those that the person asked for."""
    if not person.is_staff:
        return []
    drafted = select(DraftVersion.course_id).where(DraftVersion.ended_at.is_(None))
    courses = session.scalars(Course.in_order().where(Course.id.in_(drafted)))
    asked = [(each, review_of(each, state_of(each))) for each in courses if teaches(person, each)]
    return [
        (course, review)
        for course, review in asked
        if review
        and (
            review.asked_by_id == person.id
            if review.answers
            else may_answer(person, course, review)
        )
    ]


def lapsed_review(course: Course, state: str) -> ReviewRequest | None:
    """The last review, where it was of other drafts and those are still open."""
    last = session.scalar(ReviewRequest.newest(course))
    if last is None or last.state == state:
        return None
    since = select(func.max(CoursePublication.published_at)).where(
        CoursePublication.course_id == course.id
    )
    published = session.scalar(since)
    return last if published is None or last.asked_at > published else None


def writers(course: Course) -> set[int]:
    """Who wrote any version of the open drafts: they review nothing of it."""
    query = select(DraftVersion.by_id).where(
        DraftVersion.course_id == course.id, DraftVersion.ended_at.is_(None)
    )
    return {each for each in session.scalars(query) if each is not None}


# Going live


def prepare(course: Course, state: str) -> Checked:
    """Everything that takes long, before the database's lock: the reading and the pictures.

    Gives the lock back that this request may hold. Raises ``NotPublishable``.
    """
    found = checked(course)
    if found.state != state:
        raise NotPublishable("changed")
    if not found.drafts:
        raise NotPublishable("nothing")
    if found.behind:
        raise NotPublishable("behind")
    if found.reading.course is None:
        raise NotPublishable("errors")
    if found.reading.course.slug != course.slug:
        raise NotPublishable("renamed")  # it would be stored as another course
    prepare_pictures(found.reading.course, release=session.rollback)
    session.rollback()
    return found


def publish(
    course: Course, found: Checked, note: str, *, by: Person, at: datetime
) -> tuple[CoursePublication, list[Change]]:
    """Makes all drafts live at once; raises ``NotPublishable`` if they changed since ``prepare``."""
    locked(course)
    if state_of(course) != found.state or _digests(newest_sources(course)) != found.digests:
        raise NotPublishable("changed")
    if found.reading.course is None or found.reading.course.slug != course.slug:
        raise NotPublishable("errors")
    review = review_of(course, found.state)
    approved = review.answer if review else None
    if approved is not None and approved.verdict != Verdict.APPROVED:
        approved = None
    changes, versions = bring_in(
        found.reading.course, found.files, at=at, by=by, origin=Origin.BROWSER
    )
    last = session.scalar(
        select(func.max(CoursePublication.number)).where(CoursePublication.course_id == course.id)
    )
    publication = CoursePublication(
        course_id=course.id,
        number=(last or 0) + 1,
        state=found.state,
        note=note,
        files=[{"path": each.path, "number": each.number} for each in versions],
        published_at=at,
        published_by_id=by.id,
        approved_id=approved.id if approved else None,
    )
    session.add(publication)
    session.flush()
    _end(course, list(open_drafts(course)), at=at, publication=publication.id)
    return publication, changes


def taken_out(course: Course) -> tuple[dict[str, bytes], dict[str, int]]:
    """The live files, and path to version of all that they are, removals too."""
    numbers = {path: each.number for path, each in newest_sources(course).items()}
    return live_files(course), numbers
