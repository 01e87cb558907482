"""Every page and message of signing in, in both languages."""

from __future__ import annotations

import re

import pytest
from flask import current_app

from pegup.db import now, session
from pegup.standalone import links
from pegup.standalone.messages import MESSAGES
from pegup.web.language import COOKIE

PAGES = (
    "/sign-in",
    "/sign-in/code",
    "/register",
    "/forgot-password",
    "/confirmation",
    "/account",
    "/account/email",
    "/account/password",
    "/account/second-factor",
    "/account/recovery-codes",
    "/sign-in/again",
)
NOT_SPANISH = re.compile(
    r"\b(password|email address|sign in|login|log in|submit|please|required|invalid|your|field)\b",
    re.IGNORECASE,
)


@pytest.fixture(params=["es", "en"])
def language(request, browser):
    browser.client.set_cookie(COOKIE, request.param)
    return request.param


def test_every_page_is_in_the_language_of_the_reader(browser, rosa, language):
    for path in PAGES:
        if path.startswith(("/account", "/sign-in/again")):
            browser.sign_in(rosa, status=None)
        page = browser.get(path)
        assert page.one("html")["lang"] == language
        if language == "es":
            assert not NOT_SPANISH.findall(page.text), path


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sign-in", {}),
        ("/sign-in", {"email": "x", "password": "y"}),
        ("/sign-in/code", {}),
        ("/sign-in/code", {"code": "x" * 200}),
        ("/register", {}),
        ("/register", {"name": "x" * 300, "email": "x" * 300, "password": "x"}),
        ("/forgot-password", {}),
        ("/forgot-password", {"email": "no es"}),
        ("/confirmation", {}),
    ],
)
def test_every_refusal_is_in_spanish_for_who_reads_spanish(browser, path, data):
    page = browser.post(path, data, status=422)
    words = " ".join(each.text for each in page.all("[role=alert], .error"))
    assert words.strip()
    assert not NOT_SPANISH.findall(words), words


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account", {"name": "", "language": "xx"}),
        ("/account/email", {"email": "no es"}),
        ("/account/password", {}),
        ("/account/password", {"password": "x" * 300, "new_password": "x"}),
        ("/sign-in/again", {"password": ""}),
        ("/account/second-factor", {"setup": "sms"}),
        ("/account/second-factor", {}),
    ],
)
def test_every_refusal_inside_is_in_spanish_too(browser, rosa, path, data):
    browser.sign_in(rosa)
    page = browser.post(path, data, status=422)
    words = " ".join(each.text for each in page.all("[role=alert], .error"))
    assert words.strip()
    assert not NOT_SPANISH.findall(words), words


def test_no_message_of_the_library_is_left_as_it_came(app):
    """What we do not name belongs to ways of signing in that this site does not offer."""
    never_met = re.compile(
        r"US_|WEBAUTHN_|USERNAME_|OAUTH_|CHANGE_EMAIL_|PASSWORDLESS|LOGIN_|PHONE_|REFRESH|USE_CODE"
        r"|PASSWORD_BREACHED|CODE_HAS_BEEN_SENT|FAILED_TO_SEND|INVALID_INPUT_LENGTH|GENERIC_US"
        r"|IDENTITY_|INVALID_LOGIN|PASSWORD_RESET$|INVALID_PASSWORD_CODE"
    )
    names = {
        key.removeprefix("SECURITY_MSG_") for key in app.config if key.startswith("SECURITY_MSG_")
    }
    assert {name for name in names - set(MESSAGES) if not never_met.match(name)} == set()


def test_placeholders_are_those_of_the_library(app):
    from flask_security.core import _default_messages

    for name, words in MESSAGES.items():
        theirs = set(re.findall(r"%\((\w+)\)s", str(_default_messages[name][0])))
        assert set(re.findall(r"%\((\w+)\)s", words)) <= theirs, name


def test_page_of_a_closed_registration_is_whole(browser, app, monkeypatch, root, language):
    monkeypatch.setitem(app.config, "PEGUP_REGISTRATION", "invitation")
    links.make_link("x", 1, root, now())
    session.commit()
    for path in ("/register", "/register?invitation=old"):
        assert browser.get(path, status=403).one("html")["lang"] == language
    assert current_app.config["PEGUP_REGISTRATION"] == "invitation"
