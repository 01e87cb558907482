"""``pegup grants evaluate`` and bringing calls in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pegup.cli import pegup as command
from pegup.db import session
from pegup.grants.models import Call

CALLS = Path(__file__).parents[2] / "content" / "calls"


@pytest.fixture
def run(app, world, monkeypatch):
    monkeypatch.setattr("pegup.cli.app_for_command", lambda: app)
    monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")

    def call(*arguments: str, fails: bool = False):
        result = CliRunner().invoke(command, arguments)
        assert (result.exit_code == 1) == fails, result.output
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


def test_json_has_exactly_the_shape_of_the_contract(run, call, team, seat, fill):
    seat("Vecina")
    fill(9, used=4)
    data = json.loads(run("grants", "evaluate", "promotores-1997", "--json").stdout)
    assert set(data) == {"call", "teams"}
    assert data["call"] == "promotores-1997"
    [found] = data["teams"]
    assert set(found) == {"team", "city", "eligible", "rules", "criteria"}
    assert (found["team"], found["city"], found["eligible"]) == ("equipo-de-paita", "Paita", True)
    assert [each["id"] for each in found["rules"]] == ["sectors", "profile"]
    for rule in found["rules"]:
        assert set(rule) == {"id", "met", "evidence", "missing"}
        assert rule["met"] is True
        assert rule["evidence"]
        assert rule["missing"] == ""
    assert [(each["id"], each["points"], each["of"]) for each in found["criteria"]] == [
        ("C1", 16, 30),
        ("C2", 5, 20),
        ("C3", 0, 20),
        ("C4", 0, 10),
        ("C5", 0, 20),
    ]
    for criterion in found["criteria"]:
        assert set(criterion) == {"id", "points", "of", "evidence", "missing"}
        assert criterion["evidence"]
        assert criterion["missing"]


def test_json_of_a_refused_team_says_what_is_missing(run, call, team):
    [found] = json.loads(run("grants", "evaluate", "promotores-1997", "--json").stdout)["teams"]
    assert found["eligible"] is False
    sectors, profile = found["rules"]
    assert (sectors["met"], profile["met"]) == (False, False)
    assert "Organización vecinal o comunal" in sectors["missing"]
    assert "Empiecen el perfil" in profile["missing"]


def test_table_has_a_line_for_each_team(run, call, team):
    lines = run("grants", "evaluate", "promotores-1997").stdout.splitlines()
    assert lines[0].split() == ["Equipo", "Ciudad", "Reglas", "C1", "C2", "C3", "C4", "C5", "Total"]
    assert lines[1].startswith("Equipo de Paita  Paita   falta: sectors, profile")
    assert lines[1].endswith(" 0")


def test_no_teams_is_said(run, call):
    assert "Todavía no hay equipos." in run("grants", "evaluate", "promotores-1997").stdout
    data = json.loads(run("grants", "evaluate", "promotores-1997", "--json").stdout)
    assert data == {"call": "promotores-1997", "teams": []}


def test_unknown_call_is_one_line_that_names_the_known(run, call):
    result = run("grants", "evaluate", "otra", "--json", fails=True)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "promotores-1997" in result.stderr


def test_content_import_brings_the_call_in_once(run):
    assert "new call promotores-1997" in run("content", "import", str(CALLS)).stdout
    assert session.query(Call).count() == 1
    path = str(CALLS / "promotores-1997.md")
    assert "nothing changed" in run("content", "import", path).stdout


def test_broken_call_is_not_imported(run, tmp_path):
    folder = tmp_path / "calls"
    folder.mkdir()
    text = (CALLS / "promotores-1997.md").read_text()
    (folder / "x.md").write_text(text.replace("points: 30", "points: 40"))
    result = run("content", "import", str(folder), fails=True)
    assert "weights-not-100" in result.output
    assert session.query(Call).count() == 0
