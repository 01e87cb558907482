"""The weekly mail: what it says, to whom, once; what happens when the mail server has a bad day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask

from pegup.accounts.models import Kind, Person
from pegup.cli import pegup
from pegup.cohorts import digest
from pegup.cohorts.correspondence import reply, send_message, switch_mail
from pegup.cohorts.digest import Report, send_digests, week_of
from pegup.cohorts.models import Digest, DigestKind, Mailing, MessageCopy
from pegup.cohorts.operations import add_people, add_trainer, close
from pegup.courses.models import Course
from pegup.courses.operations import leave, mark_read
from pegup.db import db, now, session
from pegup.web.letters import Fate
from tests import make
from tests.cohorts.conftest import PLAN
from tests.cohorts.post import Handler, smtp_server
from tests.cohorts.test_mailing import html_of, member, site_with, text_of

pytestmark = pytest.mark.slow

WEEK_3 = date(1997, 5, 19)
MONDAY = datetime(1997, 5, 19, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[tuple[Handler, int]]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def post(server) -> Handler:
    return server[0]


@pytest.fixture
def site(server, tmp_path) -> Iterator[Flask]:
    app = site_with(tmp_path, server[1])
    with app.app_context():
        yield app
        session.remove()
        db.engine.dispose()


@pytest.fixture
def course(site) -> Course:
    return make.course(plan=PLAN, english=True)


@pytest.fixture
def rosa(course) -> Person:
    return member("Rosa Ñahui", "rosa@example.org")


def run(at: datetime = MONDAY, week: date = WEEK_3) -> Report:
    return send_digests(week, at=at)


def sent(post: Handler) -> dict[str, str]:
    return {
        address: text_of(mail).replace("\r\n", "\n")
        for address, mail in zip(post.addresses, post.taken, strict=True)
    }


def test_a_learner_reads_what_was_done_what_comes_and_what_is_left(post, course, rosa):
    group = make.cohort(course, rosa)
    ada = make.person("Ada", roles=[(Kind.TRAINER, "otro")])
    mark_read(rosa, course.lessons()[0], at=MONDAY - timedelta(days=3))
    send_message(group, "Hola", [rosa], key=uuid4(), by=ada, at=MONDAY)
    session.commit()
    assert run().told == {Fate.SENT: 1}
    (mail,) = post.taken
    assert mail["Subject"] == "Tu semana 3 en Grupo de mayo"
    text = sent(post)["rosa@example.org"]
    assert "Hola, Rosa Ñahui:" in text
    assert "La semana pasada leíste una lección." in text
    assert "Llevas 1 de 3 lecciones." in text
    assert "Tienes un mensaje sin leer:\nhttps://pegup.example.org/\n" in text
    coming = text.split("Para esta semana:")[1].split("Quedó de antes:")[0]
    assert "2.1 Lección rio (es)" in coming
    assert "https://pegup.example.org/courses/agua/lessons/rio" in coming
    behind = text.split("Quedó de antes:")[1]
    assert "1.2 Lección pozo (es)" in behind
    assert "1.1" not in behind
    assert "\n\n\n" not in text
    html = html_of(mail)
    assert 'lang="es"' in html
    assert 'href="https://pegup.example.org/courses/agua/lessons/rio"' in html
    assert "<script" not in html
    assert "<img" not in html
    assert len(post.raw[0]) < 10_000
    assert b"\r\nList-Unsubscribe: <https://pegup.example.org/" in post.raw[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_speaks_the_language_of_each_person(post, course):
    make.cohort(course, member("Ben", "ben@example.org", "en"), member("Eva", "eva@example.org"))
    run()
    assert "You have read 0 of 3 lessons." in sent(post)["ben@example.org"]
    assert "Lección rio (en)" in sent(post)["ben@example.org"]
    assert "Llevas 0 de 3 lecciones." in sent(post)["eva@example.org"]


def test_a_trainer_reads_who_needs_a_word(post, course, rosa):
    ada = member("Ada", "ada@example.org")
    group = make.cohort(course, rosa)
    add_trainer(group, ada, by=ada, at=now())
    send_message(group, "Hola", [rosa], key=uuid4(), by=ada, at=MONDAY)
    (copy,) = session.query(MessageCopy)
    reply(copy, "Gracias", shown=(), key=uuid4(), by=rosa, at=MONDAY)
    session.commit()
    run()
    text = sent(post)["ada@example.org"]
    assert "De una persona, 1 necesita una palabra." in text
    assert "Rosa Ñahui: Todavía no empieza: pasaron 14 días." in text
    assert "Hay una respuesta sin leer." in text
    assert "https://pegup.example.org/cohorts/agua/grupo-de-mayo" in text
    assert post.taken[-1]["Subject"] == "Quién necesita una palabra en Grupo de mayo"


def test_an_answer_of_the_trainer_waits_for_the_learner_too(post, course, rosa):
    ada = make.person("Ada", roles=[(Kind.TRAINER, "otro")])
    group = make.cohort(course, rosa)
    send_message(group, "Hola", [rosa], key=uuid4(), by=ada, at=MONDAY)
    (copy,) = session.query(MessageCopy)
    reply(copy, "No entiendo", shown=(), key=uuid4(), by=rosa, at=MONDAY)
    session.commit()
    run()
    assert "sin leer" not in sent(post)["rosa@example.org"]
    reply(copy, "Te llamo", shown=(), key=uuid4(), by=ada, at=MONDAY)
    session.commit()
    run(MONDAY + timedelta(weeks=1), WEEK_3 + timedelta(weeks=1))
    assert "Tienes un mensaje sin leer:" in text_of(post.taken[-1])


def test_where_nobody_looks_after_a_group_the_trainers_of_the_course_get_it(post, course, rosa):
    make.person("Ada", roles=[(Kind.TRAINER, "agua")])
    make.person("Otra", roles=[(Kind.TRAINER, "otro")])
    make.cohort(course, rosa)
    run()
    assert sorted(post.addresses) == ["ada@example.org", "rosa@example.org"]


@pytest.mark.slow
def test_a_mail_stays_small_however_large_the_group(post, course):
    names = [member(f"Persona {'ñ' * 60} {n}", f"p{n}@example.org") for n in range(40)]
    ada = member("Ada", "ada@example.org")
    group = make.cohort(course, *names)
    add_trainer(group, ada, by=ada, at=now())
    session.commit()
    run()
    largest = max(len(raw) for raw in post.raw)
    assert largest <= 10_000
    assert "y 32 personas más." in sent(post)["ada@example.org"]


def test_run_twice_it_goes_once_and_the_next_week_again(post, course, rosa):
    make.cohort(course, rosa)
    run()
    assert run().told == {}
    assert run(MONDAY + timedelta(days=3)).told == {}
    assert len(post.taken) == 1
    run(MONDAY + timedelta(days=7), WEEK_3 + timedelta(days=7))
    assert len(post.taken) == 2
    assert [each.state for each in session.query(Digest)] == [Mailing.SENT] * 2


def test_three_that_run_at_once_send_each_once(post, site, course):
    people = [member(f"P{n}", f"p{n}@example.org") for n in range(10)]
    make.cohort(course, *people)
    session.remove()

    def start() -> None:
        with site.app_context():
            run()

    threads = [Thread(target=start) for _each in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(post.addresses) == sorted(f"p{n}@example.org" for n in range(10))


def test_stopped_in_the_middle_the_next_run_sends_the_rest_and_nothing_twice(
    post, course, monkeypatch
):
    make.cohort(course, *(member(f"P{n}", f"p{n}@example.org") for n in range(4)))
    whole = digest.letter_of
    from pegup.standalone.mail import _Route

    hand_over, count = _Route.send, []

    def stop_at_third(route, letter):
        count.append(letter.to)
        if len(count) == 3:
            raise KeyboardInterrupt
        return hand_over(route, letter)

    monkeypatch.setattr(_Route, "send", stop_at_third)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.undo()
    assert digest.letter_of is whole
    run()
    assert len(post.addresses) == len(set(post.addresses)) == 3
    assert sorted([*post.addresses, count[2]]) == [f"p{n}@example.org" for n in range(4)]
    states = [each.state for each in session.query(Digest)]
    assert sorted(states) == [Mailing.SENDING, *[Mailing.SENT] * 3]


def test_what_the_server_refuses_is_told_and_what_it_puts_off_is_tried_again(post, course):
    names = ["550", "rosa", "450", "drop", "gone", "ben"]
    make.cohort(course, *(member(f"P {name}", f"{name}@example.org") for name in names))
    report = run()
    assert sorted(post.addresses) == ["ben@example.org", "drop@example.org", "rosa@example.org"]
    assert sorted(report.failed) == [
        (Fate.LATER, "grupo-de-mayo", "450@example.org"),
        (Fate.LATER, "grupo-de-mayo", "gone@example.org"),
        (Fate.REFUSED, "grupo-de-mayo", "550@example.org"),
        (Fate.UNSURE, "grupo-de-mayo", "drop@example.org"),
    ]
    again = run()
    assert {address for _fate, _group, address in again.failed} == {
        "450@example.org",
        "gone@example.org",
    }
    assert len(post.taken) == 3


@pytest.mark.parametrize("who", ["off", "no address", "left", "done", "elsewhere", "closed"])
def test_who_gets_none(post, course, rosa, who):
    group = make.cohort(course, rosa, member("Ben", "ben@example.org"))
    if who == "off":
        switch_mail(rosa, on=False, at=now())
    elif who == "no address":
        rosa.email = None
    elif who == "left":
        leave(rosa, course, at=now())
    elif who == "done":
        course.settings = course.settings | {"completion": {"quiz_mark": 0, "city": []}}
        for lesson in course.lessons():
            mark_read(rosa, lesson, at=MONDAY)
    elif who == "elsewhere":
        make.cohort(course, rosa, name="Después", starts_on=date(1997, 6, 2))
    else:
        close(group, by=rosa, at=now())
    session.commit()
    run()
    assert post.addresses == ([] if who == "closed" else ["ben@example.org"])


def test_switched_off_it_stays_off_in_groups_to_come_until_the_person_switches_it_on(
    post, course, rosa
):
    make.cohort(course, rosa)
    switch_mail(rosa, on=False, at=now())
    session.commit()
    run()
    later = make.cohort(course, name="Otro", starts_on=date(1997, 5, 12))
    add_people(later, [rosa.id], by=None, at=now())
    session.commit()
    for weeks in range(1, 4):
        run(MONDAY + timedelta(weeks=weeks), WEEK_3 + timedelta(weeks=weeks))
    assert post.taken == []
    switch_mail(rosa, on=True, at=now())
    session.commit()
    run(MONDAY + timedelta(weeks=4), WEEK_3 + timedelta(weeks=4))
    assert post.addresses == ["rosa@example.org"]


def test_before_the_first_week_and_after_the_last_nothing_is_sent(post, course, rosa):
    make.cohort(course, rosa)
    run(MONDAY - timedelta(weeks=3), WEEK_3 - timedelta(weeks=3))
    run(MONDAY + timedelta(weeks=10), WEEK_3 + timedelta(weeks=10))
    assert post.taken == []
    run(MONDAY - timedelta(weeks=2), WEEK_3 - timedelta(weeks=2))
    assert post.taken[0]["Subject"] == "Tu semana 1 en Grupo de mayo"


def test_a_week_is_named_in_several_ways():
    assert week_of("", date(2026, 11, 24)) == date(2026, 11, 23)
    assert week_of("2026-11-29", date(2000, 1, 1)) == date(2026, 11, 23)
    assert week_of("2026-W48", date(2000, 1, 1)) == date(2026, 11, 23)
    for wrong in ("mañana", "2026-13-01", "48"):
        with pytest.raises(ValueError, match=".*"):
            week_of(wrong, date(2026, 1, 1))


@pytest.fixture
def command(site, monkeypatch):
    monkeypatch.setattr("pegup.cli.app_for_command", lambda: site)

    def call(*words: str):
        return CliRunner().invoke(pegup, ["cohorts", *words])

    return call


def test_the_command_says_what_it_would_send_and_what_it_sent(post, command, course):
    names = ["rosa", "550"]
    make.cohort(course, *(member(f"P {name}", f"{name}@example.org") for name in names))
    planned = command("digest", "--week", "1997-05-21", "--dry-run")
    assert planned.exit_code == 0
    assert sorted(planned.output.split("\n"))[1:] == [
        "grupo-de-mayo\tmember\t550@example.org",
        "grupo-de-mayo\tmember\trosa@example.org",
    ]
    assert post.taken == []
    assert session.query(Digest).count() == 0
    done = command("digest", "--week", "1997-W21")
    assert done.exit_code == 1
    assert "sent 1, refused 1, later 0, unsure 0" in done.output
    assert "refused\tgrupo-de-mayo\t550@example.org" in done.output
    again = command("digest", "--week", "1997-W21")
    assert (again.exit_code, again.output) == (0, "sent 0, refused 0, later 0, unsure 0\n")
    assert command("digest", "--week", "ayer").exit_code == 2
    assert command("mail").output == "sent 0, refused 0, later 0, unsure 0\n"


def test_a_site_that_sends_no_mail_says_so(site, command):
    site.extensions["pegup"].post = None
    for name in ("mail", "digest"):
        done = command(name)
        assert done.exit_code == 1
        assert "sends no mail" in done.output


def test_each_kind_has_its_row(post, course):
    ada = member("Ada", "ada@example.org")
    group = make.cohort(course, ada)
    add_trainer(group, ada, by=ada, at=now())
    session.commit()
    run()
    assert sorted(each.kind for each in session.query(Digest)) == sorted(DigestKind)
    assert post.addresses == ["ada@example.org"] * 2
