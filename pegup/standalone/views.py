"""A person's own account, sign-in with a printed code, links for new people."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask import session as browser_session
from flask_login import current_user
from flask_security import login_user, logout_user
from flask_security.utils import check_and_get_token_status
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from pegup.accounts import operations
from pegup.accounts.access import person_for, require_role
from pegup.accounts.models import Kind, Person, SignInCode
from pegup.db import now, one_or_404, session
from pegup.standalone import accounts, attempts, links, mail
from pegup.standalone.forms import (
    CodeForm,
    EmailForm,
    ProfileForm,
    SignUpLinkForm,
    mail_can_be_sent,
)
from pegup.standalone.limits import Door
from pegup.standalone.models import Account, SignUpLink
from pegup.standalone.security import REMEMBERED, ask_again, entered_lately
from pegup.web.access import public
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import status_of, submitted, typed
from pegup.web.language import COOKIE
from pegup.web.language import gettext as _
from pegup.web.pages import ONE_YEAR, local_address, site_link

blueprint = Feature("standalone", __name__, url_prefix="/")


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def code() -> Response | str:
    """The code from the paper opens the account once, and the device stays signed in for long."""
    asked = (
        request.form
        if request.method == "POST"
        else MultiDict({"code": request.args.get("code", "")})
    )
    form = CodeForm(asked)
    if not submitted(form):
        return _code_page(form, status_of(form))
    attempt = form.begin(Door.CODE)
    if attempt is None:
        return _code_page(form, 429)
    person = operations.redeem_code(typed(form.code), now())
    account = accounts.account_of(person) if person is not None else None
    if account is None or not account.active:
        form.code.errors = [
            _(
                "Ese código no sirve: puede estar mal copiado, usado o vencido. Revísalo o pide otro."
            )
        ]
        return _code_page(form, 422)
    attempts.succeed(attempt)
    return _enter(account)


@blueprint.route("/account", methods=["GET", "POST"])
def account() -> Response | tuple[str, int]:
    """What the person can change about themselves."""
    form = ProfileForm(request.form, obj=g.person)
    if submitted(form):
        g.person.name, g.person.language = typed(form.name), form.language.data
        flash(_("Tus datos quedaron guardados."))
        response = redirect(url_for(".account"))
        response.set_cookie(
            COOKIE, g.person.language, max_age=ONE_YEAR, samesite="Lax", httponly=True
        )
        return response
    codes = session.scalars(SignInCode.of(g.person).limit(5)).all()
    page = render_template(
        "pegup/standalone/account.html",
        form=form,
        account=accounts.account_of(g.person),
        codes=codes,
        at=now(),
        days=REMEMBERED.days,
    )
    return page, status_of(form)


@blueprint.route("/account/email", methods=["GET", "POST"])
def email() -> Any:
    """A new address: a link is mailed to it, and only who opens it changes anything."""
    if current_user.is_authenticated and not entered_lately():
        return ask_again()
    own = accounts.account_of(g.person)
    form = EmailForm(request.form)
    if submitted(form) and form.begin(Door.RESET, own.fs_uniquifier) and mail_can_be_sent(form):
        _mail_link(own, typed(form.email).lower())
        flash(
            _("Mandamos un mensaje a %(email)s. Ábrelo y toca el enlace.", email=typed(form.email))
        )
        return redirect(url_for(".account"))
    page = render_template("pegup/standalone/email.html", form=form, account=own)
    return page, form.status or status_of(form)


@blueprint.get("/account/email/<token>")
def new_email(token: str) -> Response:
    """The mailed link: from now on the new address signs in."""
    own = accounts.account_of(g.person)
    before = own.email
    expired, bad, data = check_and_get_token_status(
        token, "confirm", current_app.config["SECURITY_CONFIRM_EMAIL_WITHIN"]
    )
    if expired or bad or not isinstance(data, list) or data[:2] != ["email", own.fs_uniquifier]:
        raise Refused(_("Ese enlace no sirve o ya venció. Pide otro en tu cuenta."))
    try:
        accounts.change_email(own, data[2], now())
    except operations.EmailTaken:
        raise Refused(_("Otra cuenta ya usa ese correo.")) from None
    if before:
        body = render_template("pegup/standalone/mail/email_changed.txt", user=own)
        mail.send(before, _("Tu correo de Pegup cambió"), body)
    flash(_("Desde ahora entras con %(email)s.", email=data[2]))
    return redirect(url_for(".account"))


@blueprint.post("/account/sessions/removal")
def sign_out_everywhere() -> Response:
    """Ends every session of the account but this one."""
    own = accounts.account_of(g.person)
    accounts.end_sessions(own)
    if current_user.is_authenticated:
        remembered = current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies
        login_user(own, remember=remembered, authn_via=["session"])
    flash(_("Se cerraron las sesiones en los demás aparatos."))
    return redirect(url_for(".account"))


@blueprint.route("/sign-up-links", methods=["GET", "POST"])
def sign_up_links() -> Response:
    """Links by which people make their own accounts; each is shown once."""
    require_role(Kind.COORDINATOR)
    form = SignUpLinkForm(request.form)
    address = None
    if submitted(form):
        token = links.make_link(typed(form.note), form.places.data or 0, g.person, now())
        registration = url_for("pegup_sign_in.register", invitation=token, _external=True)
        address = site_link(registration)
    found = session.scalars(SignUpLink.newest()).all()
    page = render_template(
        "pegup/standalone/sign_up_links.html", form=form, address=address, links=found, at=now()
    )
    response = make_response(page, status_of(form))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/sign-up-links/<uuid:key>/removal")
def withdraw_link(key: uuid.UUID) -> Response:
    """Nobody signs up with this link any more."""
    require_role(Kind.COORDINATOR)
    link = one_or_404(select(SignUpLink).where(SignUpLink.uuid == key))
    link.withdrawn_at = link.withdrawn_at or now()
    return redirect(url_for(".sign_up_links"))


@blueprint.post("/people/<uuid:key>/account/closure")
def close_account(key: uuid.UUID) -> Response:
    """Nobody gets in by this account until it is opened again."""
    person = _other_person(key)
    accounts.close(accounts.account_of(person), g.person, now())
    flash(_("La cuenta de %(name)s quedó cerrada. Lo que hizo sigue aquí.", name=person.name))
    return redirect(url_for("pegup.accounts.show", key=key))


@blueprint.post("/people/<uuid:key>/account/reopening")
def reopen_account(key: uuid.UUID) -> Response:
    """Undoes the closure."""
    person = _other_person(key)
    accounts.reopen(accounts.account_of(person))
    flash(_("La cuenta de %(name)s está abierta otra vez.", name=person.name))
    return redirect(url_for("pegup.accounts.show", key=key))


@blueprint.post("/people/<uuid:key>/second-factor/removal")
def forget_second_factor(key: uuid.UUID) -> Response:
    """For somebody who lost the phone and the recovery codes."""
    person = _other_person(key)
    accounts.forget_second_factor(accounts.account_of(person))
    flash(_("%(name)s ya puede entrar solo con su contraseña.", name=person.name))
    return redirect(url_for("pegup.accounts.show", key=key))


def account_part(person: Person) -> Markup:
    """The state of the account, on the person's page."""
    account = session.scalar(Account.of(person))
    return Markup(  # noqa: S704  # our own template, which escapes
        render_template("pegup/standalone/_person.html", shown=person, account=account)
    )


