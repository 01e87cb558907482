"""The standalone application: a host whose only guest is Pegup."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy
from functools import cache, lru_cache
from typing import Any

from flask import Flask, Request, Response, current_app, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_compress import Compress
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Rule

from pegup import config
from pegup.extension import Pegup, template_names
from pegup.standalone.mail import post_office
from pegup.standalone.security import BLUEPRINT, init_security, person_signed_in
from pegup.standalone.views import account_part, blueprint
from pegup.web import errors, packing
from pegup.web.access import is_file
from pegup.web.headers import add_headers
from pegup.web.pages import local_address, site_link


class PageSessions(SecureCookieSessionInterface):
    """Sessions are for pages: a style sheet that varies by cookie would be fetched again and again."""

    @cache  # noqa: B019  # an app lives as long as its process
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Flask makes one to read each cookie, and another to write it."""
        return super().get_signing_serializer(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask does; but whether a cookie is one of ours is found out once an hour, not for every page."""
        serializer = self.get_signing_serializer(app)
        sealed = request.cookies.get(self.get_cookie_name(app))
        if serializer is None or not sealed:
            return super().open_session(app, request)
        longest = int(app.permanent_session_lifetime.total_seconds())
        try:
            found = _unsealed(serializer, sealed, longest, int(time.time()) // 3600)
        except BadSignature:
            return self.session_class()
        return self.session_class(deepcopy(found))  # a request may add to a list that it holds

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_file(request.endpoint):
            super().save_session(app, session, response)


@lru_cache(maxsize=1000)
def _unsealed(
    serializer: URLSafeTimedSerializer, sealed: str, longest: int, _hour: int
) -> dict[str, Any]:
    """What stands in a session's cookie; raises ``BadSignature`` where it is forged or too old."""
    found: dict[str, Any] = serializer.loads(sealed, max_age=longest)
    return found


class Address(Rule):
    """Writes what makes its links when the first one is asked for: for all 171 that took 0.08 s of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        write = super()._compile_builder

        def build(self: Rule, *values: Any, **named: Any) -> tuple[str, str]:
            made = write(append_unknown).__get__(self)
            setattr(self, "_build_unknown" if append_unknown else "_build", made)
            return made(*values, **named)  # type: ignore[no-any-return]

        return build


class Site(Flask):
    """A Flask app that finds out once for each function whether it has to be awaited."""

    url_rule_class = Address

    @cache  # noqa: B019  # an app lives as long as its process
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Flask asks this for each of some forty functions that a page calls."""
        return super().ensure_sync(func)


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The app from the environment's settings; ``overrides`` are Flask settings, for tests."""
    app = Site("pegup.app", static_folder=None)
    app.config.update(config.flask_config(config.read_settings()))
    app.config.update(overrides or {})
    app.session_interface = PageSessions()
    pegup = Pegup(
        app,
        url_prefix="/",
        current_person=person_signed_in,
        sign_in_address=_sign_in_address,
        sign_out_address=lambda: url_for(f"{BLUEPRINT}.logout"),
        account_address=lambda: url_for("pegup.standalone.account"),
        code_address=_code_address,
        register_address=_register_address,
        post=post_office,
        features=[blueprint],
        is_alone=True,
    )
    pegup.person_parts.append(account_part)
    init_security(app)
    app.context_processor(template_names)
    errors.register(app)
    app.after_request(_add_headers_elsewhere)
    app.config.update(COMPRESS_ALGORITHM=["br", "gzip"])
    app.config.update(COMPRESS_BR_LEVEL=packing.QUICK, COMPRESS_BR_WINDOW=packing.WINDOW)
    # A tagged PDF is for the most part words about its own structure.
    Compress(app).compress_mimetypes_set.add("application/pdf")
    _trust_proxies(app)
    return app


def _add_headers_elsewhere(response: Response) -> Response:
    """On answers of no blueprint, such as an unknown address; our root has seen to its own."""
    return response if "pegup" in request.blueprints else add_headers(response)


def _sign_in_address(wanted: str) -> str:
    """The sign-in page, which leads back to the page that was asked for."""
    back = local_address(wanted)
    return url_for(f"{BLUEPRINT}.login", next=back if back != url_for("pegup.home") else None)


def _code_address() -> str:
    """As it is printed on paper: the site's public address, if the settings say it."""
    return site_link(url_for("pegup.standalone.code", _external=True))


def _register_address() -> str | None:
    """Where strangers make an account, while everybody may."""
    is_open = current_app.config["PEGUP_REGISTRATION"] == "open"
    return url_for(f"{BLUEPRINT}.register") if is_open else None


def _trust_proxies(app: Flask) -> None:
    """Believes as many reverse proxies as the settings name about client and scheme."""
    proxies = app.config["PEGUP_TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
