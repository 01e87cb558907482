"""Every page in Chromium: no finding of axe-core, nothing beside the screen, nothing too small."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.addresses import NOT_LOOKED_AT, NOT_THERE, PAGES
from tests.browser.looking import assert_axe_finds_nothing, assert_it_fits_and_a_finger_hits


def test_every_page_is_in_the_list(site):
    """A new page is looked at, or there is a reason why not."""
    routes = site.app.url_map.bind("127.0.0.1")
    looked_at = {
        routes.match(path.format(**site.cast.places).partition("?")[0])[0]
        for _role, path in PAGES
        if path != NOT_THERE
    }
    pages = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in rule.methods}
    assert pages - looked_at == set(NOT_LOOKED_AT)


@pytest.fixture(params=PAGES, ids=lambda param: f"{param[0]} {param[1]}")
def opened(request, site, browsing) -> tuple[Page, str]:
    """One page of the list, open on a phone; and a name for its picture."""
    role, path = request.param
    page = browsing(role)
    wanted = path.format(**site.cast.places)
    response = page.goto(wanted)
    assert response.status == (404 if path == NOT_THERE else 200)
    assert page.url == site.address + wanted, "sent elsewhere"
    return page, f"{role}{path}".replace("/", "-").replace("{", "").replace("}", "").rstrip("-")


def test_axe_finds_nothing_it_fits_and_a_finger_hits(opened, picture):
    page, name = opened
    assert_axe_finds_nothing(page, name, picture)
    assert_it_fits_and_a_finger_hits(page)
