"""What a visit costs: bytes and requests as Chromium counts them on the line."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import pytest
from sqlalchemy import select

from pegup import create_app
from pegup.accounts.models import Person
from pegup.courses.content.reading import read_course
from pegup.courses.content.storing import store_course
from pegup.courses.models import Course
from pegup.db import Model, db, now, session
from pegup.web.assets import FOLDER, manifest
from tests import make
from tests.browser.addresses import MEASURED

CONTENT = Path(__file__).parents[2] / "content"
KB = 1000
FIRST_BYTES, FIRST_REQUESTS = 50 * KB, 5
SECOND_BYTES, SECOND_REQUESTS = 500, 1
"""A page that did not change meanwhile is not sent again; the design asks for 8 kB of one that did."""
HTML_AND_STYLE = 14 * KB
SCRIPTS = 15 * KB
KEPT = 2_000 * KB
"""The whole course on a phone, also as the browser unpacks it."""
STYLE = 6 * KB
"""The style sheet alone, as gzip leaves it."""


RUN_A_SCRIPT = """() => {
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  document.head.append(script);
  return window.ran === true;
}"""


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


def test_a_page_that_was_not_sent_again_is_protected_all_the_same(site, context_of):
    page = context_of("learner").new_page()
    page.goto("about:blank")
    assert page.evaluate(RUN_A_SCRIPT), "where nothing protects"
    line = Line()
    line.listen(page.context.new_cdp_session(page))
    address = MEASURED[-1][1].format(**site.cast.places)
    for _visit in range(2):
        line.empty()
        page.goto(address, wait_until="networkidle")
        assert not page.evaluate(RUN_A_SCRIPT)
    assert sum(line.of()) <= SECOND_BYTES, "the second was not sent"


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


def test_the_whole_course_kept_on_a_phone_stays_small(tmp_path):
    """Every page and file that the button of each theme fetches, of the course as it is shipped."""
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'pegup.sqlite'}",
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": tmp_path,
        }
    )
    with app.app_context():
        Model.metadata.create_all(db.engine)
        read = read_course(CONTENT / "promotores-ambientales").course
        store_course(read, now())
        person = make.person("Rosa")
        make.enrolment(person, session.scalars(select(Course)).one())
        key = person.id
        session.remove()
    app.extensions["pegup"].current_person = lambda: session.get(Person, key)
    client = app.test_client()
    sizes: dict[str, tuple[int, int]] = {}

    def fetch(path: str) -> str:
        """What a page says; its size on the line, a file's at most, and as it is kept."""
        with client.get(path) as kept:
            assert kept.status_code == 200, path
            line = size = len(kept.get_data())
            text = kept.text if kept.mimetype == "text/html" else ""
        if text:
            line = len(client.get(path, headers={"Accept-Encoding": "br"}).get_data())
        sizes[path] = line, size
        return text

    for theme in read.modules:
        pack = client.post(f"/courses/{read.slug}/themes/{theme.slug}/pack").get_json()
        pages = [
            *pack["pages"],
            *(path for each in pack["lessons"] for path in (each["page"], each["questions"])),
        ]
        for page in filter(None, pages):
            for file in re.findall(r'(?:href|src)="([^"]*/(?:static|media)/[^"]+)"', fetch(page)):
                fetch(urljoin(page, file))
    with app.app_context():
        db.engine.dispose()
    assert len(sizes) > 40
    assert sum(line for line, _kept in sizes.values()) <= KEPT
    assert sum(kept for _line, kept in sizes.values()) <= KEPT
