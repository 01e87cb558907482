"""The code from the phone."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from flask import current_app

from pegup.accounts.models import Kind
from pegup.accounts.operations import issue_code
from pegup.db import now, session
from pegup.standalone.accounts import account_of
from tests import make
from tests.standalone.conftest import PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture
def telma(with_password):
    """A coordinator with a password."""
    person = make.person("Telma Vargas", roles=[(Kind.COORDINATOR, "")])
    with_password(person)
    return person


def key_on(page) -> pyotp.TOTP:
    """What the phone learns from the setup page."""
    return pyotp.TOTP(page.one("li code").text.replace("-", ""))


@pytest.fixture
def phone(browser, telma) -> pyotp.TOTP:
    """Telma's phone, set up; she is signed out again."""
    browser.sign_in(telma)
    known = key_on(browser.post("/account/second-factor", {"setup": "authenticator"}, status=200))
    used = known.at(now() - timedelta(seconds=30))
    browser.post("/sign-in/second-factor", {"code": used})
    browser.post("/sign-out")
    return known


def test_password_alone_is_not_enough_any_more(browser, telma, phone):
    location = browser.sign_in(telma, next="/people/").response.location
    assert location.startswith("/sign-in/second-factor")
    assert not browser.is_inside
    browser.get(location)
    done = browser.post(location, {"code": phone.now()}).response
    assert done.location == "/people/"
    assert browser.is_inside


def test_wrong_code_does_not_open(browser, telma, phone):
    location = browser.sign_in(telma).response.location
    wrong = f"{(int(phone.now()) + 1) % 10**6:06d}"
    assert "no sirve" in browser.post(location, {"code": wrong}, status=422).text
    assert not browser.is_inside


def test_the_same_code_opens_once(browser, other_browser, telma, phone):
    code = phone.now()
    for device in (browser, other_browser):
        device.sign_in(telma)
    browser.post("/sign-in/second-factor", {"code": code})
    other_browser.post("/sign-in/second-factor", {"code": code}, status=422)


def test_code_page_without_the_password_leads_back_to_the_start(browser, telma, phone):
    for path in ("/sign-in/second-factor", "/sign-in/recovery", "/account/second-factor"):
        assert browser.get(path, status=302).response.location.startswith("/sign-in")
    browser.post("/sign-in/second-factor", {"code": phone.now()})
    assert not browser.is_inside


def test_second_factor_can_be_taken_off_where_it_is_optional(browser, telma, phone):
    browser.sign_in(telma)
    browser.post("/sign-in/second-factor", {"code": phone.now()})
    browser.post("/account/second-factor", {"setup": "disable"})
    browser.post("/sign-out")
    browser.sign_in(telma)
    assert browser.is_inside


def test_recovery_code_replaces_the_phone_once(browser, telma, phone):
    browser.sign_in(telma)
    browser.post("/sign-in/second-factor", {"code": phone.now()})
    page = browser.post("/account/recovery-codes", {"generate_new_codes": "1"}, status=200)
    codes = [each.text for each in page.all("main li code")]
    assert len(set(codes)) == 8
    assert not set(codes) & set(account_of(telma).mf_recovery_codes), "kept in the clear"
    browser.post("/sign-out")
    browser.sign_in(telma)
    browser.post("/sign-in/recovery", {"code": "0000-0000-0000"}, status=422)
    browser.post("/sign-in/recovery", {"code": f" {codes[3].upper()} "})
    assert browser.is_inside
    browser.post("/sign-out")
    browser.sign_in(telma)
    browser.post("/sign-in/recovery", {"code": codes[3]}, status=422)


def test_staff_must_set_it_up_where_it_is_required(browser, telma, rosa, app, monkeypatch):
    monkeypatch.setitem(app.config, "PEGUP_STAFF_TWO_FACTOR", "required")
    browser.sign_in(rosa)
    assert browser.is_inside, "a learner needs none"
    browser.post("/sign-out")
    location = browser.sign_in(telma).response.location
    assert location == "/account/second-factor"
    assert not browser.is_inside
    assert "Quitar" not in browser.get(location).text
    known = key_on(browser.post(location, {"setup": "authenticator"}, status=200))
    browser.post("/sign-in/second-factor", {"code": known.now()})
    assert browser.is_inside
    browser.post("/account/second-factor", {"setup": "disable"}, status=422)


def test_printed_code_does_not_go_round_the_second_factor(browser, telma, phone, root):
    code = issue_code(telma, root, now())
    session.commit()
    location = browser.post("/sign-in/code", {"code": code}).response.location
    assert location.startswith("/sign-in/second-factor")
    assert not browser.is_inside
    browser.post(location, {"code": phone.now()})
    assert browser.is_inside


def test_key_is_not_stored_in_the_clear(browser, telma, phone):
    assert phone.secret not in account_of(telma).tf_totp_secret


def test_qr_and_written_key_are_the_same(browser, telma):
    browser.sign_in(telma)
    page = browser.post("/account/second-factor", {"setup": "authenticator"}, status=200)
    assert page.one("main img")["src"].startswith("data:image/svg+xml")
    factory = current_app.extensions["security"].totp_factory
    with browser.client.session_transaction() as kept:
        secret = kept["tf_totp_secret"]
    assert factory.get_totp_b32_key(secret) == key_on(page).secret


def test_long_signed_in_person_writes_the_password_again_before_changing_it(
    browser, telma, monkeypatch
):
    browser.sign_in(telma)
    with browser.client.session_transaction() as kept:
        kept["fs_paa"] -= 7200
    location = browser.get("/account/second-factor", status=302).response.location
    assert location.startswith("/sign-in/again?next=/account/second-factor")
    browser.get(location)
    browser.post(location, {"password": "no es esta otra"}, status=422)
    done = browser.post(location, {"password": PASSWORD}).response
    assert done.location == "/account/second-factor"
    browser.get("/account/second-factor")


def test_long_signed_in_person_writes_the_password_again_before_changing_the_address(browser, rosa):
    browser.sign_in(rosa)
    with browser.client.session_transaction() as kept:
        kept["fs_paa"] -= 7200
    location = browser.get("/account/email", status=302).response.location
    assert location == "/sign-in/again?next=/account/email"
    browser.post(location, {"password": PASSWORD})
    browser.get("/account/email")


def test_administrator_takes_it_off_for_somebody_who_lost_the_phone(
    browser, other_browser, telma, phone, root, with_password
):
    with_password(root)
    other_browser.sign_in(root)
    other_browser.post(f"/people/{telma.uuid}/second-factor/removal")
    browser.sign_in(telma)
    assert browser.is_inside
    browser.post(f"/people/{root.uuid}/second-factor/removal", status=403)
