"""Wrong tries make whoever tries wait, and nobody else for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pegup.db import session
from pegup.standalone.attempts import KEPT, begin_attempt, succeed
from pegup.standalone.limits import ALLOWANCES, LONGEST_WAIT, Door, Past, wait
from pegup.standalone.models import SignInAttempt
from tests import make
from tests.standalone.conftest import Browser

pytestmark = pytest.mark.slow

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def past(pair=0, address=0, account=0, *, known=False, at=NOON) -> Past:
    return Past([at] * pair, [at] * address, [at] * account, known)


@pytest.mark.parametrize("door", list(Door))
def test_wait_grows_and_never_exceeds_fifteen_minutes(door):
    allowed = ALLOWANCES[door].pair
    waits = [wait(door, past(pair=n, address=n), NOON) for n in range(allowed + 60)]
    assert waits[allowed - 1] == timedelta(0)
    assert waits[allowed] > timedelta(0)
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT == timedelta(minutes=15)


def test_wrong_tries_of_an_hour_ago_are_forgotten():
    assert wait(Door.PASSWORD, past(pair=50, at=NOON - timedelta(minutes=61)), NOON) == timedelta(0)


def test_attack_from_elsewhere_does_not_count_at_a_known_address():
    assert wait(Door.PASSWORD, past(account=500), NOON) == LONGEST_WAIT
    assert wait(Door.PASSWORD, past(account=500, known=True), NOON) == timedelta(0)


def guess(browser, who, times: int) -> None:
    for _time in range(times):
        browser.sign_in(who, "esta no es la clave", status=None)


def test_guessing_is_slowed_even_when_the_guess_is_right(browser, rosa, clock):
    guess(browser, rosa, 5)
    page = browser.sign_in(rosa, status=429)
    assert "Espera" in page.text
    assert int(page.response.headers["Retry-After"]) > 0
    assert page.one("input[name=email]")["value"] == rosa.email
    clock.on(seconds=16)
    browser.sign_in(rosa)


def test_two_right_tries_at_the_same_moment_both_get_in(app, rosa):
    """Somebody pressed twice: each try is counted before either password is found right."""
    with app.test_request_context("/sign-in", environ_base={"REMOTE_ADDR": "203.0.113.5"}):
        first, second = (begin_attempt(Door.PASSWORD, rosa.email) for _press in range(2))
        succeed(second)
        succeed(first)
        assert session.scalars(select(SignInAttempt.succeeded)).all() == [True]


def test_victim_is_never_kept_out_for_more_than_fifteen_minutes(app, browser, rosa, clock):
    """Many addresses guess at once, for as long as they are let."""
    for host in range(40):
        guess(Browser(app, address=f"192.0.2.{host}"), rosa, 2)
    browser.sign_in(rosa, status=429)
    clock.on(minutes=15)
    browser.sign_in(rosa)


def test_victim_at_a_known_address_is_not_kept_out_at_all(app, browser, rosa, clock):
    browser.sign_in(rosa)
    browser.post("/sign-out")
    for host in range(40):
        guess(Browser(app, address=f"192.0.2.{host}"), rosa, 2)
    browser.sign_in(rosa)


def test_one_attacker_elsewhere_does_not_keep_the_victim_out(other_browser, browser, rosa, clock):
    guess(other_browser, rosa, 30)
    other_browser.sign_in(rosa, status=429)
    browser.sign_in(rosa)


def test_refused_tries_do_not_make_the_wait_longer(browser, rosa, clock):
    guess(browser, rosa, 100)
    clock.on(seconds=16)
    browser.sign_in(rosa)


def test_trying_many_accounts_from_one_address_is_slowed(browser, clock):
    for number in range(40):
        browser.sign_in(f"persona{number}@example.org", "peru12345678", status=422)
    browser.sign_in("otra@example.org", "peru12345678", status=429)


def test_an_office_behind_one_address_signs_in(browser, with_password, clock):
    for number in range(60):
        person = make.person(f"Persona{number} Apellido")
        with_password(person)
        browser.sign_in(person)
        browser.post("/sign-out")


def test_unknown_accounts_are_slowed_like_known_ones(browser, rosa, clock):
    guess(browser, "nadie@example.org", 5)
    guess(browser, rosa, 5)
    unknown = browser.sign_in("nadie@example.org", status=429)
    known = browser.sign_in(rosa, status=429)
    assert unknown.text == known.text


def test_success_forgives_the_tries_before_it(browser, rosa, clock):
    guess(browser, rosa, 4)
    browser.sign_in(rosa)
    browser.post("/sign-out")
    guess(browser, rosa, 4)
    browser.sign_in(rosa)


def test_guessing_codes_is_slowed_and_elsewhere_nobody_notices(browser, other_browser, clock):
    for _time in range(10):
        browser.post("/sign-in/code", {"code": "0000-0000"}, status=422)
    assert "Espera" in browser.post("/sign-in/code", {"code": "0000-0000"}, status=429).text
    other_browser.post("/sign-in/code", {"code": "0000-0000"}, status=422)


def test_mails_to_one_address_are_slowed(browser, rosa, clock, outbox):
    for _time in range(20):
        browser.post("/forgot-password", {"email": rosa.email}, status=None)
    assert len(outbox()) == 5


def test_guessing_the_password_inside_a_stolen_session_is_slowed(browser, rosa, clock):
    browser.sign_in(rosa)
    data = {"password": "esta no es la clave", "new_password": "siete cerros y un río"}
    for _time in range(5):
        browser.post("/account/password", data, status=422)
    browser.post("/account/password", data, status=429)


def test_tries_are_stored_although_the_answer_is_an_error(browser, rosa, clock):
    guess(browser, rosa, 3)
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 3


def test_neither_account_nor_address_stands_in_the_table(browser, rosa, clock):
    guess(browser, rosa, 1)
    row = session.scalars(select(SignInAttempt)).one()
    assert rosa.email not in row.account
    assert "203.0.113.5" not in row.address


def test_old_tries_are_removed(browser, rosa, clock):
    guess(browser, rosa, 3)
    clock.on(days=KEPT.days + 1)
    guess(browser, rosa, 1)
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 1


def test_an_ipv6_household_counts_as_one(app, rosa, clock, world):
    for host in range(5):
        guess(Browser(app, address=f"2001:db8:1:2::{host + 1}"), rosa, 1)
    Browser(app, address="2001:db8:1:2:ffff::9").sign_in(rosa, status=429)
    Browser(app, address="2001:db8:1:3::1").sign_in(rosa)
