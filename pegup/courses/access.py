"""Who may open what of a course.

=======================  ========  ========  ==============================================
..                       visitors  enrolled  its trainers, coordinators, administrators
outline, glossary        yes       yes       yes
pictures                 yes       yes       yes
lessons                  no        yes       yes
=======================  ========  ========  ==============================================
"""

from __future__ import annotations

from flask import g
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import contains_eager
from werkzeug.exceptions import Forbidden, NotFound

from pegup.accounts.models import Kind, Person
from pegup.courses.models import Course, Enrolment, Lesson, LessonRead
from pegup.db import one_or_404, session


class NotEnrolled(Forbidden):
    """The lesson is for people of the course; ``course`` says which one to join."""

    def __init__(self, course: Course) -> None:
        super().__init__()
        self.course = course


# Made once: a lesson is the page that most people open.
_LESSON = (
    select(Lesson, Enrolment.id, LessonRead.id)
    .join(Lesson.course)
    .outerjoin(
        LessonRead,
        and_(LessonRead.lesson_id == Lesson.id, LessonRead.person_id == bindparam("person_id")),
    )
    .outerjoin(
        Enrolment,
        and_(
            Enrolment.course_id == Course.id,
            Enrolment.person_id == bindparam("person_id"),
            Enrolment.left_at.is_(None),
        ),
    )
    .where(
        Course.slug == bindparam("course"),
        Lesson.slug == bindparam("lesson"),
        Lesson.withdrawn_at.is_(None),
    )
    .options(contains_eager(Lesson.course))
)


def course_for(slug: str) -> Course:
    """The course, for everybody."""
    return one_or_404(select(Course).where(Course.slug == slug))


def lesson_for(course_slug: str, lesson_slug: str) -> Lesson:
    """The lesson with its course, for people who may open it."""
    lesson, _is_read = lesson_and_reading_for(course_slug, lesson_slug)
    return lesson


def lesson_and_reading_for(course_slug: str, lesson_slug: str) -> tuple[Lesson, bool]:
    """The same, and whether the person said that it is read: one query for both."""
    found = session.execute(
        _LESSON, {"course": course_slug, "lesson": lesson_slug, "person_id": g.person.id}
    ).first()
    if found is None:
        raise NotFound
    lesson, enrolment_id, reading_id = found
    if enrolment_id is None and not teaches(g.person, lesson.course):
        raise NotEnrolled(lesson.course)
    return lesson, reading_id is not None


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


def teaches(person: Person, course: Course) -> bool:
    """Whether the person opens the course by a role: trainer, coordinator or administrator."""
    return person.has_role(Kind.TRAINER, course.slug) or person.has_role(Kind.COORDINATOR)
