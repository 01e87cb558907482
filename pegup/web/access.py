"""Who may open a page: everybody signed in, unless the view says ``@public``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, redirect, request
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Marks a page that strangers may open; a test lists them all."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(endpoint: str) -> bool:
    """Whether a stranger may open this endpoint."""
    view = current_app.view_functions[endpoint]
    return is_file(endpoint) or getattr(view, "is_public", False)


def is_file(endpoint: str | None) -> bool:
    """Whether this is one of our style sheets, scripts or icons."""
    return endpoint is not None and endpoint.endswith("pegup.static")


def require_sign_in() -> Response | None:
    """Sends a stranger to the sign-in page, and from there back to the page that was asked for."""
    if is_file(request.endpoint):  # the same for all: who asks must not split what caches keep
        g.person = None
        return None
    pegup = current_app.extensions["pegup"]
    g.person = pegup.current_person()
    if g.person is not None or request.endpoint is None or is_public(request.endpoint):
        return None
    address = pegup.sign_in_address(request.script_root + request.full_path.rstrip("?"))
    if address is None or request.method not in {"GET", "HEAD"}:
        raise Unauthorized
    return redirect(address)
