"""What is done with groups: begun, changed, copied, closed; people and trainers in and out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import Integer, Select, String, and_, case, cast, func, insert, select
from sqlalchemy.exc import IntegrityError

from pegup.accounts.models import Person
from pegup.assessments.models import Attempt
from pegup.authoring.front_matter import id_from
from pegup.cohorts.models import Cohort, CohortMember, CohortTrainer
from pegup.cohorts.standing import LOW_TRIES, Facts, Low
from pegup.courses.models import SLUG_LENGTH, Course, Enrolment, LessonRead
from pegup.courses.outline import Outline
from pegup.db import alphabetical, session
from pegup.gradebook.operations import themes_of
from pegup.teams.models import Seat, Team
from pegup.web.language import LIMA

RESERVED = {"new"}
"""Names that are pages."""
ROOM_FOR_NUMBER = 6
MILLION = 1_000_000


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


def people_without_cohort(course: Course) -> Select[int]:
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
    return select(Enrolment.person_id).where(
        Enrolment.course_id == course.id,
        Enrolment.left_at.is_(None),
        Enrolment.person_id.not_in(grouped),
    )


def people_of_team(team: Team) -> Select[int]:
    """Who sits in the team now, by id."""
    return select(Seat.person_id).where(Seat.team_id == team.id, Seat.left_at.is_(None))


def remove_person(cohort: Cohort, person: Person, *, at: datetime) -> None:
    """Takes a person out of the group; they stay in the course, with all they did."""
    query = select(CohortMember).filter_by(cohort_id=cohort.id, person_id=person.id, left_at=None)
    found = session.scalar(query)
    if found is not None:
        found.left_at = at


def add_trainer(cohort: Cohort, person: Person, *, by: Person, at: datetime) -> None:
    """Lets the person look after the group; nothing happens if they do."""
    query = CohortTrainer.of(cohort).where(CohortTrainer.person_id == person.id)
    if session.scalar(query) is not None:
        return
    made = CohortTrainer(cohort_id=cohort.id, person_id=person.id, added_at=at, added_by_id=by.id)
    with suppress(IntegrityError), session.begin_nested():  # the same at the same moment
        session.add(made)


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


def facts_of(cohort: Cohort, outline: Outline, team: Team | None = None) -> list[Facts]:
    """What is known of each person of the group, by name: five queries for any number of them.

    ``team`` narrows them down to those who sit in it.
    """
    people = CohortMember.people_of(cohort).with_only_columns(Person.id, CohortMember.joined_at)
    if team is not None:
        people = people.where(Person.id.in_(people_of_team(team)))
    joined = session.execute(people).all()
    ids = people.with_only_columns(Person.id).order_by(None)
    read, last_read = _read(outline, ids)
    begun, sent = _last_attempts(outline, ids)
    low = _low(cohort, outline, ids)
    at_mark = _at_mark(cohort, outline, ids)
    found = []
    for person, at in joined:
        progress = [day for day in (last_read.get(person), sent.get(person)) if day]
        signs = [*progress, *([begun[person]] if person in begun else [])]
        found.append(
            Facts(
                person=person,
                joined_on=at.astimezone(LIMA).date(),
                read=read.get(person, frozenset()),
                last_sign_on=max(signs, default=None),
                last_progress_on=max(progress, default=None),
                low=tuple(low.get(person, ())),
                has_marks=person in at_mark,
            )
        )
    return found


def teams_in(cohort: Cohort) -> Select[Team]:
    """The teams in which people of the group sit, by name."""
    members = CohortMember.people_of(cohort).with_only_columns(Person.id).order_by(None)
    seated = select(Seat.team_id).where(Seat.person_id.in_(members), Seat.left_at.is_(None))
    return select(Team).where(Team.id.in_(seated)).order_by(alphabetical(Team.name), Team.id)


def people_by_id(person_ids: Iterable[int]) -> dict[int, Person]:
    """These people, in one query."""
    query = select(Person).where(Person.id.in_(list(person_ids)))
    return {each.id: each for each in session.scalars(query)}


def uuids_of(person_ids: Iterable[int]) -> list[UUID]:
    """How these people are named in addresses and forms."""
    return list(session.scalars(select(Person.uuid).where(Person.id.in_(list(person_ids)))))


def teams_of(person_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the teams in which these people sit, by person."""
    query = (
        select(Seat.person_id, Team.name)
        .join(Team, Team.id == Seat.team_id)
        .where(Seat.person_id.in_(person_ids), Seat.left_at.is_(None))
        .order_by(alphabetical(Team.name))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person, name in session.execute(query):
        found[person].append(name)
    return found


def _read(
    outline: Outline, people: Select[int]
) -> tuple[dict[int, frozenset[int]], dict[int, date]]:
    """Which lessons of the course each has read, and on which day the last."""
    query = (
        select(
            LessonRead.person_id,
            func.aggregate_strings(cast(LessonRead.lesson_id, String), ","),
            func.max(LessonRead.read_at),
        )
        .where(
            LessonRead.person_id.in_(people),
            LessonRead.lesson_id.in_([lesson.id for lesson in outline.lessons]),
        )
        .group_by(LessonRead.person_id)
    )
    read, last = {}, {}
    for person, lessons, at in session.execute(query):
        read[person] = frozenset(map(int, lessons.split(",")))
        last[person] = at.astimezone(LIMA).date()
    return read, last


def _last_attempts(
    outline: Outline, people: Select[int]
) -> tuple[dict[int, date], dict[int, date]]:
    """On which day each last began, and last sent in, the questions of a lesson."""
    query = (
        select(Attempt.person_id, func.max(Attempt.started_at), func.max(Attempt.submitted_at))
        .where(
            Attempt.person_id.in_(people),
            Attempt.lesson_id.in_([lesson.id for lesson in outline.lessons]),
        )
        .group_by(Attempt.person_id)
    )
    begun, sent = {}, {}
    for person, started_at, submitted_at in session.execute(query):
        begun[person] = started_at.astimezone(LIMA).date()
        if submitted_at is not None:
            sent[person] = submitted_at.astimezone(LIMA).date()
    return begun, sent


def _best(outline: Outline, people: Select[int]) -> Select[int, int, int, int]:
    """Person, lesson, how many goes were sent in, and the best mark in millionths.

    Whole numbers: a sum of them is exact on every database.
    """
    millionths = cast(func.round(func.max(Attempt.mark) * MILLION), Integer)
    return (
        select(
            Attempt.person_id.label("person"),
            Attempt.lesson_id.label("lesson"),
            func.count().label("tries"),
            millionths.label("best"),
        )
        .where(
            Attempt.person_id.in_(people),
            Attempt.lesson_id.in_([each.id for each in outline.lessons if each.questions]),
            Attempt.mark.is_not(None),
        )
        .group_by(Attempt.person_id, Attempt.lesson_id)
    )


def _low(cohort: Cohort, outline: Outline, people: Select[int]) -> dict[int, list[Low]]:
    """The lessons that each tried again and again without reaching the course's mark."""
    needed = int(cohort.course.settings["completion"]["quiz_mark"]) * MILLION // 100
    best = _best(outline, people).having(func.count() >= LOW_TRIES).subquery()
    places = {lesson.id: place for place, lesson in enumerate(outline.lessons)}
    found: dict[int, list[Low]] = defaultdict(list)
    rows = session.execute(select(best).where(best.c.best < needed)).all()
    for person, lesson, tries, millionths in sorted(rows, key=lambda row: places[row.lesson]):
        found[person].append(Low(lesson, tries, Fraction(millionths, MILLION)))
    return found


def _at_mark(cohort: Cohort, outline: Outline, people: Select[int]) -> set[int]:
    """Of those who have read every lesson, who has every theme's questions at the mark."""
    lessons = [lesson.id for lesson in outline.lessons]
    through = (
        select(LessonRead.person_id)
        .where(LessonRead.lesson_id.in_(lessons), LessonRead.person_id.in_(people))
        .group_by(LessonRead.person_id)
        .having(func.count() >= len(lessons))
    )
    themes = [theme for theme in themes_of(outline) if theme.lessons]
    needed = int(cohort.course.settings["completion"]["quiz_mark"]) * MILLION // 100
    if not themes or not needed:
        return set(session.scalars(through))
    best = _best(outline, through).subquery()
    # A stored mark is rounded: each lesson may miss half a millionth.
    enough = [
        func.sum(case((best.c.lesson.in_(theme.lessons), best.c.best), else_=0))
        >= (needed - 1) * len(theme.lessons)
        for theme in themes
    ]
    query = select(best.c.person).group_by(best.c.person).having(and_(*enough))
    return set(session.scalars(query))


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
