"""Somebody at a browser, without the browser: signs in by the form, opens pages, sends forms."""

from __future__ import annotations

import http.client
import json
import re
import time
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

IDLE_SECONDS = 2
"""A connection that nobody used for longer is opened anew; servers close it after five."""


class Failed(Exception):
    """A page did not answer as it should: what was measured would mean nothing."""


@dataclass(frozen=True)
class Answered:
    """What came back, and after how many milliseconds."""

    status: int
    location: str
    body: bytes
    ms: float

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """One person, one connection that stays open, one cookie jar."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self._used_at = 0.0

    @property
    def cookie(self) -> str:
        """The header that says who this is."""
        return "; ".join(f"{name}={text}" for name, text in self.cookies.items())

    def sign_in(self, email: str, password: str) -> Visitor:
        """Through the page where people do."""
        self.post("/sign-in", {"email": email, "password": password}, expect=302)
        return self

    def get(self, path: str, *, packed: bool = False, expect: int = 200) -> Answered:
        """Opens a page; ``packed`` as a browser asks for it, compressed."""
        return self._ask(
            "GET", path, None, {"Accept-Encoding": "br, gzip"} if packed else {}, expect
        )

    def post(self, path: str, sent: dict[str, str], *, expect: int = 302) -> Answered:
        """Sends a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(sent).encode(), kind, expect)

    def post_json(self, path: str, sent: object) -> Answered:
        """Sends what a page's script sends."""
        kind = {"Content-Type": "application/json"}
        return self._ask("POST", path, json.dumps(sent).encode(), kind, 200)

    def upload(self, path: str, name: str, content: bytes, *, expect: int = 200) -> Answered:
        """Sends a file in the field ``file``."""
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = head.encode() + b"Content-Type: text/csv\r\n\r\n" + content
        body += f"\r\n--{mark}--\r\n".encode()
        return self._ask(
            "POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"}, expect
        )

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], expect: int
    ) -> Answered:
        if self.cookies:
            headers["Cookie"] = self.cookie
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self._line.close()  # the server has hung up by now, or is about to
            self._line.connect()
        begun = time.perf_counter()
        self._line.request(method, path, body, headers)
        response = self._line.getresponse()
        content = response.read()
        ms = (time.perf_counter() - begun) * 1000
        self._used_at = time.monotonic()
        if response.status != expect:
            raise Failed(f"{method} {path}: {response.status} instead of {expect}")
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _is, text = line.split(";")[0].partition("=")
            self.cookies[name] = text
        return Answered(response.status, response.headers.get("Location", ""), content, ms)


def filled(page: str, variant: int) -> dict[str, str]:
    """The fields of a page's questions with an answer in each; another ``variant``, another answer."""
    fields = _Fields()
    fields.feed(page)
    return {
        name: offered[variant % len(offered)] if offered else str(variant)
        for name, offered in fields.offered.items()
        if re.match(r"q\d", name)
    }


class _Fields(HTMLParser):
    """What each field of a page offers to choose; nothing where it is typed."""

    def __init__(self) -> None:
        super().__init__()
        self.offered: dict[str, list[str]] = {}
        self._select: str | None = None
        self._is_option = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "input" and name:
            chosen = has.get("type") in {"radio", "checkbox"}
            self.offered.setdefault(name, []).extend([has.get("value") or ""] if chosen else [])
        elif tag == "select":
            self._select = name
            self.offered[name] = []
        elif tag == "option" and self._select:
            self._is_option = "value" not in has
            if has.get("value"):
                self.offered[self._select].append(has["value"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._select and self._is_option and data.strip():
            self.offered[self._select].append(data.strip())
            self._is_option = False
