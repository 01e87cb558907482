"""Forgotten passwords, new accounts and new addresses: whatever a mailed link does."""

from __future__ import annotations

import argon2
import pytest
from flask_security.utils import hash_data
from passlib.context import CryptContext
from sqlalchemy import select

from pegup.accounts.models import Identity, Person
from pegup.accounts.recognise import Claim, recognise
from pegup.db import now, session
from pegup.standalone import links, mail
from pegup.standalone.accounts import account_of
from pegup.standalone.models import Account
from tests import make
from tests.clock import computing
from tests.standalone.conftest import PASSWORD, link_in

NEW = "siete cerros y un río"


def test_forgotten_password_is_chosen_anew_by_the_mailed_link_once(
    browser, other_browser, rosa, outbox
):
    other_browser.sign_in(rosa)
    browser.post("/forgot-password", {"email": rosa.email}, status=200)
    (message,) = outbox()
    assert message["To"] == rosa.email
    assert message["Subject"] == "Elige una contraseña nueva"
    link = link_in(message)
    browser.get(link)
    assert browser.post(link, {"password": NEW}).response.location == "/sign-in"
    assert not other_browser.is_inside
    browser.sign_in(rosa, PASSWORD, status=422)
    browser.sign_in(rosa, NEW)
    browser.post("/sign-out")
    assert browser.get(link, status=302).response.location == "/forgot-password"


def test_weak_password_is_refused_at_the_mailed_link_too(browser, rosa, outbox):
    browser.post("/forgot-password", {"email": rosa.email}, status=200)
    page = browser.post(link_in(outbox()[0]), {"password": "corta"}, status=422)
    assert "al menos 8" in page.text


def test_forgotten_password_tells_nobody_who_has_an_account(browser, rosa, outbox):
    known = browser.post("/forgot-password", {"email": rosa.email}, status=200)
    unknown = browser.post("/forgot-password", {"email": "nadie@example.org"}, status=200)
    assert known.text.replace(rosa.email, "X") == unknown.text.replace("nadie@example.org", "X")
    assert len(outbox()) == 1


@pytest.mark.parametrize("path", ["/forgot-password", "/confirmation"])
def test_how_long_it_takes_tells_nobody_who_has_an_account(browser, rosa, monkeypatch, path):
    """Whoever is asked for, as many passwords are hashed: nothing else takes long."""
    if path == "/confirmation":
        account_of(rosa).confirmed_at = None
        session.commit()
    hashed = []
    usual = argon2.low_level.hash_secret
    monkeypatch.setattr(
        argon2.low_level, "hash_secret", lambda **how: hashed.append(path) or usual(**how)
    )
    counts = []
    for address in (rosa.email, "nadie@example.org"):
        hashed.clear()
        browser.post(path, {"email": address}, status=200)
        counts.append(len(hashed))
    assert counts[0] == counts[1]
    assert computing(lambda: hash_data(PASSWORD), most=0.01) < 0.01, "in the link"


def test_a_link_that_was_mailed_with_the_slow_hash_still_opens(browser, outbox, app, monkeypatch):
    slow = CryptContext(["sha256_crypt"], sha256_crypt__rounds=1_000)
    with monkeypatch.context() as before:
        before.setattr(app.extensions["security"], "hashing_context", slow)
        browser.post("/register", {"name": "Elsa", "email": "elsa@example.org", "password": NEW})
    browser.get(link_in(outbox()[0]), status=302)
    browser.sign_in("elsa@example.org", NEW)


def test_made_up_links_lead_back_to_the_question(browser):
    for path in ("/forgot-password/made-up", "/confirmation/made-up"):
        assert browser.get(path, status=302).response.location == path.rsplit("/", 1)[0]


