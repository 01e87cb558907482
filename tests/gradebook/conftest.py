"""A course of three lessons with people, marks and a university."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pegup.accounts.models import Kind, Role
from pegup.assessments.models import Attempt
from pegup.courses.operations import mark_read
from pegup.db import session
from pegup.directory.models import Sector
from pegup.gradebook.operations import declare_student
from tests import make

AT = datetime(1997, 5, 5, tzinfo=UTC)


@pytest.fixture
def course(world):
    """Themes ``uno`` (acequia, pozo) and ``dos`` (rio), half the grade each."""
    return make.course(completion={"city": ["profile", "promotion-plan", "committee"]})


@pytest.fixture
def unsa(world):
    return make.organisation("UNSA", sector=Sector.UNIVERSITY)


@pytest.fixture
def study(course):
    """``study(ben, acequia="0.5")`` enrols, reads the lesson and attempts it with that mark."""

    def done(person, **marks: str):
        make.enrolment(person, course)
        lessons = {lesson.slug: lesson for lesson in course.lessons()}
        for slug, mark in marks.items():
            lesson = lessons[slug]
            mark_read(person, lesson, at=AT)
            number = session.query(Attempt).filter_by(person_id=person.id).count() + 1
            session.add(
                Attempt(
                    person_id=person.id,
                    lesson_id=lesson.id,
                    number=number,
                    language="es",
                    started_at=AT,
                    submitted_at=AT,
                    mark=Decimal(mark),
                )
            )
        session.commit()
        return person

    return done


@pytest.fixture
def student(unsa):
    """``student(ben, "2019-01")`` gives the university the code."""

    def declared(person, code: str, at=None):
        made = declare_student(person, at or unsa, code, at=AT)
        session.commit()
        return made

    return declared


@pytest.fixture
def registrar(unsa):
    return make.person("Inés Registro", roles=[(Kind.REGISTRAR, unsa.slug)])


@pytest.fixture
def trainer(course, ada):
    ada.roles = [Role(kind=Kind.TRAINER, scope=course.slug)]
    session.commit()
    return ada