def _other_person(key: uuid.UUID) -> Person:
    """Somebody else, for administrators: nobody locks themselves out by mistake."""
    person = person_for(key)
    require_role(Kind.ADMINISTRATOR)
    if person.id == g.person.id:
        raise Refused(_("Esto no se puede hacer con la propia cuenta. Pídelo a otra persona."))
    return person


def _code_page(form: CodeForm, status: int) -> Response:
    response = make_response(render_template("pegup/standalone/code.html", form=form), status)
    response.headers["Cache-Control"] = "no-store"
    if form.wait_seconds:
        response.headers["Retry-After"] = str(form.wait_seconds)
    return response


def _enter(account: Account) -> Response:
    """Signs in by the code; people with a second factor are asked for it."""
    back = local_address(request.values.get("next"))
    if current_user.is_authenticated:
        logout_user()
    browser_session.clear()
    plugins = current_app.extensions["security"].two_factor_plugins
    second: Any = plugins.tf_enter(account, True, "code", next_loc=back)
    if second is not None:
        return second  # type: ignore[no-any-return]
    login_user(account, remember=True, authn_via=["code"])
    flash(
        _(
            "Bienvenida, bienvenido. Tu código ya se usó. Este aparato te recuerda %(days)s días; después pide un código nuevo.",
            days=REMEMBERED.days,
        )
    )
    return redirect(back)


def _mail_link(own: Account, address: str) -> None:
    """Sends the link to the new address, unless it is somebody else's: the page says the same."""
    if session.scalar(Account.by_email(address)) is not None:
        return
    data = ["email", own.fs_uniquifier, address]
    token = current_app.extensions["security"].confirm_serializer.dumps(data)
    link = site_link(url_for(".new_email", token=token, _external=True))
    body = render_template("pegup/standalone/mail/email.txt", link=link, user=own)
    mail.send(address, _("Confirma tu correo nuevo"), body)
