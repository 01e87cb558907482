"""Grades on the pages: one's own, a course's, a university's."""

from __future__ import annotations

import csv
import hashlib
import io

import pytest
from sqlalchemy import event

from pegup.accounts.models import Kind
from pegup.courses.operations import leave
from pegup.db import db, session
from pegup.directory.models import Sector
from pegup.gradebook.models import GradeExport, Student
from pegup.teams.models import Committee
from tests import make
from tests.gradebook.conftest import AT
from tests.pages import assert_links_resolve

MINE = "/grades/agua"
CODES = "/grades/student-codes"
UNSA = "/grades/agua/universities/unsa"


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


# My own grade


def test_my_grade_and_how_it_came_about(page, study, ben, app):
    study(ben, acequia="1", pozo="0.05", rio="0.525")
    shown = page(MINE, as_=ben)
    assert "11 de 20" in shown.one(".lead").text  # 10.5, and the half goes up
    assert "10,50 puntos" in shown.text
    shares = [cell.text for cell in shown.all("tbody td:nth-child(2)")]
    assert [share.replace("\u202f", " ") for share in shares] == ["53 %", "53 %"]
    assert_links_resolve(shown, app)


def test_what_is_missing_says_what_to_do(page, study, ben):
    study(ben, acequia="1")
    texts = [item.text for item in page(MINE, as_=ben).all("main .checklist li")]
    assert "Leíste 1 de 3" in texts[0]
    assert "Tienes 50" in texts[1]
    assert "Te falta responder una lección" in texts[1]


def test_the_best_attempt_counts(page, study, ben):
    study(ben, acequia="0.2")
    study(ben, acequia="0.8")
    study(ben, acequia="0.4")
    assert "4 de 20" in page(MINE, as_=ben).one(".lead").text


def test_completing_shows_at_once_in_the_outline_and_the_list(page, study, ben):
    study(ben, acequia="1", pozo="1")
    assert "Completaste el curso" not in page("/courses/agua", as_=ben).text
    study(ben, rio="0.6")
    assert "Completaste el curso" in page("/courses/agua", as_=ben).text
    assert "Completaste el curso" in page(MINE, as_=ben).text
    assert "Curso completo" in page("/grades/", as_=ben).text


def test_no_answer_yet_is_no_grade(page, study, ben):
    study(ben)
    assert "Todavía no tienes nota" in page(MINE, as_=ben).text
    assert "Todavía no tienes nota" in page("/grades/", as_=ben).text


def test_a_course_that_is_not_mine_has_no_grade_page(page, study, ben, cleo):
    study(ben, acequia="1")
    page(MINE, as_=cleo, status=404)
    page("/grades/nada", as_=ben, status=404)
    assert "No llevas ningún curso" in page("/grades/", as_=cleo).text


def test_what_the_city_owes_stands_apart(page, study, ben):
    study(ben, acequia="1", pozo="1", rio="1")
    team = make.team(ben)
    before = page(MINE, as_=ben)
    assert "Completaste el curso" in before.text
    assert [item["class"] for item in before.all("main .checklist")[1].select("li")] == [
        ["missing"]
    ] * 3
    session.add(Committee(team_id=team.id, formed_on="1997-05-20", act="Firmaron todas."))
    session.commit()
    after = page(f"/teams/{team.slug}", as_=ben)
    done = [item.text for item in after.all("main .checklist li.done")]
    assert any("Se formó el 20 de mayo de 1997" in text for text in done)


# My student code


def test_giving_changing_and_taking_back_a_code(page, study, ben, unsa):
    study(ben, acequia="1")
    page(CODES, as_=ben, data={"university": "unsa", "code": " 2019-0031 "}, status=302)
    assert "2019-0031" in page(CODES, as_=ben).text
    page(CODES, as_=ben, data={"university": "unsa", "code": "2019-0032"}, status=302)
    [standing] = session.scalars(Student.of(ben)).all()
    assert standing.code == "2019-0032"
    page(f"{CODES}/{standing.uuid}/removal", as_=ben, data={}, status=302)
    assert session.scalars(Student.of(ben)).all() == []
    assert session.query(Student).count() == 2  # who saw the grade when is not forgotten


@pytest.mark.parametrize("code", ["", "=1+1", "años", "x" * 31, "a b"])
def test_a_wrong_code_is_refused_and_kept_in_the_field(page, study, ben, unsa, code):
    refused = page(CODES, as_=ben, data={"university": "unsa", "code": code}, status=422)
    assert refused.one(".field.wrong .error").text
    if code.isprintable():
        assert refused.one("input[name=code]").get("value", "") == code


