"""The standalone app under https, behind a proxy, and what it sends over a slow line."""

from __future__ import annotations

import brotli
import pytest

from pegup import create_app
from pegup.config import BadSetting, flask_config, read_settings
from pegup.db import Model, db
from pegup.standalone.accounts import add_account
from pegup.standalone.security import ARGON2

pytestmark = pytest.mark.slow

PASSWORD = "cuatro tazas de quinua"


@pytest.fixture
def secure_app(tmp_path):
    """An app of its own, set up as behind one proxy under https."""
    settings = read_settings(
        {
            "PEGUP_DATA": str(tmp_path),
            "PEGUP_PUBLIC_URL": "https://pegup.example",
            "PEGUP_TRUSTED_PROXIES": "1",
        }
    )
    app = create_app(flask_config(settings))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        from pegup.accounts.operations import add_person
        from pegup.db import now, transaction

        with transaction():
            person = add_person("Rosa Quispe", email="rosa@example.org")
            add_account(person, at=now(), password=PASSWORD)
    yield app
    with app.app_context():
        db.engine.dispose()


def behind_proxy(client, path, **options):
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    return client.open(path, base_url="https://pegup.example", headers=headers, **options)


def test_cookies_are_bound_to_https_and_hidden_from_scripts(secure_app):
    client = secure_app.test_client()
    data = {"email": "rosa@example.org", "password": PASSWORD, "remember": "y"}
    response = behind_proxy(client, "/sign-in", method="POST", data=data)
    cookies = {c.split("=", 1)[0]: c for c in response.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"__Host-pegup", "__Host-pegup-remember"}
    for cookie in cookies.values():
        for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert flag in cookie, cookie
        assert "Domain" not in cookie
    assert behind_proxy(client, "/account", method="GET").status_code == 200


def test_hsts_stands_under_https(secure_app):
    headers = behind_proxy(secure_app.test_client(), "/sign-in", method="GET").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_hsts_does_not_stand_on_a_plain_local_site(browser):
    assert "Strict-Transport-Security" not in browser.get("/sign-in").response.headers


def test_forwarded_addresses_are_believed_only_from_trusted_proxies(app, secure_app):
    @secure_app.get("/where")
    def where() -> str:
        from flask import request

        return f"{request.remote_addr} {request.scheme}"

    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    assert secure_app.test_client().get("/where", headers=headers).text == "203.0.113.9 https"
    from werkzeug.middleware.proxy_fix import ProxyFix

    assert not isinstance(app.wsgi_app, ProxyFix)


def test_pages_are_compressed(browser):
    plain = browser.get("/sign-in").response
    assert "Content-Encoding" not in plain.headers
    packed = browser.get("/sign-in", None, headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert len(packed.data) < len(plain.data) / 2
    assert "<h1>Entrar</h1>" in brotli.decompress(packed.data).decode()


def test_passwords_cost_what_owasp_asks(secure_app):
    assert ARGON2["argon2__memory_cost"] >= 19456
    context = secure_app.extensions["security"].pwd_context
    assert context.hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_settings_that_cannot_be_are_named(tmp_path):
    for name in ("REGISTRATION", "STAFF_TWO_FACTOR"):
        with pytest.raises(BadSetting, match=f"PEGUP_{name} must be one of"):
            flask_config(read_settings({"PEGUP_DATA": str(tmp_path), f"PEGUP_{name}": "maybe"}))


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("PORT", "99999", "must be from 1 to 65535"),
        ("MAIL_PORT", "0", "must be from 1 to 65535"),
        ("DATA", "/dev/null/pegup", "cannot make the folder"),
        ("DATABASE_URL", "mysql://here/pegup", "must begin with postgresql:// or sqlite:///"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_and_says_why(tmp_path, name, value, why):
    given = {"PEGUP_DATA": str(tmp_path), f"PEGUP_{name}": value}
    with pytest.raises(BadSetting, match=why):
        flask_config(read_settings(given))


def test_an_empty_key_file_stops_the_start_and_says_why(tmp_path):
    (tmp_path / "secret.key").touch()
    with pytest.raises(BadSetting, match=r"secret\.key is empty"):
        flask_config(read_settings({"PEGUP_DATA": str(tmp_path)}))
