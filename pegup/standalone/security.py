"""Sets the sign-in library to our accounts, words, addresses and rules."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import flask
import flask_security
import segno
from flask import Flask, current_app, request
from flask_login import current_user
from flask_login.utils import _user_context_processor
from flask_security import password_reset
from flask_security.totp import Totp
from flask_security.utils import check_and_update_authn_fresh
from werkzeug.exceptions import NotFound, UnsupportedMediaType
from werkzeug.wrappers import Response
from wtforms.form import BaseForm

from pegup.accounts.models import Person
from pegup.db import end_transaction, now
from pegup.standalone import forms, links
from pegup.standalone.accounts import Accounts
from pegup.standalone.mail import MailUtil, init_mail
from pegup.standalone.messages import message_settings
from pegup.standalone.models import Account
from pegup.standalone.passwords import LONGEST, SHORTEST, Weakness, weakness
from pegup.web.access import public, require_sign_in
from pegup.web.errors import Refused
from pegup.web.forgery import refuse_cross_site_writes
from pegup.web.forms import refuse_zero_bytes, status_of
from pegup.web.language import TRANSLATIONS
from pegup.web.language import gettext as _
from pegup.web.pages import local_address, site_link

BLUEPRINT = "pegup_sign_in"
OPEN_TO_STRANGERS = (
    "login",
    "logout",
    "register",
    "forgot_password",
    "reset_password",
    "send_confirmation",
    "confirm_email",
    "two_factor_setup",
    "two_factor_token_validation",
    "mf_recovery",
)
"""The library's pages for people who are not inside yet; each checks by itself how far they are."""

NOT_OURS = ("two_factor_rescue", "two_factor_setup_validate", "tf_select")
"""Ways of the library that we do not offer: mails to the administrator, several second factors."""

ADDRESSES = {
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "REGISTER_URL": "/register",
    "RESET_URL": "/forgot-password",
    "CHANGE_URL": "/account/password",
    "CONFIRM_URL": "/confirmation",
    "VERIFY_URL": "/sign-in/again",
    "TWO_FACTOR_SETUP_URL": "/account/second-factor",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/second-factor",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
    "TWO_FACTOR_SELECT_URL": "/sign-in/choice",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "POST_LOGIN_VIEW": "/",
    "POST_LOGOUT_VIEW": "/",
    "POST_REGISTER_VIEW": "/sign-in",
    "POST_CONFIRM_VIEW": "/sign-in",
    "POST_RESET_VIEW": "/sign-in",
    "POST_CHANGE_VIEW": "/account",
    "POST_VERIFY_VIEW": "/account",
    "TWO_FACTOR_POST_SETUP_VIEW": "/account",
    "TWO_FACTOR_ERROR_VIEW": "/sign-in",
}
TEMPLATES = {
    "LOGIN_USER_TEMPLATE": "sign_in.html",
    "REGISTER_USER_TEMPLATE": "register.html",
    "FORGOT_PASSWORD_TEMPLATE": "forgot_password.html",
    "RESET_PASSWORD_TEMPLATE": "reset_password.html",
    "CHANGE_PASSWORD_TEMPLATE": "change_password.html",
    "SEND_CONFIRMATION_TEMPLATE": "confirmation.html",
    "VERIFY_TEMPLATE": "sign_in_again.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "second_factor_setup.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "second_factor.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "recovery.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "recovery_codes.html",
    "REGISTER_EMAIL_TEMPLATE": "mail/confirm",
    "REGISTER_EMAIL_EXISTING_TEMPLATE": "mail/existing",
    "EMAIL_TEMPLATE_CONFIRM": "mail/confirm",
    "EMAIL_TEMPLATE_PASSWORD_RESET": "mail/reset",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "mail/changed",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "mail/changed",
}
ARGON2 = {
    "argon2__type": "ID",
    "argon2__memory_cost": 19456,
    "argon2__time_cost": 2,
    "argon2__parallelism": 1,
}
"""OWASP's smallest: 19 MiB for each sign-in, since the server is small."""

FRESHNESS = ("FRESHNESS", "FRESHNESS_GRACE_PERIOD")
REMEMBERED = timedelta(days=60)
"""How long a device that the person trusts stays signed in."""


class Security(flask_security.Security):  # type: ignore[misc]  # the library is not typed
    """The library without the modules that we replace."""

    def _check_modules(self, module: str, config_name: str) -> Any:
        """QR codes are segno's."""
        return True if module == "qrcode" else super()._check_modules(module, config_name)


