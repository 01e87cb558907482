"""What no address shows by itself: a form that comes back, a refusal, a conflict, what is shown once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page

from pegup.accounts.models import Kind
from pegup.db import db, now
from pegup.standalone.accounts import add_account
from tests import make
from tests.browser.conftest import Site
from tests.browser.looking import assert_axe_finds_nothing, assert_it_fits_and_a_finger_hits
from tests.browser.world import PASSWORD

Opener = Callable[[str], Page]


@pytest.fixture
def look(picture) -> Callable[..., None]:
    """``look(page, "conflict")``: the page as it stands is sound at every width and scheme."""

    def sound(page: Page, name: str) -> None:
        assert_axe_finds_nothing(page, f"state-{name}", picture)
        assert_it_fits_and_a_finger_hits(page)

    return sound


@pytest.fixture
def as_(context_of: Callable[..., BrowserContext]) -> Opener:
    """``as_("learner")``: a page of that role."""
    return lambda role: context_of(role, bypass_csp=True).new_page()


def press(page: Page, name: str, status: int = 200) -> None:
    """Presses the button and waits for an answer with this status."""
    with page.expect_response(lambda answer: answer.request.is_navigation_request()) as coming:
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()
    if status != 200:
        assert coming.value.status == status


WRONG = (
    ("stranger", "/sign-in", "Entrar"),
    ("stranger", "/sign-in/code", "Entrar"),
    ("stranger", "/register", "Crear mi cuenta"),
    ("learner", "/account/password", "Guardar la contraseña"),
    ("newcomer", "/teams/new", "Crear el equipo"),
    ("newcomer", "/teams/join", "Seguir"),
    ("learner", "/profiles/{team}/perfil-ambiental/indicators/A03", "Guardar"),
    ("learner", "/teams/{team}/committee", "Guardar"),
    ("coordinator", "/people/new", "Agregar"),
    ("coordinator", "/people/import", "Agregar la lista"),
)


@pytest.mark.parametrize(("role", "path", "button"), WRONG, ids=[each[1] for each in WRONG])
def test_an_empty_form_comes_back_with_words(site: Site, browsing, look, role, path, button):
    page = browsing(role)
    page.goto(path.format(**site.cast.places))
    page.evaluate("document.querySelectorAll('main form').forEach(form => form.noValidate = true)")
    press(page, button, 422)
    assert page.locator("main :is(.error, .notice.bad)").count()
    look(page, "422" + path.format(**site.cast.places).replace("/", "-"))


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("newcomer", "/people/", 403),
        ("newcomer", "/teams/{team}", 404),
        ("learner", "/no-existe", 404),
    ],
)
def test_a_closed_door_says_why(site: Site, browsing, look, role, path, status):
    page = browsing(role)
    answer = page.goto(path.format(**site.cast.places))
    assert answer.status == status
    look(page, f"{status}-{role}")


def test_a_conflict_shows_both_texts(site: Site, as_: Opener, look):
    path = f"/profiles/{site.cast.places['team']}/perfil-ambiental/sections/1.2"
    mine, hers = as_("learner"), as_("learner")
    for page in (mine, hers):
        page.goto(path)
    hers.locator("textarea[name=text]").fill("El agua llega de noche.\n\nLa gente guarda.")
    press(hers, "Guardar")
    mine.locator("textarea[name=text]").fill("El agua llega de día.\n\nLa gente guarda.")
    press(mine, "Guardar", 409)
    assert "El agua llega de noche." in mine.locator(".notice").inner_text()
    assert "de día" in mine.locator("textarea[name=text]").input_value()
    look(mine, "conflict")


def test_a_preview_is_read_before_it_is_kept(site: Site, as_: Opener, look):
    page = as_("learner")
    page.goto(f"/profiles/{site.cast.places['team']}/perfil-ambiental/sections/1.1")
    page.locator("textarea[name=text]").fill(
        "# Agua\n\n- uno\n- dos\n\n[enlace](https://example.org)"
    )
    press(page, "Ver cómo queda")
    look(page, "preview")


def test_an_attempt_asks_before_it_ends(site: Site, as_: Opener, look):
    page = as_("learner")
    page.goto(f"/attempts/{site.cast.places['open']}")
    page.get_by_role("button", name="Terminar y ver el resultado").click()
    page.get_by_text("Te falta responder: 1, 2, 3, 4, 5, 6").wait_for()
    look(page, "unfinished")


def test_codes_are_printed(as_: Opener, look):
    page = as_("coordinator")
    page.goto("/people/")
    page.get_by_label("Código para Vecina").check()
    press(page, "Imprimir códigos para entrar")
    page.locator("article code").wait_for()
    look(page, "codes")
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator("article code").is_visible()
    assert not page.locator(".site").is_visible()


def test_an_invitation_is_accepted(site: Site, as_: Opener, look):
    page = as_("learner")
    page.goto(f"/teams/{site.cast.places['team']}/invitations")
    page.get_by_label("¿Para qué sector?").select_option("university")
    press(page, "Hacer un código")
    look(page, "invitation-made")
    link = page.locator("main").inner_text().split("/teams/join/")[1].split()[0]
    guest = as_("newcomer")
    guest.goto(f"/teams/join/{link}")
    look(guest, "invitation")


def test_the_second_step(site: Site, chromium, as_: Opener, look):
    """Set up with a phone, its spare codes, and signing in with it."""
    with site.app.app_context():
        telma = make.person("Telma", roles=[(Kind.COORDINATOR, "")])
        add_account(telma, at=now(), password=PASSWORD)
        db.session.commit()
        db.session.remove()

    page = as_("stranger")
    enter(page)
    page.goto("/account/second-factor")
    press(page, "Preparar mi teléfono")
    look(page, "second-step-setup")
    phone = pyotp.TOTP(page.locator("li code").inner_text().replace("-", ""))
    page.get_by_label("Código").fill(phone.at(now() - timedelta(seconds=30)))
    press(page, "Terminar")
    page.goto("/account/recovery-codes")
    press(page, "Hacer códigos nuevos")
    assert page.locator(".card code").count()
    look(page, "spare-codes")

    again = as_("stranger")
    enter(again)
    assert "/sign-in/second-factor" in again.url
    look(again, "second-step")
    again.goto("/sign-in/recovery")
    look(again, "with-a-spare-code")


def enter(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("input[name=email]", "telma@example.org")
    page.fill("input[name=password]", PASSWORD)
    press(page, "Entrar")


KEYS = 200
"""More than any walk through the six questions takes."""


def test_every_kind_is_answered_with_the_keyboard_alone(as_: Opener):
    """From the first key press on the page to the result, with no pointer."""
    page = as_("administrator")
    page.goto("/courses/agua/lessons/acequia")
    press(page, "Responder")
    done: set[str] = set()
    for _press in range(KEYS):
        page.keyboard.press("Tab")
        kind, name, right = page.evaluate(FOCUSED)
        if kind == "submit" and name == "Terminar y ver el resultado":
            break
        if kind in {"radio", "checkbox", "text", "select-one"} and name not in done:
            done.add(name)
            walk = {"radio": to_the_right_radio, "checkbox": tick, "text": write}
            walk.get(kind, choose)(page, right)
    page.keyboard.press("Enter")
    page.locator(".lead").wait_for()
    assert "100" in page.locator(".lead").inner_text()


FOCUSED = """() => {
  const it = document.activeElement;
  const label = it.labels?.[0]?.textContent.trim() ?? it.textContent.trim();
  return [it.type ?? "", it.type === "radio" ? it.name : label, label];
}"""

RIGHT = {
    "El río": "ECA",
    "La salida de un tubo": "LMP",
    "Mirar": "1",
    "Acordar": "2",
    "Limpiar": "3",
}


def to_the_right_radio(page: Page, label: str) -> None:
    page.keyboard.press("Space")
    while label not in {"El barrio", "Verdadero"}:
        page.keyboard.press("ArrowDown")
        label = page.evaluate(FOCUSED)[2]


def tick(page: Page, label: str) -> None:
    if label != "La lluvia":
        page.keyboard.press("Space")


def write(page: Page, _label: str) -> None:
    page.keyboard.type("67,5")


def choose(page: Page, label: str) -> None:
    page.keyboard.type(RIGHT[label])
