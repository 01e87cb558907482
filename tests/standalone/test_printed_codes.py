"""Signing in with a code on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pegup.accounts import codes
from pegup.accounts.models import Person, SignInCode
from pegup.accounts.operations import issue_code
from pegup.db import now, session
from pegup.standalone import accounts
from pegup.standalone.accounts import account_of


@pytest.fixture
def juan(world) -> Person:
    """Somebody without e-mail."""
    person = Person(name="Juan Huamán", place="Huanta")
    session.add(person)
    session.commit()
    return person


@pytest.fixture
def paper(juan, root):
    """``paper()`` is a new code for Juan."""

    def make(at=None) -> str:
        code = issue_code(juan, root, at or now())
        session.commit()
        return code

    return make


def test_code_opens_and_the_device_stays_signed_in_for_sixty_days(browser, paper):
    response = browser.post("/sign-in/code", {"code": paper()}).response
    assert response.location == "/"
    kept = browser.cookie("pegup-remember")
    assert timedelta(days=59) < kept.expires - now() <= timedelta(days=60)
    browser.client.delete_cookie("pegup")
    assert "Juan Huamán" in browser.get("/account").one("input[name=name]")["value"]


def test_code_works_once(browser, other_browser, paper):
    code = paper()
    browser.post("/sign-in/code", {"code": code})
    page = other_browser.post("/sign-in/code", {"code": code}, status=422)
    assert "no sirve" in page.text
    assert not other_browser.is_inside


def test_code_one_character_off_does_not_open(browser, paper):
    code = codes.plain(paper())
    for place in (0, 12, 25):
        other = "A" if code[place] != "A" else "B"
        wrong = code[:place] + other + code[place + 1 :]
        browser.post("/sign-in/code", {"code": wrong}, status=422)
    browser.post("/sign-in/code", {"code": code})


def test_expired_code_does_not_open(browser, paper):
    browser.post("/sign-in/code", {"code": paper(now() - timedelta(days=31))}, status=422)
    browser.post("/sign-in/code", {"code": paper(now() - timedelta(days=29))})


def test_a_new_code_kills_the_old_one(browser, paper):
    old, new = paper(), paper()
    browser.post("/sign-in/code", {"code": old}, status=422)
    browser.post("/sign-in/code", {"code": new})


def test_code_is_read_however_it_is_copied(browser, paper):
    code = codes.plain(paper())
    sloppy = code.replace("0", "o").replace("1", "l").lower()
    spaced = "  ".join(sloppy[i : i + 3] for i in range(0, len(sloppy), 3))
    browser.post("/sign-in/code", {"code": spaced})
    assert browser.is_inside


def test_code_has_128_bits_and_only_its_digest_is_kept(paper, juan):
    code = paper()
    assert len(codes.plain(code)) * 5 >= 128
    row = session.scalars(SignInCode.of(juan)).first()
    assert row.code_hash not in code
    assert codes.plain(code) not in str(vars(row))


def test_qr_address_fills_the_code_in_but_does_not_use_it(browser, paper):
    code = paper()
    page = browser.get("/sign-in/code", query_string={"code": code})
    assert page.one("input[name=code]")["value"] == code
    assert page.response.headers["Cache-Control"] == "no-store"
    assert not browser.is_inside
    browser.post("/sign-in/code", {"code": code})


def test_empty_code_is_asked_for(browser):
    page = browser.post("/sign-in/code", {"code": ""}, status=422)
    assert "Escribe el código de tu papel" in page.text


def test_code_leads_back_only_inside_the_site(browser, paper):
    path = "/sign-in/code?next=https://evil.example/"
    assert browser.post(path, {"code": paper()}).response.location == "/"
    browser.post("/sign-out")
    path = "/sign-in/code?next=/account"
    assert browser.post(path, {"code": paper()}).response.location == "/account"


def test_code_of_a_closed_account_does_not_open(browser, paper, juan, root):
    code = paper()
    accounts.close(account_of(juan), by=root, at=now())
    session.commit()
    browser.post("/sign-in/code", {"code": code}, status=422)
    accounts.reopen(account_of(juan))
    session.commit()
    browser.post("/sign-in/code", {"code": code})


def test_person_who_came_by_code_can_choose_address_and_password(browser, paper, juan, outbox):
    from tests.standalone.conftest import link_in

    browser.post("/sign-in/code", {"code": paper()})
    browser.post("/account/email", {"email": "juan@example.org"})
    browser.get(link_in(outbox()[0]), status=302)
    browser.post("/account/password", {"new_password": "mi chacra tiene tunas"})
    browser.post("/sign-out")
    browser.sign_in("juan@example.org", "mi chacra tiene tunas")


def test_old_session_by_code_is_told_to_take_a_new_code_before_choosing_a_password(browser, paper):
    browser.post("/sign-in/code", {"code": paper()})
    with browser.client.session_transaction() as kept:
        kept["fs_paa"] -= 7200
    assert "código nuevo" in browser.get("/account/password", status=409).text


def test_the_next_person_at_the_same_device_gets_their_own_account(browser, rosa, paper):
    browser.sign_in(rosa)
    browser.post("/sign-in/code", {"code": paper()})
    assert "Juan Huamán" in browser.get("/account").one("input[name=name]")["value"]
