"""The best marks of people in a course: what grades and completion are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import func, select

from pegup.assessments.models import Attempt
from pegup.courses.models import Course, Lesson, Question
from pegup.db import session


def best_marks(
    course: Course, person_ids: Collection[int] | None = None
) -> dict[int, dict[int, Decimal]]:
    """Person id to lesson id to the best mark (0 to 1), in one query; all people if none named."""
    query = (
        select(Attempt.person_id, Attempt.lesson_id, func.max(Attempt.mark))
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .where(Lesson.course_id == course.id, Lesson.withdrawn_at.is_(None))
        .where(Attempt.mark.is_not(None))
        .group_by(Attempt.person_id, Attempt.lesson_id)
    )
    if person_ids is not None:
        query = query.where(Attempt.person_id.in_(person_ids))
    marks: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for person_id, lesson_id, mark in session.execute(query):
        marks[person_id][lesson_id] = mark or Decimal(0)
    return dict(marks)


def lessons_with_questions(course: Course) -> set[int]:
    """The lessons of the course that ask something now."""
    query = (
        select(Question.lesson_id)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .where(Question.course_id == course.id)
        .where(Question.withdrawn_at.is_(None), Lesson.withdrawn_at.is_(None))
        .distinct()
    )
    return set(session.scalars(query))
