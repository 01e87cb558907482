"""The phone's copy: the script that serves it, the pages to keep, and what comes back from it."""

from __future__ import annotations

import json
from functools import cache

from flask import abort, current_app, g, jsonify, make_response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import Conflict, RequestEntityTooLarge, UnprocessableEntity
from werkzeug.wrappers import Response

from pegup.courses.access import NotEnrolled, course_for, may_open
from pegup.courses.blocks import theme_parts
from pegup.courses.outline import Outline, Theme, outline_of
from pegup.courses.views import saves_data
from pegup.db import now
from pegup.offline import operations
from pegup.offline.parcel import Unreadable, read_parcel
from pegup.web.access import public
from pegup.web.assets import FOLDER, asset, manifest
from pegup.web.feature import Feature
from pegup.web.language import clock, kilobytes, language
from pegup.web.language import gettext as _
from pegup.web.navigation import Reader
from pegup.web.pages import frame_parts

LARGEST_PARCEL = 256 * 1024
QUESTIONS_PAGE, SHARED_PAGES = 4_000, 22_000
"""Bytes of a page of questions; of outline, glossary, style sheet and script together."""
SHELL = ("app.css", "learner.js", "icon.svg")
"""What every page needs; kept with the first visit."""
OF_PERSON = "{person}"
"""Where the frame, made once for everybody, names who reads; where pages are kept for many, their header does."""

blueprint = Feature("offline", __name__, url_prefix="/")


@blueprint.get("/phone")
@public
def phone() -> str:
    """What this phone keeps and has not sent yet; also what it shows where there is no network."""
    return render_template("pegup/offline/phone.html", words=phone_words(), saves=saves_data())


@blueprint.get("/service-worker.js")
@public
def worker() -> Response:
    """The script that answers where the network does not; it holds for all our pages."""
    setting = {
        "home": url_for("pegup.home"),
        "phone": url_for(".phone"),
        "outbox": url_for(".outbox"),
        "files": url_for("pegup.static", filename=""),
        "signOut": _sign_out_address(),
        "shell": [asset(name) for name in SHELL],
        "version": "-".join(manifest()[name] for name in ("service-worker.js", *SHELL)),
    }
    response = make_response(f"const PEGUP = {json.dumps(setting)};\n{_worker()}")
    response.mimetype = "text/javascript"
    response.headers["Service-Worker-Allowed"] = url_for("pegup.home")
    return response


@blueprint.post("/courses/<slug>/themes/<theme>/pack")
def pack(slug: str, theme: str) -> Response:
    """Which pages hold the theme; begins an attempt for each lesson's questions."""
    course = course_for(slug)
    if not may_open(g.person, course):
        raise NotEnrolled(course)
    outline = outline_of(course, language())
    found = outline.theme(theme) or abort(404)
    lessons = operations.pack(found, course, g.person, at=now())
    return jsonify(
        person=str(g.person.uuid),
        title=found.title,
        address=url_for("pegup.courses.show", slug=slug, _anchor=theme),
        pages=[
            url_for("pegup.courses.show", slug=slug),
            url_for("pegup.courses.glossary", slug=slug),
        ],
        lessons=[
            {
                "title": lesson.title,
                "page": url_for("pegup.courses.lesson", slug=slug, lesson_slug=lesson.slug),
                "questions": lesson.attempt
                and url_for("pegup.assessments.attempt", key=lesson.attempt),
                "start": url_for("pegup.assessments.start", course=slug, lesson=lesson.slug),
            }
            for lesson in lessons
        ],
    )


@blueprint.post("/outbox")
def outbox() -> Response:
    """Takes what a phone kept. Only what this answer names by its key may be shown as stored."""
    if (request.content_length or 0) > LARGEST_PARCEL:
        raise RequestEntityTooLarge
    moment = now()
    try:
        parcel = read_parcel(request.get_json(silent=True), moment)
    except Unreadable:
        raise UnprocessableEntity from None
    if parcel.person != g.person.uuid:
        raise Conflict
    taken = operations.receive(g.person, parcel.items, at=moment)
    return jsonify(
        person=str(g.person.uuid),
        taken={
            str(each.key): {"outcome": each.outcome, "time": clock(each.received_at)}
            for each in taken
        },
    )


def frame_part(person: Reader) -> Markup:
    """On every page of somebody signed in: what waits on the phone, and where it is sent."""
    if not person:
        return Markup()
    of_person = "" if current_app.extensions["pegup"].is_alone else str(person.uuid)
    page = _frame(language(), url_for("pegup.home")).replace(OF_PERSON, of_person)
    return Markup(page)  # noqa: S704  # our own template


def theme_part(outline: Outline, theme: Theme) -> Markup:
    """Below a theme of the outline: to keep it on this phone."""
    words = {
        "keep": _("Guardar en este teléfono (unos %(size)s)", size=kilobytes(_weight(theme))),
        "drop": _("Quitar de este teléfono"),
        "kept": _("Guardado: ocupa %(size)s kB. Se lee y se responde sin red.", size="{size}"),
        "working": _("Guardando… %(share)s %%", share="{share}"),
        "failed": _(
            "No se pudo guardar. Revisa la red y el espacio del teléfono, y prueba otra vez."
        ),
    }
    page = render_template("pegup/offline/_theme.html", outline=outline, theme=theme, words=words)
    return Markup(page)  # noqa: S704  # our own template


def frame_words() -> dict[str, object]:
    """What the script says; it fills in what stands between braces."""
    return {
        "unsent": [
            _("1 respuesta en este teléfono, sin enviar."),
            _("{n} en este teléfono, sin enviar."),
        ],
        "stored": [
            _("1 guardada en el servidor, {time}."),
            _("{n} guardadas en el servidor, {time}."),
        ],
        "copy": _("Lees la copia de este teléfono, del {when}."),
        "signIn": _("Tu sesión terminó: entra para enviarlas."),
        "other": _("Son de otra persona: ella tiene que entrar para enviarlas."),
    }


@cache
def _frame(_language: str, _home: str) -> str:
    """The same on every page of a site but for the person: made once for each language."""
    words = json.dumps(frame_words(), ensure_ascii=False)
    return render_template("pegup/offline/_frame.html", words=words, of_person=OF_PERSON)


def phone_words() -> dict[str, str]:
    """The same for the page of what the phone keeps."""
    return {
        "drop": _("Quitar"),
        "size": _("{title} ({size} kB)"),
        "refused": _(
            "el servidor no lo entiende; guárdalo en un archivo y muéstralo a tu coordinación"
        ),
        "saved": _("Guardado en un archivo. Sigue también en este teléfono hasta que se envíe."),
        "loaded": _("Cargado: {n}. Se envía cuando haya red."),
        "unreadable": _("Ese archivo no es uno de los que guarda esta página. No se cambió nada."),
        "nothing": _("Este navegador no deja guardar nada en el teléfono."),
    }


def _weight(theme: Theme) -> int:
    """About how many bytes come over the line when the theme is kept."""
    asking = sum(bool(lesson.questions) for lesson in theme.lessons)
    return theme.size + asking * QUESTIONS_PAGE + SHARED_PAGES


def _sign_out_address() -> str | None:
    site = current_app.extensions["pegup"]
    return str(site.sign_out_address()) if site.sign_out_address else None


@cache
def _worker() -> str:
    return (FOLDER / manifest()["service-worker.js"]).read_text()


frame_parts.append(frame_part)
theme_parts.insert(0, theme_part)  # before the other ways to carry it along
