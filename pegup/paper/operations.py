"""What of a theme is printed, handed out, typed in twice, settled and counted; each counts once."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer

from pegup.accounts.models import Person
from pegup.assessments.kinds import Given
from pegup.assessments.models import Attempt
from pegup.assessments.operations import OnPaper, hand_in
from pegup.courses.models import (
    Course,
    CourseFile,
    CoursePicture,
    Lesson,
    Module,
    QuestionVersion,
)
from pegup.courses.operations import mark_read
from pegup.courses.outline import Outline, Theme
from pegup.db import session
from pegup.paper.content import Asked, Words, ask, digest_of, theme_content
from pegup.paper.models import (
    Batch,
    Edition,
    EditionLesson,
    EditionQuestion,
    Settlement,
    Sheet,
    SheetAttempt,
    SheetEntry,
    State,
)
from pegup.paper.numbers import new_number
from pegup.paper.ticks import Answers, Line, differing

PRINTED = {"image/jpeg": "jpg", "image/png": "png", "image/svg+xml": "svg"}
"""Kinds of picture that the typesetter reads, and their ending."""

PATIENCE = timedelta(days=7)
"""How long a sheet waits for another person before the same one may type it in again."""


class Complete(Exception):
    """The sheet was typed in twice already: nothing more is needed."""


class NeedsAnother(Exception):
    """The same person would type it in again, and there are others: ``partners``."""

    def __init__(self, partners: Sequence[Person]) -> None:
        super().__init__()
        self.partners = partners


def questions_of(course: Course, theme: Theme) -> list[Asked]:
    """What the theme asks now, lesson by lesson, in the order of its paper."""
    languages = {lesson.id: lesson.language for lesson in theme.lessons}
    rows = session.scalars(select(Lesson).where(Lesson.id.in_(languages))).all()
    lessons = {row.id: row for row in rows}
    seed = f"{course.slug}/{theme.slug}"
    return [
        ask(version.id, key, version.spec, seed)
        for key, language in languages.items()
        for version in session.scalars(QuestionVersion.asked_in(lessons[key], language))
    ]


def content_of(course: Course, outline: Outline, theme: Theme, words: Words) -> dict[str, Any]:
    """All that the theme's paper says, as it stands now."""
    return _content(course, outline, theme, questions_of(course, theme), words)


