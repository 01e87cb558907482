"""Draws ``docs/pegup.svg`` from a running demonstration: ``python docs/picture.py ADDRESS PASSWORD``.

Needs the development packages, Chromium and ``pdftocairo`` (Debian: poppler-utils). The browser
prints each page as it looks on a screen, so that the picture is made of shapes, not of pixels.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.chromium import find_chromium  # noqa: E402  found once the checkout is on the path

LEARNER = "yesenia.paita@demo.example.org"
LESSON = "/courses/promotores-ambientales/lessons/ciudad-que-habitamos"
HEIGHT, DESK, PHONE, BETWEEN = 640, 1080, 360, 40
"""Pixels of the pages and of the space round them."""
FRAME = (
    '<rect x="{x}" y="{between}" width="{width}" height="{height}" fill="none"'
    ' stroke="#8a8478" stroke-width="2"/>'
)

TAKEN_FOR_GRANTED = (
    *("stroke:none", "fill-rule:nonzero", "fill-opacity:1", "stroke-opacity:1"),
    *("stroke-linecap:butt", "stroke-linejoin:miter", "stroke-miterlimit:4"),
)


def main(address: str, password: str) -> None:
    """The front door at a desk and a lesson on a phone, side by side."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright))
        desk = _page(browser, DESK)
        desk.goto(address)
        phone = _page(browser, PHONE)
        phone.goto(f"{address}/sign-in")
        phone.fill("input[name=email]", LEARNER)
        phone.fill("input[name=password]", password)
        with phone.expect_navigation():
            phone.keyboard.press("Enter")
        phone.goto(address + LESSON)
        parts = [
            _placed(_drawing(desk, DESK), "d", BETWEEN, DESK),
            _placed(_drawing(phone, PHONE), "p", DESK + 2 * BETWEEN, PHONE),
        ]
        browser.close()
    width, height = DESK + PHONE + 3 * BETWEEN, HEIGHT + 2 * BETWEEN
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
        f"<title>Pegup: the front door at a desk, a lesson on a phone</title>{''.join(parts)}</svg>"
    )
    (ROOT / "docs" / "pegup.svg").write_text(_shorter(whole) + "\n", encoding="utf-8")


def _page(browser: Browser, width: int) -> Page:
    viewport = {"width": width, "height": HEIGHT}
    context = browser.new_context(viewport=viewport, locale="es-PE", bypass_csp=True)
    return context.new_page()


def _drawing(page: Page, width: int) -> str:
    """What is seen without scrolling, as SVG."""
    page.emulate_media(media="screen")
    page.add_style_tag(content="@page { margin: 0 }")
    with tempfile.TemporaryDirectory() as folder:
        pdf, svg = Path(folder, "page.pdf"), Path(folder, "page.svg")
        page.pdf(
            path=pdf,
            width=f"{width}px",
            height=f"{HEIGHT}px",
            print_background=True,
            page_ranges="1",
        )
        subprocess.run(["pdftocairo", "-svg", pdf, svg], check=True)  # noqa: S603, S607
        return svg.read_text(encoding="utf-8")


def _placed(svg: str, mark: str, x: int, width: int) -> str:
    """One drawing inside the picture, with names that the other does not use."""
    view = re.search(r'viewBox="([^"]+)"', svg)
    assert view is not None
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    body = re.sub(r'((?:id="|href="#|url\(#))', rf"\1{mark}", body)
    size = f'y="{BETWEEN}" width="{width}" height="{HEIGHT}"'
    frame = FRAME.format(x=x, between=BETWEEN, width=width, height=HEIGHT)
    return f'<svg x="{x}" {size} viewBox="{view[1]}">{body}</svg>{frame}'


def _shorter(svg: str) -> str:
    """A tenth of a point is finer than a screen; what a browser takes for granted need not be said."""
    svg = re.sub(r'(?<= [xy]=")[^"]+', lambda number: f"{round(float(number[0]), 1):g}", svg)
    svg = re.sub(r'(?<= d=")[^"]+', lambda path: _relative(path[0]), svg)
    svg = re.sub(rf"(?:{'|'.join(TAKEN_FOR_GRANTED)});", "", svg)
    svg = svg.replace("<use xlink:href", "<use href").replace("glyph", "").replace(' style=""', "")
    return _once(re.sub(r">\s+<", "><", svg))


def _once(svg: str) -> str:
    """Letters that both drawings have are drawn once."""
    first: dict[str, str] = {}
    again: dict[str, str] = {}
    letters = re.findall(r'(<symbol[^>]* id="(.+?)"><path (.*?)/></symbol>)', svg)
    for letter, name, shape in letters:
        again[name] = first.setdefault(shape, name)
        svg = svg.replace(letter, f'<path id="{name}" {shape}/>' if again[name] == name else "")
    return re.sub(r'(?<=<use href="#)[^"]+', lambda name: again.get(name[0], name[0]), svg)


def _relative(path: str) -> str:
    """The same path in tenths, each corner as its way from the one before: shorter numbers."""
    written = []
    x = y = start_x = start_y = 0
    for command, numbers in re.findall(r"([MLCZ])([^MLCZ]*)", path):
        ends = [round(float(number) * 10) for number in numbers.split()]
        if command == "Z":
            x, y = start_x, start_y
        way = [end - (y if place % 2 else x) for place, end in enumerate(ends)]
        if ends:
            x, y = ends[-2:]
        if command == "M":
            start_x, start_y = x, y
        written.append(command.lower() + " ".join(f"{each / 10:g}" for each in way))
    return re.sub(r"(?<=z)m[^a-z]*$", "", "".join(written)).replace(" -", "-")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
