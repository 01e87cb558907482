"""Signing in with e-mail and password."""

from __future__ import annotations

import time

import pytest

from pegup.db import now, session
from pegup.standalone import accounts
from pegup.standalone.accounts import account_of
from pegup.web.assets import manifest
from tests import make
from tests.standalone.conftest import PASSWORD


def test_right_password_opens_and_leads_back_to_the_page_that_was_asked_for(browser, rosa):
    asked = browser.get("/account", status=302).response.location
    assert asked == "/sign-in?next=/account"
    assert browser.get(asked).one("main input[name=next]")["value"] == "/account"
    assert browser.sign_in(rosa, next="/account").response.location == "/account"
    assert "Rosa Quispe Mamani" in browser.get("/account").one("input[name=name]")["value"]


def test_address_is_read_however_it_is_written(browser, rosa):
    browser.sign_in(" ROSA@Example.org ")
    assert browser.is_inside


def test_wrong_password_keeps_the_address_that_was_typed(browser, rosa):
    page = browser.sign_in(rosa, "otra cosa distinta", status=422)
    assert page.one("input[name=email]")["value"] == rosa.email
    assert page.one("input[name=password]")["value"] == ""
    assert not browser.is_inside


def test_nobody_learns_who_has_an_account(browser, rosa):
    known = browser.sign_in(rosa, "otra cosa distinta", status=422).text
    unknown = browser.sign_in("nadie@example.org", "otra cosa distinta", status=422).text
    assert known == unknown
    assert "no coinciden" in known


def test_empty_form_says_what_is_missing(browser):
    page = browser.post("/sign-in", {"email": "", "password": ""}, status=422)
    assert page.one("[role=alert]").text.strip()


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(browser, rosa, hostile):
    location = browser.sign_in(rosa, next=hostile).response.location
    assert location == "/"


def test_next_in_the_address_never_leads_to_another_site(browser, rosa):
    data = {"email": rosa.email, "password": PASSWORD}
    response = browser.post("/sign-in?next=https://evil.example/", data).response
    assert response.location == "/"


def test_a_session_planted_before_does_not_live_on(browser, rosa):
    with browser.client.session_transaction() as planted:
        planted["tf_user_id"] = "somebody"
        planted["planted"] = "yes"
    browser.sign_in(rosa)
    with browser.client.session_transaction() as kept:
        assert "planted" not in kept
        assert "tf_user_id" not in kept


def test_signing_out_ends_the_session_and_the_remembered_device(browser, rosa):
    browser.post("/sign-in", {"email": rosa.email, "password": PASSWORD, "remember": "y"})
    assert browser.cookie("pegup-remember") is not None
    browser.post("/sign-out")
    assert browser.cookie("pegup-remember") is None
    assert not browser.is_inside


def test_remembered_device_stays_signed_in_without_a_session(browser, rosa):
    browser.post("/sign-in", {"email": rosa.email, "password": PASSWORD, "remember": "y"})
    browser.client.delete_cookie("pegup")
    assert browser.is_inside


def test_signing_out_everywhere_ends_other_devices_and_keeps_this_one(browser, other_browser, rosa):
    browser.sign_in(rosa)
    other_browser.post("/sign-in", {"email": rosa.email, "password": PASSWORD, "remember": "y"})
    browser.post("/account/sessions/removal")
    assert browser.is_inside
    assert not other_browser.is_inside


def test_changing_the_password_ends_other_devices_and_the_old_password(
    browser, other_browser, rosa, outbox
):
    browser.sign_in(rosa)
    other_browser.sign_in(rosa)
    new = "siete cerros y un río"
    browser.post("/account/password", {"password": PASSWORD, "new_password": new})
    assert browser.is_inside
    assert not other_browser.is_inside
    other_browser.sign_in(rosa, PASSWORD, status=422)
    other_browser.sign_in(rosa, new)
    assert [message["To"] for message in outbox()] == [rosa.email]


