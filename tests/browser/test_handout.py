"""A theme's file, opened from a folder without a network: read, answered, its code typed in on the site."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from pegup import create_app
from pegup.accounts.models import Person
from pegup.assessments.models import Attempt
from pegup.cli import bring_up_to_date
from pegup.courses.models import Course, LessonRead
from pegup.courses.operations import enrol
from pegup.courses.outline import outline_of
from pegup.db import db, now, session
from pegup.handouts.file import file_of
from pegup.handouts.operations import hand_out
from pegup.paper.operations import edition_of
from pegup.paper.words import words
from pegup.standalone.accounts import add_account
from tests import make
from tests.browser.looking import FINGER, NARROWEST, TOO_SMALL, WIDTHS, assert_axe_finds_nothing
from tests.browser.world import PASSWORD
from tests.handouts.test_file import HOSTILE, hostile_questions


@pytest.fixture
def newcomer(site, request) -> str:
    """Somebody of the course with an account, new for each test; gives the e-mail."""
    with site.app.app_context():
        person = make.person(f"Archivo{abs(hash(request.node.name)) % 10**8}")
        add_account(person, at=now(), password=PASSWORD)
        enrol(person, session.scalars(select(Course).where(Course.slug == "agua")).one(), at=now())
        session.commit()
        email = person.email
        session.remove()
    return email


@pytest.fixture
def loose(made) -> str:
    """The address of a file for whoever has it: questions of each kind."""
    return made(0)


@pytest.fixture
def rich(made) -> str:
    """The same of a theme with a word of the glossary, a table, a picture and a source."""
    return made(1)


@pytest.fixture
def made(site, tmp_path, request):
    """Makes the file of a theme for whoever has it, handed out by somebody new."""

    def make_(theme: int) -> str:
        with site.app.test_request_context(method="POST"):
            course = session.scalars(select(Course).where(Course.slug == "agua")).one()
            by = make.person(f"Reparte{abs(hash(request.node.name)) % 10**8}")
            outline = outline_of(course, "es")
            found = outline.themes[theme]
            edition = edition_of(course, outline, found, words(), language="es", at=now())
            handout = hand_out(edition, None, by=by, at=now())
            session.commit()
            file = tmp_path / "tema.html"
            file.write_bytes(file_of(handout, has_pictures=False))
            session.remove()
        return file.as_uri()

    return make_


@pytest.fixture
def phone(context_of):
    """A cheap phone without a network; at the end, nothing failed, and nothing was asked of the network."""
    strange: list[str] = []

    def open_(address: str, **options) -> Page:
        here = address.partition("#")[0]

        def note(request) -> None:
            if request.url.partition("#")[0] != here and not request.url.startswith("data:"):
                strange.append(f"asked for {request.url}")

        page = context_of("stranger", offline=True, **options).new_page()
        page.on("pageerror", lambda error: strange.append(str(error)))
        page.on("request", note)
        page.goto(address)
        return page

    yield open_
    assert strange == []


def sign_in(page: Page, site, email: str) -> None:
    page.goto(f"{site.address}/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{site.address}/")


def counted(site, email: str) -> tuple[list[str], int]:
    """Marks, and how many lessons are read."""
    with site.app.app_context():
        person = session.scalars(select(Person).filter_by(email=email)).one()
        marks = session.scalars(select(Attempt.mark).filter_by(person_id=person.id)).all()
        read = session.scalars(select(LessonRead).filter_by(person_id=person.id)).all()
        found = sorted(f"{mark:.2f}" for mark in marks), len(read)
        session.remove()
    return found


def answer_all(page: Page) -> None:
    """The first lesson, all right; by touch and by keyboard."""
    lesson = page.locator("#l1")
    lesson.get_by_text("El barrio").click()
    lesson.get_by_label("Verdadero").focus()
    page.keyboard.press("Space")
    lesson.get_by_text("Quienes riegan").click()
    lesson.get_by_label("La junta").focus()
    page.keyboard.press("Space")
    lesson.get_by_label("Tu respuesta (%)").fill("67,7 %")
    lesson.get_by_label("El río").select_option(label="ECA")
    lesson.get_by_label("La salida de un tubo").focus()
    page.keyboard.type("LMP")
    for place, item in enumerate(("Mirar", "Acordar", "Limpiar"), 1):
        lesson.get_by_label(item).select_option(str(place))


def code_on(page: Page) -> list[str]:
    page.get_by_role("link", name="Tu código").first.click()
    return page.locator(".code li").all_inner_texts()


def test_the_whole_way(site, context_of, phone, newcomer, tmp_path):
    online = context_of("stranger").new_page()
    sign_in(online, site, newcomer)
    online.goto("/courses/agua")
    online.get_by_role("link", name="En un archivo").first.click()
    online.get_by_role("button", name="Preparar mi archivo").click()
    with online.expect_download() as download:
        online.get_by_role("link", name="Bajar el archivo").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name.endswith(".html")
    assert file.name.isascii()

    page = phone(file.as_uri())
    expect(page.get_by_text("Para responder y tener tu código")).to_be_hidden()
    expect(page.get_by_text("Este programa no guarda")).to_be_hidden()
    page.get_by_role("link", name="Empezar a leer").click()
    expect(page.get_by_role("heading", name="Lección acequia")).to_be_focused()
    page.get_by_role("button", name="Ya la leí").click()
    page.get_by_role("button", name="Terminar y ver el resultado").first.click()
    expect(page.locator("#l1 [data-asks]")).to_contain_text("Te falta responder: 1, 2, 3, 4, 5, 6")
    answer_all(page)
    page.reload()
    expect(page.locator("#l1").get_by_label("El barrio")).to_be_checked()
    page.get_by_role("button", name="Terminar y ver el resultado").first.click()
    expect(page.locator("#l1 [data-result]")).to_contain_text("Tu resultado: 100")
    expect(page.locator("#l1").get_by_text("Sí, entre todos.")).to_be_visible()
    expect(page.locator("#l1").get_by_text("La acequia es de todos.")).to_be_visible()
    first = code_on(page)
    expect(page.locator("#code").get_by_text("Leída, preguntas: 100")).to_be_visible()

    sent = context_of("stranger").new_page()
    sign_in(sent, site, newcomer)
    sent.goto("/handouts/codes")
    sent.get_by_label("El código del archivo").fill("\n".join(first).lower())
    sent.get_by_role("button", name="Anotar lo que dice").click()
    expect(sent.get_by_text("ya cuenta")).to_be_visible()
    assert counted(site, newcomer) == (["1.00"], 1)

    # Later, on the same phone, more is done: the last code brings it all, the first is known.
    page.reload()
    page.get_by_role("link", name="Volver al tema").last.click()
    page.get_by_role("link", name="Seguir leyendo").click()
    expect(page.get_by_role("heading", name="Lección pozo")).to_be_visible()
    page.locator("#l2").get_by_role("button", name="Ya la leí").click()
    page.locator("#l2").get_by_label("Nadie").check()
    page.locator("#l2").get_by_role("button", name="Terminar y ver el resultado").click()
    expect(page.locator("#l2 [data-result]")).to_contain_text("Tu resultado: 0")
    page.locator("#l2").get_by_role("button", name="Intentar otra vez").click()
    page.locator("#l2").get_by_label("El barrio").check()
    page.locator("#l2").get_by_role("button", name="Terminar y ver el resultado").click()
    second = code_on(page)
    assert second[0] == first[0]
    for code in (second, first, second):
        sent.goto("/handouts/codes")
        sent.get_by_label("El código del archivo").fill(" ".join(code))
        sent.get_by_role("button", name="Anotar lo que dice").click()
        expect(sent.get_by_role("status").first).to_contain_text(
            "cuenta" if code is second else "contó"
        )
    assert counted(site, newcomer) == (["1.00", "1.00"], 2)

    wrong = [*second[:-1], second[-1][:-1] + ("A" if second[-1][-1] != "A" else "B")]
    sent.goto("/handouts/codes")
    sent.get_by_label("El código del archivo").fill("\n".join(wrong))
    sent.get_by_role("button", name="Anotar lo que dice").click()
    expect(sent.get_by_text(f"La línea {len(wrong)} no está bien")).to_be_visible()


def test_one_phone_serves_two_people_one_after_the_other(site, phone, loose, context_of, newcomer):
    page = phone(loose)
    page.get_by_role("link", name="Lección acequia").click()
    page.get_by_role("button", name="Ya la leí").click()
    first = code_on(page)
    page.get_by_role("button", name="Empezar de nuevo").click()
    page.get_by_role("button", name="Sí, ya anoté mi código: borrar").click()
    expect(page.get_by_text("Todavía no hay nada que anotar")).to_be_hidden()
    expect(page.get_by_role("heading", name="Módulo uno")).to_be_visible()
    page.get_by_role("link", name="Lección acequia").click()
    page.get_by_role("button", name="Ya la leí").click()
    second = code_on(page)
    assert first[0] == second[0]
    assert first[1] != second[1]

    desk = context_of("trainer").new_page()
    for code in (first, second):
        desk.goto("/handouts/codes")
        desk.get_by_label("El código del archivo").fill("\n".join(code))
        desk.get_by_role("button", name="Anotar lo que dice").click()
        expect(desk.get_by_role("heading", name="¿De quién es este código?")).to_be_visible()
        desk.get_by_label("Nombre").fill("Archivo")
        desk.get_by_role("button", name="Buscar").click()
        found = desk.get_by_role("button", name="Archivo").first
        expect(found).to_be_visible()
        assert desk.evaluate("document.documentElement.scrollWidth") <= 360
        found.click()
        expect(desk.get_by_role("heading", name="Lo que trajo el código")).to_be_visible()


def test_a_number_twice_moves_and_a_word_is_no_number(phone, loose):
    page = phone(loose + "#l1")
    lesson = page.locator("#l1")
    lesson.get_by_label("Mirar").select_option("2")
    lesson.get_by_label("Limpiar").select_option("2")
    expect(lesson.get_by_label("Mirar")).to_have_value("")
    expect(lesson.get_by_text("vuelve a elegir en «Mirar»")).to_be_visible()
    lesson.get_by_label("Tu respuesta (%)").fill("bastante")
    lesson.get_by_label("Tu respuesta (%)").blur()
    expect(lesson.get_by_text("Escribe un número, por ejemplo")).to_be_visible()
    lesson.get_by_role("button", name="Terminar y ver el resultado").click()
    expect(lesson.locator("[data-asks]")).to_contain_text("1, 2, 3, 4, 5, 6")


def test_where_nothing_is_kept_it_says_so_and_the_code_comes_all_the_same(phone, loose, context_of):
    context = context_of("stranger", offline=True)
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });"
    )
    page = context.new_page()
    page.goto(loose)
    expect(page.get_by_text("Este programa no guarda lo que haces")).to_be_visible()
    page.get_by_role("link", name="Lección pozo").click()
    page.locator("#l2").get_by_role("button", name="Ya la leí").click()
    assert len(code_on(page)) >= 3


def test_what_was_kept_and_is_broken_begins_anew(phone, loose):
    page = phone(loose)
    page.evaluate("for (const name of Object.keys(localStorage)) localStorage.setItem(name, '[1')")
    page.reload()
    expect(page.get_by_role("link", name="Lección pozo")).to_be_visible()
    expect(page.get_by_text("Para responder y tener tu código")).to_be_hidden()


def test_a_word_and_a_source_are_one_touch_away(phone, rich):
    page = phone(rich)
    page.get_by_role("link", name="Empezar a leer").click()
    page.get_by_role("link", name="acequia", exact=True).click()
    expect(page.get_by_role("group", name="Acequia", exact=True)).to_contain_text("Canal de agua.")
    expect(page.get_by_role("group", name="Acequia", exact=True)).to_be_focused()
    page.get_by_role("button", name="Cerrar").click()
    expect(page.get_by_role("group", name="Acequia", exact=True)).to_be_hidden()
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_text("Junta de agua.")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Lección rio")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="Módulo dos")).to_be_visible()


def test_without_scripts_it_can_be_read(phone, rich):
    page = phone(rich, java_script_enabled=False)
    expect(page.get_by_text("Aquí puedes leer. Para responder")).to_be_visible()
    expect(page.get_by_text("El agua llega en 5.2 km")).to_be_visible()
    expect(page.get_by_text("Canal de agua.")).to_be_visible()


@pytest.fixture
def hostile(tmp_path) -> str:
    """A file whose every text, of lessons, questions and person, tries to run something."""
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'hostile.sqlite'}",
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": tmp_path,
        }
    )
    text = "".join(HOSTILE).replace("alert(1)", "document.ran=1")
    with app.app_context():
        bring_up_to_date()
        course = make.course(
            htmls=dict.fromkeys(("acequia", "pozo"), text),
            questions={"acequia": hostile_questions(text)},
        )
        person = make.person("Alguien")
        person.name = text[:150]
        session.commit()
        key, course_id = person.id, course.id
    with app.test_request_context(method="POST"):
        course = session.get(Course, course_id)
        outline = outline_of(course, "es")
        edition = edition_of(course, outline, outline.themes[0], words(), language="es", at=now())
        person = session.get(Person, key)
        handout = hand_out(edition, person, by=person, at=now())
        session.commit()
        (tmp_path / "tema.html").write_bytes(file_of(handout, has_pictures=True))
        session.remove()
        db.engine.dispose()
    return (tmp_path / "tema.html").as_uri()


@pytest.mark.parametrize("bypass_csp", [False, True])
def test_nothing_that_somebody_wrote_runs(phone, hostile, bypass_csp):
    """Also without the policy, which is the second lock."""
    page = phone(hostile, bypass_csp=bypass_csp)
    assert page.evaluate(
        "[...document.querySelectorAll('main > section')].map(({ id }) => id)"
    ) == [
        *("start", "l1", "l2", "words", "code"),
    ]
    page.get_by_role("link", name="Empezar a leer").click()
    lesson = page.locator("#l1")
    lesson.get_by_role("button", name="Ya la leí").click()
    lesson.locator("input[type=radio]").first.check()
    lesson.get_by_role("button", name="Terminar y ver el resultado").click()
    lesson.get_by_role("button", name="Terminar así").click()
    expect(lesson.locator("[data-result]")).to_contain_text("Tu resultado")
    assert len(code_on(page)) >= 3
    assert (
        page.evaluate(
            "[...document.querySelectorAll('main *')].filter((each) => each.getAttributeNames()"
            ".some((name) => name.startsWith('on')) || each.matches('iframe, svg, base, style')).length"
        )
        == 0
    )


@pytest.mark.parametrize("part", ["start", "l1", "text", "result", "words", "code"])
def test_axe_finds_nothing_in_the_file(phone, made, picture, part):
    address = made(1 if part in ("text", "words") else 0)
    page = phone(f"{address}#{'l1' if part in ('result', 'text') else part}", bypass_csp=True)
    if part in ("result", "code"):
        page.evaluate("document.querySelector('#l1 [data-reading] button').click()")
        page.evaluate("document.querySelector('#l1 [data-finish]').click()")
    if part == "code":
        code_on(page)
    for width in (NARROWEST, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    assert page.evaluate(TOO_SMALL, FINGER) == []
    assert_axe_finds_nothing(page, f"file-{part}", picture)
