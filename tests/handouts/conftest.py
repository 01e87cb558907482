"""Somebody who trains, somebody who learns, a theme with questions of each kind, and its files."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pegup.db import session
from pegup.handouts.codes import Done, pack, write_lines
from pegup.handouts.models import Handout
from pegup.handouts.operations import lessons_of, questions_by_lesson
from tests import make
from tests.browser.world import EACH_KIND

NEW = "/handouts/agua/uno/new"
CODES = "/handouts/codes"


@pytest.fixture
def course(world):
    return make.course(questions={"acequia": EACH_KIND, "pozo": [make.SINGLE]})


@pytest.fixture
def neighbour(course):
    """Attends the course too."""
    person = make.person("Eva Vecina")
    make.enrolment(person, course)
    return person


@pytest.fixture
def named(post, learner):
    """The learner's own file."""
    post(NEW, {"for": "me"}, learner)
    return session.scalars(select(Handout).where(Handout.person_id == learner.id)).one()


@pytest.fixture
def loose(post, trainer):
    """A file for whoever has it."""
    post(NEW, {"for": "anybody"}, trainer)
    return session.scalars(select(Handout).where(Handout.person_id.is_(None))).one()


def right_answers(handout: Handout) -> list[Done]:
    """Everything read, and everything right."""
    done = []
    for asked in questions_by_lesson(handout.edition):
        given = {}
        for place, each in enumerate(asked):
            spec = each.version.spec
            if spec["kind"] == "multiple":
                given[place] = [o["key"] for o in spec["options"] if o["right"]]
            elif spec["kind"] in ("single", "true_false"):
                given[place] = next(o["key"] for o in spec["options"] if o["right"])
            elif spec["kind"] == "numeric":
                given[place] = spec["answer"]
            elif spec["kind"] == "match":
                given[place] = {pair["key"]: pair["key"] for pair in spec["pairs"]}
            else:
                given[place] = {item["key"]: n for n, item in enumerate(spec["items"], 1)}
        done.append(Done(True, given))
    return done


def code_of(handout: Handout, done: list[Done] | None = None, copy: str = "") -> str:
    """What the file shows at its end."""
    done = right_answers(handout) if done is None else done
    body = copy + pack(done, lessons_of(handout.edition))
    return "\n".join(write_lines(handout.number, body, handout.key))
