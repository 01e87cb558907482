"""What a visit costs on the line, as the real Chromium counts it over its own protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.chromium import find_chromium


@dataclass
class Line:
    """What went over the line since it was last emptied."""

    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def listen(self, client: Any) -> None:
        client.on("Network.responseReceived", self._came)
        client.on("Network.requestServedFromCache", self._was_here)
        client.on("Network.loadingFinished", self._ended)
        client.send("Network.enable")

    def _came(self, event: Any) -> None:
        if not event["response"].get("fromDiskCache"):
            self.kinds.setdefault(event["requestId"], event["type"])

    def _was_here(self, event: Any) -> None:
        self.kinds[event["requestId"]] = ""

    def _ended(self, event: Any) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    def sizes_of(self, *kinds: str) -> list[int]:
        """Bytes, headers included, of each request that went out, of these kinds or of all."""
        sent = {key for key, kind in self.kinds.items() if kind and (not kinds or kind in kinds)}
        return [size for key, size in self.sizes.items() if key in sent]

    def empty(self) -> None:
        self.kinds.clear()
        self.sizes.clear()


@dataclass(frozen=True)
class Visit:
    """The first time with nothing kept, and the second; sizes in kB of 1000 bytes."""

    first_kb: float
    first_requests: int
    page_and_style_kb: float
    scripts_kb: float
    second_kb: float
    second_requests: int


@contextmanager
def chromium() -> Iterator[tuple[Browser, str] | None]:
    """This machine's Chromium and where it is, or None where there is none."""
    with sync_playwright() as playwright:
        found = find_chromium(playwright)
        if found is None:
            yield None
            return
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser, found
        browser.close()


def phone(browser: Browser, address: str, cookies: Mapping[str, str]) -> BrowserContext:
    """A small screen that knows nothing yet but who is signed in."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="es-PE")
    host = urlsplit(address).hostname or ""
    context.add_cookies(
        [
            {"name": name, "value": text, "domain": host, "path": "/"}
            for name, text in cookies.items()
        ]
    )
    return context


def visit(browser: Browser, address: str, cookies: Mapping[str, str]) -> Visit:
    """Opens the page twice on a phone's screen, with a browser that knows nothing yet."""
    context = phone(browser, address, cookies)
    page = context.new_page()
    line = Line()
    line.listen(context.new_cdp_session(page))
    page.goto(address, wait_until="networkidle")
    first = line.sizes_of()
    page_and_style, scripts = line.sizes_of("Document", "Stylesheet"), line.sizes_of("Script")
    line.empty()
    page.goto("about:blank")
    page.goto(address, wait_until="networkidle")
    second = line.sizes_of()
    context.close()
    return Visit(
        first_kb=sum(first) / 1000,
        first_requests=len(first),
        page_and_style_kb=sum(page_and_style) / 1000,
        scripts_kb=sum(scripts) / 1000,
        second_kb=sum(second) / 1000,
        second_requests=len(second),
    )
