"""Pegup inside another site: it works there, and the site stays as it was."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel, get_locale
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import func, inspect, select, text

from pegup import Pegup, create_app
from pegup.accounts.models import Identity, Person
from pegup.courses.models import Enrolment, LessonRead
from pegup.db import Model
from tests.pages import Page, checked

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[1] / "examples" / "host"
COURSE = "/pegup/courses/promotores-ambientales"
LESSON = f"{COURSE}/lessons/ciudad-que-habitamos"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The example's module, as ``flask`` loads it."""
    spec = importlib.util.spec_from_file_location("example_host", EXAMPLE / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["example_host"] = module  # Flask finds the templates beside it
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def host(example, tmp_path_factory) -> Iterator[Flask]:
    """The example, prepared by the commands of its README, with views that try its own session."""
    data = tmp_path_factory.mktemp("host")
    app = example.create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{data / 'host.sqlite'}",
            "SQLALCHEMY_BINDS": {"archive": f"sqlite:///{data / 'archive.sqlite'}"},
            "PEGUP_DATA": str(data / "files"),
            "TESTING": True,
        }
    )

    @app.get("/try/unfinished")
    def unfinished() -> str:
        example.db.session.add(example.Course(title="Sin guardar"))
        example.db.session.flush()
        return "added, never committed"

    run = app.test_cli_runner()
    for command in ("prepare", "pegup migrate", "pegup content import"):
        result = run.invoke(args=command.split())
        assert result.exit_code == 0, result.output
    yield app
    with app.app_context():
        for engine in example.db.engines.values():
            engine.dispose()


@pytest.fixture
def browser(host) -> FlaskClient:
    return host.test_client()


@pytest.fixture
def rosa(browser) -> FlaskClient:
    """A browser in which the host's Rosa has signed in."""
    assert sign_in(browser).status_code == 302
    return browser


def sign_in(browser: FlaskClient, email: str = "rosa@example.org", wanted: str = ""):
    address = f"/sign-in?next={wanted}" if wanted else "/sign-in"
    token = Page(browser.get(address)).one("main [name=csrf_token]")["value"]
    return browser.post(address, data={"email": email, "password": "rosa", "csrf_token": token})


@pytest.fixture
def newcomer(host, example) -> str:
    """The address of somebody who is in the host's table and has never been at Pegup."""
    with host.app_context():
        known = example.db.session.scalars(select(example.User)).all()
        email = f"beto{len(known)}@example.org"
        made = example.User(name="Beto Nuevo", email=email, password=known[0].password)
        example.db.session.add(made)
        example.db.session.commit()
    return email


def count(host: Flask, model: type[Model]) -> int:
    with host.app_context():
        return host.extensions["sqlalchemy"].session.scalar(select(func.count(model.id)))


def test_a_stranger_is_sent_to_the_hosts_sign_in_and_back(browser):
    assert checked(browser.get("/pegup/")).one(".own a")["href"].startswith("/sign-in?next=")
    asked = browser.get(LESSON)
    assert asked.location == f"/sign-in?next={LESSON}"
    assert sign_in(browser, wanted=LESSON).location == LESSON


def test_the_hosts_person_learns(host, browser, newcomer):
    before = [count(host, each) for each in (Person, Identity, Enrolment, LessonRead)]
    sign_in(browser, newcomer)
    assert count(host, Person) == before[0]
    assert "Beto Nuevo" in checked(browser.get("/pegup/")).one(".own").text
    checked(browser.get(LESSON), 403)
    assert browser.post(f"{COURSE}/enrolment", data={"lesson": "x"}).location == COURSE
    assert "ciudad" in checked(browser.get(LESSON)).one("h1").text
    assert browser.post(f"{LESSON}/reading").location == f"{LESSON}#reading"

    again = host.test_client()
    sign_in(again, newcomer)
    assert checked(again.get(LESSON)).all(f"form[action='{LESSON}/reading/removal']")
    after = [count(host, each) for each in (Person, Identity, Enrolment, LessonRead)]
    assert [a - b for a, b in zip(after, before, strict=True)] == [1, 1, 1, 1]
    with host.app_context():
        session = host.extensions["sqlalchemy"].session
        assert session.scalars(Person.by_email(newcomer)).one().name == "Beto Nuevo"


