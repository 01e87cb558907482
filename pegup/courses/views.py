"""Pages of courses: the list, an outline, a lesson, the glossary."""

from __future__ import annotations

import json
from functools import cache
from itertools import groupby

from flask import flash, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.wrappers import Response

from pegup.accounts.models import Person
from pegup.courses import blocks, operations, pictures
from pegup.courses.access import (
    NotEnrolled,
    course_for,
    is_enrolled,
    lesson_for,
    may_open,
    open_lesson,
)
from pegup.courses.content.glossary import normal
from pegup.courses.models import Course, CourseFile, CoursePicture, Term
from pegup.courses.outline import Entry, Outline, Standing, continue_for, outline_of, standing_of
from pegup.db import now, one_or_404, session
from pegup.web.access import public
from pegup.web.alike import GAP, for_many
from pegup.web.feature import Feature
from pegup.web.language import gettext as _
from pegup.web.language import language, lazy
from pegup.web.navigation import Entry as Line
from pegup.web.navigation import register as register_entry
from pegup.web.pages import ONE_YEAR, HomePart, home_parts, local_address

FILE_POLICY = "default-src 'none'; sandbox"
"""A picture may be an SVG, which is a document: it runs nothing."""

SAVER = "pegup-data-saver"
"""The cookie that says whether pictures wait to be asked for, on this device."""

blueprint = Feature("courses", __name__)
register_entry(Line(lazy("Cursos"), "pegup.courses.index", shown=lambda _person: True, order=10))


@blueprint.get("/")
@public
def index() -> str:
    """The courses; with how far, for who attends them."""
    courses = session.scalars(Course.in_order()).all()
    mine = continue_for(g.person, language()) if g.person else []
    return render_template(
        "pegup/courses/index.html",
        outlines=[outline_of(course, language()) for course in courses],
        mine={standing.outline.slug: standing for standing in mine},
    )


@blueprint.get("/<slug>")
@public
def show(slug: str) -> str:
    """The outline: what the course holds, what is done, what is missing."""
    course = course_for(slug)
    outline = outline_of(course, language())
    if not may_open(g.person, course):
        return render_template("pegup/courses/show.html", outline=outline, standing=None)
    states = [state(g.person, course) for state in blocks.lesson_states]
    return render_template(
        "pegup/courses/show.html",
        outline=outline,
        standing=standing_of(g.person, course, language()),
        is_enrolled=is_enrolled(g.person, course),
        states=lambda key: [found[key] for found in states if key in found],
        parts=[part(g.person, course) for part in blocks.course_parts],
        theme_parts=blocks.theme_parts,
    )


@blueprint.get("/<slug>/enrolment")
def joining(slug: str) -> str | Response:
    """Asks before somebody joins; a stranger comes back here from the sign-in page."""
    course = course_for(slug)
    if may_open(g.person, course):
        return redirect(url_for(".show", slug=slug))
    outline = outline_of(course, language())
    return render_template("pegup/courses/join.html", outline=outline, lesson=None)


@blueprint.post("/<slug>/enrolment")
def enrol(slug: str) -> Response:
    """Joins the course, and opens the lesson that was asked for."""
    course = course_for(slug)
    operations.enrol(g.person, course, at=now(), by=g.person)
    outline = outline_of(course, language())
    wanted = request.form.get("lesson", "")
    flash(_("Ya estás en el curso. Empieza cuando quieras."))
    if wanted in {lesson.slug for lesson in outline.lessons}:
        return redirect(url_for(".lesson", slug=slug, lesson_slug=wanted))
    return redirect(url_for(".show", slug=slug))


@blueprint.post("/<slug>/enrolment/removal")
def leave(slug: str) -> Response:
    """Leaves the course; what was read stays."""
    course = course_for(slug)
    operations.leave(g.person, course, at=now())
    flash(_("Saliste del curso. Lo que leíste queda guardado por si vuelves."))
    return redirect(url_for(".show", slug=slug))


@blueprint.get("/<slug>/lessons/<lesson_slug>")
def lesson(slug: str, lesson_slug: str) -> str | Response:
    """A lesson: its text was made at the import, and its page when somebody first had it so far."""
    opened = open_lesson(slug, lesson_slug)
    outline = outline_of(opened, language())
    entry = outline.entry(lesson_slug)
    is_read = opened.reading_id is not None
    page = blocks.LessonPage(course=slug, lesson=entry, person=g.person, is_read=is_read)
    saves = bool(entry.pictures) and saves_data()
    parts = [part(page) for part in blocks.lesson_parts]

    def show() -> str:
        return render_template(
            "pegup/courses/lesson.html",
            entry=entry,
            text=_light(entry) if saves else entry.html,
            around=_around(outline, entry, is_read=is_read, saves=saves),
            parts=[part.show() for part in parts],
        )

    state = (is_read, saves, *(part.state for part in parts))
    return for_many(outline.pages, state, show)


@blueprint.post("/data-saver")
def save_data() -> Response:
    """Keeps on this device whether pictures wait to be asked for, and goes back."""
    response = redirect(local_address(request.form.get("next")))
    response.set_cookie(
        SAVER,
        "on" if request.form.get("saver") == "on" else "off",
        max_age=ONE_YEAR,
        path=url_for("pegup.home"),
        samesite="Lax",
        httponly=True,
    )
    return response


