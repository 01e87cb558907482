"""The real server in its own process, and Chromium in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from pegup import create_app
from pegup.cli import bring_up_to_date
from pegup.db import Model, db
from tests.browser.looking import AXE, WIDTHS
from tests.browser.world import PASSWORD, Cast, settle
from tests.chromium import find_chromium

PICTURES = Path(__file__).parent.parent / "pictures"
START_SECONDS = 30


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Site:
    """A running server, and an app on the same database for looking behind the pages."""

    address: str
    app: Flask
    cast: Cast


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`pegup serve` on a free port and a database of its own, with a small world in it."""
    data = tmp_path_factory.mktemp("site")
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{data / 'pegup.sqlite'}",
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": data,
        }
    )
    with app.app_context():
        _create_tables()
        cast = settle(data)
        db.session.remove()
    port = _free_port()
    own = {
        "PEGUP_PORT": str(port),
        "PEGUP_DATA": str(data),
        "PEGUP_SECRET_KEY": "tests only",
        "PEGUP_WORKERS": "1",
    }
    rest = {name: value for name, value in os.environ.items() if not name.startswith("PEGUP_")}
    server = subprocess.Popen([sys.executable, "-m", "pegup.cli", "serve"], env=rest | own)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server)
        yield Site(address, app, cast)
    finally:
        server.terminate()
        server.wait(10)
        with app.app_context():
            db.engine.dispose()


def _create_tables() -> None:
    versions = Path(__file__).parents[2] / "pegup" / "migrations" / "versions"
    if any(versions.glob("*.py")):
        bring_up_to_date()
    else:
        Model.metadata.create_all(db.engine)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server ended with status {server.returncode}"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within {START_SECONDS} seconds")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, else Playwright's; without one these tests are skipped by name."""
    with sync_playwright() as playwright:
        found = find_chromium(playwright)
        if found is None:
            pytest.skip("no Chromium on this machine")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(site: Site, chromium: Browser) -> Callable[[str], dict[str, object]]:
    """The cookies of each role, from the real sign-in page, once."""
    kept: dict[str, dict[str, object]] = {}

    def cookies(role: str) -> dict[str, object]:
        if role not in kept:
            context = chromium.new_context(locale="es-PE")
            page = context.new_page()
            page.goto(f"{site.address}/sign-in")
            page.fill("input[name=email]", site.cast.email(role))
            page.fill("input[name=password]", PASSWORD)
            page.click("main button")
            page.wait_for_url(f"{site.address}/")
            kept[role] = dict(context.storage_state())
            context.close()
        return kept[role]

    return cookies


@pytest.fixture(scope="session")
def new_context(
    site: Site, chromium: Browser, signed_in: Callable[[str], dict[str, object]]
) -> Callable[..., BrowserContext]:
    """``new_context("learner", width=360)``: a browser signed in as that role, for who closes it."""

    def open_(role: str = "stranger", *, width: int = 360, **options: object) -> BrowserContext:
        return chromium.new_context(
            base_url=site.address,
            viewport={"width": width, "height": 740 if width < 600 else 900},
            locale="es-PE",
            storage_state=None if role == "stranger" else signed_in(role),
            **options,
        )

    return open_


@pytest.fixture
def context_of(
    new_context: Callable[..., BrowserContext],
) -> Iterator[Callable[..., BrowserContext]]:
    """The same, of the test's own."""
    opened: list[BrowserContext] = []

    def open_(role: str = "stranger", **options: object) -> BrowserContext:
        opened.append(new_context(role, **options))
        return opened[-1]

    yield open_
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def browsing(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[str], Page]]:
    """``browsing("learner")``: one phone for all pages of a role, as people have it; axe is in it."""
    pages: dict[str, Page] = {}

    def page_of(role: str) -> Page:
        if role not in pages:
            context = new_context(role, bypass_csp=True)
            context.add_init_script(path=AXE)
            pages[role] = context.new_page()
        pages[role].set_viewport_size({"width": WIDTHS[0], "height": 740})
        pages[role].emulate_media(color_scheme="light")
        return pages[role]

    yield page_of
    for page in pages.values():
        page.context.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """``picture(page, "home")`` keeps a PNG in tests/pictures when PEGUP_PICTURES is set."""

    def keep(page: Page, name: str) -> None:
        if os.environ.get("PEGUP_PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    return keep
