"""What the browser is told with every page: what may run, who may frame it, what may be kept."""

from __future__ import annotations

from flask import Response, current_app, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ONE_YEAR = 365 * 24 * 3600
OURS = "Pegup-Page"
"""By this a phone knows our pages from those of a portal that stands before the network."""


def add_headers(response: Response) -> Response:
    """The protective headers; a view that must be stricter or keep longer has set its own."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault(OURS, "1")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache"
    if request.is_secure or current_app.config.get("PEGUP_PUBLIC_URL", "").startswith("https://"):
        headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}; includeSubDomains")
    return response


def send_once(response: Response) -> Response:
    """A page that the browser has as it stands goes without its body: a phone pays for it once.

    The tag is of the words, however they are packed; a page that must not be kept has none.
    """
    is_kept = response.mimetype == "text/html" and not response.cache_control.no_store
    if request.method == "GET" and response.status_code == 200 and is_kept:
        response.add_etag(weak=True)
        if "If-None-Match" in request.headers:
            response.make_conditional(request)
    return response