def edition_of(
    course: Course, outline: Outline, theme: Theme, words: Words, *, language: str, at: datetime
) -> Edition:
    """The theme as it would be printed now: kept, so that its sheets can be read for ever."""
    asked = questions_of(course, theme)
    content = _content(course, outline, theme, asked, words)
    module = session.scalars(select(Module).filter_by(course_id=course.id, slug=theme.slug)).one()
    digest = digest_of(content)
    known = select(Edition).filter_by(module_id=module.id, language=language, digest=digest)
    found = session.scalar(known)
    if found is not None:
        return found
    made = Edition(
        course_id=course.id,
        module_id=module.id,
        language=language,
        digest=digest,
        mark=content["edition"],
        content=content,
        made_at=at,
        lessons=[
            EditionLesson(
                lesson_id=lesson.id,
                position=position,
                number=lesson.number,
                title=lesson.title,
                language=lesson.language,
            )
            for position, lesson in enumerate(theme.lessons, 1)
        ],
        questions=[
            EditionQuestion(
                lesson_id=each.lesson,
                question_version_id=each.version,
                position=position,
                shown=each.shown,
            )
            for position, each in enumerate(asked, 1)
        ],
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # somebody else printed it at this moment
        return session.scalars(known).one()
    return made


def hand_out(
    edition: Edition,
    people: Sequence[Person],
    blanks: int,
    *,
    key: UUID,
    by: Person,
    at: datetime,
) -> Batch:
    """A sheet for each person, and blank ones; sent twice it is one batch."""
    known = select(Batch).where(Batch.uuid == key, Batch.made_by_id == by.id)
    found = session.scalar(known)
    if found is not None:
        return found
    wanted: list[int | None] = [person.id for person in people]
    wanted += [None] * blanks
    batch = Batch(uuid=key, edition_id=edition.id, made_by_id=by.id, made_at=at)
    batch.sheets = [
        Sheet(number=number, person_id=person)
        for number, person in zip(_free_numbers(len(wanted)), wanted, strict=True)
    ]
    try:
        with session.begin_nested():
            session.add(batch)
    except IntegrityError:  # the same page, sent twice at once; or somebody else's key
        again = session.scalar(known)
        if again is not None:
            return again
        return hand_out(edition, people, blanks, key=uuid4(), by=by, at=at)
    return batch


def enter(
    sheet: Sheet,
    person: Person,
    answers: Answers,
    *,
    key: UUID,
    by: Person,
    partners: Sequence[Person],
    at: datetime,
) -> SheetEntry:
    """Stores what one person read on the paper; when two read the same, the sheet counts.

    Two at the same moment are the first and the second: neither saw the other's.
    """
    _lock(sheet)
    for entry in sheet.entries:
        if entry.key == key and entry.by_id == by.id:
            return entry
    if len(sheet.entries) > 1:
        raise Complete
    if not may_repeat(sheet, by, partners, at=at):
        raise NeedsAnother(partners)
    made = SheetEntry(
        sheet_id=sheet.id,
        turn=len(sheet.entries) + 1,
        key=key,
        person_id=person.id,
        by_id=by.id,
        entered_at=at,
        answers=answers.stored(),
    )
    session.add(made)
    session.flush()
    session.refresh(sheet, ["entries"])
    if len(sheet.entries) > 1 and not is_disputed(sheet):
        _count(sheet, person, answers, by=by, at=at)
    return made


def may_repeat(sheet: Sheet, by: Person, partners: Sequence[Person], *, at: datetime) -> bool:
    """Whether this person may type in the sheet now: not twice, while there are others near."""
    mine = [entry for entry in sheet.entries if entry.by_id == by.id]
    if not mine or not partners:
        return True
    return all(at - entry.entered_at >= PATIENCE for entry in mine)


def settle(
    sheet: Sheet, person: Person, answers: Answers, *, by: Person, at: datetime
) -> Settlement:
    """Says what stands on the paper; it counts from now on. The first who says it is heard."""
    _lock(sheet)
    if sheet.settlement is not None:
        return sheet.settlement
    if sheet.state != State.STOPPED:
        raise Complete
    made = Settlement(
        sheet_id=sheet.id,
        person_id=person.id,
        by_id=by.id,
        settled_at=at,
        answers=answers.stored(),
    )
    session.add(made)
    session.flush()
    session.refresh(sheet, ["settlement"])
    _count(sheet, person, answers, by=by, at=at)
    return made


def lines_of(edition: Edition) -> list[Line]:
    """The questions of the paper."""
    return [Line(each.position, each.version.spec, each.shown) for each in edition.questions]


def is_disputed(sheet: Sheet) -> bool:
    """Whether the two entries differ in anything."""
    one, other = sheet.entries
    first, second = Answers.of(one.answers), Answers.of(other.answers)
    return (
        one.person_id != other.person_id
        or first.read != second.read
        or bool(differing(lines_of(sheet.batch.edition), first, second))
    )


def picture_for(course: Course, source: str) -> CoursePicture | None:
    """The picture at an address in a lesson's text, with its content."""
    name = unquote(source).rpartition("media/")[2]
    return session.scalar(
        select(CoursePicture)
        .join(CoursePicture.file)
        .where(CourseFile.course_id == course.id, CoursePicture.name == name)
        .options(undefer(CoursePicture.content))
        .limit(1)
    )


def free_numbers(count: int, taken: Callable[[set[str]], Select[str]]) -> list[str]:
    """New numbers, none of which ``taken`` finds."""
    numbers: set[str] = set()
    while len(numbers) < count:
        wanted = {new_number() for _ in range(count - len(numbers))}
        numbers |= wanted - set(session.scalars(taken(wanted)))
    return sorted(numbers)


def count_work(
    edition: Edition,
    person: Person,
    read: Collection[int],
    given: Mapping[int, Given],
    *,
    at: datetime,
) -> dict[int, Attempt]:
    """Marks lessons as read, and hands in the answers as the site does; the attempts by lesson's id.

    ``read`` holds places of lessons, ``given`` answers by the question's place. A lesson of which
    everything is blank was not tried.
    """
    attempts = {}
    for each in edition.lessons:
        asked = [one for one in edition.questions if one.lesson_id == each.lesson_id]
        if each.position in read:
            mark_read(person, each.lesson, at=at)
        if any(one.position in given for one in asked):
            answers = [OnPaper(one.version, one.shown, given.get(one.position)) for one in asked]
            attempts[each.lesson_id] = hand_in(each.lesson, person, each.language, answers, at=at)
    return attempts


def _count(sheet: Sheet, person: Person, answers: Answers, *, by: Person, at: datetime) -> None:
    """The sheet's work is the person's from now on."""
    attempts = count_work(sheet.batch.edition, person, answers.read, answers.given, at=at)
    session.add_all(
        SheetAttempt(sheet_id=sheet.id, lesson_id=lesson, attempt_id=attempt.id)
        for lesson, attempt in attempts.items()
    )
    sheet.person_id, sheet.counted_at, sheet.counted_by_id = person.id, at, by.id
    session.flush()
    session.refresh(sheet, ["person", "attempts"])


def _lock(sheet: Sheet) -> None:
    """One at a time; then what the other did is seen."""
    session.execute(select(Sheet.id).where(Sheet.id == sheet.id).with_for_update())
    session.refresh(sheet, ["counted_at", "person_id", "entries", "settlement"])


def _free_numbers(count: int) -> list[str]:
    return free_numbers(count, lambda wanted: select(Sheet.number).where(Sheet.number.in_(wanted)))


def _content(
    course: Course, outline: Outline, theme: Theme, asked: Sequence[Asked], words: Words
) -> dict[str, Any]:
    return theme_content(outline, theme, asked, words=words, pictures=_pictures(course))


def _pictures(course: Course) -> Callable[[str], tuple[str, str] | None]:
    """The variant for phones: small enough for a cheap printer, in a format that every one reads."""

    def picture(source: str) -> tuple[str, str] | None:
        found = picture_for(course, source)
        if found is None or found.media_type not in PRINTED:
            return None
        file = f"picture-{found.id}.{PRINTED[found.media_type]}"
        return file, base64.b64encode(found.content).decode()

    return picture
