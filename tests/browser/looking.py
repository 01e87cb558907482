"""What is looked at on a page: axe-core at both widths, light and dark; what sticks out; what is too small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)
NARROWEST = 320
"""What remains of a screen of 1280 at 400 %."""
FINGER = 44

RUN = """async (onlyColours) => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    ...onlyColours
      ? { runOnly: ["color-contrast-enhanced", "link-in-text-block"] }
      : {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        rules: {
          "color-contrast": { enabled: false }, // the next one asks for more
          "color-contrast-enhanced": { enabled: true },
          "target-size": { enabled: true },
        },
      },
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


def assert_axe_finds_nothing(page: Page, name: str, picture: Callable[[Page, str], None]) -> None:
    """At both widths, light and dark; ``page`` is of a context with ``bypass_csp=True``.

    In the dark only what looks at colours is asked again: the rest is the same page.
    """
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            picture(page, f"{name}-{width}-{scheme}")
            findings = page.evaluate(RUN, scheme == "dark")
            assert not findings, f"at {width}, {scheme}:\n" + "\n".join(findings)


def assert_it_fits_and_a_finger_hits(page: Page) -> None:
    """From a magnified screen up; the menu is opened, so that its links are measured too."""
    page.evaluate("document.querySelector('.menu').open = true")
    for width in (
        WIDTHS[1],
        NARROWEST,
        WIDTHS[0],
    ):  # axe leaves it wide: a change of width costs a layout
        page.set_viewport_size({"width": width, "height": 800})
        inside = page.evaluate("document.documentElement.scrollWidth")
        assert inside <= width, f"{inside} at {width}: {page.evaluate(BESIDE)}"
    assert page.evaluate(TOO_SMALL, FINGER) == []
