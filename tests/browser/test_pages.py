"""Every page in Chromium: no finding of axe-core, nothing beside the screen, nothing too small."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.addresses import NOT_LOOKED_AT, NOT_THERE, PAGES

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)
NARROWEST = 320
"""What remains of a screen of 1280 at 400 %."""
FINGER = 44

RUN = """async () => {
  const { violations } = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } },
  });
  return violations.map(({ id, help, nodes }) =>
    `${id}: ${help}\\n` + nodes.map(({ html, failureSummary }) => `  ${html}\\n  ${failureSummary}`).join("\\n"));
}"""

TOO_SMALL = """(finger) => [...document.querySelectorAll(
  "button, summary, select, textarea, .button, .check, nav a, header a, input:not([type=hidden])")]
  .filter((each) => !each.matches(".check input, .skip") && each.checkVisibility())
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([, box]) => box.height < finger || box.width < finger / 2)
  .map(([each, box]) => `${each.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""

BESIDE = """() => [...document.querySelectorAll("main *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest(".table-scroll, .tabs, pre, .visually-hidden"))
  .map((each) => each.outerHTML.slice(0, 120))"""


def test_every_page_is_in_the_list(site):
    """A new page is looked at, or there is a reason why not."""
    routes = site.app.url_map.bind("127.0.0.1")
    looked_at = {
        routes.match(path.format(**site.cast.places))[0]
        for _role, path in PAGES
        if path != NOT_THERE
    }
    pages = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in rule.methods}
    assert pages - looked_at == set(NOT_LOOKED_AT)


@pytest.fixture(params=PAGES, ids=lambda param: f"{param[0]} {param[1]}")
def opened(request, site, context_of) -> tuple[Page, str]:
    """One page of the list, open on a phone; and a name for its picture."""
    role, path = request.param
    page = context_of(role, bypass_csp=True).new_page()
    wanted = path.format(**site.cast.places)
    response = page.goto(wanted)
    assert response.status == (404 if path == NOT_THERE else 200)
    assert page.url == site.address + wanted, "sent elsewhere"
    return page, f"{role}{path}".replace("/", "-").replace("{", "").replace("}", "").rstrip("-")


def test_axe_finds_nothing(opened, picture):
    page, name = opened
    page.add_script_tag(path=AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            picture(page, f"{name}-{width}-{scheme}")
            findings = page.evaluate(RUN)
            assert not findings, f"at {width}, {scheme}:\n" + "\n".join(findings)


def test_it_fits_and_a_finger_hits(opened):
    page, _name = opened
    page.locator(".menu summary").click()
    assert page.evaluate(TOO_SMALL, FINGER) == []
    for width in (NARROWEST, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 800})
        inside = page.evaluate("document.documentElement.scrollWidth")
        assert inside <= width, f"{inside} at {width}: {page.evaluate(BESIDE)}"
