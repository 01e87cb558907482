"""What was done without a network counts once, whoever sends it and however often."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from pegup.assessments.models import Attempt
from pegup.assessments.operations import start_attempt
from pegup.courses.models import LessonRead
from pegup.db import now, session
from pegup.offline.models import Delivery
from tests import make

READ = {"kind": "read", "data": {"course": "agua", "lesson": "acequia"}}


@pytest.fixture
def course(world):
    return make.course(
        questions={"acequia": [make.SINGLE, make.SINGLE | {"prompt": "¿Y el pozo?"}]}
    )


@pytest.fixture
def attempt(learner, course):
    begun = start_attempt(course.lessons()[0], learner, "es", at=now() - timedelta(days=3))
    session.commit()
    return begun


def item(kind, age=0, **data):
    return {"id": str(uuid4()), "kind": kind, "age": age, "data": data}


def answers(attempt, question, value, age=0):
    return item("answers", age, attempt=str(attempt.uuid), fields=[[question, value]])


@pytest.fixture
def send(client, sign_in):
    """Hands a parcel in as ``as_``; returns outcomes in the order of the items."""

    def hand(*items, as_, person=None, status=200):
        sign_in(as_)
        body = {"person": str((person or as_).uuid), "items": list(items)}
        response = client.post("/outbox", json=body)
        assert response.status_code == status, response.text[:500]
        if status != 200:
            return None
        assert response.json["person"] == str(as_.uuid)
        return [response.json["taken"][each["id"]]["outcome"] for each in items]

    return hand


def test_a_lesson_read_without_a_network_is_read_since_then(send, learner):
    assert send(READ | {"id": str(uuid4()), "age": 2 * 24 * 3600 * 1000}, as_=learner) == ["stored"]
    read = session.scalars(select(LessonRead)).one()
    assert timedelta(days=2) <= now() - read.read_at < timedelta(days=2, minutes=1)


def test_what_comes_twice_counts_once(send, learner, attempt):
    parts = [
        READ | {"id": str(uuid4()), "age": 9},
        answers(attempt, "q1", "a1", 8),
        item("finish", 7, attempt=str(attempt.uuid)),
    ]
    first = send(*parts, as_=learner)
    assert first == ["stored"] * 3
    assert send(*parts, as_=learner) == first
    assert send(*reversed(parts), as_=learner) == first
    assert session.scalar(select(func.count()).select_from(Delivery)) == 3
    assert session.scalar(select(func.count()).select_from(LessonRead)) == 1
    assert session.scalars(select(Attempt)).one().submitted_at


def test_answers_and_finish_count_in_the_order_in_which_they_were_given(send, learner, attempt):
    right = attempt.answers[0].version.spec["options"]
    key = next(option["key"] for option in right if option["right"])
    finish = item("finish", 1_000, attempt=str(attempt.uuid))
    sent = [finish, answers(attempt, "q1", key, 3_000), answers(attempt, "q2", key, 2_000)]
    assert send(*sent, as_=learner) == ["stored"] * 3
    assert session.scalars(select(Attempt)).one().mark == Decimal(1)


def test_an_older_answer_never_replaces_a_newer_one(send, learner, attempt):
    first, second = [option["key"] for option in attempt.answers[0].version.spec["options"][:2]]
    assert send(answers(attempt, "q1", second, 1_000), as_=learner) == ["stored"]
    assert send(answers(attempt, "q1", first, 60_000), as_=learner) == ["older"]
    session.refresh(attempt.answers[0])
    assert attempt.answers[0].given == second


def test_a_slow_network_does_not_change_the_order_of_one_phone(send, learner, attempt):
    """The first request took long to arrive: by the ages alone the second answer would be older."""
    first, second = [option["key"] for option in attempt.answers[0].version.spec["options"][:2]]
    phone = {"phone": str(uuid4())}
    assert send(answers(attempt, "q1", first, 0) | phone | {"made": 5}, as_=learner) == ["stored"]
    later = answers(attempt, "q1", second, 60_000) | phone | {"made": 9}
    assert send(later, as_=learner) == ["stored"]
    between = answers(attempt, "q1", first, 0) | phone | {"made": 7}
    assert send(between, as_=learner) == ["older"]
    session.refresh(attempt.answers[0])
    assert attempt.answers[0].given == second
    other = answers(attempt, "q1", first, 60_000) | {"phone": str(uuid4()), "made": 10}
    assert send(other, as_=learner) == ["older"]


def test_what_comes_after_the_end_says_so(send, learner, attempt):
    send(item("finish", attempt=str(attempt.uuid)), as_=learner)
    assert send(answers(attempt, "q1", "a1"), as_=learner) == ["finished"]


def test_nobody_writes_in_anothers_attempt_or_course(send, learner, cleo, attempt):
    sent = [
        answers(attempt, "q1", "a1"),
        item("finish", attempt=str(attempt.uuid)),
        item("finish", attempt="x"),
        READ | {"id": str(uuid4()), "age": 0},
        item("read", course="agua", lesson="nada"),
    ]
    assert send(*sent, as_=cleo) == ["closed"] * 5
    assert session.scalar(select(func.count()).select_from(LessonRead)) == 0
    assert attempt.answers[0].given is None


def test_what_somebody_else_did_on_this_phone_waits_for_them(send, learner, cleo):
    send(READ | {"id": str(uuid4()), "age": 0}, as_=cleo, person=learner, status=409)
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_a_key_belongs_to_one_person_only(send, learner, cleo):
    shared = READ | {"id": str(uuid4()), "age": 0}
    assert send(shared, as_=cleo) == ["closed"]
    assert send(shared, as_=learner) == ["stored"]


def test_a_lesson_that_left_the_course_was_read_all_the_same(send, learner, course):
    course.lessons()[0].withdrawn_at = now()
    session.commit()
    assert send(READ | {"id": str(uuid4()), "age": 0}, as_=learner) == ["stored"]


def test_the_rest_is_stored_where_one_thing_cannot_be(send, learner, attempt):
    sent = [
        answers(attempt, "q9", "a1"),
        answers(attempt, "q1", "not an option"),
        READ | {"id": str(uuid4()), "age": 0},
    ]
    assert send(*sent, as_=learner) == ["unreadable", "unreadable", "stored"]


def test_bad_parcels_are_refused_in_words(client, sign_in, learner):
    sign_in(learner)
    assert client.post("/outbox", data="<html>", content_type="text/html").status_code == 422
    assert client.post("/outbox", json={"person": "x"}).status_code == 422
    large = client.post("/outbox", json={"items": "x" * 300_000})
    assert large.status_code == 413


def test_whose_session_ended_is_told_so_not_redirected(client, sign_in):
    sign_in(None)
    assert client.post("/outbox", json={}).status_code == 401


def test_a_theme_is_packed_with_an_attempt_for_each_lesson(client, sign_in, learner, course):
    sign_in(learner)
    theme = course.modules[0].slug
    for _twice in range(2):
        packed = client.post(f"/courses/agua/themes/{theme}/pack").json
    lessons = packed["lessons"]
    assert [bool(lesson["questions"]) for lesson in lessons] == [True, False, False][: len(lessons)]
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1
    for address in [*packed["pages"], *(lesson["page"] for lesson in lessons)]:
        response = client.get(address)
        assert (response.status_code, response.headers["Pegup-Page"]) == (200, "1")


def test_a_theme_is_packed_for_its_people_only(client, sign_in, course, cleo):
    theme = course.modules[0].slug
    sign_in(cleo)
    assert client.post(f"/courses/agua/themes/{theme}/pack").status_code == 403
    assert client.post("/courses/nada/themes/x/pack").status_code == 404


def test_the_worker_holds_for_all_our_pages_and_names_its_files(client, sign_in):
    sign_in(None)
    response = client.get("/service-worker.js")
    assert response.mimetype == "text/javascript"
    assert response.headers["Service-Worker-Allowed"] == "/"
    assert '"phone": "/phone"' in response.text
