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


PROTECTIVE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ALWAYS = PROTECTIVE | {OURS: "1", "Cache-Control": "private, no-cache"}


def add_headers(response: Response) -> Response:
    """The protective headers; a view that must be stricter or keep longer has set its own."""
    headers = response.headers
    has = {name.lower() for name, _value in headers}  # an error inside for each that is not there
    headers.extend((name, value) for name, value in ALWAYS.items() if name.lower() not in has)
    if request.is_secure or current_app.config.get("PEGUP_PUBLIC_URL", "").startswith("https://"):
        headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}; includeSubDomains")
    return response


def send_once(response: Response) -> Response:
    """A page that the browser has as it stands goes without its body: a phone pays for it once.

    The tag is of the words, however they are packed; a page that must not be kept has none. What
    protects the page it has already: half of such an answer would be that.
    """
    is_kept = response.mimetype == "text/html" and "no-store" not in response.headers.get(
        "Cache-Control", ""
    )
    if request.method == "GET" and response.status_code == 200 and is_kept:
        response.add_etag(weak=True)
        if "If-None-Match" in request.headers:
            response.make_conditional(request)
        if response.status_code == 304:
            for name in PROTECTIVE:
                response.headers.pop(name, None)
    return response
