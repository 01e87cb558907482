"""Forms come back with what was typed; a database that is busy or gone gets a plain page."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from pegup import create_app
from pegup.accounts.models import Kind, Person
from pegup.db import Model, db, now, session
from pegup.standalone.accounts import add_account
from pegup.standalone.security import person_signed_in
from pegup.teams.models import Arrival
from tests import make
from tests.pages import Page, checked
from tests.test_roles import keep_files

pytestmark = pytest.mark.slow

TEAM = "/teams/equipo-de-paita"
PROFILE = "/profiles/equipo-de-paita/perfil-ambiental"
CALL = "/calls/promotores-1997/teams/equipo-de-paita"

FORMS = {
    "pegup.accounts.add": ("/people/new", {"name": "", "email": "no es correo", "place": "Ilo"}),
    "pegup.accounts.import_list": ("/people/import", {}),
    "pegup.cohorts.copy": ("/cohorts/agua/grupo/copies/new", {"name": "", "starts_on": "hoy"}),
    "pegup.cohorts.edit": ("/cohorts/agua/grupo/edit", {"name": "Otro", "starts_on": "hoy"}),
    "pegup.cohorts.new": ("/cohorts/agua/new", {"name": "Uno", "ends_on": "1997-05-01"}),
    "pegup.editing.file": ("/editing/agua/files/1-uno/2-pozo.md", {"base": "1.0", "text": ""}),
    "pegup.editing.new_lesson": (
        "/editing/agua/lessons/new",
        {"title": "x" * 200, "folder": "1-uno", "theme": "y" * 200},
    ),
    "pegup.gradebook.student_codes": ("/grades/student-codes", {"code": "año 31"}),
    "pegup.grants.judgement": (f"{CALL}/judgements/C3", {"reason": "No"}),
    "pegup.grants.statement": (f"{CALL}/statement", {"base": "0", "text": "Corto"}),
    "pegup.handouts.codes": ("/handouts/codes", {"code": "H7KQ-3M2X"}),
    "pegup.paper.sheets": ("/paper/agua/uno/sheets", {"blanks": "muchas"}),
    "pegup.profiles.indicator": (
        f"{PROFILE}/indicators/A02",
        {"base": "0", "value": "mucho", "year": "hoy", "source": "Conteo"},
    ),
    "pegup.profiles.new_section": (f"{PROFILE}/sections/new", {"title": ""}),
    "pegup.profiles.section": (
        f"{PROFILE}/sections/1.1",
        {"base": "0", "text": "Nuestro texto", "does_not_apply": "y", "reason": ""},
    ),
    "pegup.standalone.code": ("/sign-in/code", {"code": ""}),
    "pegup.standalone.sign_up_links": ("/sign-up-links", {"note": "", "places": "muchos"}),
    "pegup.teams.add_member": (f"{TEAM}/members/new", {"name": "Rosa", "sector": "marte"}),
    "pegup.teams.agenda_process": (f"{TEAM}/agenda-process", {"began": "ayer"}),
    "pegup.teams.arrival": ("/teams/arrival", {"city": "atlantis", "experience": "Limpié"}),
    "pegup.teams.committee": (f"{TEAM}/committee", {"formed_on": "2999-01-01", "act": "Firmaron"}),
    "pegup.teams.invitations": (f"{TEAM}/invitations", {"name": "x" * 500}),
    "pegup.teams.join": ("/teams/join", {"code": ""}),
    "pegup.teams.new": ("/teams/new", {"name": "Los de Paita", "city": ""}),
    "pegup.teams.seat": (f"{TEAM}/seat", {"sector": "marte", "experience": "Limpié"}),
    "pegup_sign_in.forgot_password": ("/forgot-password", {"email": "no es correo"}),
    "pegup_sign_in.register": ("/register", {"name": "", "email": "rosa", "password": "x"}),
    "pegup_sign_in.send_confirmation": ("/confirmation", {"email": "no es correo"}),
}
"""Endpoint to its address and what to send wrongly."""

WITHOUT_WRONG_INPUT = {
    "pegup.messages.mail": "two buttons",
    "pegup.messages.mail_off": "a button",
    "pegup.messages.write": "tried in tests/cohorts",
    "pegup.handouts.new": "buttons only; tried in tests/handouts",
    "pegup.paper.entry": "tried in tests/paper",
    "pegup.paper.settlement": "tried in tests/paper",
    "pegup.directory.events": "ticks only; an unknown one is left out",
    "pegup.standalone.account": "tried in tests/standalone",
    "pegup.standalone.email": "tried in tests/standalone",
    "pegup.teams.accept_invitation": "tried in tests/teams",
    "pegup.teams.leaving": "asks for nothing",
    "pegup_sign_in.change_password": "tried in tests/standalone",
    "pegup_sign_in.confirm_email": "asks for nothing",
    "pegup_sign_in.login": "tried in tests/standalone",
    "pegup_sign_in.mf_recovery": "tried in tests/standalone",
    "pegup_sign_in.mf_recovery_codes": "asks for nothing",
    "pegup_sign_in.reset_password": "tried in tests/standalone",
    "pegup_sign_in.tf_select": "not reachable: there is one second step",
    "pegup_sign_in.two_factor_rescue": "asks for nothing",
    "pegup_sign_in.two_factor_setup": "tried in tests/standalone",
    "pegup_sign_in.two_factor_token_validation": "tried in tests/standalone",
    "pegup_sign_in.verify": "tried in tests/standalone",
}


@pytest.fixture
def ana(world):
    """Coordinates the Forum and a team, so that every form is open to her."""
    person = make.person("Ana Todo", roles=[(Kind.ADMINISTRATOR, "")])
    make.organisation("UNSA", sector="university")
    make.profile(make.team(person), person)
    make.call()
    course = make.course()
    make.cohort(course, name="Grupo")
    keep_files(course)
    return person


def test_every_form_is_in_the_table(app):
    forms = {rule.endpoint for rule in app.url_map.iter_rules() if {"GET", "POST"} <= rule.methods}
    assert forms == FORMS.keys() | WITHOUT_WRONG_INPUT.keys()


@pytest.mark.parametrize("endpoint", FORMS)
def test_a_wrong_form_comes_back_with_its_error_and_all_that_was_typed(page, ana, beto, endpoint):
    path, sent = FORMS[endpoint]
    before = counts()
    person = beto if endpoint == "pegup.grants.judgement" else ana
    anonymous = endpoint.startswith("pegup_sign_in.") or path.startswith("/sign-in")
    again = page(path, as_=None if anonymous else person, data=sent, status=422)
    assert again.one("main").select(".error, [role=alert]")
    for name, value in sent.items():
        control = again.soup.select_one(f"main [name={name}]")
        if control is None or control.get("type") in {"password", "checkbox", "file"}:
            continue
        assert kept(control) == value or control.name == "select", name
    assert counts() == before


@pytest.fixture
def beto(ana):
    """A coordinator who is not of the team, and so may judge it."""
    return make.person("Beto Coordina", roles=[(Kind.COORDINATOR, "")])


def counts() -> dict[str, int]:
    return {
        table.name: session.execute(table.select()).all().__len__()
        for table in Model.metadata.sorted_tables
        if table.name != "pegup_sign_in_attempt"
    }


def kept(control) -> str:
    return control.text.strip() if control.name == "textarea" else control.get("value", "")


# The database


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site of its own on a file, with somebody signed in, and no patience."""
    monkeypatch.setattr("pegup.db.BUSY_SECONDS", 0.05)
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'own.sqlite'}",
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": tmp_path,
            "TESTING": False,
        }
    )
    with app.app_context():
        Model.metadata.create_all(db.engine)
        person = make.person("Rosa Quispe")
        key = person.id
        db.engine.dispose()
    app.extensions["pegup"].current_person = lambda: session.get(Person, key)
    yield app, tmp_path / "own.sqlite"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_busy_database_is_told_plainly_and_nothing_is_half_done(site):
    app, path = site
    client = app.test_client()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    response = client.post("/language", data={"language": "en", "next": "/"})
    shown = checked(response, 503)
    assert "No se guardó nada a medias" in shown.text
    assert response.headers["Retry-After"] == "5"
    assert "Traceback" not in response.text
    other.execute("ROLLBACK")
    other.close()
    assert client.post("/language", data={"language": "en", "next": "/"}).status_code == 302


