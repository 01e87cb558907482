"""The standalone application: a host whose only guest is Pegup."""

from __future__ import annotations

from typing import Any

from flask import Flask

from pegup import config
from pegup.extension import Pegup, template_names
from pegup.web import errors
from pegup.web.headers import add_headers


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The app from the environment's settings; ``overrides`` are Flask settings, for tests."""
    app = Flask("pegup.app", static_folder=None)
    app.config.update(config.flask_config(config.read_settings()))
    app.config.update(overrides or {})
    Pegup(app, url_prefix="/")
    app.context_processor(template_names)
    errors.register(app)
    app.after_request(add_headers)
    return app
