"""Who may open what of a course.

=======================  ========  ========  ==============================================
..                       visitors  enrolled  its trainers, coordinators, administrators
outline, glossary        yes       yes       yes
pictures                 yes       yes       yes
lessons                  no        yes       yes
=======================  ========  ========  ==============================================
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import contains_eager
from werkzeug.exceptions import Forbidden, NotFound

from pegup.accounts.models import Kind, Person
from pegup.courses.models import Course, Enrolment, Lesson, LessonRead
from pegup.db import one_or_404, rows, session


class NotEnrolled(Forbidden):
    """The lesson is for people of the course; ``course`` says which one to join."""

    def __init__(self, course: Course) -> None:
        super().__init__()
        self.course = course


class Opened(NamedTuple):
    """The state of a lesson's course, and of the reader in it."""

    id: int
    digest: str
    imported_at: datetime
    slug: str
    enrolment_id: int | None
    reading_id: int | None


def _with_reader(*columns: Any) -> Select[*tuple[Any, ...]]:
    """The lesson ``:lesson`` of the course ``:course``, with what ties the person ``:person_id`` to both."""
    reads = and_(LessonRead.lesson_id == Lesson.id, LessonRead.person_id == bindparam("person_id"))
    attends = and_(
        Enrolment.course_id == Course.id,
        Enrolment.person_id == bindparam("person_id"),
        Enrolment.left_at.is_(None),
    )
    return (
        select(*columns)
        .select_from(Lesson)
        .join(Lesson.course)
        .outerjoin(LessonRead, reads)
        .outerjoin(Enrolment, attends)
        .where(
            Course.slug == bindparam("course"),
            Lesson.slug == bindparam("lesson"),
            Lesson.withdrawn_at.is_(None),
        )
    )


# Made once: a lesson is the page that most people open.
_OPENED = _with_reader(
    Course.id, Course.digest, Course.imported_at, Course.slug, Enrolment.id, LessonRead.id
)
_LESSON = _with_reader(Lesson, Enrolment.id).options(contains_eager(Lesson.course))


def course_for(slug: str) -> Course:
    """The course, for everybody."""
    return one_or_404(select(Course).where(Course.slug == slug))


def open_lesson(course_slug: str, lesson_slug: str) -> Opened:
    """What a lesson's page needs to know, for people who may open it."""
    found = rows(_OPENED, _asked(course_slug, lesson_slug)).first()
    if found is None:
        raise NotFound
    opened = Opened._make(found)
    if opened.enrolment_id is None and not teaches(g.person, opened):
        raise NotEnrolled(course_for(course_slug))
    return opened


def lesson_for(course_slug: str, lesson_slug: str) -> Lesson:
    """The lesson with its course, for people who may open it."""
    found = session.execute(_LESSON, _asked(course_slug, lesson_slug)).first()
    if found is None:
        raise NotFound
    lesson: Lesson
    lesson, enrolment_id = found
    if enrolment_id is None and not teaches(g.person, lesson.course):
        raise NotEnrolled(lesson.course)
    return lesson


def _asked(course_slug: str, lesson_slug: str) -> dict[str, Any]:
    return {"course": course_slug, "lesson": lesson_slug, "person_id": g.person.id}


def may_open(person: Person | None, course: Course) -> bool:
    """Whether the person may open the course's lessons."""
    if person is None:
        return False
    return teaches(person, course) or is_enrolled(person, course)


def courses_for(person: Person | None) -> list[tuple[Course, bool]]:
    """Every course, by title, and whether the person may open its lessons: one query."""
    if person is None:
        return [(course, False) for course in session.scalars(Course.in_order())]
    attends = and_(
        Enrolment.course_id == Course.id,
        Enrolment.person_id == person.id,
        Enrolment.left_at.is_(None),
    )
    found = session.execute(
        Course.in_order().add_columns(Enrolment.id).outerjoin(Enrolment, attends)
    )
    return [(course, place is not None or teaches(person, course)) for course, place in found]


def is_enrolled(person: Person, course: Course) -> bool:
    """Whether the person attends the course now."""
    return session.scalar(Enrolment.here(person, course)) is not None


def teaches(person: Person, course: Course | Opened) -> bool:
    """Whether the person opens the course by a role: trainer, coordinator or administrator."""
    return person.has_role(Kind.TRAINER, course.slug) or person.has_role(Kind.COORDINATOR)
