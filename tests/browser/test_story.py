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
from playwright.sync_api import BrowserContext, Locator, Page, expect

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
    promoter = phone(java_script_enabled=has_script)

    sign_in_with(promoter, code_on_paper(coordinator, name))
    learns(promoter)
    call = site.cast.places["call"]
    if has_script:  # the team lacks her sector until she comes
        team = site.cast.places["team"]
        assert rules(learner, call, team) == {"sectors": False, "profile": False}
        joins(promoter, invitation(learner, team), name)
        assert rules(promoter, call, team) == {"sectors": True, "profile": False}
    else:
        team = begins_a_team(promoter)
        assert rules(promoter, call, team) == {"sectors": False, "profile": False}
        begins_the_profile(promoter, team)
    before = points(promoter, call, team, "C1")
    measures(promoter, team)
    assert rules(promoter, call, team) == {"sectors": has_script, "profile": True}
    assert points(promoter, call, team, "C1") > before
    publishes(promoter, team)
    expect(reader_of(phone(), team)).to_contain_text("El agua baja del cerro.")
    if has_script:
        applies(promoter, call, team)
        is_judged(coordinator, team)
        assert points(promoter, call, team, "C3") == 15
        expect(promoter.locator("main")).to_contain_text("Trae actas de la limpieza.")
    gives_student_code(promoter, student_code)
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
        expect(page.locator("#reading")).to_contain_text("Leída")
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


def joins(page: Page, link: str, name: str) -> None:
    page.goto(link)
    sector = page.get_by_label("¿Por qué sector participas?")
    if sector.count():
        sector.select_option("local_government")
    page.get_by_role("button", name="Unirme al equipo").click()
    expect(page.locator("main")).to_contain_text(name)


def begins_a_team(page: Page) -> str:
    """The new team's name in addresses."""
    page.goto("/teams/new")
    page.get_by_label("¿Por qué sector participas?").select_option("ngo")
    page.get_by_label("Tu ciudad", exact=True).select_option("paita")
    page.get_by_label("Nombre del equipo").fill("Las del puerto")
    page.get_by_role("button", name="Crear el equipo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Las del puerto")
    return page.url.rpartition("/")[2]


def begins_the_profile(page: Page, team: str) -> None:
    page.goto(f"/teams/{team}")
    page.get_by_role("link", name="Perfil ambiental", exact=True).click()
    page.get_by_role("button", name="Empezar a escribir").click()


def rules(page: Page, call: str, team: str) -> dict[str, bool]:
    """The call's rules as the team's page shows them."""
    page.goto(f"/calls/{call}/teams/{team}")
    section = page.locator("section", has=page.get_by_role("heading", name="Reglas", exact=True))
    items = section.locator(".checklist > li")
    states = [item.get_attribute("class") == "done" for item in items.all()]
    return dict(zip(("sectors", "profile"), states, strict=True))


def points(page: Page, call: str, team: str, criterion: str) -> int:
    """What the criterion gives on the team's page."""
    page.goto(f"/calls/{call}/teams/{team}")
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
        expect(page.get_by_text("Guardado.", exact=True)).to_be_visible()
    page.goto(f"{where}/sections/1.2")
    page.locator("textarea[name=text]").fill("El agua baja del cerro. Hoy llega {A01}.")
    page.get_by_role("button", name="Ver cómo queda").click()
    expect(page.get_by_role("region", name="Vista previa")).to_contain_text("48,5")
    page.get_by_role("button", name="Guardar").click()
    page.goto(f"{where}/sections/1.2")
    expect(page.locator("main")).to_contain_text("48,5")


def publishes(page: Page, team: str) -> None:
    page.goto(f"/profiles/{team}/perfil-ambiental/")
    page.get_by_role("button", name="Publicar esta versión").click()
    expect(page.get_by_text("Publicado. Cualquiera puede leerlo.")).to_be_visible()


def reader_of(stranger: Page, team: str) -> Locator:
    """What somebody without an account finds under the city's published documents."""
    stranger.goto("/profiles/")
    stranger.locator(f"a[href='/profiles/{team}/perfil-ambiental/published']").click()
    return stranger.locator("main")


def applies(page: Page, call: str, team: str) -> None:
    before = points(page, call, team, "C2")
    page.get_by_role("button", name="Postular con este equipo").click()
    expect(page.locator("main")).to_contain_text("El equipo postula desde el")
    assert points(page, call, team, "C2") == before + 10


def is_judged(coordinator: Page, team: str) -> None:
    """The statement waits in the coordinators' table, and is read and marked."""
    coordinator.goto("/calls/")
    coordinator.get_by_role("link", name=re.compile("Becas para el curso")).click()
    coordinator.get_by_role("link", name="Comparar todos los equipos").click()
    coordinator.locator(f"a[href*='/teams/{team}/judgements/C3']").click()
    coordinator.get_by_role("radio", name=re.compile("75")).check()
    coordinator.get_by_label("¿Por qué?").fill("Trae actas de la limpieza.")
    coordinator.get_by_role("button", name="Guardar la calificación").click()
    expect(coordinator.get_by_text("El equipo ve los puntos y la razón.")).to_be_visible()


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