@blueprint.get("/<slug>/lessons/<lesson_slug>/radio-script")
def radio_script(slug: str, lesson_slug: str) -> Response:
    """The lesson as timed plain text, for whoever reads it on a local radio."""
    outline = outline_of(open_lesson(slug, lesson_slug), language())
    response = make_response(outline.radio_script(outline.entry(lesson_slug)))
    response.mimetype = "text/plain"
    response.headers["Content-Disposition"] = f'attachment; filename="radio-{lesson_slug}.txt"'
    return response


@blueprint.post("/<slug>/lessons/<lesson_slug>/reading")
def mark_read(slug: str, lesson_slug: str) -> Response:
    """Says that the lesson is read."""
    operations.mark_read(g.person, lesson_for(slug, lesson_slug), at=now())
    return redirect(url_for(".lesson", slug=slug, lesson_slug=lesson_slug, _anchor="reading"))


@blueprint.post("/<slug>/lessons/<lesson_slug>/reading/removal")
def unmark_read(slug: str, lesson_slug: str) -> Response:
    """Takes that back."""
    operations.unmark_read(g.person, lesson_for(slug, lesson_slug))
    return redirect(url_for(".lesson", slug=slug, lesson_slug=lesson_slug, _anchor="reading"))


@blueprint.get("/<slug>/glossary")
@public
def glossary(slug: str) -> str:
    """The course's words, by letter; ``?q=`` finds with or without accents."""
    course = course_for(slug)
    words = request.args.get("q", "")[:100].strip()
    terms = _terms(course, language()) or _terms(course, course.language)
    found = [term for term in terms if normal(words) in _searched(term)]
    letters = groupby(found, key=lambda term: normal(term.name)[:1].upper())
    return render_template(
        "pegup/courses/glossary.html",
        outline=outline_of(course, language()),
        words=words,
        total=len(terms),
        letters=[(letter, list(group)) for letter, group in letters],
        text_language=terms[0].language if terms else course.language,
    )


@blueprint.get("/<slug>/media/<path:path>")
@public
def media(slug: str, path: str) -> Response:
    """A picture of the course; its name changes with its content, so browsers keep it."""
    query = select(CoursePicture).join(CoursePicture.file)
    query = query.join(Course, Course.id == CourseFile.course_id)
    wanted = query.where(Course.slug == slug, CoursePicture.name == path).limit(1)
    picture = one_or_404(wanted.options(undefer(CoursePicture.content)))
    response = make_response(picture.content)
    response.mimetype = picture.media_type
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


def not_enrolled(refused: NotEnrolled) -> tuple[str, int]:
    """403, with the way in."""
    outline = outline_of(refused.course, language())
    wanted = (request.view_args or {}).get("lesson_slug")
    return render_template("pegup/courses/join.html", outline=outline, lesson=wanted), 403


def home_part(person: Person | None) -> Markup | None:
    """At the front door: where to go on, or which courses there are."""
    standings: list[Standing] = continue_for(person, language()) if person else []
    outlines = []
    if not standings:
        courses = session.scalars(Course.in_order().limit(3))
        outlines = [outline_of(course, language()) for course in courses]
    if not standings and not outlines:
        return None
    page = render_template("pegup/courses/_home.html", standings=standings, outlines=outlines)
    return Markup(page)  # noqa: S704  # our own template


def saves_data() -> bool:
    """Whether pictures wait: as chosen on this device, else as the browser asks of every site."""
    chosen = request.cookies.get(SAVER) or request.headers.get("Save-Data", "")
    return chosen.lower() == "on"


def _around(outline: Outline, entry: Entry, *, is_read: bool, saves: bool) -> list[Markup]:
    """What stands before, between and after the text and the reader's own parts: made once for all.

    A third of a lesson's page went into it, and a lesson is the page that most people open.
    """
    course_address = url_for(".show", slug=outline.slug)
    key = (course_address, entry.slug, is_read, saves)
    if key not in outline.shown:
        page = render_template(
            "pegup/courses/_lesson.html",
            outline=outline,
            entry=entry,
            course_address=course_address,
            saves=saves,
            is_read=is_read,
            listening=_listening(language()),
            before=outline.before(entry.slug),
            after=outline.after(entry.slug),
            gap=GAP,
        )
        outline.shown[key] = Markup(page).split(GAP)  # noqa: S704  # our own template
    return outline.shown[key]


def _light(entry: Entry) -> Markup:
    label = _("Ver la imagen:")
    text = pictures.on_demand(entry.html, entry.pictures, label=label, language=language())
    return Markup(text)  # noqa: S704  # cleaned at the import


@cache
def _listening(_language: str) -> str:
    """What the button that reads aloud says, and the voice where there is nothing to read, as JSON."""
    words = {
        "listen": _("Escuchar la lección"),
        "pause": _("Pausa"),
        "go": _("Seguir"),
        "table": _("Aquí hay un cuadro. Míralo en la lección."),
        "picture": _("Imagen:"),
    }
    return json.dumps(words, ensure_ascii=False)


def _terms(course: Course, wanted: str) -> list[Term]:
    query = select(Term).where(Term.course_id == course.id, Term.language == wanted)
    return sorted(session.scalars(query), key=lambda term: (normal(term.name), term.slug))


def _searched(term: Term) -> str:
    """Everything in which a term is searched for."""
    text = Markup(term.definition_html).striptags()  # noqa: S704
    return normal(" ".join((term.name, *term.also, term.quechua, text)))


home_parts.append(HomePart(home_part, order=10))
