"""A course that was brought in from its folder, and the people who write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from pegup.accounts.models import Kind, Person
from pegup.authoring.source import Held
from pegup.courses.content.reading import read_files
from pegup.courses.models import Course
from pegup.courses.sources import bring_in, take_files
from pegup.db import now, session
from tests import make
from tests.courses.folders import write_course

EDITING = "/editing/agua"
POZO = "1-uno/2-pozo.md"


def bring(folder: Path) -> Course:
    """As an import does it."""
    taken = take_files(folder)
    read = read_files(Held(taken.files))
    assert read.course is not None, read.findings
    bring_in(read.course, taken.files, at=now())
    session.commit()
    return session.scalars(select(Course).where(Course.slug == read.course.slug)).one()


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_course(tmp_path / "agua")


@pytest.fixture
def course(world, folder) -> Course:
    return bring(folder)


@pytest.fixture
def ada(world) -> Person:
    """Trains the course."""
    return make.person("Ada Trainer", roles=[(Kind.TRAINER, "agua")])


@pytest.fixture
def eva(world) -> Person:
    """Trains it too."""
    return make.person("Eva Trainer", roles=[(Kind.TRAINER, "agua")])


@pytest.fixture
def ben(world, course) -> Person:
    """Attends it."""
    person = make.person("Ben Learner")
    make.enrolment(person, course)
    return person
