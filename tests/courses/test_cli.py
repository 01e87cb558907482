"""``pegup content``: what a trainer meets in the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pegup.cli import pegup
from pegup.courses.models import Course, LessonText
from pegup.db import session
from tests import make
from tests.courses.folders import QUESTION, lesson, write_course


@pytest.fixture
def run(app, world, monkeypatch):
    """``run("check", folder)``: status and output of the command, on the test's database."""
    monkeypatch.setattr("pegup.cli.app_for_command", lambda: app)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def command(*arguments: object):
        result = CliRunner().invoke(pegup, ["content", *map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    return command


def test_a_sound_course_is_checked_and_brought_in_once(run, tmp_path):
    write_course(tmp_path)
    checked = run("check", tmp_path)
    assert checked.exit_code == 0
    assert checked.output.splitlines()[-1] == "0 errores, 3 avisos."
    assert "new lesson pozo: Lección pozo" in run("import", tmp_path).output
    assert run("import", tmp_path).output == f"{tmp_path}: nothing changed\n"


def test_a_check_leaves_nothing_where_it_stands(tmp_path, monkeypatch):
    folder = write_course(tmp_path / "curso")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PEGUP_DATA", raising=False)
    assert CliRunner().invoke(pegup, ["content", "check", str(folder)]).exit_code == 0
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("top", ["", "mi-curso/"])
def test_a_course_may_come_as_a_zip(run, tmp_path, top):
    folder, path = write_course(tmp_path / "mi-curso"), tmp_path / "Curso.ZIP"
    with zipfile.ZipFile(path, "w") as archive:
        for each in filter(Path.is_file, sorted(folder.rglob("*"))):
            archive.write(each, top + str(each.relative_to(folder)))
    checked = run("check", path)
    assert checked.exit_code == 0
    assert f"{path}/{top}1-uno/1-acequia.md:1:1 lesson-length" in checked.output
    assert "new lesson pozo: Lección pozo" in run("import", path).output
    assert run("import", folder).output == f"{folder}: nothing changed\n"
    assert "unpack the .zip" in run("check", "--fix", path).output


def test_a_zip_that_does_harm_is_refused_in_words(run, tmp_path):
    path = tmp_path / "curso.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../course.md", "")
    refused = run("import", path)
    assert refused.exit_code == 1
    assert f"{path}/../course.md:1:1 zip-name dentro del .zip hay una ruta" in refused.output
    assert "Nothing was imported" in refused.output
    assert json.loads(run("check", "--json", path).output)[0]["code"] == "zip-name"


def test_a_broken_course_is_not_brought_in(run, tmp_path):
    write_course(tmp_path, uno__pozo=lesson("pozo", "{nada}"))
    checked = run("check", tmp_path)
    assert checked.exit_code == 1
    assert f"{tmp_path}/1-uno/2-pozo.md:10:1 term-unknown «nada» no está" in checked.output
    assert run("import", tmp_path).exit_code == 1
    assert session.scalars(select(Course)).all() == []


def test_an_update_that_is_broken_leaves_the_course_as_it_was(run, tmp_path):
    run("import", write_course(tmp_path))
    write_course(tmp_path, uno__pozo=lesson("pozo", "Nuevo"), dos__rio=lesson("rio", "{nada}"))
    assert run("import", tmp_path).exit_code == 1
    assert "Nuevo" not in " ".join(session.scalars(select(LessonText.html)))


def test_a_folder_of_several_kinds(run, tmp_path):
    write_course(tmp_path / "agua")
    (tmp_path / "directory").mkdir()
    paita = "\n  - {id: paita, name: Paita, department: Piura, region: coast}"
    for name, text in {"cities": paita, "organisations": "[]", "events": "[]"}.items():
        (tmp_path / "directory" / f"{name}.yaml").write_text(f"{name}: {text}")
    output = run("import", tmp_path).output
    assert output.index("new city paita") < output.index("new course agua")
    write_course(tmp_path / "agua", uno__pozo=lesson("pozo", "Nuevo"))
    (tmp_path / "directory" / "cities.yaml").write_text("x")
    assert run("import", tmp_path).exit_code == 1
    assert "Nuevo" not in " ".join(session.scalars(select(LessonText.html)))


@pytest.mark.parametrize("name", ["nada", "vacia", "archivo.md"])
def test_a_path_that_holds_nothing(run, tmp_path, name):
    (tmp_path / "vacia").mkdir()
    (tmp_path / "archivo.md").write_bytes(b"\0")
    for command in ("check", "import"):
        result = run(command, tmp_path / name)
        assert result.exit_code == 1
        assert ":1:1 " in result.output


def test_the_terminals_language(run, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert run("check", tmp_path / "nada").exit_code == 1


def test_findings_for_programs(run, tmp_path):
    write_course(tmp_path, uno__pozo=lesson("pozo", "{nada}"))
    for option in (["--json"], ["--format", "json"]):
        told = run("check", *option, tmp_path)
        assert told.exit_code == 1
        (error,) = [each for each in json.loads(told.output) if each["level"] == "error"]
        assert error["file"] == f"{tmp_path}/1-uno/2-pozo.md"
        assert (error["line"], error["column"], error["code"]) == (10, 1, "term-unknown")
        assert "«nada» no está" in error["text"]
        assert error["suggestion"]
    assert json.loads(run("check", "--json", write_course(tmp_path / "b")).output) != []


def test_findings_for_the_pages_of_github(run, tmp_path):
    folder = tmp_path / "a,b:100%"
    write_course(folder, uno__pozo=lesson("pozo", "{nada 100%}"))
    told = run("check", "--format", "github", folder)
    assert told.exit_code == 1
    (line,) = [each for each in told.output.splitlines() if each.startswith("::error")]
    assert line.startswith(f"::error file={tmp_path}/a%2Cb%3A100%25/1-uno/2-pozo.md,line=10,col=1,")
    assert ",title=term-unknown::«nada 100%25» no está" in line
    assert "::warning " in told.output


NO_ID = QUESTION.replace("    id: {id}\n", "")


def test_missing_ids_are_written_back_and_nothing_else(run, tmp_path):
    before = lesson("pozo", "El pozo.") + NO_ID + "\n" + NO_ID + QUESTION.format(id="tiene")
    english = lesson("pozo", "The well.") + NO_ID + "\n" + NO_ID + QUESTION.format(id="tiene")
    write_course(
        tmp_path,
        uno__pozo=before.replace("\n", "\r\n"),
        **{"1-uno/2-pozo.en.md": english},
    )
    assert run("check", tmp_path).exit_code == 1
    mended = run("check", "--fix", tmp_path)
    assert mended.exit_code == 0, mended.output
    assert "2-pozo.md:12: id: quien-cuida-la-acequia" in mended.output
    spanish = (tmp_path / "1-uno/2-pozo.md").read_bytes().decode()
    assert spanish.count("    id: quien-cuida-la-acequia\r\n") == 1
    assert spanish.count("    id: quien-cuida-la-acequia-2\r\n") == 1
    without = spanish.replace("    id: quien-cuida-la-acequia\r\n", "")
    assert without.replace("    id: quien-cuida-la-acequia-2\r\n", "") == before.replace(
        "\n", "\r\n"
    )
    translated = (tmp_path / "1-uno/2-pozo.en.md").read_text()
    assert translated.index("cuida-la-acequia\n") < translated.index("cuida-la-acequia-2\n")
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*.md")}
    run("check", "--fix", tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.md")} == kept


def test_the_schema_says_what_the_check_says(run):
    told = json.loads(run("schema").output)
    lesson_keys = told["$defs"]["lesson"]
    assert lesson_keys["required"] == ["id", "title"]
    assert lesson_keys["additionalProperties"] is False
    assert lesson_keys["properties"]["minutes"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 600,
    }
    grading = told["$defs"]["course"]["properties"]["grading"]["properties"]
    assert grading["rounding"] == {"enum": ["half-up"]}
    assert grading["weights"]["additionalProperties"]["maximum"] == 100


def test_a_lesson_is_printed_as_a_radio_script(run, world):
    make.course(htmls={"rio": "<h2>Baja</h2><p>El agua baja.</p>"}, english=True)
    script = run("radio", "rio").output
    assert "Lección 2.1 del curso «El agua (es)»: Lección rio (es)" in script
    assert "[00:01] El agua baja." in script
    assert run("radio", "agua/rio", "--language", "en").output.startswith(
        "RADIO SCRIPT\nLesson 2.1"
    )
    make.course("otro")
    assert "agua/rio, otro/rio" in run("radio", "rio").output
    assert run("radio", "otro/nada").exit_code == 1


def test_a_check_loads_neither_the_site_nor_the_database():
    code = (
        "import sys; from pegup.cli import pegup; pegup(['content', 'check', sys.argv[1]], standalone_mode=False);"
        " print({'sqlalchemy', 'pegup.app', 'flask_security'} & set(sys.modules))"
    )
    calls = Path(__file__).parents[2] / "content" / "calls"
    done = subprocess.run(
        [sys.executable, "-c", code, calls], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"
