"""Fills the database with learners, in bulk: what ten thousand people leave behind in a course.

Learner ``i`` has read ``i % 21`` lessons and tried the questions of every other one of them once, two
thirds of the tries without a mistake. The first ten thousand are one group. Nothing is drawn by lot, so that two runs measure the same.
"""

from __future__ import annotations

import itertools
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_security import hash_password
from sqlalchemy import func, insert, select

from pegup.accounts.models import Person, folded
from pegup.assessments.kinds import KINDS, mean
from pegup.assessments.models import Answer, Attempt
from pegup.cohorts.models import Cohort, CohortMember
from pegup.cohorts.operations import begin_cohort
from pegup.courses.models import Course, Enrolment, Lesson, LessonRead, QuestionVersion
from pegup.db import Model, session, transaction
from pegup.directory.models import Organisation, Sector
from pegup.gradebook.models import Student
from pegup.standalone.models import Account
from tests.search import made

COURSE = "promotores-ambientales"
UNIVERSITY = "unsa"
"""The one whose registrar the demonstration has: it gets the first students, others the rest."""

STUDENTS = 500
"""How many students the first university has, however many learners there are."""

GROUP_NAME = "Banco"
GROUP = 10_000
"""How many people the group has at most: the learners that come first."""

PASSWORD = "el agua baja del cerro 1997"
BEGUN = datetime(2026, 3, 2, 13, tzinfo=UTC)
BATCH = 1000
NAMES = ("Rosa", "Julián", "Élida", "Óscar", "Nieves", "Abel", "Tomasa", "Íngrid", "Mario", "Ñusta")
SURNAMES = ("Quispe", "Huamán", "Núñez", "Mamani", "Peña", "Flores", "Chávez", "Rojas", "Díaz")

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question as it stands in every attempt: the same order, and an answer right or wrong."""

    version_id: int
    shown: list[str]
    right: Any
    wrong: Any

    def answer(self, attempt_id: int, position: int, at: datetime, *, is_right: bool) -> Row:
        return {
            "attempt_id": attempt_id,
            "question_version_id": self.version_id,
            "position": position,
            "shown": self.shown,
            "given": self.right if is_right else self.wrong,
            "saved_at": at,
            "points": Decimal(is_right),
        }


@dataclass(frozen=True)
class Ground:
    """What is there before the learners come."""

    course_id: int
    cohort_id: int
    university_ids: tuple[int, ...]
    """The first is ``UNIVERSITY``."""
    taken: int
    """Students that it has already."""
    lessons: tuple[tuple[int, tuple[Asked, ...]], ...]
    password: str
    """Hashed once: the hash costs what it should."""


@dataclass(frozen=True)
class Seeded:
    """What came in and how long it took."""

    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds


def email_of(number: int) -> str:
    """The address of learner ``number``, from 0."""
    return f"l{number:07d}@bench.example.org"


def lessons_read(number: int, lessons: int) -> int:
    """How many lessons the learner has read."""
    return number % (lessons + 1)


def seed(app: Flask, *, start: int, stop: int) -> Seeded:
    """Adds the learners from ``start`` to before ``stop``; each batch is one transaction."""
    begun, rows = time.perf_counter(), 0
    with app.app_context():
        ground = _ground()
        for first in range(start, stop, BATCH):
            with transaction():
                for model, batch in _rows(ground, range(first, min(first + BATCH, stop))):
                    if batch:
                        session.connection().execute(insert(model.__table__), batch)
                        rows += len(batch)
    return Seeded(rows, time.perf_counter() - begun)


def seed_documents(app: Flask, number: int) -> None:
    """So many lessons that only the search knows, of 300 words each, all of the course."""
    with app.app_context(), transaction():
        course = session.scalars(select(Course).filter_by(slug=COURSE)).one()
        made.documents(course, number)


def _ground() -> Ground:
    course = session.scalars(select(Course).filter_by(slug=COURSE)).one()
    own = session.scalars(select(Organisation).filter_by(slug=UNIVERSITY)).one()
    others = Organisation.of_sector(Sector.UNIVERSITY).where(Organisation.id != own.id)
    taken = select(func.count()).where(
        Student.university_id == own.id, Student.removed_at.is_(None), ~_is_ours()
    )
    chance = random.Random(1997)
    lessons = [
        (lesson.id, tuple(_asked(version, chance) for version in _versions(lesson, course)))
        for lesson in session.scalars(Lesson.of(course))
    ]
    return Ground(
        course_id=course.id,
        cohort_id=_cohort(course),
        university_ids=(own.id, *(each.id for each in session.scalars(others))),
        taken=session.scalar(taken) or 0,
        lessons=tuple(lessons),
        password=hash_password(PASSWORD),
    )


def _cohort(course: Course) -> int:
    """The group, made at the first run."""
    found = session.scalar(select(Cohort.id).filter_by(course_id=course.id, name=GROUP_NAME))
    if found is not None:
        return found
    with transaction():
        start = BEGUN.date()
        end = start + timedelta(weeks=12)
        made = begin_cohort(
            course, name=GROUP_NAME, starts_on=start, ends_on=end, by=None, at=BEGUN
        )
    return made.id


def _is_ours() -> Any:
    return Student.code.like("B%")


def _versions(lesson: Lesson, course: Course) -> list[QuestionVersion]:
    return list(session.scalars(QuestionVersion.asked_in(lesson, course.language)))


def _asked(version: QuestionVersion, chance: random.Random) -> Asked:
    spec = version.spec
    shown = KINDS[spec["kind"]].order(spec, chance)
    right, wrong = _answers(spec)
    if KINDS[spec["kind"]].points(spec, right) != 1:
        raise ValueError(f"the right answer to {spec['prompt']!r} is not right")
    return Asked(version.id, shown, right, wrong)


def _answers(spec: Row) -> tuple[Any, Any]:
    """The right answer, and one that earns nothing."""
    match spec["kind"]:
        case "numeric":
            return spec["answer"], "-1"
        case "match":
            return {pair["key"]: pair["key"] for pair in spec["pairs"]}, None
        case "order":
            return {item["key"]: place for place, item in enumerate(spec["items"], 1)}, None
        case "multiple":
            right = [option["key"] for option in spec["options"] if option["right"]]
            return right, [option["key"] for option in spec["options"] if not option["right"]]
        case _:
            right = [option["key"] for option in spec["options"] if option["right"]]
            wrong = [option["key"] for option in spec["options"] if not option["right"]]
            return right[0], wrong[0]


def _rows(ground: Ground, numbers: range) -> Iterator[tuple[type[Model], list[Row]]]:
    """Each table's rows, in the order in which they must come."""
    ids = dict(zip(numbers, itertools.count(_next_id(Person)), strict=False))
    yield Person, [_person(key, number) for number, key in ids.items()]
    yield Account, [_account(key, number, ground.password) for number, key in ids.items()]
    yield (
        Enrolment,
        [
            {"person_id": key, "course_id": ground.course_id, "enrolled_at": BEGUN}
            for key in ids.values()
        ],
    )
    yield (
        CohortMember,
        [
            {"cohort_id": ground.cohort_id, "person_id": key, "joined_at": BEGUN}
            for number, key in ids.items()
            if number < GROUP
        ],
    )
    yield Student, [_student(ground, key, number) for number, key in ids.items()]
    reads = [
        (number, key, place)
        for number, key in ids.items()
        for place in range(lessons_read(number, len(ground.lessons)))
    ]
    yield (
        LessonRead,
        [
            {"person_id": key, "lesson_id": ground.lessons[place][0], "read_at": _day(place)}
            for _number, key, place in reads
        ],
    )
    attempts: list[Row] = []
    answers: list[Row] = []
    tried = [read for read in reads if read[2] % 2 == 0 and ground.lessons[read[2]][1]]
    for attempt_id, (number, key, place) in enumerate(tried, _next_id(Attempt)):
        lesson_id, asked = ground.lessons[place]
        given = [
            each.answer(attempt_id, position, _day(place), is_right=position > 1 or _knows(number))
            for position, each in enumerate(asked, 1)
        ]
        attempts.append(_attempt(attempt_id, key, lesson_id, place, given))
        answers += given
    yield Attempt, attempts
    yield Answer, answers