def test_pages_that_a_host_frames_are_made_for_who_asks(host, browser, newcomer, monkeypatch):
    """Its frame may say anything about a person; the phone's script is told by ours who reads."""
    sign_in(browser, newcomer)
    browser.post(f"{COURSE}/enrolment")
    theirs = (
        "{{ saying() }}<main>{% block main %}{% endblock %}</main>"
        "{% for part in frame_parts %}{{ part(person) }}{% endfor %}"
    )
    ways = iter(("uno", "dos"))
    monkeypatch.setattr(host.jinja_env, "cache", {})
    monkeypatch.setitem(host.jinja_env.globals, "saying", lambda: next(ways))
    with monkeypatch.context() as patch:
        loader = ChoiceLoader([DictLoader({"pegup/base.html": theirs}), host.jinja_env.loader])
        patch.setattr(host.jinja_env, "loader", loader)
        pages = [browser.get(LESSON, headers={"Accept-Encoding": ""}).text for _time in range(2)]
    assert [page.partition("<main>")[0] for page in pages] == ["uno", "dos"]
    with host.app_context():
        session = host.extensions["sqlalchemy"].session
        key = session.scalars(Person.by_email(newcomer)).one().uuid
    assert all(f'<phone-status data-person="{key}"' in page for page in pages)


def test_a_name_that_changes_at_the_host_changes_here(host, example, browser, newcomer):
    sign_in(browser, newcomer)
    checked(browser.get("/pegup/"))
    with host.app_context():
        user = example.db.session.scalars(select(example.User).filter_by(email=newcomer)).one()
        user.name = "Beto Casado"
        example.db.session.commit()
    assert "Beto Casado" in checked(browser.get("/pegup/")).one(".own").text
    with host.app_context():
        session = host.extensions["sqlalchemy"].session
        assert session.scalars(Person.matching("casado")).one().email == newcomer


def test_the_first_page_somebody_opens_may_be_one_that_is_not_there(browser, newcomer):
    sign_in(browser, newcomer)
    missing = checked(browser.get("/pegup/courses/no-hay"), 404)
    assert "Beto Nuevo" in missing.one(".own").text
    assert "Beto Nuevo" in checked(browser.get("/pegup/")).one(".own").text


@pytest.mark.slow
@pytest.mark.parametrize("role", ["", "administrator"])
def test_every_link_stays_below_the_prefix_and_leads_somewhere(host, browser, newcomer, role):
    sign_in(browser, newcomer)
    browser.post(f"{COURSE}/enrolment", data={})
    if role:
        host.test_cli_runner().invoke(args=["pegup", "role", newcomer, role])
    waiting, seen = ["/pegup/"], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        response = browser.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        page = Page(response) if response.mimetype == "text/html" else None
        response.close()
        if page is None:
            continue
        for form in page.all("form[action]"):
            assert form["action"].startswith(("/pegup/", "/sign-out")), f"{path}: {form}"
        for element in page.all("[href], [src]"):
            address = urlsplit(urljoin(path, element.get("href") or element.get("src")))
            if address.scheme or address.netloc:
                assert address.scheme in {"https", "http", "mailto"}, f"{path}: {element}"
                continue
            assert address.path.startswith("/pegup/"), f"{path}: {element}"
            if address.path not in seen and address.path not in waiting:
                waiting.append(address.path)
    assert f"{COURSE}/glossary" in seen
    assert LESSON in seen
    assert ("/pegup/people/" in seen) == bool(role)


def test_assets_are_served_below_the_prefix(browser):
    page = checked(browser.get("/pegup/"))
    sheet = browser.get(page.one("link[rel=stylesheet]")["href"])
    assert sheet.mimetype == "text/css"
    sheet.close()
    assert "immutable" in str(sheet.cache_control) or sheet.cache_control.max_age > 10**6


def test_the_policy_is_for_our_pages_alone(browser):
    assert "unsafe" not in browser.get("/pegup/").headers["Content-Security-Policy"]
    assert "Content-Security-Policy" not in browser.get("/courses/").headers


def test_the_hosts_pages_are_its_own(host, rosa):
    assert "Tejido a crochet" in Page(rosa.get("/courses/")).text
    assert "Rosa Vecina" in Page(rosa.get("/")).one("nav").text
    assert "no existe en el barrio" in Page(rosa.get("/no-hay")).text
    assert "no existe en el barrio" in Page(rosa.get("/pegup/no-hay")).text
    assert "No encontramos esta página" in Page(rosa.get("/pegup/courses/no-hay")).text


