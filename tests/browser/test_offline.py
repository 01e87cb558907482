"""A module kept on the phone: read and answered without a network, sent days later, counted once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import select

from pegup.accounts.models import Person
from pegup.assessments.models import Attempt
from pegup.courses.models import Course, Lesson, LessonRead
from pegup.courses.operations import enrol
from pegup.db import now, session
from pegup.offline.models import Delivery
from pegup.standalone.accounts import add_account
from tests import make
from tests.browser.world import PASSWORD
from tests.chromium import find_chromium

COURSE = "/courses/agua"
LESSON = f"{COURSE}/lessons/pozo"
OFFLINE_SECONDS = 15
TWO_DAYS = timedelta(days=2)
NOWHERE = ("--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>")
"""For a browser that has no network from its start, also for what works behind its pages."""


@pytest.fixture
def newcomer(site, request) -> str:
    """Somebody of the course with an account, new for each test; gives the e-mail."""
    return _somebody(site, f"Persona{abs(hash(request.node.name)) % 10**8}")


def _somebody(site, name: str) -> str:
    with site.app.app_context():
        person = make.person(name)
        add_account(person, at=now(), password=PASSWORD)
        enrol(person, session.scalars(select(Course).where(Course.slug == "agua")).one(), at=now())
        session.commit()
        email = person.email
        session.remove()
    return str(email)


@pytest.fixture
def phone(site, chromium, tmp_path) -> Iterator[Callable[[], BrowserContext]]:
    """``phone()``: the same phone each time, closed and opened again; it keeps what it kept."""
    opened: list[BrowserContext] = []

    def open_(*, without_network: bool = False) -> BrowserContext:
        for context in opened:
            context.close()
        opened.clear()
        context = chromium.browser_type.launch_persistent_context(
            str(tmp_path / "phone"),
            executable_path=_executable(chromium),
            args=["--no-sandbox", *(NOWHERE if without_network else ())],
            base_url=site.address,
            viewport={"width": 360, "height": 740},
            locale="es-PE",
            accept_downloads=True,
        )
        context.set_default_timeout(OFFLINE_SECONDS * 1000)
        opened.append(context)
        return context

    yield open_
    for context in opened:
        context.close()


def _executable(chromium) -> str:
    class _Playwright:
        pass

    found = _Playwright()
    found.chromium = chromium.browser_type
    return find_chromium(found)


def _sign_in(page: Page, email: str) -> None:
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")


def _keep_theme(context: BrowserContext, email: str) -> Page:
    page = context.new_page()
    page.goto("/sign-in")
    _sign_in(page, email)
    page.goto(COURSE)
    theme = page.locator("keep-module").first
    theme.get_by_role("button").click()
    expect(theme).to_contain_text("Se lee y se responde sin red")
    return page


def _answer_and_finish(page: Page) -> None:
    page.goto(LESSON)
    expect(page.locator(".phone-status")).to_contain_text("Lees la copia de este teléfono")
    page.get_by_role("button", name="Ya la leí").click()
    expect(page.locator("lesson-read")).to_contain_text("Anotado en este teléfono, sin enviar")
    page.locator("#questions form button").click()
    page.wait_for_url("**/attempts/**")
    page.locator("fieldset").first.get_by_role("radio").first.check()
    status = page.locator("[data-status=q1]")
    expect(status).to_have_text("En este teléfono, sin enviar")
    page.get_by_role("button", name="Terminar y ver el resultado").click()
    expect(page.locator("[data-closed]")).to_be_visible()
    expect(page.locator(".phone-status")).to_contain_text("3 en este teléfono, sin enviar")


def _counted(site, email: str) -> tuple[int, int, int]:
    """Lessons read, attempts finished, and things handed in."""
    with site.app.app_context():
        person = session.scalars(select(Person).where(Person.email == email)).one()
        lesson = session.scalars(select(Lesson).where(Lesson.slug == "pozo")).one()
        read = session.scalars(select(LessonRead).filter_by(person_id=person.id)).all()
        attempts = session.scalars(
            select(Attempt)
            .filter_by(person_id=person.id, lesson_id=lesson.id)
            .where(Attempt.submitted_at.is_not(None))
        ).all()
        handed = session.scalars(select(Delivery).filter_by(person_id=person.id)).all()
        found = len(read), len(attempts), len(handed)
        session.remove()
    return found


def _read_at(site, email: str) -> datetime:
    """When the person says to have read the one lesson."""
    with site.app.app_context():
        person = session.scalars(select(Person).where(Person.email == email)).one()
        found = session.scalars(select(LessonRead).filter_by(person_id=person.id)).one().read_at
        session.remove()
    return found


def test_answers_given_without_a_network_count_once_days_later_on_another_session(
    site, phone, newcomer
):
    _keep_theme(phone(), newcomer)
    context = phone(without_network=True)  # in a place without a signal, two days ago
    context.clock.set_fixed_time(now() - TWO_DAYS)
    _answer_and_finish(context.new_page())
    assert _counted(site, newcomer) == (0, 0, 0)

    context = phone(without_network=True)  # closed, and opened again
    page = context.new_page()
    page.goto(LESSON)
    expect(page.locator(".phone-status")).to_contain_text("3 en este teléfono, sin enviar")

    context.clear_cookies()  # two days later the session is over, and the network is back
    page = phone().new_page()
    page.goto(f"/sign-in?next={LESSON}")
    assert _counted(site, newcomer) == (0, 0, 0)
    _sign_in(page, newcomer)
    page.wait_for_url(f"**{LESSON}")
    page.goto("/phone")
    expect(page.get_by_text("Nada. Todo lo que hiciste")).to_be_visible()
    assert _counted(site, newcomer) == (1, 1, 3)
    page.goto(LESSON)
    expect(page.locator("#reading")).to_contain_text("Marcar como no leída")
    expect(page.locator("#questions")).to_contain_text("Tu mejor intento")
    assert now() - _read_at(site, newcomer) > TWO_DAYS - timedelta(hours=1)

    page = phone().new_page()  # and once more: nothing is sent again
    page.goto("/sign-in?next=/phone")
    _sign_in(page, newcomer)
    page.wait_for_url("**/phone")
    expect(page.get_by_text("Nada. Todo lo que hiciste")).to_be_visible()
    assert _counted(site, newcomer) == (1, 1, 3)


def test_a_portal_that_answers_200_is_never_taken_for_the_server(site, phone, newcomer):
    context = phone()
    page = _keep_theme(context, newcomer)
    page.goto(LESSON)

    def portal(route: Route) -> None:
        sent = json.loads(route.request.post_data or "{}")
        echo = {"person": sent["person"], "taken": {}}
        answers = ["<html>Bienvenido a la red</html>", json.dumps(sent), json.dumps(echo)]
        route.fulfill(status=200, body=answers[portal.asked % 3], content_type="application/json")
        portal.asked += 1

    portal.asked = 0
    context.route("**/outbox", portal)
    page.get_by_role("button", name="Ya la leí").click()
    for asked in (1, 2, 3):
        page.wait_for_timeout(200)
        page.evaluate("() => document.querySelector('phone-status').send()")
        assert portal.asked > asked
        expect(page.locator("lesson-read")).to_contain_text("sin enviar")
        expect(page.locator(".phone-status")).to_contain_text("1 respuesta en este teléfono")
    assert _counted(site, newcomer)[0] == 0
    context.unroute("**/outbox")
    page.evaluate("() => document.querySelector('phone-status').send()")
    expect(page.locator("lesson-read")).to_contain_text("Leída. Guardado a las")
    assert _counted(site, newcomer)[0] == 1


def test_unsent_work_is_not_lost_by_signing_out_and_travels_in_a_file(
    site, phone, newcomer, context_of, tmp_path
):
    _keep_theme(phone(), newcomer)
    page = phone(without_network=True).new_page()
    _answer_and_finish(page)
    page.get_by_text("Menú").click()
    page.get_by_role("button", name="Salir", exact=True).click()
    page.wait_for_url("**/phone#sign-out")
    expect(page.locator("[data-leaving]")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Guardar en un archivo").click()
    file = tmp_path / "unsent.json"
    download.value.save_as(file)

    other = context_of().new_page()
    other.goto("/sign-in")
    _sign_in(other, newcomer)
    other.goto("/phone")
    other.set_input_files("input[type=file]", file)
    expect(other.locator("[data-text]").first).to_contain_text("Cargado: 3")
    expect(other.get_by_text("Nada. Todo lo que hiciste")).to_be_visible()
    assert _counted(site, newcomer) == (1, 1, 3)

    context = phone()  # and the first phone sends the same
    page = context.new_page()
    page.goto("/sign-in?next=/phone")
    if "/sign-in" in page.url:
        _sign_in(page, newcomer)
    page.wait_for_url("**/phone")
    expect(page.get_by_text("Nada. Todo lo que hiciste")).to_be_visible()
    assert _counted(site, newcomer) == (1, 1, 3)
    page.get_by_text("Menú").click()
    page.get_by_role("button", name="Salir", exact=True).click()
    page.wait_for_url(f"{site.address}/")
    page = phone(without_network=True).new_page()
    page.goto(LESSON)
    expect(page.locator("h1")).to_have_text("En este teléfono")


def test_two_who_share_a_phone_lose_nothing_of_each_other(site, phone, newcomer):
    _keep_theme(phone(), newcomer)
    context = phone(without_network=True)
    page = context.new_page()
    page.goto(LESSON)
    page.get_by_role("button", name="Ya la leí").click()
    expect(page.locator(".phone-status")).to_contain_text("1 respuesta en este teléfono")
    context.clear_cookies()

    sister = _somebody(site, f"Hermana{newcomer.partition('@')[0]}")
    page = phone().new_page()
    page.goto(f"/sign-in?next={LESSON}")
    _sign_in(page, sister)
    page.wait_for_url(f"**{LESSON}")
    expect(page.locator(".phone-status")).to_contain_text("Son de otra persona")
    page.get_by_role("button", name="Ya la leí").click()
    expect(page.locator("lesson-read")).to_contain_text("Leída. Guardado a las")
    page.get_by_text("Menú").click()
    page.get_by_role("button", name="Salir", exact=True).click()
    page.wait_for_url(f"{site.address}/")
    assert _counted(site, sister)[0] == 1
    assert _counted(site, newcomer)[0] == 0

    page.goto("/sign-in?next=/phone")
    _sign_in(page, newcomer)
    page.wait_for_url("**/phone")
    expect(page.get_by_text("Nada. Todo lo que hiciste")).to_be_visible()
    assert _counted(site, newcomer)[0] == 1


def test_a_theme_that_could_not_be_kept_whole_leaves_nothing_behind(phone, newcomer):
    page = phone().new_page()
    page.goto("/sign-in")
    _sign_in(page, newcomer)
    page.goto(COURSE)
    page.route("**/attempts/**", lambda route: route.abort())
    theme = page.locator("keep-module").first
    theme.get_by_role("button").click()
    expect(theme).to_contain_text("No se pudo guardar")
    kept = "caches.open('pegup-kept').then((cache) => cache.keys()).then((all) => all.length)"
    assert page.evaluate(kept) == 0
    page.unroute("**/attempts/**")
    theme.get_by_role("button").click()
    expect(theme).to_contain_text("Se lee y se responde sin red")
    assert page.evaluate(kept) > 0


def test_a_photo_weighs_little_on_a_phone_and_is_seen_without_a_network(phone, newcomer):
    page = phone().new_page()
    page.goto("/sign-in")
    _sign_in(page, newcomer)
    with page.expect_response("**/media/*") as answer:
        page.goto(LESSON)
    photo = page.get_by_role("img", name="La plaza")
    assert answer.value.url.endswith("plaza-p.avif")
    assert len(answer.value.body()) <= 25_000
    place = photo.bounding_box()
    assert place["height"] == pytest.approx(place["width"] * 0.75, abs=1)
    page.set_viewport_size({"width": 1280, "height": 740})
    expect(photo).to_have_js_property("currentSrc", answer.value.url.replace("-p.", "-w."))
    page.goto(COURSE)
    page.locator("keep-module").first.get_by_role("button").click()
    expect(page.locator("keep-module").first).to_contain_text("Se lee y se responde sin red")
    page = phone(without_network=True).new_page()
    page.goto(LESSON)
    page.get_by_role("img", name="La plaza").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('[alt=\"La plaza\"]').naturalWidth >= 320")


def test_a_file_that_is_not_ours_changes_nothing(phone, newcomer):
    page = phone().new_page()
    page.goto("/sign-in")
    _sign_in(page, newcomer)
    page.goto("/phone")
    for name, content in {
        "a.json": b"{",
        "b.json": b'{"format": "x"}',
        "c.json": b"\xff\x00",
    }.items():
        page.set_input_files(
            "input[type=file]", {"name": name, "mimeType": "application/json", "buffer": content}
        )
        expect(page.locator("[data-text]").first).to_contain_text("No se cambió nada")


def test_a_phone_that_keeps_nothing_answers_as_without_a_script(site, phone, newcomer):
    context = phone()
    context.add_init_script("IDBFactory.prototype.open = () => { throw new Error('private') }")
    page = context.new_page()
    page.goto(f"/sign-in?next={LESSON}")
    _sign_in(page, newcomer)
    page.get_by_role("button", name="Ya la leí").click()
    expect(page.locator("#reading")).to_contain_text("Marcar como no leída")
    page.locator("#questions form button").click()
    page.wait_for_url("**/attempts/**")
    page.locator("fieldset").first.get_by_role("radio").first.check()
    expect(page.locator("[data-status=q1]")).to_have_text(
        "Todavía sin guardar. Usa el botón «Guardar»."
    )
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.locator("[data-status=q1]")).to_contain_text("Guardada a las")
    page.get_by_role("button", name="Terminar y ver el resultado").click()
    expect(page.locator(".lead")).to_contain_text("Tu resultado")
    assert _counted(site, newcomer) == (1, 1, 0)