class OneTimeCodes(Totp):  # type: ignore[misc]
    """Codes of the phone; each opens once."""

    def get_last_counter(self, user: Account) -> int | None:
        """The time step of the last code that was accepted."""
        return user.tf_last_counter

    def set_last_counter(self, user: Account, tmatch: Any) -> None:
        """Keeps the time step, so that the same code is refused from now on."""
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture that the phone's application scans."""
        made = segno.make(self.get_totp_uri(username, totp), error="m", micro=False)
        return str(made.svg_data_uri(scale=4, border=2))


class PasswordUtil(flask_security.PasswordUtil):  # type: ignore[misc]
    """Which passwords may be chosen."""

    def validate(
        self, password: str, is_register: bool, **known: Any
    ) -> tuple[list[str] | None, str]:
        """Why it is refused, if it is, and the password as it is stored."""
        user = known.get("user")
        personal = (
            [user.name, user.email or ""]
            if user
            else [str(known.get("name") or ""), str(known.get("email") or "")]
        )
        found = weakness(unicodedata.normalize("NFC", password), personal)
        words = {
            Weakness.SHORT: _(
                "La contraseña debe tener al menos %(length)s caracteres.", length=SHORTEST
            ),
            Weakness.LONG: _(
                "La contraseña puede tener hasta %(length)s caracteres.", length=LONGEST
            ),
            Weakness.COMMON: _(
                "Muchas personas usan esa contraseña: es fácil de adivinar. Elige otra."
            ),
            Weakness.PERSONAL: _("No uses tu nombre ni tu correo como contraseña. Elige otra."),
        }
        return [words[found]] if found else None, self.normalize(password)


def init_security(app: Flask) -> None:
    """Signs people in on this app; the pages of the library live by our rules."""
    for name, value in _settings(app).items():
        app.config.setdefault(name, value)
    init_mail(app)
    security = Security(
        app,
        Accounts(),
        mail_util_cls=MailUtil,
        password_util_cls=PasswordUtil,
        totp_cls=OneTimeCodes,
        render_template=render,
        login_form=forms.SignInForm,
        verify_form=forms.VerifyForm,
        register_form=forms.RegisterForm,
        forgot_password_form=forms.ForgotPasswordForm,
        reset_password_form=forms.ResetPasswordForm,
        change_password_form=forms.ChangePasswordForm,
        send_confirmation_form=forms.SendConfirmationForm,
        two_factor_setup_form=forms.SecondFactorSetupForm,
        two_factor_rescue_form=forms.NoRescueForm,
        two_factor_verify_code_form=forms.SecondFactorForm,
        mf_recovery_form=forms.RecoveryForm,
    )
    # The library would look up the person again for each template, also for the page that says that the
    # database is away.
    app.template_context_processors[None].remove(_user_context_processor)
    # Nor does anybody here ask the library for rights: it would look up the person for each style sheet.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.want_json(lambda _request: False)
    security.reauthn_handler(lambda _within, _grace: ask_again())
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    password_reset.connect(_address_is_theirs, app)
    _apply_our_rules(app)


def person_signed_in() -> Person | None:
    """Who is signed in, if the account is still open."""
    return current_user.person if current_user.is_authenticated else None