def test_new_account_works_once_the_address_is_confirmed(browser, outbox):
    data = {"name": " Elsa  Ccori ", "email": "Elsa@Example.org", "password": NEW}
    assert browser.post("/register", data).response.location == "/sign-in"
    assert "confirmar" in browser.sign_in("elsa@example.org", NEW, status=422).text
    browser.get(link_in(outbox()[0]), status=302)
    browser.sign_in("elsa@example.org", NEW)
    person = session.scalars(Person.by_email("elsa@example.org")).one()
    assert (person.name, person.roles) == ("Elsa Ccori", [])


def test_confirmation_can_be_sent_again(browser, outbox):
    data = {"name": "Elsa Ccori", "email": "elsa@example.org", "password": NEW}
    browser.post("/register", data)
    browser.post("/confirmation", {"email": "elsa@example.org"}, status=200)
    assert [message["Subject"] for message in outbox()] == ["Confirma tu cuenta"] * 2
    browser.get(link_in(outbox()[1]), status=302)
    browser.sign_in("elsa@example.org", NEW)


def test_forgotten_password_confirms_an_account_that_waited(browser, outbox):
    data = {"name": "Elsa Ccori", "email": "elsa@example.org", "password": "la olvido enseguida"}
    browser.post("/register", data)
    browser.post("/forgot-password", {"email": "elsa@example.org"}, status=200)
    browser.post(link_in(outbox()[1]), {"password": NEW})
    browser.sign_in("elsa@example.org", NEW)


def test_new_account_tells_nobody_who_has_one(browser, rosa, outbox):
    data = {"name": "Otra Rosa", "password": NEW}
    known = browser.post("/register", data | {"email": rosa.email}).response
    shown_known = browser.get(known.location).text
    unknown = browser.post("/register", data | {"email": "nueva@example.org"}).response
    shown_unknown = browser.get(unknown.location).text
    assert known.location == unknown.location
    assert shown_known.replace(rosa.email, "X") == shown_unknown.replace("nueva@example.org", "X")
    assert "ya tienes una" in outbox()[0].get_content()
    browser.sign_in(rosa, NEW, status=422)
    browser.sign_in(rosa)


def test_registration_keeps_what_was_typed_when_something_is_missing(browser):
    page = browser.post(
        "/register", {"name": "Elsa", "email": "no es", "password": NEW}, status=422
    )
    assert page.one("input[name=name]")["value"] == "Elsa"
    assert page.one("input[name=email]")["value"] == "no es"
    assert "no parece un correo" in page.text


def test_listed_person_chooses_the_first_password_by_mail(browser, outbox):
    listed = make.person("Hilda Roca")
    browser.post("/forgot-password", {"email": listed.email}, status=200)
    browser.post(link_in(outbox()[0]), {"password": NEW})
    browser.sign_in(listed, NEW)
    assert session.scalars(select(Account)).one().person_id == listed.id


def test_address_that_another_system_vouched_for_opens_nothing(browser, outbox):
    victim = recognise(
        Claim(issuer="https://lms.example", subject="7", name="V", email="v@example.org")
    )
    session.commit()
    browser.post("/forgot-password", {"email": "v@example.org"}, status=200)
    assert outbox() == []
    browser.post("/register", {"name": "Vera", "email": "v@example.org", "password": NEW})
    browser.get(link_in(outbox()[0]), status=302)
    browser.sign_in("v@example.org", NEW)
    account = session.scalars(select(Account)).one()
    assert account.person_id != victim.id
    assert session.scalars(select(Identity)).one().person_id == victim.id


def test_registration_closed_says_what_to_do(browser, app, monkeypatch):
    monkeypatch.setitem(app.config, "PEGUP_REGISTRATION", "closed")
    assert "coordinación" in browser.get("/register", status=403).text
    data = {"name": "Elsa Ccori", "email": "elsa@example.org", "password": NEW}
    browser.post("/register", data, status=403)
    assert session.scalars(Person.by_email("elsa@example.org")).all() == []
    assert not browser.get("/sign-in").all("a[href='/register']")


