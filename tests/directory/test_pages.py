"""The public directory: cities, organisations, the Forum's meetings."""

from __future__ import annotations

import pytest

from pegup.db import session
from pegup.directory.models import Attendance, ForumEvent, Sector
from tests import make

COUNT = {
    "scope": "distrito",
    "scope_en": "district",
    "year": 1993,
    "people": 50183,
    "confidence": "B",
    "source": "censo",
    "source_en": "census",
}


@pytest.fixture
def city(world):
    return make.city(
        "Ilo", note_es="Puerto del sur.", note_en="A port in the south.", population=[COUNT]
    )


@pytest.fixture
def event(world):
    made = ForumEvent(slug="encuentro", title_es="Encuentro", title_en="Meeting", held_on="1996-03")
    session.add(made)
    session.commit()
    return made


def test_a_city_says_what_is_known_and_what_is_to_be_confirmed(page, city):
    shown = page("/cities/ilo")
    assert shown.one(".lead").text == "Puerto del sur."
    cells = [cell.get_text(" ", strip=True) for cell in shown.one("tbody tr").select("th, td")]
    assert cells == ["distrito", "1993", "50\u202f183", "censo por confirmar"]


def test_what_has_an_english_twin_is_shown_in_english(page, ben, city):
    ben.language = "en"
    session.commit()
    shown = page("/cities/ilo", as_=ben)
    assert shown.one(".lead").text == "A port in the south."
    assert shown.one("tbody th").text == "district"
    assert shown.all("tbody td")[2].text.startswith("census")


def test_organisations_can_be_narrowed_to_a_sector(page, city):
    make.organisation("Labor", sector=Sector.NGO, city_id=city.id)
    make.organisation("Junta de Ilo")
    assert len(page("/organisations/").all("main li strong")) == 2
    assert page("/organisations/?sector=ngo").one("main li strong").text == "Labor"
    assert len(page("/organisations/?sector=<x>").all("main li strong")) == 2


def test_an_unknown_city_is_not_found(page, world):
    page("/cities/atlantis", status=404)


def test_where_somebody_was_is_ticked_and_can_be_taken_back(page, ben, event):
    page("/forum-events/", as_=ben, data={"event": "encuentro"}, status=302)
    told = page("/forum-events/", as_=ben, data={"event": ["encuentro", "nada"]}, status=409)
    assert "ya no está en la lista" in told.text, "never a tick that was not kept"
    assert session.query(Attendance).count() == 1
    assert page("/forum-events/", as_=ben).one("input[name=event]").has_attr("checked")
    page("/forum-events/", as_=ben, data={}, status=302)
    assert session.query(Attendance).count() == 0