def _next_id(model: Any) -> int:
    return (session.scalar(select(func.max(model.id))) or 0) + 1


def _knows(number: int) -> bool:
    return number % 3 != 0


def _day(place: int) -> datetime:
    return BEGUN + timedelta(days=place)


def _person(key: int, number: int) -> Row:
    name = f"{NAMES[number % len(NAMES)]} {SURNAMES[number % len(SURNAMES)]} {number:07d}"
    return {
        "id": key,
        "uuid": uuid.uuid4(),
        "name": name,
        "email": email_of(number),
        "language": "es",
        "place": "",
        "folded": folded(name, email_of(number), ""),
        "created_at": BEGUN,
    }


def _account(key: int, number: int, password: str) -> Row:
    return {
        "uuid": uuid.uuid4(),
        "person_id": key,
        "email": email_of(number),
        "password": password,
        "fs_uniquifier": uuid.uuid4().hex,
        "created_at": BEGUN,
        "confirmed_at": BEGUN,
    }


def _student(ground: Ground, key: int, number: int) -> Row:
    own, *others = ground.university_ids
    is_own = number < STUDENTS - ground.taken
    return {
        "uuid": uuid.uuid4(),
        "person_id": key,
        "university_id": own if is_own else others[number % len(others)],
        "code": f"B{number:07d}",
        "declared_at": BEGUN,
    }


def _attempt(key: int, person_id: int, lesson_id: int, place: int, given: list[Row]) -> Row:
    return {
        "id": key,
        "uuid": uuid.uuid4(),
        "person_id": person_id,
        "lesson_id": lesson_id,
        "number": 1,
        "language": "es",
        "started_at": _day(place),
        "submitted_at": _day(place) + timedelta(minutes=12),
        "mark": mean([each["points"] for each in given]),
    }
