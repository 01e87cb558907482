"""Who hands out sheets and types them in, and for whom.

=====================  ==================  ==============  ================  ======
..                     course's trainers,  group's own     coordinators of   others
..                     coordinators        trainers        a team
=====================  ==================  ==============  ================  ======
sheets for a person    whoever attends     their group     their team        no
a sheet with a name    yes                 their group     their team        no
a blank sheet          yes                 yes             yes               no
what was printed       yes                 their own       their own         no
=====================  ==================  ==============  ================  ======

Nobody does it for themselves. A blank sheet belongs to nobody before it is typed in: whoever may type
in sheets of the course opens it by the number that stands on the paper.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask import g
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.exceptions import Forbidden, NotFound

from pegup.accounts.models import Kind, Person, Role
from pegup.cohorts.models import Cohort, CohortMember, CohortTrainer
from pegup.courses.access import course_for, may_open, teaches
from pegup.courses.models import Course, Enrolment
from pegup.db import one_or_404, session
from pegup.paper.models import Batch, Edition, Sheet
from pegup.teams.models import Seat


def course_with_sheets(slug: str) -> Course:
    """The course, for somebody who may hand out its sheets."""
    course = course_for(slug)
    if not facilitates(g.person, course):
        raise Forbidden
    return course


def sheet_for(number: str) -> Sheet:
    """The sheet with all of it, for somebody who may type it in."""
    sheet = one_or_404(Sheet.whole().where(Sheet.number == number))
    if not may_enter(g.person, sheet):
        raise NotFound
    return sheet


def batch_for(key: UUID) -> Batch:
    """Sheets that were printed together, for who printed them and who teaches the course."""
    batch = one_or_404(select(Batch).where(Batch.uuid == key))
    if batch.made_by_id != g.person.id and not teaches(g.person, batch.edition.course):
        raise NotFound
    return batch


def facilitated(by: Person) -> list[Course]:
    """The courses whose sheets the person may hand out."""
    helped = set(session.scalars(_helped(by)))
    courses = session.scalars(Course.in_order()).all()
    return [course for course in courses if teaches(by, course) or course.id in helped]


def facilitates(by: Person, course: Course) -> bool:
    """Whether there is, or could be, anybody of the course whom this person may help."""
    if teaches(by, course):
        return True
    return session.scalar(_helped(by).where(Enrolment.course_id == course.id)) is not None


def has_sheets(by: Person) -> bool:
    """Whether this person may hand out sheets of any course: one question at most."""
    if by.has_role(Kind.COORDINATOR) or by.scopes(Kind.TRAINER):
        return True
    return session.scalar(_helped(by).limit(1)) is not None


def may_enter(by: Person, sheet: Sheet) -> bool:
    """The table above, as code."""
    course = sheet.batch.edition.course
    if by.id in sheet.people:
        return False
    if teaches(by, course):
        return True
    if not sheet.people:
        return facilitates(by, course)
    return accompanies(by, sheet.people, course)


def accompanies(by: Person, person_ids: Collection[int], course: Course) -> bool:
    """Whether this person accompanies one of these in the course."""
    mine = people_for(by, course).where(Person.id.in_(person_ids))
    return session.scalar(mine.limit(1)) is not None


def people_for(by: Person, course: Course, words: str = "") -> Select[Person]:
    """Who attends the course and gets sheets from this person, by name; those whom ``words`` name."""
    attends = select(Enrolment.person_id).where(
        Enrolment.course_id == course.id, Enrolment.left_at.is_(None)
    )
    query = Person.matching(words).where(Person.id.in_(attends), Person.id != by.id)
    if not teaches(by, course):
        seated, member = _near(by)
        inside = member.where(Cohort.course_id == course.id)
        query = query.where(or_(Person.id.in_(seated), Person.id.in_(inside)))
    return query


def sheets_for(by: Person, courses: list[Course]) -> Select[Sheet]:
    """The sheets that this person handed out or may type in, those that wait first.

    ``courses``: those that they facilitate.
    """
    return Sheet.listed().where(
        or_(Batch.made_by_id == by.id, is_near(by, courses, Sheet.person_id)),
        or_(Sheet.person_id.is_(None), Sheet.person_id != by.id),
    )


def is_near(
    by: Person, courses: list[Course], person_id: InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """Of rows with an edition: that this person teaches its course, or accompanies ``person_id`` in it."""
    taught = [course.id for course in courses if teaches(by, course)]
    accompanied = [
        (Edition.course_id == course.id)
        & person_id.in_(people_for(by, course).order_by(None).with_only_columns(Person.id))
        for course in courses
        if course.id not in taught
    ]
    return or_(Edition.course_id.in_(taught), *accompanied)


def partners(by: Person, person: Person, course: Course) -> list[Person]:
    """Who else could type in this person's sheet: the paper is near them too.

    For a team's coordinator the others of the team, for a group's trainer the others of the group;
    for somebody who acts by a role whoever stands next to the person, and the course's trainers.
    """
    team = set(session.scalars(_coordinating(person)))
    group = set(session.scalars(_training(person, course)))
    near = (team if by.id in team else set()) | (group if by.id in group else set())
    if not near:
        near = team | group | set(session.scalars(_teaching(course)))
    query = select(Person).where(Person.id.in_(near - {by.id, person.id}))
    return list(session.scalars(query.order_by(Person.folded, Person.id)))


def may_print(person: Person, course: Course) -> bool:
    """Whether the theme itself may be printed: by whoever reads it, and whoever hands it out."""
    return may_open(person, course) or facilitates(person, course)


def _helped(by: Person) -> Select[int]:
    """The courses that somebody near this person attends."""
    seated, member = _near(by)
    inside = member.where(Cohort.course_id == Enrolment.course_id).correlate(Enrolment)
    return (
        select(Enrolment.course_id)
        .where(Enrolment.left_at.is_(None), Enrolment.person_id != by.id)
        .where(or_(Enrolment.person_id.in_(seated), Enrolment.person_id.in_(inside)))
        .distinct()
    )


def _near(by: Person) -> tuple[Select[int], Select[int]]:
    """Who sits in a team that this person coordinates, and who is in a group that they look after."""
    teams = select(Seat.team_id).where(
        Seat.person_id == by.id, Seat.is_coordinator, Seat.left_at.is_(None)
    )
    seated = select(Seat.person_id).where(Seat.team_id.in_(teams), Seat.left_at.is_(None))
    groups = select(CohortTrainer.cohort_id).where(
        CohortTrainer.person_id == by.id, CohortTrainer.removed_at.is_(None)
    )
    member = (
        select(CohortMember.person_id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(CohortMember.cohort_id.in_(groups), CohortMember.left_at.is_(None))
    )
    return seated, member


def _coordinating(person: Person) -> Select[int]:
    teams = select(Seat.team_id).where(Seat.person_id == person.id, Seat.left_at.is_(None))
    return select(Seat.person_id).where(
        Seat.team_id.in_(teams), Seat.is_coordinator, Seat.left_at.is_(None)
    )


def _training(person: Person, course: Course) -> Select[int]:
    groups = (
        select(CohortMember.cohort_id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(
            CohortMember.person_id == person.id,
            CohortMember.left_at.is_(None),
            Cohort.course_id == course.id,
        )
    )
    return select(CohortTrainer.person_id).where(
        CohortTrainer.cohort_id.in_(groups), CohortTrainer.removed_at.is_(None)
    )


def _teaching(course: Course) -> Select[int]:
    return select(Role.person_id).where(Role.kind == Kind.TRAINER, Role.scope == course.slug)