@pytest.fixture
def arrival(site):
    """What Rosa sends to say that she looks for a team; with more than fits in one page."""
    app, _path = site
    with app.app_context():
        make.city("Paita")
        make.city("Ilo")
        db.engine.dispose()
    return {
        "city": "ilo",
        "sector": "ngo",
        "experience": 'Limpié el río: «agua» & "vida" <3\r\n' + "🌱" * 1900,
    }


def arrivals(app) -> list[str]:
    with app.app_context():
        return [each.experience for each in session.query(Arrival)]


def resent(page: Page, client, path: str):
    """What the browser sends when "send again" is pressed."""
    form = page.one("main form[method=post]")
    assert form["action"] == path
    fields = {
        each["name"]: each["value"].replace("\r\n", "\n").replace("\n", "\r\n")
        for each in form.select("input")
    }
    return fields, client.post(form["action"], data=fields)


def test_what_a_busy_database_could_not_take_is_sent_again_with_one_button(site, arrival):
    app, path = site
    client = app.test_client()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = checked(client.post("/teams/arrival", data=arrival), 503)
    other.execute("ROLLBACK")
    other.close()
    assert arrivals(app) == []
    fields, response = resent(refused, client, "/teams/arrival")
    assert fields.keys() == arrival.keys()
    assert response.status_code == 302
    assert arrivals(app)[0].splitlines() == arrival["experience"].splitlines()


