"""The pages that belong to no feature: home, language switch."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import g, redirect, render_template, request, url_for
from flask.sansio.blueprints import Blueprint
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from pegup.web.access import public
from pegup.web.language import COOKIE, LANGUAGES

ONE_YEAR = 365 * 24 * 3600


def register(root: Blueprint) -> None:
    """Puts these pages on the root blueprint."""
    root.add_url_rule("/", "home", home)
    root.add_url_rule("/language", "language", choose, methods=["POST"])


@public
def home() -> str:
    """The front door, for strangers and for people signed in."""
    return render_template("pegup/home.html")


@public
def choose() -> Response:
    """Keeps the chosen language on this device and with the person, and goes back."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise BadRequest
    if g.person is not None:
        g.person.language = chosen
    response = redirect(local_address(request.form.get("next")))
    response.set_cookie(COOKIE, chosen, max_age=ONE_YEAR, samesite="Lax", httponly=True)
    return response


def local_address(wanted: str | None) -> str:
    """An address of this site as it was given; anything else becomes the home page."""
    home_address = url_for("pegup.home")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return home_address
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else home_address
