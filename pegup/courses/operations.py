"""What people do in a course: join, leave, say that a lesson is read, take that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from pegup.accounts.models import Person
from pegup.courses.models import Course, Enrolment, Lesson, LessonRead
from pegup.db import Model, session


def enrol(person: Person, course: Course, *, at: datetime, by: Person | None = None) -> Enrolment:
    """The person's place in the course; the one that is there, if there is."""
    query = Enrolment.here(person, course)
    found = session.scalar(query)
    if found is not None:
        return found
    made = Enrolment(
        person_id=person.id, course_id=course.id, enrolled_at=at, enrolled_by_id=by and by.id
    )
    return made if _added(made) else session.scalars(query).one()


def leave(person: Person, course: Course, *, at: datetime) -> None:
    """Ends the person's place; what was read stays for who comes back."""
    found = session.scalar(Enrolment.here(person, course))
    if found is not None:
        found.left_at = at


def mark_read(person: Person, lesson: Lesson, *, at: datetime) -> None:
    """Notes that the lesson is read; the first time counts."""
    query = select(LessonRead.id).filter_by(person_id=person.id, lesson_id=lesson.id)
    if session.scalar(query) is None:
        _added(LessonRead(person_id=person.id, lesson_id=lesson.id, read_at=at))


def unmark_read(person: Person, lesson: Lesson) -> None:
    """Takes it back."""
    session.execute(delete(LessonRead).filter_by(person_id=person.id, lesson_id=lesson.id))


def _added(row: Model) -> bool:
    """Adds a row that another request may add at the same moment."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
