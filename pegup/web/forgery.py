"""Refuses writes that another site's page asked the browser to make.

Browsers say where a request comes from (``Sec-Fetch-Site``, else ``Origin``), so forms need no
token and a page that a phone kept for two weeks can still be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import Forbidden

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
View = TypeVar("View", bound=Callable[..., Any])


def accepts_cross_site(view: View) -> View:
    """Marks a view that other sites may post to; a test lists them all."""
    view.accepts_cross_site = True  # type: ignore[attr-defined]
    return view


def refuse_cross_site_writes() -> None:
    """403 for a write that a page of another site started."""
    if request.method in SAFE_METHODS or _view_accepts_cross_site():
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site in {"same-origin", "none"}:
        return
    if site is None and (origin is None or urlsplit(origin).netloc == request.host):
        return
    raise Forbidden


def _view_accepts_cross_site() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "accepts_cross_site", False)
