"""The navigation: who is offered what, and where the reader is."""

from __future__ import annotations

import pytest

from pegup.web.language import lazy
from pegup.web.navigation import Entry, current_entry, entries, everybody_signed_in, strangers


@pytest.fixture
def offered(monkeypatch):
    """Only these entries, for one test."""
    own = [
        Entry(lazy("Datos"), "pegup.data", strangers, order=2),
        Entry(lazy("Portada"), "pegup.home", strangers, order=1),
        Entry(lazy("Mi inicio"), "pegup.home", everybody_signed_in, order=1),
        Entry(lazy("Aún no"), "pegup.nowhere.index", lambda _person: True, order=3),
    ]
    monkeypatch.setattr("pegup.web.navigation.entries", own)
    return own


def names(page):
    return [link.text for link in page.all(".site nav a")]


def test_strangers_and_people_are_offered_their_own_in_order(page, ben, offered):
    assert names(page("/")) == ["Portada", "Datos"]
    assert names(page("/", as_=ben)) == ["Mi inicio"]


def test_the_page_one_is_on_is_marked(page, offered):
    assert page("/data").one(".site nav a[aria-current=page]").text == "Datos"
    assert not page("/accessibility").all(".site nav a[aria-current]")


def test_a_page_of_a_feature_marks_the_features_entry():
    places = ["pegup.home", "pegup.teams.index", "pegup.courses.index"]
    assert current_entry("pegup.teams.show", places) == "pegup.teams.index"
    assert current_entry("pegup.courses.index", places) == "pegup.courses.index"
    assert current_entry("pegup.accessibility", places) == ""
    assert current_entry("", places) == ""


def test_every_registered_entry_leads_somewhere(app):
    """An entry that is spelled wrong would never be seen, and nobody would notice."""
    assert entries
    for entry in entries:
        assert entry.endpoint in app.view_functions, entry


def test_language_switch_comes_back_to_the_page(page):
    assert page("/accessibility?x=1").one(".own input[name=next]")["value"] == "/accessibility?x=1"
    assert page("/no-existe", status=404).one(".own input[name=next]")["value"] == "/"


def test_who_is_signed_in_is_known_on_an_unknown_address(page, ben):
    assert "Ben Learner" in page("/no-existe", as_=ben, status=404).one(".own").text
