"""Every address with what no link of ours holds, by every method: an answer in words, no failure."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest

from pegup.accounts.models import Kind
from tests import make
from tests.pages import checked
from tests.test_roles import PAGES

HOSTILE = {
    "dots": "..",
    "climbing": "../../etc/passwd",
    "climbing in disguise": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "another tongue": "ñandú-水-🌱",
    "half a letter": b"\xed\xa0\x80\xff",
    "very long": "a" * 7_000,
    "huge": "9" * 400,
    "huger than any number": "9" * 4_500,
    "below nothing": "-1",
    "no number": "NaN",
    "a line of its own": "x\r\nSet-Cookie: a=b",
    "a query": "' OR 1=1 --",
    "a page": "<script>alert(1)</script>",
}
QUERIES = ("q", "page", "sort", "sector", "code", "token", "invitation", "language", "next")
THIN = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 2
"""``make test`` writes each of these into every second page, each time into others; ``make test-long`` into all."""
FORBIDDEN = {"PUT", "PATCH", "DELETE", "TRACE", "BREW"}


@pytest.fixture
def ana(world):
    """Everything is open to her: she administers, is of a team and attends the course."""
    person = make.person("Ana Todo", roles=[(Kind.ADMINISTRATOR, "")])
    make.profile(make.team(person), person)
    make.enrolment(person, make.course())
    make.call()
    return person


def addresses(name: str) -> list[str]:
    """One of each page, without what a single test would have to make first; or this hostile one's share."""
    pages = [path for path in PAGES if "{" not in path] + [
        "/",
        "/courses/",
        "/courses/agua/glossary",
        "/cities/",
        "/cities/paita",
        "/organisations/",
        "/calls/",
        "/profiles/",
        "/people/codes",
        "/sign-in",
        "/sign-in/code",
    ]
    return pages[list(HOSTILE).index(name) % THIN :: THIN]


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_no_part_of_an_address_makes_a_page_fail(client, sign_in, ana, name):
    sign_in(ana)
    hostile = quote(HOSTILE[name], safe="")
    opened = 0
    for path in addresses(name):
        parts = path.split("/")
        for place in range(1, len(parts)):
            tried = "/".join([*parts[:place], hostile, *parts[place + 1 :]])
            response = client.get(tried)
            assert response.status_code < 500, tried[:200]
            assert "Set-Cookie" not in dict(response.headers) or "a=b" not in str(response.headers)
            assert b"root:x:" not in response.data
            assert b"<script>alert" not in response.data
            opened += response.status_code == 404
    assert opened > 100 / THIN


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_no_question_in_an_address_makes_a_page_fail(client, sign_in, ana, name):
    sign_in(ana)
    query = "&".join(f"{each}={quote(HOSTILE[name], safe='')}" for each in QUERIES)
    for path in addresses(name):
        response = client.get(f"{path}?{query}")
        assert response.status_code < 500, path
        assert "a=b" not in str(response.headers), path
        assert b"<script>alert" not in response.data, path


def test_a_method_that_no_page_takes_is_refused_in_words(client, sign_in, ana):
    sign_in(ana)
    for path in ("/", "/courses/agua", "/people/new", "/teams/equipo-de-paita", "/calls/"):
        for method in FORBIDDEN:
            response = client.open(path, method=method)
            assert response.status_code == 405, f"{method} {path}"
            assert checked(response, 405).one("h1").text == "Esta página no recibe eso"
            assert "GET" in response.headers["Allow"], f"{method} {path}"


def test_asking_for_the_head_or_the_methods_gives_no_body(client, sign_in, ana):
    sign_in(ana)
    for path in ("/", "/courses/agua", "/people/new", "/teams/equipo-de-paita", "/sign-in"):
        head = client.head(path)
        assert (head.status_code, head.data) == (200, b""), path
        assert "Content-Security-Policy" in head.headers, path
        assert client.options(path).data == b"", path


def test_the_head_and_the_methods_of_a_closed_door_stay_closed(client, sign_in, ana):
    sign_in(None)
    for path in ("/people/", "/teams/equipo-de-paita", "/grades/student-codes"):
        assert client.head(path).status_code == 302, path
        assert "no-existe" not in client.options(path).text, path


def test_large_headers_do_not_fail_a_page(client, sign_in, ana):
    sign_in(ana)
    headers = {
        "Accept-Language": ",".join(["x" * 30] * 400),
        "Cookie": "; ".join(f"c{n}={'y' * 50}" for n in range(150)),
        "Referer": "https://example.org/" + "z" * 6_000,
        "X-Forwarded-For": ", ".join(["10.0.0.1"] * 500),
    }
    for name, value in headers.items():
        assert client.get("/", headers={name: value}).status_code == 200, name


def test_a_forged_host_reaches_no_link(client, sign_in, ana):
    """Pages link inside the site without its name, so whoever forges the name gains nothing."""
    sign_in(ana)
    for path in ("/", "/people/", "/teams/equipo-de-paita/invitations", "/sign-up-links"):
        response = client.get(path, headers={"Host": "evil.example"})
        assert response.status_code in {200, 400}, path
        assert b"evil.example" not in response.data, path


@pytest.mark.parametrize(
    "cookie", ["x", "a.b.c", "é", "A" * 4_000, "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbb"]
)
def test_a_made_up_session_is_nobodys(app, client, world, cookie):
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    assert client.get("/").status_code == 200
    assert client.get("/account").status_code == 302
