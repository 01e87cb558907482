"""A fetched page, checked for what every page of ours must have."""

from __future__ import annotations

from collections import defaultdict

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


class Page:
    """Parsed HTML with the response it came in."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.soup = BeautifulSoup(response.text, "html.parser")

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    def one(self, selector: str):
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} of {selector} in {self.response.request.path}"
        return found[0]

    def all(self, selector: str):
        return self.soup.select(selector)


def checked(response: TestResponse, status: int = 200) -> Page:
    """The page, if it has one h1, labelled controls, alternative texts and headings in order."""
    where = response.request.path
    assert response.status_code == status, (
        f"{where}: {response.status_code}, expected {status}\n{response.text[:2000]}"
    )
    page = Page(response)
    if response.mimetype != "text/html" or 300 <= status < 400:
        return page
    soup = page.soup
    tags = soup.find_all(True)  # looked through once: pages are checked some thousand times
    named = defaultdict(list)
    for tag in tags:
        named[tag.name].append(tag)
        assert not {"style", "onclick"} & tag.attrs.keys(), (
            f"{where}: inline style or handler {tag}"
        )
    assert len(named["h1"]) == 1, f"{where}: {len(named['h1'])} h1"
    h1 = named["h1"][0]
    title = " ".join(soup.title.get_text(" ").split())
    assert title.startswith(" ".join(h1.get_text(" ").split())), f"{where}: {title!r} / {h1!r}"
    assert soup.html.get("lang") in {"es", "en"}, where
    _headings_in_order([tag for tag in tags if tag.name in HEADINGS], where)
    _controls_labelled(
        [*named["input"], *named["select"], *named["textarea"]], named["label"], where
    )
    for image in named["img"]:
        assert image.has_attr("alt"), f"{where}: image without alt {image}"
    assert all(script.has_attr("src") for script in named["script"]), f"{where}: inline script"
    assert not named["style"], f"{where}: inline style"
    return page


def assert_links_resolve(page: Page, app: Flask) -> None:
    """Every link inside the site leads to a route."""
    adapter = app.url_map.bind("localhost")
    for link in page.all("a[href^='/']"):
        path = link["href"].split("#")[0].split("?")[0]
        adapter.match(path, method="GET")


def _headings_in_order(headings: list[Tag], where: str) -> None:
    level = 0
    for heading in headings:
        now = int(heading.name[1])
        assert now <= level + 1, f"{where}: heading jump at {heading.get_text(strip=True)!r}"
        level = now


def _controls_labelled(controls: list[Tag], labels: list[Tag], where: str) -> None:
    named = {label.get("for") for label in labels} - {None}
    for control in controls:
        if control.get("type") in {"hidden", "submit"}:
            continue
        labelled = (
            control.get("aria-label")
            or control.get("aria-labelledby")
            or control.get("id") in named
            or control.find_parent("label")
        )
        assert labelled, f"{where}: control without a label {control}"
