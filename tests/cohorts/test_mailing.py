"""Mails against a real SMTP server: how they look, what is refused, what is lost, that none goes twice."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from pegup import create_app
from pegup.accounts.models import Kind, Person
from pegup.cohorts import mailing
from pegup.cohorts.correspondence import send_message, switch_mail
from pegup.cohorts.models import Cohort, Mailing, MailOff, MessageCopy
from pegup.cohorts.operations import add_people
from pegup.db import Model, db, now, session
from pegup.web.letters import Fate, Letter
from tests import make
from tests.cohorts.post import Handler, smtp_server
from tests.pages import checked

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[tuple[Handler, int]]:
    with smtp_server() as found:
        yield found


def site_with(tmp_path, port: int) -> Flask:
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'own.sqlite'}",
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": tmp_path,
            "PEGUP_PUBLIC_URL": "https://pegup.example.org",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": port,
            "MAIL_TIMEOUT": 1,
        }
    )
    (tmp_path / "own.sqlite").write_bytes(_empty())
    return app


@cache
def _empty() -> bytes:
    """A database with our tables, made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite"
        engine = create_engine(f"sqlite:///{path}")
        Model.metadata.create_all(engine)
        engine.dispose()
        return path.read_bytes()


@pytest.fixture
def site(server, tmp_path) -> Iterator[Flask]:
    app = site_with(tmp_path, server[1])
    with app.app_context():
        yield app
        session.remove()
        db.engine.dispose()


@pytest.fixture
def post(server) -> Handler:
    return server[0]


@pytest.fixture
def group(site) -> Cohort:
    return make.cohort(make.course())


@pytest.fixture
def trainer(site) -> Person:
    return make.person("Ada Núñez", roles=[(Kind.TRAINER, "agua")])


def member(name: str, address: str, language: str = "es") -> Person:
    made = make.person(name)
    made.email, made.language = address, language
    session.commit()
    return made


def write(group: Cohort, trainer: Person, *people: Person, text: str = "¿Cómo vas?") -> None:
    send_message(group, text, people, key=uuid4(), by=trainer, at=now())
    session.commit()


def states() -> dict[str, Mailing]:
    session.expire_all()
    return {each.person.email: Mailing(each.mailing) for each in session.query(MessageCopy)}


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def html_of(message) -> str:
    return message.get_body(("html",)).get_content()


