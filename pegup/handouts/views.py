"""A theme as one file: taken, handed out, voided; its codes entered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import abort, flash, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from pegup.accounts.codes import grouped
from pegup.accounts.models import Person
from pegup.courses.access import NotEnrolled, may_open
from pegup.courses.blocks import theme_parts
from pegup.courses.models import Course, Enrolment
from pegup.courses.outline import Outline, Theme, outline_of
from pegup.db import now, one_or_404, session
from pegup.handouts import operations
from pegup.handouts.access import (
    code_for,
    course_with_files,
    handout_for,
    handouts_for,
    may_enter_for,
    may_see,
)
from pegup.handouts.codes import Done, Forged, unpack
from pegup.handouts.file import Changed, file_of, picture_bytes, weight
from pegup.handouts.forms import CodeForm
from pegup.handouts.models import Handout, HandoutCode, HandoutCopy
from pegup.handouts.words import entered_words
from pegup.paper.access import facilitated, facilitates, has_sheets, people_for
from pegup.paper.operations import edition_of
from pegup.paper.views import title_of
from pegup.paper.words import words
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import status_of, submitted
from pegup.web.language import gettext as _
from pegup.web.language import language, moment
from pegup.web.navigation import Reader
from pegup.web.pages import Shortcut, shortcuts
from pegup.web.paging import count_of, paging

OFFERED = 50
"""People that a page shows at once."""
ANYBODY, ME = "anybody", "me"

blueprint = Feature("handouts", __name__)


@blueprint.context_processor
def names() -> dict[str, object]:
    """What the templates of this feature use."""
    return {
        "grouped": grouped,
        "outline_of": lambda course: outline_of(course, language()),
        "title_of": title_of,
        "picture_bytes": picture_bytes,
    }


@blueprint.get("/")
def index() -> str:
    """My files, and those that I handed out."""
    query = handouts_for(g.person, facilitated(g.person))
    page = paging(count_of(query))
    handouts = session.scalars(page.cut(query)).unique().all()
    return render_template(
        "pegup/handouts/index.html", handouts=handouts, codes=_own_codes(handouts), paging=page
    )


@blueprint.route("/codes", methods=["GET", "POST"])
def codes() -> Response | str | tuple[str, int]:
    """Type in the code in which a file's work comes back."""
    form = CodeForm(request.form if request.method == "POST" else request.args)
    if not submitted(form):
        return _code_page(form)
    typed = form.read()
    handout = session.scalar(Handout.whole().where(Handout.number == typed.number))
    if handout is None:
        form.code.errors = [_("No hay un archivo con el número de la primera línea.")]
        return _code_page(form)
    try:
        mark, done = operations.opened(handout, typed, by=g.person, at=now())
    except operations.TooMany:
        raise Refused(
            _("Hoy escribiste muchos códigos que no son de su archivo. Prueba otra vez mañana.")
        ) from None
    except Forged:
        flash(
            _("Este código no salió de este archivo. Compáralo otra vez, línea por línea."), "bad"
        )
        return redirect(url_for(".codes", code=form.code.data))
    person = _person_of(handout, mark)
    if person is None:
        return _whose(handout, form)
    return _counted(handout, typed.body, mark, done, person)


@blueprint.get("/codes/<uuid:key>")
def code(key: UUID) -> str:
    """What a code brought."""
    found = code_for(key)
    edition = found.copy.handout.edition
    contents = unpack(found.contents, operations.lessons_of(edition))
    return render_template(
        "pegup/handouts/code.html",
        code=found,
        lines=_lines(found, contents),
    )


@blueprint.route("/<slug>/<theme>/new", methods=["GET", "POST"])
def new(slug: str, theme: str) -> Response | tuple[str, int]:
    """Take the theme as a file, for oneself, for a person or for whoever has it."""
    course = course_with_files(slug)
    outline = outline_of(course, language())
    found = outline.theme(theme) or abort(404)
    if request.method == "POST":
        person = _wanted(course, request.form.get("for", ""))
        edition = edition_of(course, outline, found, words(), language=language(), at=now())
        handout = operations.hand_out(edition, person, by=g.person, at=now())
        return redirect(url_for(".show", number=handout.number))
    return _new_page(course, outline, found)


@blueprint.get("/files/<number>")
def show(number: str) -> str:
    """The file to take along, whose it is, what came back."""
    handout = handout_for(number)
    outline = outline_of(handout.edition.course, handout.edition.language)
    return render_template(
        "pegup/handouts/show.html",
        handout=handout,
        outline=outline,
        theme=outline.theme(handout.edition.module.slug),
        size=_size(handout),
    )


@blueprint.get("/files/<number>/file")
def file(number: str) -> Response:
    """The file itself."""
    handout = handout_for(number)
    if handout.voided_at is not None:
        raise Refused(_("Este archivo se anuló. Prepara uno nuevo."))
    try:
        content = file_of(handout, has_pictures="pictures" in request.args)
    except Changed:
        raise Refused(
            _("El tema cambió desde que se preparó este archivo. Prepara uno nuevo.")
        ) from None
    response = make_response(content)
    response.mimetype = "text/html"
    name = f"{handout.edition.module.slug}-{handout.number}.html"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.post("/files/<number>/voiding")
def void(number: str) -> Response:
    """The file was lost: none of its codes counts any more."""
    handout = handout_for(number)
    operations.void(handout, by=g.person, at=now())
    flash(_("El archivo está anulado. Lo que ya contó se queda."))
    return redirect(url_for(".show", number=number))


def theme_part(outline: Outline, theme: Theme) -> Markup:
    """Below a theme of the outline: to take it along, with what that weighs."""
    page = render_template(
        "pegup/handouts/_theme.html", outline=outline, theme=theme, weight=weight(theme)
    )
    return Markup(page)  # noqa: S704  # our own template


