"""A sheet typed in by keyboard alone, on a small screen, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.fixture
def page(context_of):
    return context_of("trainer", java_script_enabled=False).new_page()


def test_a_sheet_is_typed_in_by_keyboard(page, site):
    number = site.cast.places["sheet"]
    keys = page.keyboard
    page.goto("/paper/")
    page.get_by_label("Número de la hoja").focus()
    keys.type(f"{number[:4]}-{number[4:]}".lower())
    keys.press("Enter")
    page.get_by_role("link", name="Pasar la hoja").press("Enter")
    page.get_by_label("Leída").first.focus()
    keys.press("Space")
    for typed in ("a", "b", "ac", "67,7", "", "cab"):
        keys.press("Tab")
        keys.type(typed)
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("2 preguntas están en blanco: 5, 7.")
    expect(page.locator("#q6")).to_have_value("cab")
    expect(page.get_by_label("Leída").first).to_be_checked()
    page.locator("#q7").focus()
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("están en blanco")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Sí, en el papel están en blanco").press("Enter")
    expect(page.get_by_text("Guardado. Falta pasarla una segunda vez")).to_be_visible()
    expect(page.get_by_role("link", name="Pasarla por segunda vez")).to_be_visible()
    page.get_by_role("link", name="Pasarla por segunda vez").press("Enter")
    expect(page.locator("#q1")).to_have_value("")
    page.locator("#q1").fill("b")
    page.locator("#q7").press("Enter")
    page.get_by_role("button", name="Sí, en el papel están en blanco").press("Enter")
    expect(page.get_by_text("Nada de esta hoja cuenta")).to_be_visible()
    expect(page.get_by_role("row", name="Pregunta 1 Primera vez: A Segunda vez: B")).to_be_visible()
