"""Who may open what: the whole list of what is public, and a stranger at every other door."""

from __future__ import annotations

import uuid

import pytest

from pegup.accounts.models import Kind
from pegup.web.access import is_public
from tests import make

PUBLIC = {
    "pegup.home",
    "pegup.language",
    "pegup.static",
    "pegup.accessibility",
    "pegup.data",
    "pegup.courses.index",
    "pegup.courses.show",
    "pegup.courses.glossary",
    "pegup.courses.media",
    "pegup.directory.cities",
    "pegup.directory.city",
    "pegup.directory.organisations",
    "pegup.grants.index",
    "pegup.grants.show",
    "pegup.messages.mail_off",
    "pegup.offline.phone",
    "pegup.offline.worker",
    "pegup.profiles.index",
    "pegup.profiles.published",
    "pegup.profiles.published_file",
    "pegup.profiles.download",
    "pegup.search.index",
    "pegup.standalone.code",
    "pegup_sign_in.login",
    "pegup_sign_in.logout",
    "pegup_sign_in.register",
    "pegup_sign_in.forgot_password",
    "pegup_sign_in.reset_password",
    "pegup_sign_in.send_confirmation",
    "pegup_sign_in.confirm_email",
    "pegup_sign_in.two_factor_setup",
    "pegup_sign_in.two_factor_token_validation",
    "pegup_sign_in.mf_recovery",
}
"""Whoever adds to this list says in the commit why strangers need it."""

ACCEPTS_OTHER_SITES: set[str] = set()
"""Views that another site may post to."""

EXAMPLES = {"UUIDConverter": str(uuid.UUID(int=7)), "IntegerConverter": "7", "PathConverter": "x/y"}


def path_of(rule) -> str:
    path = ""
    for is_dynamic, data in rule._trace:
        if not is_dynamic:
            path += data.lstrip("|")
            continue
        converter = rule._converters[data]
        options = getattr(converter, "regex", "")
        known = EXAMPLES.get(type(converter).__name__)
        path += known or (options[3:-1].split("|")[0] if options.startswith("(?:") else "x")
    return path


def test_public_endpoints_are_those_of_the_list(app):
    with app.app_context():
        found = {r.endpoint for r in app.url_map.iter_rules() if is_public(r.endpoint)}
    assert found == PUBLIC


def test_no_view_accepts_other_sites_but_those_of_the_list(app):
    found = {
        name
        for name, view in app.view_functions.items()
        if getattr(view, "accepts_cross_site", False)
    }
    assert found == ACCEPTS_OTHER_SITES


def test_every_other_door_sends_a_stranger_to_the_sign_in_page(app, client, sign_in):
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        path = path_of(rule)
        if "GET" in rule.methods:
            response = client.get(path)
            assert response.status_code == 302, f"{path}: {response.status_code}"
            assert response.location.startswith("/sign-in?next="), path
            tried += 1
        if "POST" in rule.methods:
            assert client.post(path).status_code == 401, path
            tried += 1
    assert tried > 30


def test_every_write_from_another_site_is_refused(app, client, sign_in, root):
    sign_in(root)
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and rule.endpoint not in ACCEPTS_OTHER_SITES:
            path = path_of(rule)
            response = client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
            assert response.status_code == 403, path


@pytest.mark.slow
@pytest.mark.parametrize("kind", [None, *Kind])
def test_no_role_meets_a_failure_at_any_page(app, client, sign_in, kind):
    scope = "x" if kind in {Kind.TRAINER, Kind.REGISTRAR} else ""
    sign_in(make.person("Uno Cualquiera", roles=[(kind, scope)] if kind else []))
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            response = client.get(path_of(rule))
            assert response.status_code < 500, f"{rule}: {response.status_code}"


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/people/", {Kind.ADMINISTRATOR, Kind.COORDINATOR}),
        ("/people/new", {Kind.ADMINISTRATOR, Kind.COORDINATOR}),
        ("/people/import", {Kind.ADMINISTRATOR, Kind.COORDINATOR}),
        ("/sign-up-links", {Kind.ADMINISTRATOR, Kind.COORDINATOR}),
        ("/account", {None, *Kind}),
        ("/account/email", {None, *Kind}),
    ],
)
def test_page_opens_for_whom_it_is_meant(page, path, may):
    for number, kind in enumerate([None, *Kind]):
        scope = "x" if kind in {Kind.TRAINER, Kind.REGISTRAR} else ""
        person = make.person(f"P{number} Apellido", roles=[(kind, scope)] if kind else [])
        page(path, as_=person, status=200 if kind in may else 403)