def test_who_signed_in_with_a_password_loses_nothing_to_a_busy_database(site, arrival):
    app, path = site
    with app.app_context():
        rosa = session.query(Person).one()
        rosa.email = "rosa@example.org"
        add_account(rosa, at=now(), password="el agua baja del cerro")
        session.commit()
        db.engine.dispose()
    app.extensions["pegup"].current_person = person_signed_in
    client = app.test_client()
    entered = {"email": "rosa@example.org", "password": "el agua baja del cerro"}
    assert client.post("/sign-in", data=entered).status_code == 302
    with other_writes(path):
        refused = checked(client.post("/teams/arrival", data=arrival), 503)
    assert resent(refused, client, "/teams/arrival")[1].status_code == 302


def test_the_page_needs_nothing_for_which_a_host_asks_the_database(site, arrival):
    app, path = site
    app.context_processor(lambda: {"theirs": session.scalar(text("SELECT 1"))})
    client = app.test_client()
    with other_writes(path):
        refused = checked(client.post("/teams/arrival", data=arrival), 503)
    assert resent(refused, client, "/teams/arrival")[1].status_code == 302


@contextmanager
def other_writes(path):
    """Holds the database's lock."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_a_full_disk_stores_nothing_by_half_and_loses_nothing_that_was_typed(site, arrival):
    app, _path = site
    client = app.test_client()

    def fill(connection, _record):
        connection.execute("PRAGMA max_page_count=1")  # which SQLite takes as "no more than now"

    with app.app_context():
        event.listen(db.engine, "connect", fill)
    full = checked(client.post("/teams/arrival", data=arrival), 503)
    assert arrivals(app) == []
    assert client.get("/teams/arrival").status_code == 200
    with app.app_context():
        event.remove(db.engine, "connect", fill)
        db.engine.dispose()
    assert resent(full, client, "/teams/arrival")[1].status_code == 302
    assert len(arrivals(app)) == 1


def test_a_page_of_failure_never_holds_a_password_or_code(site):
    app, path = site
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for door, sent in {
        "/sign-in": {"email": "rosa@example.org", "password": "muysecreto"},
        "/sign-in/code": {"code": "muysecreto"},
    }.items():
        app.extensions["pegup"].current_person = lambda: None
        response = app.test_client().post(door, data=sent)
        assert response.status_code == 503, door
        assert "muysecreto" not in response.text, door
        assert "rosa@example.org" not in response.text, door
    other.close()


def test_reading_goes_on_while_somebody_writes(site):
    app, path = site
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert app.test_client().get("/").status_code == 200
    other.close()


@pytest.mark.parametrize("damage", ["gone", "garbage"])
def test_a_database_that_is_gone_is_a_plain_page(site, damage):
    app, path = site
    for each in path.parent.glob("own.sqlite*"):
        each.unlink()
    if damage == "garbage":
        path.write_bytes(b"this is no database" * 1000)
    for response in (app.test_client().get("/courses/"), app.test_client().post("/language")):
        shown = Page(response)
        assert response.status_code in {500, 503}
        assert shown.one("h1").text in {"Ahora no podemos guardar", "Algo falló de nuestro lado"}
        assert "Traceback" not in response.text


def test_a_huge_upload_is_refused_before_it_is_read(app, client, sign_in, ana):
    sign_in(ana)

    class Endless:
        """Fails if somebody reads much of it."""

        read_so_far = 0

        def read(self, size: int = -1) -> bytes:
            Endless.read_so_far += max(size, 0)
            assert size >= 0
            assert Endless.read_so_far < 2_000_000, "read into memory"
            return b"x" * size

    environ = {
        "wsgi.input": Endless(),
        "CONTENT_LENGTH": str(50 * 1024 * 1024),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    response = client.post("/people/import", environ_overrides=environ)
    shown = checked(response, 413)
    assert shown.one("h1").text == "El archivo es muy grande"