def test_changing_the_password_needs_the_old_one(browser, rosa):
    browser.sign_in(rosa)
    data = {"password": "no es esta", "new_password": "siete cerros y un río"}
    page = browser.post("/account/password", data, status=422)
    assert "La contraseña no es esa" in page.text


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("corta", "al menos 8"),
        ("contraseña", "Muchas personas"),
        ("peru2026", "Muchas personas"),
        ("98765432", "Muchas personas"),
        ("rosaquispe", "nombre"),
        ("x" * 129, "hasta 128"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(browser, rosa, password, words):
    browser.sign_in(rosa)
    data = {"password": PASSWORD, "new_password": password}
    assert words in browser.post("/account/password", data, status=422).text


def test_closed_account_dies_at_the_next_request(browser, other_browser, rosa, root, with_password):
    browser.sign_in(rosa)
    assert browser.is_inside
    accounts.close(account_of(rosa), by=root, at=now())
    session.commit()
    assert not browser.is_inside
    page = other_browser.sign_in(rosa, status=422)
    assert "está cerrada" in page.text


def test_what_closes_an_account_holds_on_every_page_also_while_its_sessions_last(browser, rosa):
    browser.sign_in(rosa)
    account_of(rosa).disabled_at = now()
    session.commit()
    for page in ("/account", "/teams/"):
        assert "/sign-in" in browser.get(page, status=None).location, page


def test_who_changes_the_language_has_it_on_the_next_device(browser, other_browser, rosa):
    browser.sign_in(rosa)
    browser.post("/language", {"language": "en", "next": "/"})
    other_browser.sign_in(rosa)
    assert "Hello, Rosa" in other_browser.get("/").text


def test_closed_account_tells_nothing_to_whoever_lacks_the_password(browser, rosa, root):
    accounts.close(account_of(rosa), by=root, at=now())
    session.commit()
    assert "cerrada" not in browser.sign_in(rosa, "otra cosa distinta", status=422).text


def test_what_is_stored_is_argon2id(rosa):
    assert account_of(rosa).password.startswith("$argon2id$")


def test_form_from_another_site_is_refused(browser, rosa):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        data = {"email": rosa.email, "password": PASSWORD}
        browser.post("/sign-in", data, status=403, headers=headers)
    assert not browser.is_inside


def test_no_side_door_by_json(browser, rosa):
    data = {"email": rosa.email, "password": PASSWORD}
    assert browser.open("/sign-in", None, method="POST", json=data).status_code == 415
    headers = {"Accept": "application/json"}
    assert browser.get("/sign-in", headers=headers).response.mimetype == "text/html"


def test_our_headers_stand_on_the_sign_in_page(browser):
    headers = browser.get("/sign-in").response.headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]


def test_files_are_the_same_whoever_is_signed_in(browser, rosa):
    """Else a browser loads them all again whenever its cookies change."""
    browser.sign_in(rosa)
    with browser.get(f"/static/{manifest()['app.css']}", status=None) as response:
        assert response.status_code == 200
        assert "Cookie" not in response.headers.get("Vary", "")
        assert "Set-Cookie" not in response.headers
    assert "Cookie" in browser.get("/account", status=None).headers["Vary"]


def test_a_cookie_that_was_read_before_is_still_its_own_each_time(browser, with_password, ben):
    """What a request adds to a session stands in its answer's cookie, not in what is kept of the old one."""
    with_password(ben)
    browser.sign_in(ben)
    make.course()
    browser.post("/courses/agua/enrolment")
    one = browser.cookie("pegup").value  # with what the next page says
    browser.post("/courses/agua/enrolment/removal")
    assert len(browser.get("/courses/agua").all(".flashes p")) == 2
    browser.client.set_cookie("pegup", one)
    assert len(browser.get("/courses/agua").all(".flashes p")) == 1


def test_a_forged_or_an_old_cookie_opens_nothing(browser, with_password, ben, monkeypatch):
    with_password(ben)
    browser.sign_in(ben)
    mine = browser.cookie("pegup").value
    assert browser.is_inside
    for forged in (mine[:-1], mine[:-4] + "AAAA", "x" + mine, mine.swapcase(), "..", "é"):
        browser.client.set_cookie("pegup", forged)
        assert not browser.is_inside
    browser.client.set_cookie("pegup", mine)
    assert browser.is_inside
    later = time.time() + 32 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert not browser.is_inside
