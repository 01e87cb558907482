"""``pegup profile export``."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pegup.cli import pegup as command
from pegup.db import session
from tests import make

WHERE = "/profiles/equipo-de-paita/perfil-ambiental"


@pytest.fixture
def run(app, world, monkeypatch):
    monkeypatch.setattr("pegup.cli.app_for_command", lambda: app)

    def call(*arguments: str, fails: bool = False):
        result = CliRunner().invoke(command, ["profile", "export", *arguments])
        assert (result.exit_code == 1) == fails, result.output
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


@pytest.fixture
def published(page, ben):
    team = make.team(ben)
    make.profile(team, ben)
    text = {"base": "0", "text": "El río está *limpio*.", "action": "save"}
    page(f"{WHERE}/sections/1.1", as_=ben, data=text, status=302)
    page(f"{WHERE}/publication", as_=ben, data={}, status=302)
    return team


def test_markdown_and_json_are_what_the_public_page_offers(run, client, published):
    for form in ("md", "json"):
        printed = run("paita", "--format", form).stdout
        assert printed == client.get(f"{WHERE}/published.{form}").text
        assert "El río está *limpio*." in printed
    assert json.loads(printed)["city"] == "Paita"


def test_a_city_is_known_by_its_ubigeo(run, published):
    assert run(published.city.ubigeo).stdout == run("paita").stdout


def test_section_headings_are_the_titles_of_the_template(run, published):
    headings = [line for line in run("paita").stdout.splitlines() if line.startswith("### ")]
    assert headings == ["### Ubicación"]


def test_what_is_not_published_is_not_told(run, page, ben, published):
    page(f"{WHERE}/publication/withdrawal", as_=ben, data={}, status=302)
    session.commit()
    refused = run("paita", fails=True)
    assert "has not published" in refused.output
    assert "río" not in refused.output


def test_an_unknown_city_is_told_with_the_published_ones(run, published):
    assert "published: paita" in run("lima", fails=True).output