def test_the_hosts_forms_need_its_token_and_ours_need_none(rosa):
    refused = rosa.post("/sign-in", data={"email": "rosa@example.org", "password": "rosa"})
    assert refused.status_code == 400
    assert rosa.post("/pegup/language", data={"language": "es"}).status_code == 302
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    ours = rosa.post("/pegup/language", data={"language": "es"}, headers=elsewhere)
    assert ours.status_code == 403


def test_the_way_out_on_our_pages_is_the_hosts(rosa):
    form = checked(rosa.get("/pegup/")).one("form[action='/sign-out']")
    sent = {"csrf_token": form.select_one("[name=csrf_token]")["value"]}
    assert rosa.post("/sign-out", data=sent).location == "/"
    assert rosa.get(LESSON).status_code == 302


def test_the_hosts_session_is_committed_by_the_host_alone(host, example, rosa):
    assert rosa.get("/try/unfinished").status_code == 200
    assert rosa.get("/pegup/").status_code == 200
    with host.app_context():
        titles = example.db.session.scalars(select(example.Course.title)).all()
    assert titles == ["Tejido a crochet"]


def test_the_language_is_kept_for_our_pages_alone(browser):
    chosen = browser.post("/pegup/language", data={"language": "en", "next": COURSE})
    assert chosen.location == COURSE
    assert "Path=/pegup/;" in chosen.headers["Set-Cookie"]
    assert checked(browser.get("/pegup/")).one("html")["lang"] == "en"


def test_the_hosts_tables_and_other_databases_stay_as_they_are(host, example):
    with host.app_context():
        names = inspect(example.db.engine).get_table_names()
        assert {each for each in names if not each.startswith("pegup_")} == {"user", "course"}
        with example.db.engines["archive"].connect() as archive:
            assert archive.scalar(text("PRAGMA foreign_keys")) == 0
            assert archive.scalar(text("PRAGMA journal_mode")) == "delete"
        with example.db.engine.connect() as shared:
            assert shared.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_person_who_has_been_here_gets_a_role(host, rosa):
    rosa.get("/pegup/")
    assert rosa.get("/pegup/people/").status_code == 403
    run = host.test_cli_runner()
    given = run.invoke(args=["pegup", "role", "Rosa@example.org", "coordinator"])
    assert given.output == "Rosa Vecina: coordinator.\n"
    assert rosa.get("/pegup/people/").status_code == 200
    back = run.invoke(args=["pegup", "role", "rosa@example.org", "coordinator", "--take-back"])
    assert back.output == "Rosa Vecina: no role.\n"
    assert rosa.get("/pegup/people/").status_code == 403
    assert run.invoke(args=["pegup", "role", "x@example.org", "coordinator"]).exit_code == 1


def test_a_large_file_is_refused_though_the_host_names_no_limit(host, rosa):
    assert host.config["MAX_CONTENT_LENGTH"] is None
    form = {"content_type": "multipart/form-data; boundary=a"}
    sent = rosa.post("/pegup/language", data=b"x" * 22_000_000, **form)
    assert sent.status_code == 413
    assert "muy grande" in Page(sent).text


def test_commands_that_serve_or_make_accounts_are_not_the_hosts(host):
    shown = host.test_cli_runner().invoke(args=["pegup", "--help"]).output
    assert "migrate" in shown
    assert "serve" not in shown
    assert "demo" not in shown


@pytest.mark.parametrize(("chosen", "ours"), [(None, "en"), ("es", "es")])
def test_a_host_that_speaks_for_itself_is_heard_unless_the_visitor_chose(tmp_path, chosen, ours):
    app = Flask("polyglot", instance_path=str(tmp_path))
    app.config.update(SECRET_KEY="x", SQLALCHEMY_DATABASE_URI="sqlite://")
    Babel(app, locale_selector=lambda: "en")
    app.add_url_rule("/mine", "mine", lambda: str(get_locale()))
    Pegup(app)
    browser = app.test_client()
    if chosen:
        browser.post("/pegup/language", data={"language": chosen})
    assert checked(browser.get("/pegup/accessibility")).one("html")["lang"] == ours
    assert browser.get("/mine").text == "en"


def test_a_site_below_a_prefix_sends_people_back_to_where_they_were(tmp_path):
    app = create_app({"PEGUP_DATA": tmp_path, "SQLALCHEMY_DATABASE_URI": "sqlite://"})
    asked = app.test_client().get("/teams/", environ_overrides={"SCRIPT_NAME": "/portal"})
    assert asked.location == "/portal/sign-in?next=/portal/teams/"
