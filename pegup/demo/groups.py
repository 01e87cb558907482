"""The groups of the demonstration: the one of 1997, and one that is under way on the day of the demo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from pegup.accounts.models import Person
from pegup.assessments.operations import save_answers, start_attempt, submit
from pegup.cohorts.models import Cohort
from pegup.cohorts.operations import add_people, add_trainer, begin_cohort
from pegup.courses.models import Course, Lesson, LessonRead
from pegup.courses.operations import mark_read
from pegup.courses.when import monday_of
from pegup.db import session
from pegup.teams.models import Team
from pegup.web.language import LIMA

WEEKS = timedelta(weeks=12)
UNDER_WAY = 5
"""Weeks that the running group has behind it."""
KEPT_UP = 8
"""Lessons that those who keep up have read by then."""
FIRST_DAY = date(1997, 5, 5)


def build_groups(
    course: Course, teams: Sequence[Team], *, trainer: Person, by: Person, at: datetime
) -> None:
    """Both groups with everybody of these teams; what stands already is left as it is."""
    people = [seat.person for team in teams for seat in team.seats]
    _group(course, "Grupo de 1997", FIRST_DAY, people, trainer=trainer, by=by, at=at)
    start = monday_of(at.astimezone(LIMA).date()) - timedelta(weeks=UNDER_WAY)
    running = "Grupo de demostración"
    if _group(course, running, start, people, trainer=trainer, by=by, at=at):
        for number, person in enumerate(people):
            _lately(person, course, number, at)


def _group(
    course: Course,
    name: str,
    start: date,
    people: Sequence[Person],
    *,
    trainer: Person,
    by: Person,
    at: datetime,
) -> bool:
    """Whether the group was made; it is there already after the first demonstration."""
    if session.scalar(select(Cohort.id).filter_by(course_id=course.id, name=name)) is not None:
        return False
    ends_on = start + WEEKS - timedelta(days=1)
    made = begin_cohort(course, name=name, starts_on=start, ends_on=ends_on, by=by, at=at)
    joined = datetime.combine(start, at.timetz())
    add_people(made, [each.id for each in people], by=by, at=joined)
    add_trainer(made, trainer, by=by, at=at)
    return True


def _lately(person: Person, course: Course, number: int, at: datetime) -> None:
    """Of six, four keep up with the plan, one tries the same questions in vain, one is silent."""
    read = set(session.scalars(select(LessonRead.lesson_id).filter_by(person_id=person.id)))
    left = [each for each in session.scalars(Lesson.of(course)) if each.id not in read]
    if not left or number % 6 == 2:
        return
    if number % 6 == 4:
        _try_in_vain(person, course, left[0], at)
        return
    for days, lesson in enumerate(left[: max(KEPT_UP - len(read), 1)], 1):
        mark_read(person, lesson, at=at - timedelta(days=days))


def _try_in_vain(person: Person, course: Course, lesson: Lesson, at: datetime) -> None:
    for tries in range(3):
        day = at - timedelta(days=4 - tries)
        attempt = start_attempt(lesson, person, course.language, at=day)
        save_answers(attempt, MultiDict(), at=day)
        submit(attempt, at=day + timedelta(minutes=9))