def render(template: str, **context: Any) -> Any:
    """The page with the status its form asks for; or the text of a mail."""
    page = flask.render_template(template, **context, site_link=site_link)
    if template.endswith(".txt"):
        return page
    sent: list[Any] = [form for form in context.values() if isinstance(form, BaseForm)]
    status = next((form.status for form in sent if getattr(form, "status", None)), None)
    response = flask.make_response(page, status or status_of(*sent))
    wait = max((getattr(form, "wait_seconds", 0) for form in sent), default=0)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _settings(app: Flask) -> dict[str, Any]:
    folder = "pegup/standalone/"
    ours: dict[str, Any] = {
        "BLUEPRINT_NAME": BLUEPRINT,
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "API_ENABLED_METHODS": ["session"],
        "RETURN_GENERIC_RESPONSES": True,
        "I18N_DIRNAME": str(TRANSLATIONS),
        "I18N_DOMAIN": "pegup",
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "EMAIL_HTML": False,
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": {"argon2"},
        "PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        "PASSWORD_CONFIRM_REQUIRED": False,
        # Inside signed links. The usual one takes half a second, which tells whose address is known.
        "HASHING_SCHEMES": ["hex_sha256", "sha256_crypt"],
        "REGISTERABLE": True,
        "CONFIRMABLE": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "RESET_PASSWORD_WITHIN": timedelta(days=1),
        "CONFIRM_EMAIL_WITHIN": timedelta(days=3),
        "FRESHNESS": timedelta(hours=1),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 60,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(_key(app, "recovery codes"))],
        "TOTP_SECRETS": {"1": _key(app, "second factor").hex()},
        "TOTP_ISSUER": "Pegup",
        "DATETIME_FACTORY": now,
        "CACHE_CONTROL": {"private": None, "no-store": None},  # True is written as "private=True"
        **ADDRESSES,
        **{name: folder + file for name, file in TEMPLATES.items()},
    }
    under_https = app.config["SESSION_COOKIE_SECURE"]
    return {
        **{f"SECURITY_{name}": value for name, value in ours.items()},
        **message_settings(),
        "WTF_CSRF_ENABLED": False,  # forgery is refused by headers, as everywhere
        "REMEMBER_COOKIE_NAME": "__Host-pegup-remember" if under_https else "pegup-remember",
        "REMEMBER_COOKIE_DURATION": REMEMBERED,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": under_https,
    }


def _key(app: Flask, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from the site's secret."""
    secret = str(app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"pegup {purpose}".encode(), hashlib.sha256).digest()


def _apply_our_rules(app: Flask) -> None:
    """Access, forgery, transaction and registration hold for the library's pages too."""
    for endpoint in OPEN_TO_STRANGERS:
        name = f"{BLUEPRINT}.{endpoint}"
        app.view_functions[name] = public(_plain(app.view_functions[name]))
    register = f"{BLUEPRINT}.register"
    app.view_functions[register] = public(_by_the_rules(app.view_functions[register]))
    for endpoint in NOT_OURS:
        app.view_functions[f"{BLUEPRINT}.{endpoint}"] = _not_found
    app.before_request(_guard)
    app.after_request(_end_transaction)


def _guard() -> Response | None:
    if request.blueprint != BLUEPRINT:
        return None
    refuse_cross_site_writes()
    refuse_zero_bytes()
    if request.is_json:
        raise UnsupportedMediaType
    return require_sign_in()


def _end_transaction(response: flask.Response) -> flask.Response:
    """The request's end; wherever the library leads, it is an address of this site."""
    if request.blueprint != BLUEPRINT:
        return response
    if response.location:
        is_ours = unquote(response.location)[1:2] not in {"/", "\\"}
        response.location = local_address(response.location if is_ours else None)
    return end_transaction(response)


def _plain(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of our own around the library's, to which we may add what it is."""

    @functools.wraps(view)
    def ours(**values: Any) -> Any:
        return current_app.ensure_sync(view)(**values)

    return ours


def _by_the_rules(view: Callable[..., Any]) -> Callable[..., Any]:
    """Registration as the setting says: open, by invitation, or closed."""

    @functools.wraps(view)
    def register() -> Any:
        rule = current_app.config["PEGUP_REGISTRATION"]
        token = request.values.get("invitation", "")[:100]
        if rule == "closed" or (
            rule == "invitation"
            and request.method != "POST"
            and links.open_link(token, now()) is None
        ):
            page = flask.render_template(
                "pegup/standalone/register_closed.html", rule=rule, token=token
            )
            return page, 403
        return view()

    return register


def _not_found(**_values: Any) -> Any:
    raise NotFound


def entered_lately() -> bool:
    """Whether whoever sits there showed within the hour that they are who they are."""
    fresh, grace = (current_app.config[f"SECURITY_{name}"] for name in FRESHNESS)
    return bool(check_and_update_authn_fresh(fresh, grace, "session"))


def ask_again() -> Any:
    """Before something delicate: the password again, or a new code for those without one."""
    if not current_user.password:
        raise Refused(
            _("Para este paso, sal y entra otra vez con un código nuevo. Pídelo a tu coordinación.")
        )
    return flask.redirect(flask.url_for(f"{BLUEPRINT}.verify", next=request.full_path.rstrip("?")))


def _address_is_theirs(_app: Flask, user: Account, **_values: Any) -> None:
    """Who opened the mailed link has shown that the address is theirs."""
    user.confirmed_at = user.confirmed_at or now()
