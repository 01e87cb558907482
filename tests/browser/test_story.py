"""The whole way, as people go it: a vecina with a paper code and a cheap phone, her team, her
university. Each acts in a browser of their own."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

CORE_NEEDED = 8


@pytest.fixture
def phone(context_of: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """``phone("registrar")``: a page on a small screen, with patience for a busy machine."""

    def opened(role: str = "stranger", **options: object) -> Page:
        page = context_of(role, width=360, **options).new_page()
        page.set_default_timeout(15_000)
        return page

    return opened


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_from_a_paper_code_to_the_university(site, phone, tmp_path, has_script):
    name = "Rosa Quispe" if has_script else "Elena Mamani"
    student_code = "2020-0001" if has_script else "2020-0002"
    coordinator, learner, registrar = phone("coordinator"), phone("learner"), phone("registrar")
    rosa = phone(java_script_enabled=has_script)

    sign_in_with(rosa, code_on_paper(coordinator, name))
    learns(rosa)
    team = site.cast.places["team"]
    if has_script:  # the team lacks her sector until she comes
        assert rules(learner, site) == {"sectors": False, "profile": False}
        joins(rosa, invitation(learner, team))
        assert rules(rosa, site) == {"sectors": True, "profile": False}
        before = points(rosa, "C1")
        measures(rosa, team)
        assert rules(rosa, site) == {"sectors": True, "profile": True}
        assert points(rosa, "C1") > before
        applies(rosa, site)
    gives_student_code(rosa, student_code)
    exports_grades(registrar, tmp_path, name, student_code)


def code_on_paper(coordinator: Page, name: str) -> str:
    coordinator.goto("/people/new")
    coordinator.get_by_label("Nombre y apellidos").fill(name)
    coordinator.get_by_role("button", name="Agregar").click()
    coordinator.get_by_role("button", name="Hacer un código nuevo").click()
    return coordinator.locator("article code").inner_text()


def sign_in_with(page: Page, code: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Entra con tu código en papel").click()
    page.get_by_label("Código").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hola")


def learns(page: Page) -> None:
    page.goto("/courses/agua")
    page.get_by_role("button", name="Unirme al curso").click()
    for lesson in ("acequia", "pozo", "rio"):
        page.goto(f"/courses/agua/lessons/{lesson}")
        page.get_by_role("button", name="Ya la leí").click()
        page.get_by_role("button", name="Responder").click()
        if lesson == "acequia":
            answer_each_kind(page)
        else:
            page.get_by_label("El barrio").check()
        page.get_by_role("button", name="Terminar y ver el resultado").click()
        expect(page.locator(".lead")).to_contain_text("100")
        page.get_by_role("link", name=re.compile("Siguiente lección|Volver al curso")).click()
    expect(page.get_by_text("Completaste el curso")).to_be_visible()


def answer_each_kind(page: Page) -> None:
    page.get_by_label("El barrio").check()
    page.get_by_label("Verdadero").check()
    page.get_by_label("Quienes riegan").check()
    page.get_by_label("La junta").check()
    page.get_by_label("Tu respuesta (%)").fill("67,5")
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.get_by_label("El río").select_option("ECA")
    page.get_by_label("La salida de un tubo").select_option("LMP")
    for place, item in enumerate(("Mirar", "Acordar", "Limpiar"), 1):
        page.get_by_label(item, exact=True).select_option(str(place))


def invitation(member: Page, team: str) -> str:
    """The link that the member sends."""
    member.goto(f"/teams/{team}/invitations")
    member.get_by_label("¿Para qué sector?").select_option("local_government")
    member.get_by_role("button", name="Hacer un código").click()
    found = re.search(r"/teams/join/\S+", member.locator("main").inner_text())
    assert found, "no link on the page"
    return found[0]


def joins(page: Page, link: str) -> None:
    page.goto(link)
    sector = page.get_by_label("¿Por qué sector participas?")
    if sector.count():
        sector.select_option("local_government")
    page.get_by_role("button", name="Unirme al equipo").click()
    expect(page.locator("main")).to_contain_text("Rosa Quispe")


def rules(page: Page, site) -> dict[str, bool]:
    """The call's rules as the team's page shows them."""
    places = site.cast.places
    page.goto(f"/calls/{places['call']}/teams/{places['team']}")
    section = page.locator("section", has=page.get_by_role("heading", name="Reglas", exact=True))
    items = section.locator(".checklist > li")
    states = [item.get_attribute("class") == "done" for item in items.all()]
    return dict(zip(("sectors", "profile"), states, strict=True))


def points(page: Page, criterion: str) -> int:
    """What the criterion gives on the team's page in the call, which is open."""
    article = page.locator("main .card", has=page.get_by_role("heading", name=f"{criterion}."))
    found = re.search(r"(\d+) de \d+ puntos", article.inner_text())
    assert found, article.inner_text()
    return int(found[1])


def measures(page: Page, team: str) -> None:
    where = f"/profiles/{team}/perfil-ambiental"
    for number in range(1, CORE_NEEDED + 2):
        code = f"A{number:02}"
        page.goto(f"{where}/indicators/{code}")
        if page.get_by_text("Respuesta del equipo").count():
            continue
        page.locator("input[name=value]").fill("48,5")
        page.locator("input[name=year]").fill("2019")
        page.locator("input[name=source]").fill("Conteo del barrio")
        page.get_by_role("button", name="Guardar").click()
        expect(page.locator(".notice.bad")).to_have_count(0)
    page.goto(f"{where}/sections/1.2")
    page.locator("textarea[name=text]").fill("El agua baja del cerro. Hoy llega {A01}.")
    page.get_by_role("button", name="Guardar").click()
    page.goto(f"{where}/sections/1.2")
    expect(page.locator("main")).to_contain_text("48,5")


def applies(page: Page, site) -> None:
    places = site.cast.places
    page.goto(f"/calls/{places['call']}/teams/{places['team']}")
    page.get_by_role("button", name="Postular con este equipo").click()
    expect(page.locator("main")).to_contain_text("El equipo postula desde el")


def gives_student_code(page: Page, code: str) -> None:
    page.goto("/grades/agua")
    expect(page.locator(".lead")).to_contain_text("20 de 20")
    page.get_by_role("link", name="Mi código de estudiante").click()
    page.get_by_label("Universidad").select_option("unsa")
    page.get_by_label("Código de estudiante").fill(code)
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("main")).to_contain_text(code)


def exports_grades(registrar: Page, folder: Path, name: str, code: str) -> None:
    registrar.goto("/grades/")
    registrar.get_by_role("link", name=re.compile("El agua")).click()
    registrar.get_by_role("button", name="Preparar el archivo de notas").click()
    with registrar.expect_download() as coming:
        registrar.get_by_role("link", name="Bajar el archivo CSV").click()
    path = folder / "notas.csv"
    coming.value.save_as(path)
    content = path.read_bytes()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    [mine] = [row for row in rows if row[0] == code]
    assert mine[1] == name
    assert mine[3:] == ["3", "3", "20", "Aprobado", "Sí"]
    shown = registrar.locator("main")
    expect(shown).to_contain_text(hashlib.sha256(content).hexdigest())
    expect(shown).to_contain_text(f"{len(rows) - 1} estudiantes")