def own_shortcuts(person: Reader) -> list[Shortcut]:
    """A code is typed in by whoever takes a course, or accompanies somebody who does."""
    attends = select(Enrolment.id).filter_by(person_id=person.id, left_at=None).limit(1)
    if session.scalar(attends) is None and not has_sheets(person):
        return []
    label = _("Escribir el código de un archivo")
    return [Shortcut(label, url_for("pegup.handouts.codes"), order=45)]


def _size(handout: Handout) -> int:
    """Bytes of the file without pictures; 0 where it is given to nobody any more."""
    if handout.voided_at is not None:
        return 0
    try:
        return len(file_of(handout, has_pictures=False))
    except Changed:
        return 0


def _own_codes(handouts: Sequence[Handout]) -> dict[int, UUID]:
    """Of files that I may not see whole, for they are for anybody: my last code, by the file's id."""
    others = [each.id for each in handouts if each.person is None and not may_see(g.person, each)]
    query = (
        select(HandoutCopy.handout_id, HandoutCode.uuid)
        .join(HandoutCode.copy)
        .where(HandoutCopy.person_id == g.person.id, HandoutCopy.handout_id.in_(others))
        .order_by(HandoutCode.id)
    )
    return dict(session.execute(query).all())


def _code_page(form: CodeForm) -> tuple[str, int]:
    return render_template("pegup/handouts/codes.html", form=form), status_of(form)


def _counted(handout: Handout, body: str, mark: str, done: list[Done], person: Person) -> Response:
    """Counts, or says why not."""
    contents = body[len(mark) :]
    at = now()
    try:
        code = operations.count(handout, mark, contents, person, by=g.person, at=at)
    except operations.Voided as voided:
        raise Refused(
            _("Este archivo se anuló el %(when)s: su código ya no vale.", when=moment(voided.at))
        ) from None
    except operations.SomebodyElses:
        raise Refused(_somebody_elses(handout)) from None
    flash(entered_words(code, is_new=code.entered_at == at))
    return redirect(url_for(".code", key=code.uuid))


def _person_of(handout: Handout, mark: str) -> Person | None:
    """For whom the code counts; None where a facilitator has yet to say it."""
    course = handout.edition.course
    owner = operations.owner_of(handout, mark)
    if owner is not None:
        if may_enter_for(g.person, owner, course):
            return owner
        if owner.id == g.person.id:
            raise NotEnrolled(course)
        raise Refused(_somebody_elses(handout))
    chosen = request.form.get("person", "")
    if chosen:
        return _person(course, chosen)
    if facilitates(g.person, course):
        return None
    if not may_open(g.person, course):
        raise NotEnrolled(course)
    me: Person = g.person
    return me


def _person(course: Course, chosen: str) -> Person:
    """Whom a facilitator chose: somebody whom they accompany, or themselves where they may open lessons."""
    me: Person = g.person
    if chosen == str(me.uuid) and may_open(me, course):
        return me
    try:
        key = UUID(chosen)
    except ValueError:
        abort(404)
    return one_or_404(people_for(g.person, course).where(Person.uuid == key))


def _somebody_elses(handout: Handout) -> str:
    if handout.person_id is not None:
        return _(
            "Este archivo es de otra persona: su código solo cuenta para ella. "
            "Pide uno tuyo en la página del curso."
        )
    return _("Este código ya contó para otra persona. Cada quien escribe el de su teléfono.")


def _wanted(course: Course, chosen: str) -> Person | None:
    """For whom the file is; None: for whoever has it."""
    if chosen == ME:
        if not may_open(g.person, course):
            raise NotEnrolled(course)
        me: Person = g.person
        return me
    if not facilitates(g.person, course):
        abort(403)
    if chosen == ANYBODY:
        return None
    try:
        key = UUID(chosen)
    except ValueError:
        abort(400)
    return one_or_404(people_for(g.person, course).where(Person.uuid == key))


def _new_page(course: Course, outline: Outline, theme: Theme) -> tuple[str, int]:
    hands_out = facilitates(g.person, course)
    found = people_for(g.person, course, _searched()) if hands_out else None
    page = render_template(
        "pegup/handouts/new.html",
        outline=outline,
        theme=theme,
        weight=weight(theme),
        may_open=may_open(g.person, course),
        hands_out=hands_out,
        people=session.scalars(found.limit(OFFERED)).all() if found is not None else [],
        total=count_of(found) if found is not None else 0,
        most=OFFERED,
        searched=_searched(),
    )
    return page, 200


def _whose(handout: Handout, form: CodeForm) -> str:
    """A code of a file for anybody, the first from its phone: whose is it?"""
    course = handout.edition.course
    query = people_for(g.person, course, _searched())
    return render_template(
        "pegup/handouts/whose.html",
        handout=handout,
        code=form.code.data,
        may_open=may_open(g.person, course),
        people=session.scalars(query.limit(OFFERED)).all(),
        total=count_of(query),
        most=OFFERED,
        searched=_searched(),
    )


def _searched() -> str:
    return request.values.get("q", "")[:100].strip()


def _lines(code: HandoutCode, contents: list[Done]) -> list[tuple[object, bool, object]]:
    """Lesson by lesson: the lesson, whether it is read, and the attempt that came with this code."""
    attempts = {each.lesson_id: each.attempt for each in code.attempts}
    lessons = code.copy.handout.edition.lessons
    return [
        (lesson, done.is_read, attempts.get(lesson.lesson_id))
        for lesson, done in zip(lessons, contents, strict=True)
    ]


theme_parts.append(theme_part)
shortcuts.append(own_shortcuts)