def test_a_university_that_is_not_there_is_refused(page, ben, unsa):
    make.organisation("Junta")
    for slug in ("nada", "junta", ""):
        page(CODES, as_=ben, data={"university": slug, "code": "1"}, status=422)


def test_two_people_cannot_have_one_code(page, study, student, ben, cleo):
    student(cleo, "2019-0031")
    refused = page(CODES, as_=ben, data={"university": "unsa", "code": "2019-0031"}, status=422)
    assert "Otra persona ya dio este código" in refused.one(".field.wrong .error").text
    assert session.scalars(Student.of(ben)).all() == []


def test_a_refused_change_leaves_the_old_code(page, student, ben, cleo):
    student(cleo, "2019-0031")
    student(ben, "2019-0032")
    page(CODES, as_=ben, data={"university": "unsa", "code": "2019-0031"}, status=422)
    assert [each.code for each in session.scalars(Student.of(ben))] == ["2019-0032"]


def test_nobody_takes_back_the_code_of_another(page, student, ben, cleo):
    row = student(ben, "1")
    page(f"{CODES}/{row.uuid}/removal", as_=cleo, data={}, status=404)
    assert session.scalars(Student.of(ben)).one().code == "1"


# The people and cities of a course


def test_a_trainer_sees_everybody_of_the_course(page, study, trainer, ben, cleo, app):
    study(ben, acequia="1", pozo="1", rio="1")
    study(cleo)
    shown = page("/grades/agua/people", as_=trainer)
    cells = {
        row.th.text.split()[0]: [cell.text for cell in row.select("td")]
        for row in shown.all("tbody tr")
    }
    assert cells["Ben"][:2] == ["20", "3/3"]
    assert cells["Cleo"][:2] == ["sin nota", "0/3"]
    assert_links_resolve(shown, app)


def test_who_left_is_not_in_the_list_and_a_search_narrows_it(page, study, course, trainer, ben):
    study(ben, acequia="1")
    for name in ("Ñusta Huamán", "Rosa Quispe"):
        study(make.person(name))
    leave(ben, course, at=AT)
    session.commit()
    names = [th.text for th in page("/grades/agua/people", as_=trainer).all("tbody th")]
    assert names == ["Ñusta Huamán", "Rosa Quispe"]
    found = page("/grades/agua/people?q=huaman", as_=trainer).all("tbody th")
    assert [th.text for th in found] == ["Ñusta Huamán"]
    assert "Nadie coincide" in page("/grades/agua/people?q=zz", as_=trainer).text


def test_learners_see_nobody_elses_grades(page, study, ben, course):
    study(ben, acequia="1")
    make.course("otro")
    other = make.person("Otra Trainer", roles=[(Kind.TRAINER, "otro")])
    for person in (ben, other):
        page("/grades/agua/people", as_=person, status=403)
        page("/grades/agua/cities", as_=person, status=403)


@pytest.mark.slow
def test_the_list_costs_the_same_however_long_it_is(page, study, trainer, ben):
    statements: list[str] = []
    event.listen(
        db.engines[None], "before_cursor_execute", lambda *args: statements.append(args[2])
    )

    def queries(path: str) -> int:
        page(path, as_=trainer)
        statements.clear()
        page(path, as_=trainer)
        return len([each for each in statements if each.startswith("SELECT")])

    study(ben, acequia="1")
    few = queries("/grades/agua/people")
    for number in range(60):
        study(make.person(f"P{number} Mamani"), acequia="0.5")
    assert queries("/grades/agua/people") == few <= 9
    assert len(page("/grades/agua/people", as_=trainer).all("tbody tr")) == 50
    assert len(page("/grades/agua/people?page=2", as_=trainer).all("tbody tr")) == 11
    for strange in ("0", "-3", "99999999999", "x"):
        page(f"/grades/agua/people?page={strange}", as_=trainer)


def test_cities_of_the_course(page, course, ben, trainer):
    team = make.team(ben)
    session.add(Committee(team_id=team.id, formed_on="1997-05-20", act="Firmaron todas."))
    session.commit()
    [row] = page("/grades/agua/cities", as_=trainer).all("tbody tr")
    cells = [cell.text.strip() for cell in row.select("td")]
    assert cells[0].startswith("Está sin empezar")
    assert cells[2].startswith("Listo")
    assert cells[3] == "No"


# A university's registrar


