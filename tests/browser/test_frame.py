"""The frame of every page, used as people use it: without scripts, with keys, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


def test_menu_and_language_work_without_scripts(context_of):
    page = context_of("stranger", java_script_enabled=False).new_page()
    page.goto("/accessibility")
    cities = page.locator(".site-nav a", has_text="Ciudades")
    expect(cities).to_be_hidden()
    page.locator(".menu summary").click()
    expect(cities).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url("/accessibility")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_escape_closes_the_menu_and_the_keys_go_on_from_there(context_of):
    page = context_of("learner").new_page()
    page.goto("/")
    own_team = page.get_by_role("link", name="Mi equipo", exact=True)
    page.locator(".menu summary").click()
    expect(own_team).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(own_team).to_be_hidden()
    expect(page.locator(".menu summary")).to_be_focused()


def test_on_a_wide_screen_the_navigation_is_open(context_of):
    page = context_of("learner", width=1280).new_page()
    page.goto("/")
    expect(page.locator(".menu")).to_be_hidden()
    expect(page.get_by_role("link", name="Mi equipo", exact=True)).to_be_visible()


def test_the_first_key_leads_past_the_header(context_of):
    page = context_of().new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_focus_is_seen_on_everything_that_takes_it(context_of):
    page = context_of("stranger", width=1280).new_page()
    page.goto("/sign-in")
    seen = set()
    for _press in range(12):
        page.keyboard.press("Tab")
        name, width = page.evaluate(
            "[document.activeElement.outerHTML.slice(0, 80), getComputedStyle(document.activeElement).outlineWidth]"
        )
        seen.add(name)
        assert width == "3px", name
    assert len(seen) > 6


def test_signing_out_from_the_menu(site, chromium, context_of):
    page = context_of("newcomer").new_page()
    page.goto("/")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Salir").click()
    page.goto("/teams/")
    assert "/sign-in" in page.url


def test_a_city_opens_from_the_map(context_of):
    page = context_of().new_page()
    page.goto("/")
    page.locator(".map a", has_text="Nuevo Chimbote").click()
    expect(page.locator("h1")).to_have_text("Nuevo Chimbote")


def test_paper_has_no_header_and_no_buttons(context_of):
    page = context_of("learner").new_page()
    page.goto("/teams/")
    page.emulate_media(media="print")
    for hidden in (".site", ".foot", ".button"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize(
    ("role", "link", "path"),
    [
        ("learner", "Mi nota", "/grades/{course}"),
        ("learner", "Perfil ambiental", "/profiles/{team}/perfil-ambiental/"),
        ("learner", "Becas para el curso", "/calls/{call}/teams/{team}"),
        ("trainer", "Notas de todas las personas", "/grades/{course}/people"),
        (
            "registrar",
            "Estudiantes de mi universidad",
            "/grades/{course}/universities/{university}",
        ),
        ("coordinator", "Becas para el curso", "/calls/{call}/teams"),
        ("coordinator", "Personas que llegaron por su cuenta", "/teams/arrivals"),
    ],
)
def test_the_day_s_work_is_one_touch_from_the_front_door(site, context_of, role, link, path):
    page = context_of(role).new_page()
    page.goto("/")
    shortcuts = page.locator("section", has=page.get_by_role("heading", name="Ir directo a"))
    address = path.format(**site.cast.places)
    named = shortcuts.get_by_role("link", name=link)
    named.and_(shortcuts.locator(f"[href='{address}']")).click()  # there are two courses
    expect(page).to_have_url(address)
