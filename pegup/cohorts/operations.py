"""What is done with groups: begun, changed, copied, closed; people and trainers in and out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from pegup.accounts.models import Person
from pegup.authoring.front_matter import id_from
from pegup.cohorts.models import Cohort, CohortMember, CohortTrainer
from pegup.courses.models import SLUG_LENGTH, Course, Enrolment
from pegup.db import Model, session
from pegup.teams.models import Seat, Team

ROOM_FOR_NUMBER = 6


def begin_cohort(
    course: Course, *, name: str, starts_on: date, ends_on: date, by: Person | None, at: datetime
) -> Cohort:
    """A new group of the course, without anybody in it."""
    made = Cohort(
        course_id=course.id,
        slug=_free_slug(course, name),
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=at,
        created_by_id=by.id if by else None,
    )
    session.add(made)
    session.flush()
    return made


def copy_cohort(cohort: Cohort, *, name: str, starts_on: date, by: Person, at: datetime) -> Cohort:
    """The same course again from another day, as long, with the same trainers and nobody else."""
    made = begin_cohort(
        cohort.course,
        name=name,
        starts_on=starts_on,
        ends_on=starts_on + (cohort.ends_on - cohort.starts_on),
        by=by,
        at=at,
    )
    for trainer in session.scalars(CohortTrainer.of(cohort)).all():
        add_trainer(made, trainer.person, by=by, at=at)
    return made


def close(cohort: Cohort, *, by: Person, at: datetime) -> None:
    """It gives nobody dates any more; what people did stays."""
    if cohort.closed_at is None:
        cohort.closed_at, cohort.closed_by_id = at, by.id


def reopen(cohort: Cohort) -> None:
    """Takes that back."""
    cohort.closed_at = cohort.closed_by_id = None


def add_people(
    cohort: Cohort, person_ids: Iterable[int], *, by: Person | None, at: datetime
) -> int:
    """Brings people in and enrols them in the course; says how many were not in it before.

    Two statements for any number of people; who is in already stays as they are.
    """
    wanted = set(person_ids)
    inside = session.scalars(
        select(CohortMember.person_id).where(
            CohortMember.cohort_id == cohort.id, CohortMember.left_at.is_(None)
        )
    )
    new = sorted(wanted - set(inside))
    attending = session.scalars(
        select(Enrolment.person_id).where(
            Enrolment.course_id == cohort.course_id, Enrolment.left_at.is_(None)
        )
    )
    by_id = by.id if by else None
    missing = sorted(wanted - set(attending))
    if missing:
        enrolled = {"course_id": cohort.course_id, "enrolled_at": at, "enrolled_by_id": by_id}
        session.execute(insert(Enrolment), [enrolled | {"person_id": key} for key in missing])
    if new:
        joined = {"cohort_id": cohort.id, "joined_at": at, "added_by_id": by_id}
        session.execute(insert(CohortMember), [joined | {"person_id": key} for key in new])
    return len(new)


def people_of_team(team: Team) -> list[int]:
    """Who sits in the team now, by id."""
    seated = select(Seat.person_id).where(Seat.team_id == team.id, Seat.left_at.is_(None))
    return list(session.scalars(seated))


def people_without_cohort(course: Course) -> list[int]:
    """Who attends the course and is in none of its open groups, by id."""
    grouped = (
        select(CohortMember.person_id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(
            Cohort.course_id == course.id,
            Cohort.closed_at.is_(None),
            CohortMember.left_at.is_(None),
        )
    )
    query = select(Enrolment.person_id).where(
        Enrolment.course_id == course.id,
        Enrolment.left_at.is_(None),
        Enrolment.person_id.not_in(grouped),
    )
    return list(session.scalars(query))


def remove_person(cohort: Cohort, person: Person, *, at: datetime) -> None:
    """Takes a person out of the group; they stay in the course, with all they did."""
    query = select(CohortMember).filter_by(cohort_id=cohort.id, person_id=person.id, left_at=None)
    found = session.scalar(query)
    if found is not None:
        found.left_at = at


def add_trainer(cohort: Cohort, person: Person, *, by: Person, at: datetime) -> None:
    """Lets the person look after the group; nothing happens if they do."""
    query = CohortTrainer.of(cohort).where(CohortTrainer.person_id == person.id)
    if session.scalar(query) is None:
        _added(
            CohortTrainer(cohort_id=cohort.id, person_id=person.id, added_at=at, added_by_id=by.id)
        )


def remove_trainer(cohort: Cohort, person: Person, *, at: datetime) -> None:
    """Takes that back."""
    query = CohortTrainer.of(cohort).where(CohortTrainer.person_id == person.id)
    found = session.scalar(query)
    if found is not None:
        found.removed_at = at


def member_counts(cohorts: Iterable[Cohort]) -> dict[int, int]:
    """How many people are in each group now, by its id."""
    query = (
        select(CohortMember.cohort_id, func.count())
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(
            Enrolment,
            (Enrolment.person_id == CohortMember.person_id)
            & (Enrolment.course_id == Cohort.course_id)
            & Enrolment.left_at.is_(None),
        )
        .where(
            CohortMember.left_at.is_(None),
            CohortMember.cohort_id.in_([each.id for each in cohorts]),
        )
        .group_by(CohortMember.cohort_id)
    )
    return {cohort: int(count) for cohort, count in session.execute(query)}


def _free_slug(course: Course, name: str) -> str:
    """Made of the name; with a number where another group has it."""
    base = id_from(name)[: SLUG_LENGTH - ROOM_FOR_NUMBER].strip("-") or "grupo"
    if base in RESERVED:
        base = f"grupo-{base}"
    taken = set(session.scalars(select(Cohort.slug).where(Cohort.course_id == course.id)))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


RESERVED = {"new"}
"""Names that are pages."""


def _added(row: Model) -> bool:
    """Adds a row that another request may add at the same moment."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
