"""Codes that are entered twice at the same moment, and files asked for twice at once: each is one."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from pegup.accounts.models import Kind, Role
from pegup.assessments.models import Attempt
from pegup.courses.models import LessonRead
from pegup.handouts.codes import Done
from pegup.handouts.models import Handout, HandoutCode, HandoutCopy
from pegup.handouts.operations import lessons_of
from tests.handouts.conftest import code_of

COURSE = "promotores-ambientales"
NEW = f"/handouts/{COURSE}/teoria-conceptual/new"
CODES = "/handouts/codes"


def learner_of(site) -> int:
    person = site.person()
    assert site.client(person).post(f"/courses/{COURSE}/enrolment").status_code == 302
    return person


@pytest.fixture
def learner(site) -> int:
    return learner_of(site)


@pytest.fixture
def trainer(site):
    """A browser of somebody who trains the course."""
    person = site.person()
    with site.looking() as session:
        session.add(Role(person_id=person, kind=Kind.TRAINER, scope=COURSE))
    return site.client(person)


def code_for(site, whose: int | None, copy: str = "") -> str:
    """The first lesson read and its first question answered."""
    with site.looking() as session:
        handout = session.scalars(Handout.whole().where(Handout.person_id == whose)).unique().one()
        first, *rest = lessons_of(handout.edition)
        kinds = [asked.kind for asked in first]
        place = kinds.index("single")
        done = [Done(True, {place: first[place].keys[0]}), *(Done(False, {}) for _each in rest)]
        return code_of(handout, done, copy)


def counted(site, person: int) -> tuple[int, int]:
    with site.looking() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(row).filter_by(person_id=person))
            for row in (Attempt, LessonRead)
        )


def rows(site, model) -> int:
    with site.looking() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_one_code_twice_at_once_counts_once(site, learner):
    client = site.client(learner)
    assert client.post(NEW, data={"for": "me"}).status_code == 302
    code = code_for(site, learner)
    sent = [lambda: client.post(CODES, data={"code": code})] * 2
    answers = site.together(*sent, at="INSERT INTO pegup_handout_code")
    assert [each.status_code for each in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert counted(site, learner) == (1, 1)
    assert rows(site, HandoutCode) == 1


def test_one_copy_of_two_people_at_once_is_one_persons(site, learner, trainer):
    assert trainer.post(NEW, data={"for": "anybody"}).status_code == 302
    code = code_for(site, None, "7Q2KM")
    people = [learner, learner_of(site)]
    sent = [
        lambda client=site.client(each): client.post(CODES, data={"code": code}) for each in people
    ]
    answers = site.together(*sent, at="INSERT INTO pegup_handout_copy")
    assert sorted(each.status_code for each in answers) == [302, 409]
    assert sorted(counted(site, each) for each in people) == [(0, 0), (1, 1)]
    assert rows(site, HandoutCopy) == 1


def test_one_file_asked_for_twice_at_once_is_one(site, learner, trainer):
    client = site.client(learner)
    for each, data in ((client, {"for": "me"}), (trainer, {"for": "anybody"})):
        sent = [lambda each=each, data=data: each.post(NEW, data=data)] * 2
        answers = site.together(*sent, at="INSERT INTO pegup_handout ")
        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0].location == answers[1].location
    assert rows(site, Handout) == 2


def test_a_code_while_the_file_is_voided_counts_or_is_told(site, learner, trainer):
    client = site.client(learner)
    number = client.post(NEW, data={"for": "me"}).location.rpartition("/")[2]
    code = code_for(site, learner)
    answers = site.together(
        lambda: client.post(CODES, data={"code": code}),
        lambda: trainer.post(f"/handouts/files/{number}/voiding"),
        at="FROM pegup_handout",
    )
    assert answers[1].status_code == 302
    assert (answers[0].status_code, counted(site, learner)) in [(302, (1, 1)), (409, (0, 0))]