def test_a_mail_has_what_a_mail_needs(post, group, trainer):
    rosa = member("Rosa Ñahui Güemes", "rosa@example.org")
    write(group, trainer, rosa, text="¿Cómo vas?\nTe espero en la acequia.\n\n.\n<b>Ánimo</b>")
    assert mailing.send_waiting(at=now())[Fate.SENT] == 1
    (mail,) = post.taken
    assert mail["Subject"] == "Mensaje de Ada Núñez"
    assert mail["To"].addresses[0].display_name == "Rosa Ñahui Güemes"
    assert mail["To"].addresses[0].addr_spec == "rosa@example.org"
    assert mail["From"].addresses[0].addr_spec == "pegup@localhost"
    assert mail["Date"].datetime.tzinfo
    assert mail["Message-ID"].endswith("@pegup.example.org>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert b"\r\nList-Unsubscribe: <https://pegup.example.org/messages/mail/off/" in post.raw[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = text_of(mail).replace("\r\n", "\n")
    assert "¿Cómo vas?\nTe espero en la acequia.\n\n.\n<b>Ánimo</b>" in text
    (copy,) = session.query(MessageCopy)
    assert f"https://pegup.example.org/messages/{copy.uuid}" in text
    html = html_of(mail)
    assert "&lt;b&gt;Ánimo&lt;/b&gt;" in html
    assert 'lang="es"' in html
    assert len(post.raw[0]) < 10_000
    assert all(len(line) <= 998 for line in post.raw[0].split(b"\r\n"))
    assert post.raw[0].isascii()


def test_each_person_is_written_to_in_their_language_and_alone(post, group, trainer):
    write(
        group, trainer, member("Rosa", "rosa@example.org"), member("Ben", "ben@example.org", "en")
    )
    mailing.send_waiting(at=now())
    subjects = dict(zip(post.addresses, (mail["Subject"] for mail in post.taken), strict=True))
    assert subjects == {
        "rosa@example.org": "Mensaje de Ada Núñez",
        "ben@example.org": "Message from Ada Núñez",
    }
    assert post.connections == 1
    for address, mail in zip(post.addresses, post.taken, strict=True):
        assert [each.addr_spec for each in mail["To"].addresses] == [address]
        assert mail["Cc"] is None


def test_a_name_cannot_write_another_header(post, site, group):
    evil = make.person("Ada Mala", roles=[(Kind.TRAINER, "agua")])
    evil.name = "Ada\r\nBcc: todos@example.org\r\n\r\nCuerpo falso\u2028\x00"
    rosa = member("Rosa", "rosa@example.org")
    rosa.name = 'Rosa" <otra@example.org>,\r\nX-Evil: 1'
    session.commit()
    write(group, evil, rosa)
    mailing.send_waiting(at=now())
    (mail,) = post.taken
    assert post.addresses == ["rosa@example.org"]
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert [each.addr_spec for each in mail["To"].addresses] == ["rosa@example.org"]
    assert "\n" not in mail["Subject"]
    assert "Bcc: todos@example.org" in mail["Subject"]


@pytest.mark.parametrize(
    "address",
    ["rosa@example.org\r\nBcc: x@example.org", "sin-arroba", "a@b@c", "ñandú@example.org"],
)
def test_an_address_that_is_none_is_refused_and_the_others_go(post, group, trainer, address):
    write(group, trainer, member("Mala", address), member("Rosa", "rosa@example.org"))
    told = mailing.send_waiting(at=now())
    assert (told[Fate.REFUSED], told[Fate.SENT]) == (1, 1)
    assert post.addresses == ["rosa@example.org"]


def test_what_the_server_refuses_is_told_and_the_others_go(post, group, trainer, site):
    names = ["550", "rosa", "450", "full", "spam", "ben"]
    write(group, trainer, *(member(f"P{name}", f"{name}@example.org") for name in names))
    told = mailing.send_waiting(at=now())
    assert sorted(post.addresses) == ["ben@example.org", "rosa@example.org"]
    assert states() == {
        "550@example.org": Mailing.REFUSED,
        "spam@example.org": Mailing.REFUSED,
        "450@example.org": Mailing.WAITING,
        "full@example.org": Mailing.WAITING,
        "rosa@example.org": Mailing.SENT,
        "ben@example.org": Mailing.SENT,
    }
    assert told == {Fate.SENT: 2, Fate.REFUSED: 2, Fate.LATER: 2, Fate.UNSURE: 0}
    mailing.send_waiting(at=now())
    assert len(post.taken) == 2
    assert mailing.send_waiting(at=now() + timedelta(days=4)) == dict.fromkeys(Fate, 0)


def test_a_server_that_takes_three_at_a_time_gets_all_of_them(post, group, trainer):
    post.most = 3
    people = [member(f"P{n}", f"p{n}@example.org") for n in range(8)]
    write(group, trainer, *people)
    assert mailing.send_waiting(at=now())[Fate.SENT] == 8
    assert sorted(post.addresses) == sorted(each.email for each in people)
    assert post.connections == 3


def test_a_person_who_lost_the_address_meanwhile_gets_no_mail(post, group, trainer):
    rosa = member("Rosa", "rosa@example.org")
    write(group, trainer, rosa)
    rosa.email = None
    session.commit()
    assert mailing.send_waiting(at=now()) == dict.fromkeys(Fate, 0)
    assert session.query(MessageCopy).one().mailing == Mailing.NONE


def test_who_switched_mails_off_while_one_was_put_off_gets_none(post, group, trainer):
    rosa = member("Rosa", "rosa@example.org")
    write(group, trainer, rosa)
    copy = session.query(MessageCopy).one()
    copy.mailing = Mailing.SENDING
    switch_mail(rosa, on=False, at=now())
    copy.mailing = Mailing.WAITING  # the server put it off at that moment
    session.commit()
    assert mailing.send_waiting(at=now()) == dict.fromkeys(Fate, 0)
    assert states() == {"rosa@example.org": Mailing.NONE}


def test_a_connection_lost_before_the_text_is_tried_again_and_one_lost_after_it_is_not(
    post, group, trainer
):
    write(group, trainer, *(member(n, f"{n}@example.org") for n in ("gone", "drop", "rosa")))
    mailing.send_waiting(at=now())
    assert states() == {
        "gone@example.org": Mailing.WAITING,
        "drop@example.org": Mailing.UNSURE,
        "rosa@example.org": Mailing.SENT,
    }
    mailing.send_waiting(at=now())
    assert sorted(post.addresses) == ["drop@example.org", "rosa@example.org"]


def test_a_server_that_is_slow_to_answer_may_have_taken_it(post, group, trainer):
    write(group, trainer, *(member(n, f"{n}@example.org") for n in ("slow", "rosa")))
    mailing.send_waiting(at=now())
    assert states() == {
        "slow@example.org": Mailing.UNSURE,
        "rosa@example.org": Mailing.SENT,
    }
    mailing.send_waiting(at=now())
    assert post.addresses.count("slow@example.org") <= 1


def test_without_a_server_everything_waits_and_goes_when_it_is_back(tmp_path):
    with smtp_server() as (_handler, port):
        pass
    app = site_with(tmp_path, port)
    with app.app_context():
        group = make.cohort(make.course())
        ada = make.person("Ada", roles=[(Kind.TRAINER, "agua")])
        write(group, ada, *(member(n, f"{n}@example.org") for n in ("rosa", "ben")))
        assert mailing.send_waiting(at=now())[Fate.LATER] == 2
        assert set(states().values()) == {Mailing.WAITING}
        session.remove()
        db.engine.dispose()


def test_two_who_send_at_once_send_each_mail_once(post, site, group, trainer):
    people = [member(f"P{n}", f"p{n}@example.org") for n in range(12)]
    write(group, trainer, *people)
    addresses = sorted(each.email for each in people)
    session.remove()

    def run() -> None:
        with site.app_context():
            mailing.send_waiting(at=now())

    threads = [Thread(target=run) for _each in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(post.addresses) == addresses


def test_one_that_was_claimed_when_the_site_stopped_is_not_sent_again(
    post, group, trainer, monkeypatch
):
    write(group, trainer, member("Rosa", "rosa@example.org"))

    def stop(_letter: Letter) -> Fate:
        raise KeyboardInterrupt

    monkeypatch.setattr("pegup.standalone.mail._Route.send", lambda _self, letter: stop(letter))
    with pytest.raises(KeyboardInterrupt):
        mailing.send_waiting(at=now())
    monkeypatch.undo()
    assert mailing.send_waiting(at=now()) == dict.fromkeys(Fate, 0)
    assert states() == {"rosa@example.org": Mailing.SENDING}
    assert post.taken == []


def test_the_link_in_a_mail_switches_all_of_them_off_without_signing_in(post, site, group, trainer):
    def cast() -> tuple[Cohort, Person, Person]:
        session.remove()
        people = {each.name: each for each in session.query(Person)}
        return session.query(Cohort).first(), people["Ada Núñez"], people["Rosa"]

    write(group, trainer, member("Rosa", "rosa@example.org"))
    mailing.send_waiting(at=now())
    link = post.taken[0]["List-Unsubscribe"].strip("<>")
    assert link in text_of(post.taken[0])
    path = link.removeprefix("https://pegup.example.org")
    client = site.test_client()
    shown = checked(client.get(path))
    assert "¿Ya no quieres correos" in shown.text
    assert session.query(MailOff).count() == 0
    write(*cast(), text="Espera todavía")
    session.remove()
    one_click = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert "ya no te mandamos" in checked(one_click).text
    checked(client.post(path, data={}))
    checked(client.get(path))
    assert session.query(MailOff).count() == 1
    write(*cast(), text="Otro")
    _group, ada, rosa = cast()
    write(make.cohort(_group.course, name="Otro grupo"), ada, rosa, text="En un grupo nuevo")
    mailing.send_waiting(at=now())
    assert len(post.taken) == 1
    assert {each.mailing for each in session.query(MessageCopy)} == {Mailing.SENT, Mailing.NONE}


@pytest.mark.parametrize("token", ["x", "a.b", "", "%00", "x" * 3000])
def test_a_link_that_is_not_ours_says_so(site, token):
    for method in ("GET", "POST"):
        response = site.test_client().open(f"/messages/mail/off/{token}", method=method)
        assert response.status_code in {400, 404, 409, 401}
        assert "Traceback" not in response.text
    assert session.query(MailOff).count() == 0


def signed_in(site: Flask, person: Person) -> FlaskClient:
    key = person.id
    site.extensions["pegup"].current_person = lambda: session.get(Person, key)
    return site.test_client()


def test_mails_leave_after_the_page_is_stored(post, site, group, trainer, monkeypatch):
    """Through the page itself: the thread that it starts finds what was stored."""
    monkeypatch.undo()
    rosa = member("Rosa", "rosa@example.org")
    make.enrolment(rosa, group.course)
    add_people(group, [rosa.id], by=None, at=now())
    session.commit()
    client = signed_in(site, trainer)
    data = {"to": str(rosa.uuid), "key": uuid4().hex, "text": "Ánimo", "step": "send"}
    session.remove()
    response = client.post("/messages/groups/agua/grupo-de-mayo/new", data=data)
    assert response.status_code == 302
    response.close()
    for each in threading.enumerate():
        if "_send_in" in each.name:
            each.join()
    assert post.addresses == ["rosa@example.org"]
    assert states() == {"rosa@example.org": Mailing.SENT}
    assert re.search("Ánimo", text_of(post.taken[0]))
