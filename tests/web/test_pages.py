"""Home and the pages about the site itself."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from pegup.web.pages import HomePart
from tests.pages import assert_links_resolve


@pytest.mark.parametrize("path", ["/", "/accessibility", "/data"])
def test_strangers_read_it_and_no_link_is_dead(page, app, path):
    assert_links_resolve(page(path), app)


def test_features_show_their_parts_to_whom_they_fit(page, ben, monkeypatch):
    parts = [
        HomePart(lambda person: Markup("<h2>Second</h2>"), order=2),
        HomePart(lambda person: Markup("<h2>First</h2>") if person else None, order=1),
    ]
    monkeypatch.setattr("pegup.web.pages.home_parts", parts)
    assert [h2.text for h2 in page("/", as_=ben).all("main h2")] == ["First", "Second"]
    assert [h2.text for h2 in page("/").all("main h2")][-1] == "Second"
    assert "First" not in page("/").text


def test_strangers_are_offered_an_account_only_while_anybody_may_make_one(page, app, monkeypatch):
    assert page("/").all('main a[href="/register"]')
    monkeypatch.setitem(app.config, "PEGUP_REGISTRATION", "closed")
    assert not page("/").all('main a[href="/register"]')


def test_built_files_are_kept_for_a_year_and_found_by_their_content(client):
    style = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    with client.get(style) as response:
        assert response.status_code == 200
        assert response.cache_control.max_age == 365 * 24 * 3600
        assert response.cache_control.public


def test_what_is_not_named_by_its_content_is_asked_for_again(client):
    with client.get("/static/manifest.json") as response:
        assert response.cache_control.max_age is None


def test_the_front_door_leads_nowhere_else_whatever_a_request_calls_the_site(client):
    for host in ("evil.example.org", "evil.example.org:99/x"):
        shown = client.get("/", headers={"Host": host}).text
        assert 'href="/sign-in/code"' in shown
        assert "evil.example.org" not in shown
