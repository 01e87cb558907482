"""A page of Chromium that notices whatever a text makes run, fetch or stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Route

from pegup.accounts.models import Person
from pegup.db import session
from pegup.web.headers import POLICY

ORIGIN = "http://localhost:9"
"""Nothing listens there: the app answers inside this process."""
Fields = Mapping[str, Any]

WATCH = """(() => {
  const tell = (words) => console.error(`TRAP ${words}`);
  for (const name of ["alert", "confirm", "prompt", "print"])
    Object.defineProperty(window, name, { value: (...words) => tell(`ran: ${name} ${words}`) });
  addEventListener("securitypolicyviolation",
    ({ violatedDirective, blockedURI, sample }) => tell(`stopped late: ${violatedDirective} ${blockedURI} ${sample}`), true);
})()"""
"""What a script would call, and what only the browser's own last wall stopped."""

LOOK = r"""([origin, belong]) => {
  const found = [];
  const RUNS = new Set(["applet", "base", "embed", "frame", "frameset", "iframe", "math", "object", "portal", "style"]);
  const LEADS = new Set(["action", "background", "cite", "data", "formaction", "href", "ping", "poster", "src"]);
  const OPENED = new Set(["a", "area"]);
  const ALLOWED = new Set(["http:", "https:", "mailto:", "tel:"]);
  const look = (root) => {
    for (const each of root.querySelectorAll("*")) {
      const wrong = (why) => found.push(`${why}: ${each.outerHTML.slice(0, 160)}`);
      const isOurs = belong.includes(each.localName) || each.matches("lesson-editor iframe[data-address]");
      if ((RUNS.has(each.localName) && !isOurs) || each.httpEquiv) wrong("does not belong here");
      if (each.localName === "script" && !each.getAttribute("src")) wrong("a script");
      for (const { localName, value } of each.attributes) {
        if (localName.startsWith("on") || localName === "style" || localName === "srcdoc") wrong(localName);
        if (!LEADS.has(localName) || localName === "data") continue;
        const address = URL.parse(value, document.baseURI);
        if (!address) continue;
        if (!ALLOWED.has(address.protocol)) wrong(`${localName} is ${address.protocol}`);
        else if (!OPENED.has(each.localName) && address.origin !== origin) wrong(`${localName} leads elsewhere`);
      }
      for (const inside of [each.content, each.shadowRoot]) if (inside instanceof DocumentFragment) look(inside);
    }
  };
  look(document);
  for (const each of document.querySelectorAll("main *, svg *"))
    for (const name of ["mouseover", "pointerenter", "focus", "focusin", "toggle", "animationstart"])
      each.dispatchEvent(new Event(name));
  const shown = [document.documentElement.textContent];
  for (const { value } of document.querySelectorAll("input, textarea")) shown.push(value);
  for (const each of document.querySelectorAll("[aria-label]")) shown.push(each.ariaLabel);
  return [found, shown.join("\n")];
}"""
"""What stands in the page as the browser made it, once everything was touched; and all its words."""


class Trap:
    """Opens pages of the app as somebody; ``caught`` grows where a text does what no text may."""

    def __init__(self, browser: Browser, app: Flask, *, may_frame: bool = False) -> None:
        self.app = app
        self.client = app.test_client()
        self.caught: list[str] = []
        self._person: int | None = None
        app.extensions["pegup"].current_person = self._current
        self._sent: Fields | None = None
        self._files: dict[str, dict[str, Any]] = {}
        self._raw: tuple[bytes, str] | None = None
        self._belong = ["iframe"] if may_frame else []
        self.context = browser.new_context(
            base_url=ORIGIN, viewport={"width": 360, "height": 740}, service_workers="block"
        )
        self.context.add_init_script(WATCH)
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("dialog", self._asked)
        self.page.on("popup", lambda page: self.caught.append(f"opened {page.url}"))
        self.page.on("download", lambda file: self.caught.append(f"downloads {file.url}"))
        self.page.on("pageerror", lambda error: self.caught.append(f"error: {error}"))

    def see(self, person: int | None, path: str, sent: Fields | None = None) -> str:
        """Opens the page as this person, or sends it a form, and looks through it; gives its words."""
        self._person, self._sent = person, sent
        return self._look(path)

    def see_raw(self, html: str) -> list[str]:
        """What a page of these words alone would do, as if nothing had cleaned them."""
        before, self.caught = self.caught, []
        self._see_as_it_is(html, "text/html; charset=utf-8")
        found, self.caught = self.caught, before
        return found

    def see_drawing(self, svg: str) -> None:
        """Opens a drawing by itself."""
        self._see_as_it_is(svg, "image/svg+xml")

    def _see_as_it_is(self, content: str, media_type: str) -> None:
        self._raw = content.encode("utf-8", "replace"), media_type
        self._look("/raw")
        self._raw = None

    def close(self) -> None:
        self.context.close()

    def _look(self, path: str) -> str:
        before = len(self.caught)
        try:
            self.page.goto(path)
            found, shown = self.page.evaluate(LOOK, [ORIGIN, self._belong])
        except Error as error:  # it went elsewhere in the middle
            found, shown = [f"left the page: {error.message}"], ""
        if self.page.url != ORIGIN + path:
            self.caught.append(f"went to {self.page.url}")
        self.caught += found
        self.caught[before:] = [f"{path}: {each}" for each in self.caught[before:]]
        return str(shown)

    def _answer(self, route: Route) -> None:
        """As the server would; style sheets stay away, for speed."""
        request = route.request
        path = request.url.removeprefix(ORIGIN)
        if urlsplit(request.url).netloc != urlsplit(ORIGIN).netloc:
            self.caught.append(f"asks {request.url}")
            route.abort()
        elif request.resource_type == "stylesheet":
            route.fulfill(body="", content_type="text/css")
        elif request.is_navigation_request() and self._raw is not None:
            policy = {"Content-Security-Policy": POLICY}
            body, media_type = self._raw
            route.fulfill(body=body, content_type=media_type, headers=policy)
        elif path in self._files:
            route.fulfill(**self._files[path])
        else:
            self._answer_from_the_app(route, path)

    def _answer_from_the_app(self, route: Route, path: str) -> None:
        request, sent = route.request, None
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            sent, self._sent = self._sent, None
        if sent is not None:
            response = self.client.post(path, data=sent, follow_redirects=True)
        else:  # what a page's own script sends goes on as it is
            response = self.client.open(
                path,
                method=request.method,
                data=request.post_data_buffer,
                content_type=request.headers.get("content-type"),
                follow_redirects=True,
            )
        if response.status_code >= (500 if request.is_navigation_request() else 400):
            self.caught.append(f"{response.status_code} from {path}")
        answer = {
            "status": response.status_code,
            "headers": dict(response.headers),
            "body": response.get_data(),
        }
        response.close()
        if path.startswith("/static/"):
            self._files[path] = answer
        route.fulfill(**answer)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.caught.append(message.text)

    def _asked(self, dialog: Dialog) -> None:
        self.caught.append(f"ran: {dialog.message}")
        dialog.dismiss()

    def _current(self) -> Person | None:
        return session.get(Person, self._person) if self._person else None
