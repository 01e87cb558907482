"""Who may open what of a course.

=======================  ========  ========  ==============================================
..                       visitors  enrolled  its trainers, coordinators, administrators
outline, glossary        yes       yes       yes
lessons and pictures     no        yes       yes
=======================  ========  ========  ==============================================
"""

from __future__ import annotations

from flask import g
from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager, joinedload
from werkzeug.exceptions import Forbidden, NotFound

from pegup.accounts.models import Kind, Person
from pegup.courses.models import Course, Enrolment, Lesson
from pegup.db import one_or_404, session


class NotEnrolled(Forbidden):
    """The lesson is for people of the course; ``course`` says which one to join."""

    def __init__(self, course: Course) -> None:
        super().__init__()
        self.course = course


def course_for(slug: str) -> Course:
    """The course, for everybody."""
    return one_or_404(select(Course).where(Course.slug == slug))


def open_course_for(slug: str) -> Course:
    """The course, for people who may open its lessons."""
    course = course_for(slug)
    if not may_open(g.person, course):
        raise NotEnrolled(course)
    return course


def lesson_for(course_slug: str, lesson_slug: str) -> Lesson:
    """The lesson with its course and module, for people who may open it."""
    enrolment = and_(
        Enrolment.course_id == Course.id,
        Enrolment.person_id == g.person.id,
        Enrolment.left_at.is_(None),
    )
    found = session.execute(
        select(Lesson, Enrolment.id)
        .join(Lesson.course)
        .outerjoin(Enrolment, enrolment)
        .where(
            Course.slug == course_slug,
            Lesson.slug == lesson_slug,
            Lesson.withdrawn_at.is_(None),
        )
        .options(contains_eager(Lesson.course), joinedload(Lesson.module))
    ).first()
    if found is None:
        raise NotFound
    lesson, enrolment_id = found
    if enrolment_id is None and not teaches(g.person, lesson.course):
        raise NotEnrolled(lesson.course)
    return lesson


def may_open(person: Person | None, course: Course) -> bool:
    """Whether the person may open the course's lessons."""
    if person is None:
        return False
    return teaches(person, course) or is_enrolled(person, course)


def is_enrolled(person: Person, course: Course) -> bool:
    """Whether the person attends the course now."""
    return session.scalar(Enrolment.here(person, course)) is not None


def teaches(person: Person, course: Course) -> bool:
    """Whether the person opens the course by a role: trainer, coordinator or administrator."""
    return person.has_role(Kind.TRAINER, course.slug) or person.has_role(Kind.COORDINATOR)
