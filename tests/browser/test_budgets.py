"""What a visit costs: bytes and requests as Chromium counts them on the line."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

import pytest

from pegup.web.assets import FOLDER, manifest
from tests.browser.addresses import MEASURED

KB = 1000
FIRST_BYTES, FIRST_REQUESTS = 50 * KB, 5
SECOND_BYTES, SECOND_REQUESTS = 8 * KB, 1
HTML_AND_STYLE = 14 * KB
SCRIPTS = 15 * KB
STYLE = 6 * KB
"""The style sheet alone, as gzip leaves it."""


@dataclass
class Line:
    """What went over the line since it was last emptied."""

    kinds: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    def listen(self, client) -> None:
        client.on("Network.responseReceived", self._came)
        client.on("Network.requestServedFromCache", self._was_here)
        client.on("Network.loadingFinished", self._ended)
        client.send("Network.enable")

    def _came(self, event) -> None:
        kept = event["response"].get("fromDiskCache")
        if not kept and event["requestId"] not in self.kinds:
            self.kinds[event["requestId"]] = event["type"]

    def _was_here(self, event) -> None:
        self.kinds[event["requestId"]] = ""

    def _ended(self, event) -> None:
        self.bytes[event["requestId"]] = int(event["encodedDataLength"])

    def of(self, *kinds: str) -> list[int]:
        """Bytes of each request that really went out, of these kinds or of all."""
        wanted = {key for key, kind in self.kinds.items() if kind and (not kinds or kind in kinds)}
        return [size for key, size in self.bytes.items() if key in wanted]

    def empty(self) -> None:
        self.kinds.clear()
        self.bytes.clear()


@pytest.mark.parametrize(("role", "path"), MEASURED)
def test_a_visit_stays_within_its_budget(site, context_of, role, path):
    page = context_of(role).new_page()
    line = Line()
    line.listen(page.context.new_cdp_session(page))
    address = path.format(**site.cast.places)

    page.goto(address, wait_until="networkidle")
    assert len(line.of()) <= FIRST_REQUESTS
    assert sum(line.of()) <= FIRST_BYTES
    assert 0 < sum(line.of("Document", "Stylesheet")) <= HTML_AND_STYLE
    assert sum(line.of("Script")) <= SCRIPTS

    line.empty()
    page.goto("about:blank")
    page.goto(address, wait_until="networkidle")
    assert len(line.of()) <= SECOND_REQUESTS
    assert 0 < sum(line.of()) <= SECOND_BYTES


def test_the_page_asks_nobody_else(site, context_of):
    page = context_of().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/", wait_until="networkidle")
    assert asked
    assert [url for url in asked if not url.startswith(site.address)] == []


def test_the_style_sheet_stays_small():
    style = (FOLDER / manifest()["app.css"]).read_bytes()
    assert len(gzip.compress(style)) <= STYLE
