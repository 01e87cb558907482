"""Pages for what went wrong: what happened, that nothing was lost, and what to do."""

from __future__ import annotations

from typing import NamedTuple, cast

from flask import Flask, current_app, g, render_template, request
from flask.sansio.blueprints import Blueprint
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    default_exceptions,
)

from pegup.db import session
from pegup.web.language import gettext as _

DATABASE_AWAY = (OperationalError, InterfaceError, TimeoutError)
RETRY_SECONDS = 5
TEMPLATE = "pegup/error.html"
KEEPS_SECRETS = "pegup.standalone"
"""Its forms hold passwords and codes."""


class Refused(Exception):
    """Not now, and here is why: shown to the person as it stands, with status 409."""


class Explanation(NamedTuple):
    title: str
    text: str


class Sent(NamedTuple):
    """A form that could not be stored: where it went and its fields."""

    address: str
    fields: list[tuple[str, str]]


def register(target: Flask | Blueprint) -> None:
    """Our error pages for everything below ``target``, also where a host has its own for a code."""
    target.register_error_handler(HTTPException, _http_error)
    for code in default_exceptions:
        target.register_error_handler(code, _http_error)
    target.register_error_handler(Refused, _refused)
    for error in DATABASE_AWAY:
        target.register_error_handler(error, _database_away)
    target.register_error_handler(IntegrityError, _overtaken)
    target.register_error_handler(DataError, _not_storable)


def _http_error(
    error: HTTPException,
) -> tuple[str, int] | tuple[str, int, dict[str, str]] | HTTPException:
    if error.response is not None:
        return error
    if isinstance(error, InternalServerError) and isinstance(
        error.original_exception, DATABASE_AWAY
    ):
        return _database_away(error.original_exception)
    if isinstance(error, InternalServerError) and isinstance(
        error.original_exception, IntegrityError
    ):
        return _overtaken(error.original_exception)
    page, code = _page(error.code or 500)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return page, code, {"Allow": ", ".join(sorted(error.valid_methods))}
    return page, code


def _refused(error: Refused) -> tuple[str, int]:
    return _page(409, Explanation(_("Ahora no se puede"), str(error)))


def _database_away(error: Exception) -> tuple[str, int, dict[str, str]]:
    reason = getattr(error, "orig", None) or error
    current_app.logger.error("The database did not answer: %s", str(reason).splitlines()[0])
    g.person = None  # whose language can no longer be looked up
    page, code = _page(503)
    return page, code, {"Retry-After": str(RETRY_SECONDS)}


def _overtaken(error: IntegrityError) -> tuple[str, int]:
    """Two requests made what there may be only once; any other broken rule is a fault of ours."""
    session.rollback()
    if "unique" not in str(error.orig).lower():
        current_app.logger.error("A rule of the database was broken", exc_info=error)
        return _page(500)
    return _refused(
        Refused(
            _(
                "Alguien guardó lo mismo en ese momento. Vuelve atrás, mira cómo quedó y prueba otra vez."
            )
        )
    )


def _not_storable(error: DataError) -> tuple[str, int]:
    """A value that no form of ours lets through, such as a number that fits no column."""
    session.rollback()
    current_app.logger.warning("Not storable: %s", str(error.orig).splitlines()[0])
    return _page(400)


def explain(code: int) -> Explanation:
    """What a status means to the person who meets it."""
    known = {
        400: Explanation(
            _("No entendimos el pedido"),
            _("Algo llegó incompleto o dañado. Vuelve atrás y prueba otra vez."),
        ),
        401: Explanation(
            _("Primero entra con tu cuenta"),
            _("Tu sesión terminó o aún no has entrado. Entra y vuelve a esta página."),
        ),
        403: Explanation(
            _("No tienes permiso para esto"),
            _(
                "Esta página es de otras personas o de otro equipo. Si crees que es un error, habla con tu coordinación."
            ),
        ),
        404: Explanation(
            _("No encontramos esta página"),
            _(
                "Puede que la dirección tenga un error o que la página ya no exista. Empieza de nuevo desde el inicio."
            ),
        ),
        405: Explanation(
            _("Esta página no recibe eso"),
            _("Vuelve atrás y usa los botones de la página."),
        ),
        413: Explanation(
            _("El archivo es muy grande"),
            _("No guardamos nada de este envío. Vuelve atrás y prueba con un archivo más pequeño."),
        ),
        429: Explanation(
            _("Demasiados intentos"),
            _("Espera unos minutos y prueba otra vez. Tu cuenta no se ha perdido."),
        ),
        503: Explanation(
            _("Ahora no podemos guardar"),
            _(
                "El servidor está ocupado. No se guardó nada a medias. Espera unos segundos y prueba otra vez."
            ),
        ),
    }
    failed = Explanation(
        _("Algo falló de nuestro lado"),
        _("No se guardó nada a medias. Ya lo anotamos. Prueba otra vez en unos minutos."),
    )
    return known.get(code, failed)


def _page(code: int, explanation: Explanation | None = None) -> tuple[str, int]:
    """The page; in its barest form where even the page needs a database that is away."""
    session.rollback()
    if code >= 500:
        g.person = None
    elif "person" not in g:  # no page of ours was asked for, so nobody looked who this is
        g.person = current_app.extensions["pegup"].current_person()
    shown = {
        "code": code,
        "explanation": explanation or explain(code),  # now that we know whose language to speak
        "path": request.path,
        "sent": _sent() if code == 503 else None,
    }
    try:
        page = render_template(TEMPLATE, **shown)
    except DATABASE_AWAY:
        session.rollback()
        page = _without_the_host(shown)
    return page, code


def _without_the_host(shown: dict[str, object]) -> str:
    """The page with our names alone: what a host gives to every template may ask the database."""
    for names in current_app.template_context_processors["pegup"]:
        shown.update(cast("dict[str, object]", names()))
    shown.update(header_parts=[], frame_parts=[])  # which are templates of their own
    return current_app.jinja_env.get_template(TEMPLATE).render(shown)


def _sent() -> Sent | None:
    """What was being stored, so that the page can hold it; never what opens an account."""
    ours = request.blueprints[-1:] == ["pegup"] and request.blueprint != KEEPS_SECRETS
    if not ours or request.method != "POST" or request.files:
        return None
    return Sent(
        request.script_root + request.full_path.removesuffix("?"),
        list(request.form.items(multi=True)),
    )
