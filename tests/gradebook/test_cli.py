"""``pegup grades export``."""

from __future__ import annotations

import hashlib

import pytest
from click.testing import CliRunner

from pegup.cli import pegup as command
from pegup.db import session
from pegup.directory.models import Sector
from pegup.gradebook.models import GradeExport
from tests import make
from tests.gradebook.test_pages import rows_of


@pytest.fixture
def run(app, world, monkeypatch, tmp_path):
    monkeypatch.setattr("pegup.cli.app_for_command", lambda: app)
    monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")
    out = tmp_path / "notas.csv"

    def call(*arguments: str, fails: bool = False):
        result = CliRunner().invoke(command, ["grades", "export", *arguments, "--out", str(out)])
        assert (result.exit_code == 1) == fails, result.output
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result.output, out

    return call


def test_everybody_of_the_course(run, study, student, ben, cleo):
    student(study(ben, acequia="1", pozo="1", rio="1"), "2019-0031")
    study(cleo)
    output, out = run("agua")
    content = out.read_bytes()
    assert f"rows 2\nsha256 {hashlib.sha256(content).hexdigest()}" in output
    assert [line[:2] + line[5:] for line in rows_of(content)[1:]] == [
        ["2019-0031", "Ben Learner", "20", "Aprobado", "Sí"],
        ["", "Cleo Stranger", "", "No respondió", "No"],
    ]


def test_one_university_only_and_the_file_is_kept(run, study, student, ben, cleo):
    student(study(ben, acequia="1"), "1")
    student(study(cleo, acequia="1"), "2", make.organisation("UPAO", sector=Sector.UNIVERSITY))
    output, out = run("agua", "--university", "unsa")
    assert [line[1] for line in rows_of(out.read_bytes())[1:]] == ["Ben Learner"]
    kept = session.query(GradeExport).one()
    assert kept.content == out.read_bytes()
    assert kept.sha256 in output


@pytest.mark.parametrize("arguments", [["nada"], ["agua", "--university", "nada"]])
def test_unknown_names_are_told_with_the_known_ones(run, course, unsa, arguments):
    output, out = run(*arguments, fails=True)
    assert "nada" in output
    assert ("agua" if len(arguments) == 1 else "unsa") in output
    assert not out.exists()


def test_a_folder_that_is_not_there_is_one_line(run, study, ben, tmp_path, monkeypatch, app):
    study(ben, acequia="1")
    result = CliRunner().invoke(
        command, ["grades", "export", "agua", "--out", str(tmp_path / "no" / "g.csv")]
    )
    assert result.exit_code == 1
    assert result.output.startswith("pegup: cannot write")
