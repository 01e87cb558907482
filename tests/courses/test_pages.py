"""The pages of a course, as a learner meets them."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from pegup.accounts.models import Kind
from pegup.courses.models import Enrolment, LessonRead
from pegup.db import db, session
from tests import make
from tests.pages import assert_links_resolve

LESSON = "/courses/agua/lessons/acequia"


@pytest.fixture
def course(world):
    return make.course()


@pytest.fixture
def learner(course, ben):
    make.enrolment(ben, course)
    return ben


def test_strangers_see_what_a_course_holds(page, course, app):
    listed = page("/courses/")
    assert listed.one("h2 a")["href"] == "/courses/agua"
    outline = page("/courses/agua")
    assert "3 lecciones · 30 minutos" in outline.text
    assert "Lección rio (es)" in outline.text
    assert not outline.all("a[href*='/lessons/']")
    assert_links_resolve(outline, app)


def test_no_course_yet(page):
    assert page("/courses/").one(".empty a")["href"] == "/cities/"


@pytest.mark.parametrize(
    "path",
    [
        "/courses/nada",
        "/courses/nada/glossary",
        "/courses/nada/lessons/x",
        "/courses/agua/lessons/x",
    ],
)
def test_unknown_courses_and_lessons_are_not_found(page, learner, path):
    page(path, as_=learner, status=404)


def test_a_lesson_opens_after_joining_and_the_way_leads_back_to_it(page, course, ben):
    refused = page(LESSON, as_=ben, status=403)
    assert "Únete al curso" in refused.one("h1").text
    form = refused.one("main form")
    lesson = form.select_one("[name=lesson]")["value"]
    joined = page(form["action"], as_=ben, data={"lesson": lesson}, status=302)
    assert joined.response.location == LESSON
    assert "Texto de acequia (es)" in page(LESSON, as_=ben).text


def test_a_stranger_comes_back_to_joining_after_signing_in(page, course, client, sign_in, ben):
    button = page("/courses/agua").one("main a.button[href*=enrolment]")
    sign_in(None)
    assert client.get(button["href"]).location.startswith("/sign-in?next=/courses/agua/enrolment")
    assert page(button["href"], as_=ben).one("main form button")


def test_joining_twice_is_one_place_and_leaving_ends_it(page, course, ben):
    for _ in range(2):
        page("/courses/agua/enrolment", as_=ben, data={}, status=302)
    assert len(session.scalars(select(Enrolment)).all()) == 1
    page(LESSON, as_=ben)
    page(f"{LESSON}/reading", as_=ben, data={}, status=302)
    page("/courses/agua/enrolment/removal", as_=ben, data={}, status=302)
    page(LESSON, as_=ben, status=403)
    page("/courses/agua/enrolment", as_=ben, data={}, status=302)
    assert "1 de 3 lecciones leídas" in page("/courses/agua", as_=ben).text


@pytest.mark.parametrize(
    ("kind", "scope", "status"),
    [
        (Kind.TRAINER, "agua", 200),
        (Kind.TRAINER, "otro", 403),
        (Kind.COORDINATOR, "", 200),
        (Kind.ADMINISTRATOR, "", 200),
        (Kind.REGISTRAR, "agua", 403),
    ],
)
def test_who_opens_a_lesson_without_attending(page, course, kind, scope, status):
    person = make.person("Uno Cualquiera", roles=[(kind, scope)])
    page(LESSON, as_=person, status=status)
    page(f"{LESSON}/reading", as_=person, data={}, status=302 if status == 200 else 403)


def test_a_lesson_that_was_marked_meanwhile_comes_anew(client, sign_in, learner):
    sign_in(learner)
    has_it = {"If-None-Match": client.get(LESSON).headers["ETag"]}
    assert client.get(LESSON, headers=has_it).status_code == 304
    client.post(f"{LESSON}/reading")
    anew = client.get(LESSON, headers=has_it)
    assert anew.status_code == 200
    assert "Leída" in anew.text


def test_reading_is_marked_once_and_can_be_taken_back(page, learner, app):
    lesson = page(LESSON, as_=learner)
    assert_links_resolve(lesson, app)
    button = lesson.one("#reading form")
    for _ in range(2):
        done = page(button["action"], as_=learner, data={}, status=302)
    assert done.response.location == f"{LESSON}#reading"
    assert len(session.scalars(select(LessonRead)).all()) == 1
    undo = page(LESSON, as_=learner).one("#reading form")
    assert "no leída" in undo.text
    page(undo["action"], as_=learner, data={}, status=302)
    assert session.scalars(select(LessonRead)).all() == []


def test_the_outline_says_what_is_done_and_where_to_go_on(page, learner):
    page(f"{LESSON}/reading", as_=learner, data={}, status=302)
    outline = page("/courses/agua", as_=learner)
    assert "1 de 3 lecciones leídas" in outline.text
    assert "Te falta por leer: 20 minutos" in outline.text
    assert len(outline.all("li.done")) == 1
    assert outline.one("section p a.button")["href"] == "/courses/agua/lessons/pozo"
    home = page("/", as_=learner)
    assert home.one("section p a.button[href*=lessons]")["href"] == "/courses/agua/lessons/pozo"
    for lesson in ("pozo", "rio"):
        page(f"/courses/agua/lessons/{lesson}/reading", as_=learner, data={}, status=302)
    assert "Leíste todas las lecciones" in page("/courses/agua", as_=learner).text
    assert "Leíste todas las lecciones" in page("/", as_=learner).text


def test_the_front_door_names_the_courses_to_strangers(page, course):
    assert page("/").one("a[href='/courses/agua']")


def test_lessons_follow_each_other(page, learner):
    first = page(LESSON, as_=learner)
    assert not first.all("a[rel=prev]")
    assert first.one("a[rel=next]")["href"] == "/courses/agua/lessons/pozo"
    last = page("/courses/agua/lessons/rio", as_=learner)
    assert last.one("a[rel=prev]")["href"] == "/courses/agua/lessons/pozo"
    assert not last.all("a[rel=next]")


def test_a_lesson_below_another_address_leads_on_below_it(client, sign_in, learner):
    """What is kept of a page was made for one address; a host may mount the site at another."""
    sign_in(learner)
    for root in ("", "/barrio"):
        shown = client.get(LESSON, environ_overrides={"SCRIPT_NAME": root}).text
        assert f'href="{root}/courses/agua/lessons/pozo"' in shown
        assert f'href="{root}/courses/agua/glossary"' in shown


def test_a_lesson_that_left_the_course_is_not_found_and_the_rest_stands(page, learner):
    page(LESSON, as_=learner)
    make.course(modules={"uno": ["pozo"], "dos": ["rio"]})
    page(LESSON, as_=learner, status=404)
    assert "0 de 2 lecciones leídas" in page("/courses/agua", as_=learner).text


def test_a_new_import_is_seen_at_once(page, learner):
    assert "Texto de pozo (es)" in page("/courses/agua/lessons/pozo", as_=learner).text
    make.course(modules={"uno": ["acequia", "pozo", "nueva"], "dos": ["rio"]})
    after = page("/courses/agua/lessons/pozo", as_=learner).one("a[rel=next]")
    assert after["href"] == "/courses/agua/lessons/nueva"


def test_english_where_there_is_a_translation_and_spanish_where_not(page, ben, client):
    make.enrolment(ben, make.course(english=True))
    make.enrolment(ben, make.course("otro"))
    page("/language", as_=ben, data={"language": "en"}, status=302)
    lesson = page(LESSON, as_=ben)
    assert lesson.one("article")["lang"] == "en"
    assert "Texto de acequia (en)" in lesson.text
    other = page("/courses/otro/lessons/acequia", as_=ben)
    assert other.one("html")["lang"] == "en"
    assert other.one("article")["lang"] == "es"
    assert other.one(".notice.warn")


def test_the_glossary_finds_words_without_accents(page, course):
    assert page("/courses/agua/glossary").one("h3")["id"] == "acequia"
    assert page("/courses/agua/glossary?q=ACÉQUIA").one("h3")
    nothing = page("/courses/agua/glossary?q=<script>zapato")
    assert "zapato" in nothing.one(".empty").text
    page("/courses/agua/glossary?q=" + "x" * 3000)


def test_a_lesson_costs_the_same_however_long_the_course(page, ben):
    statements: list[str] = []
    engine = db.engines[None]
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def queries(path: str) -> int:
        page(path, as_=ben)
        statements.clear()
        page(path, as_=ben)
        return len([each for each in statements if each.startswith("SELECT")])

    make.enrolment(ben, make.course("corto", modules={"uno": ["a"]}))
    long = {f"m{m}": [f"l{m}-{n}" for n in range(10)] for m in range(10)}
    make.enrolment(ben, make.course("largo", modules=long))
    short_lesson, long_lesson = (
        queries("/courses/corto/lessons/a"),
        queries("/courses/largo/lessons/l5-5"),
    )
    assert short_lesson == long_lesson <= 6
    assert queries("/courses/corto") == queries("/courses/largo") <= 11