def test_registration_by_invitation_needs_a_link_with_a_free_place(
    browser, app, monkeypatch, root, outbox
):
    monkeypatch.setitem(app.config, "PEGUP_REGISTRATION", "invitation")
    token = links.make_link("Taller de Ilo", 1, root, now())
    session.commit()
    browser.get("/register", status=403)
    browser.get("/register?invitation=made-up", status=403)
    page = browser.get(f"/register?invitation={token}")
    kept = page.one("input[name=invitation]")["value"]
    data = {"name": "Elsa Ccori", "password": NEW}
    wrong = data | {"email": "no es", "invitation": kept}
    again = browser.post("/register", wrong, status=422)
    assert again.one("input[name=invitation]")["value"] == token
    browser.post("/register", data | {"email": "elsa@example.org", "invitation": kept})
    late = data | {"email": "tarde@example.org", "invitation": kept}
    assert "ya no sirve" in browser.post("/register", late, status=422).text
    browser.get(f"/register?invitation={token}", status=403)
    without = data | {"email": "sin@example.org"}
    browser.post("/register", without, status=422)
    assert [message["To"] for message in outbox()] == ["elsa@example.org"]


def test_new_address_signs_in_only_after_its_link_was_opened(browser, rosa, outbox):
    browser.sign_in(rosa)
    browser.post("/account/email", {"email": "Rosa.Nueva@example.org"})
    assert account_of(rosa).email == "rosa@example.org"
    browser.get(link_in(outbox()[0]), status=302)
    assert account_of(rosa).email == "rosa.nueva@example.org"
    assert [m["To"] for m in outbox()] == ["rosa.nueva@example.org", "rosa@example.org"]
    browser.post("/sign-out")
    browser.sign_in("rosa.nueva@example.org")


def test_link_for_a_new_address_is_worth_nothing_to_somebody_else(
    browser, other_browser, rosa, with_password, outbox
):
    with_password(make.person("Hilda Roca"))
    browser.sign_in(rosa)
    browser.post("/account/email", {"email": "rosa.nueva@example.org"})
    other_browser.sign_in("hilda@example.org")
    other_browser.get(link_in(outbox()[0]), status=409)
    assert account_of(rosa).email == "rosa@example.org"


def test_new_address_of_somebody_else_tells_nothing(browser, rosa, with_password, outbox):
    with_password(make.person("Hilda Roca"))
    browser.sign_in(rosa)
    browser.post("/account/email", {"email": "hilda@example.org"})
    assert outbox() == []


def test_mail_server_away_is_told_in_words_and_the_same_to_everybody(
    browser, app, rosa, monkeypatch
):
    def away():
        raise mail.MailAway

    monkeypatch.setattr("pegup.standalone.forms.require_mail", away)
    known = browser.post("/forgot-password", {"email": rosa.email}, status=503)
    unknown = browser.post("/forgot-password", {"email": "nadie@example.org"}, status=503)
    assert "no podemos mandar correos" in known.text
    assert known.text.replace(rosa.email, "X") == unknown.text.replace("nadie@example.org", "X")


def test_smtp_server_that_does_not_answer_is_noticed(app, world, monkeypatch, unused_port):
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    state = app.extensions["mailman"]
    monkeypatch.setattr(state, "backend", "smtp")
    monkeypatch.setattr(state, "server", "127.0.0.1")
    monkeypatch.setattr(state, "port", unused_port)
    with pytest.raises(mail.MailAway):
        mail.require_mail()


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_links_in_mails_lead_to_the_public_address(browser, app, rosa, outbox, monkeypatch):
    monkeypatch.setitem(app.config, "PEGUP_PUBLIC_URL", "https://pegup.example")
    headers = {"Host": "evil.example"}
    browser.post("/forgot-password", {"email": rosa.email}, status=200, headers=headers)
    text = outbox()[0].get_content()
    assert "https://pegup.example/forgot-password/" in text
    assert "evil.example" not in text