def test_a_registrar_exports_only_the_own_students(
    page, client, study, student, registrar, ben, cleo, ada
):
    student(study(ben, acequia="1", pozo="1", rio="1"), "2019-0031")
    upao = make.organisation("UPAO", sector=Sector.UNIVERSITY)
    student(study(cleo, acequia="1"), "77", upao)
    study(ada, acequia="1")
    listed = page(UNSA, as_=registrar)
    assert [th.text for th in listed.all("tbody th")] == ["Ben Learner"]
    made = page(f"{UNSA}/exports", as_=registrar, data={}, status=302)
    shown = page(made.response.location, as_=registrar)
    file = client.get(shown.one("a[download]")["href"])
    assert file.headers["Content-Disposition"].startswith("attachment")
    [line] = rows_of(file.data)[1:]
    assert line[:2] == ["2019-0031", "Ben Learner"]
    assert line[5:] == ["20", "Aprobado", "Sí"]
    assert hashlib.sha256(file.data).hexdigest() in shown.text
    assert "1 estudiante" in shown.text


def test_no_student_is_dropped_whatever_happened(page, client, study, student, registrar, course):
    names = ["Ana Sin Respuestas", "Berta Se Fue", "Carla Falló"]
    ana, berta, carla = (make.person(name) for name in names)
    student(study(ana), "1")
    student(study(berta, acequia="1"), "2")
    leave(berta, course, at=AT)
    student(study(carla, acequia="0.1"), "3")
    student(make.person("Dora De Otro Curso"), "4")
    session.commit()
    made = page(f"{UNSA}/exports", as_=registrar, data={}, status=302)
    key = made.response.location.rsplit("/", 1)[1]
    lines = rows_of(client.get(f"/grades/exports/{key}/file").data)[1:]
    assert [(line[1], line[5], line[6]) for line in lines] == [
        ("Ana Sin Respuestas", "", "No respondió"),
        ("Berta Se Fue", "5", "Se retiró"),
        ("Carla Falló", "1", "Desaprobado"),
    ]


def test_who_came_back_has_not_left(page, study, student, registrar, course, ben):
    student(study(ben, acequia="1", pozo="1"), "1")
    leave(ben, course, at=AT)
    session.commit()
    study(ben)
    assert [row.text.split() for row in page(UNSA, as_=registrar).all("tbody tr")][0].count(
        "Desaprobado"
    ) == 1


def test_a_file_stays_as_it_was_handed_out(page, client, study, student, registrar, ben):
    student(study(ben, acequia="1"), "1")
    first = page(f"{UNSA}/exports", as_=registrar, data={}, status=302).response.location
    before = client.get(f"{first}/file").data
    study(ben, pozo="1", rio="1")
    assert client.get(f"{first}/file").data == before
    second = page(f"{UNSA}/exports", as_=registrar, data={}, status=302).response.location
    assert client.get(f"{second}/file").data != before
    assert len(page(UNSA, as_=registrar).all("main section li")) == 2


def test_strangers_to_a_university_find_nothing(page, study, student, registrar, ben, course):
    student(study(ben, acequia="1"), "1")
    page(f"{UNSA}/exports", as_=registrar, data={}, status=302)
    key = session.query(GradeExport).one().uuid
    upao = make.organisation("UPAO", sector=Sector.UNIVERSITY)
    other = make.person("Otro Registro", roles=[(Kind.REGISTRAR, upao.slug)])
    coordinator = make.person("Coordina", roles=[(Kind.COORDINATOR, "")])
    for person in (ben, other, coordinator):
        page(UNSA, as_=person, status=404)
        page(f"{UNSA}/exports", as_=person, data={}, status=404)
        page(f"/grades/exports/{key}", as_=person, status=404)
        page(f"/grades/exports/{key}/file", as_=person, status=404)
    page(
        "/grades/agua/universities/nada",
        as_=make.person("Zoe", roles=[(Kind.ADMINISTRATOR, "")]),
        status=404,
    )
    assert session.query(GradeExport).count() == 1


def test_a_registrar_removes_who_is_not_theirs(page, study, student, registrar, ben, cleo):
    row = student(study(ben, acequia="1"), "2019-0031")
    page(f"{UNSA}/students/{row.uuid}/removal", as_=registrar, data={}, status=302)
    assert "Todavía nadie dio un código" in page(UNSA, as_=registrar).text
    page(CODES, as_=cleo, data={"university": "unsa", "code": "2019-0031"}, status=302)


def test_an_empty_university_says_how_students_come(page, course, registrar, app):
    shown = page(UNSA, as_=registrar)
    assert "Mi código de estudiante" in shown.text
    assert_links_resolve(page("/grades/", as_=registrar), app)
