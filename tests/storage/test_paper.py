"""Sheets that several people type in at the same moment: both are kept, and they count once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from pegup.accounts.models import Kind, Person, Role
from pegup.assessments.models import Attempt
from pegup.courses.models import LessonRead
from pegup.paper.models import Edition, Sheet, SheetEntry, State

COURSE = "promotores-ambientales"
SHEETS = f"/paper/{COURSE}/teoria-conceptual/sheets"


@pytest.fixture
def trainers(site):
    """Browsers of three who train the course."""
    people = [site.person() for _ in range(3)]
    with site.looking() as session:
        session.add_all(Role(person_id=key, kind=Kind.TRAINER, scope=COURSE) for key in people)
    return [site.client(key) for key in people]


@pytest.fixture
def learner(site) -> int:
    person = site.person()
    assert site.client(person).post(f"/courses/{COURSE}/enrolment").status_code == 302
    return person


@pytest.fixture
def sheet(site, trainers, learner) -> str:
    """The address of a sheet for the learner."""
    with site.looking() as session:
        to = str(session.get(Person, learner).uuid)
    assert trainers[0].post(SHEETS, data={"to": to}).status_code == 302
    with site.looking() as session:
        number = session.scalars(select(Sheet.number).where(Sheet.person_id == learner)).one()
    return f"/paper/sheets/{number}"


def enter(client, sheet: str, **typed):
    data = {"r1": "y", "q1": "A", "blank": "yes"} | typed
    return lambda: client.post(f"{sheet}/entry", data=data)


def counted(site, learner: int) -> tuple[int, int]:
    with site.looking() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(row).filter_by(person_id=learner))
            for row in (Attempt, LessonRead)
        )


def state(site, learner: int) -> State:
    with site.looking() as session:
        return session.scalars(select(Sheet).where(Sheet.person_id == learner)).one().state


def turns(site) -> list[int]:
    with site.looking() as session:
        return sorted(session.scalars(select(SheetEntry.turn)))


def test_two_first_times_at_once_are_the_first_and_the_second(site, trainers, sheet, learner):
    sent = [enter(each, sheet) for each in trainers[:2]]
    answers = site.together(*sent, at="INSERT INTO pegup_sheet_entry")
    assert [each.status_code for each in answers] == [302, 302]
    assert turns(site) == [1, 2]
    assert state(site, learner) == State.COUNTED
    assert counted(site, learner) == (1, 1)


def test_two_second_times_at_once_count_once(site, trainers, sheet, learner):
    assert enter(trainers[0], sheet)().status_code == 302
    sent = [enter(each, sheet) for each in trainers[1:]]
    answers = site.together(*sent, at="INSERT INTO pegup_sheet_entry")
    assert [each.status_code for each in answers] == [302, 302]
    assert turns(site) == [1, 2]
    assert counted(site, learner) == (1, 1)


def test_one_page_sent_twice_at_once_is_one_time(site, trainers, sheet, learner):
    key = "00000000-0000-4000-8000-000000000001"
    sent = [enter(trainers[0], sheet, key=key)] * 2
    answers = site.together(*sent, at="INSERT INTO pegup_sheet_entry")
    assert [each.status_code for each in answers] == [302, 302]
    assert turns(site) == [1]
    assert counted(site, learner) == (0, 0)


def test_two_who_look_at_the_paper_at_once_are_heard_once(site, trainers, sheet, learner):
    enter(trainers[0], sheet)()
    enter(trainers[1], sheet, q1="B")()
    assert state(site, learner) == State.STOPPED
    sent = [
        lambda each=each: each.post(f"{sheet}/settlement", data={"q1": "first"})
        for each in trainers[:2]
    ]
    answers = site.together(*sent, at="INSERT INTO pegup_sheet_settlement")
    assert [each.status_code for each in answers] == [302, 302]
    assert counted(site, learner) == (1, 1)


def test_two_who_print_at_once_have_one_edition(site, trainers):
    sent = [lambda each=each: each.post(SHEETS, data={"blanks": "2"}) for each in trainers[:2]]
    answers = site.together(*sent, at="INSERT INTO pegup_paper_edition ")
    assert [each.status_code for each in answers] == [302, 302]
    with site.looking() as session:
        assert session.scalar(select(func.count()).select_from(Edition)) == 1
        assert session.scalar(select(func.count()).select_from(Sheet)) == 4
