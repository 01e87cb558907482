"""The pages that belong to no feature: home, language switch, accessibility, data about people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from flask import current_app, g, redirect, render_template, request, url_for
from flask.sansio.blueprints import Blueprint
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from pegup.web.access import public
from pegup.web.language import COOKIE, LANGUAGES, lazy
from pegup.web.navigation import Entry, Reader
from pegup.web.navigation import register as entry

ONE_YEAR = 365 * 24 * 3600

entry(Entry(lazy("Inicio"), "pegup.home", order=0))


@dataclass(frozen=True)
class HomePart:
    """What a feature shows at the front door: a section with its h2, or None for this reader."""

    show: Callable[[Reader], Markup | None]
    order: int = 50
    is_beside: bool = False
    """Stands beside the greeting where the screen is wide, below it on a phone."""


home_parts: list[HomePart] = []
"""Features append theirs when they are imported."""


@dataclass(frozen=True)
class Shortcut:
    """Something this person may well want to do today, one touch from the front door."""

    label: str
    address: str
    order: int = 50
    note: str = ""


shortcuts: list[Callable[[Reader], list[Shortcut]]] = []
"""Features append what gives a signed-in person's shortcuts."""


header_parts: list[Callable[[Reader], Markup]] = []
"""Features append what stands in the header of every page, such as the search box."""


frame_parts: list[Callable[[Reader], Markup]] = []
"""Features append what stands at the end of every page, such as what waits on the phone."""


def register(root: Blueprint) -> None:
    """Puts these pages on the root blueprint."""
    root.add_url_rule("/", "home", home)
    root.add_url_rule("/language", "language", choose, methods=["POST"])
    root.add_url_rule("/accessibility", "accessibility", accessibility)
    root.add_url_rule("/data", "data", data)


@public
def home() -> str:
    """The front door, for strangers and for people signed in."""
    parts = sorted(home_parts, key=lambda part: part.order)
    shown = [(part.is_beside, part.show(g.person)) for part in parts]
    return render_template(
        "pegup/home.html",
        parts=[text for is_beside, text in shown if text and not is_beside],
        beside=[text for is_beside, text in shown if text and is_beside],
        shortcuts=_shortcuts(g.person) if g.person is not None else [],
        code_link=_code_link(),
    )


def _code_link() -> str:
    """Where a printed code is typed; on this site only the path, whatever the request calls the site."""
    code_address = current_app.extensions["pegup"].code_address
    if code_address is None:
        return ""
    address = str(code_address())
    parts = urlsplit(address)
    return parts.path if parts.netloc in ("", request.host) else address


def _shortcuts(person: Reader) -> list[Shortcut]:
    found = [each for offered in shortcuts for each in offered(person)]
    return sorted(found, key=lambda each: each.order)


@public
def accessibility() -> str:
    """What we promise to people who read, hear or type differently, and what we owe them."""
    return render_template("pegup/accessibility.html")


@public
def data() -> str:
    """What is kept about people, why, who sees it, and how to have it changed."""
    return render_template("pegup/data.html")


@public
def choose() -> Response:
    """Keeps the chosen language on this device and with the person, and goes back."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise BadRequest
    if g.person is not None:
        g.person.language = chosen
    response = redirect(local_address(request.form.get("next")))
    place = url_for("pegup.home")  # a host's own pages are none of our business
    response.set_cookie(COOKIE, chosen, max_age=ONE_YEAR, path=place, samesite="Lax", httponly=True)
    return response


def local_address(wanted: str | None) -> str:
    """An address of this site as it was given; anything else becomes the home page."""
    home_address = url_for("pegup.home")
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return home_address
    if any(letter <= " " or letter == "\\" for letter in wanted):  # browsers drop or turn these
        return home_address
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else home_address


def site_link(link: str) -> str:
    """The link at the site's own address: what a request calls the site is not to be trusted.

    A host that names no address of its own leaves the link as it is.
    """
    public = current_app.config.get("PEGUP_PUBLIC_URL")
    if not public:
        return link
    ours, asked = urlsplit(public), urlsplit(link)
    return str(urlunsplit((ours.scheme, ours.netloc, asked.path, asked.query, asked.fragment)))
