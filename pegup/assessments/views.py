"""Answering a lesson's questions: start, save, finish, read what was right."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from pegup.accounts.models import Person
from pegup.assessments.marks import best_marks
from pegup.assessments.models import Attempt
from pegup.assessments.operations import (
    HELD,
    AlreadySubmitted,
    NothingToAsk,
    field_name,
    save_answers,
    start_attempt,
    submit,
)
from pegup.courses.access import lesson_for
from pegup.courses.blocks import LessonPage, LessonPart, lesson_parts, lesson_states
from pegup.courses.models import Course
from pegup.courses.outline import outline_of
from pegup.db import now, one_or_404, rows, session
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.language import clock, language, percent
from pegup.web.language import gettext as _
from pegup.web.paging import count_of, paging

blueprint = Feature("assessments", __name__, url_prefix="/")


@blueprint.context_processor
def words() -> dict[str, object]:
    """``html`` is for what the course import has cleaned and stored."""
    return {"html": Markup, "clock": clock, "field_name": field_name, "held": HELD}


@blueprint.post("/courses/<course>/lessons/<lesson>/attempts")
def start(course: str, lesson: str) -> Response:
    """Begins an attempt, or goes on with the open one."""
    found = lesson_for(course, lesson)
    entry = outline_of(found.course, language()).entry(lesson)
    try:
        attempt = start_attempt(found, g.person, entry.language, at=now())
    except NothingToAsk:
        raise Refused(_("Esta lección no tiene preguntas.")) from None
    return redirect(url_for(".attempt", key=attempt.uuid))


@blueprint.get("/courses/<course>/lessons/<lesson>/attempts")
def mine(course: str, lesson: str) -> str:
    """All goes of this person at the lesson's questions, newest first."""
    found = lesson_for(course, lesson)
    outline = outline_of(found.course, language())
    query = Attempt.of(g.person, found)
    page = paging(count_of(query))
    return render_template(
        "pegup/assessments/mine.html",
        outline=outline,
        entry=outline.entry(lesson),
        attempts=session.scalars(page.cut(query)).all(),
        paging=page,
    )


@blueprint.get("/attempts/<uuid:key>")
def attempt(key: UUID) -> str:
    """The questions as they were asked to this person; once finished, with what was right."""
    found = one_or_404(Attempt.whole(key, g.person))
    return _page(found)


@blueprint.post("/attempts/<uuid:key>")
def answer(key: UUID) -> Response | str:
    """Stores what was given, then shows it, asks whether to finish, or finishes."""
    found = one_or_404(Attempt.whole(key, g.person))
    action = request.form.get("action", "save")
    try:
        save_answers(found, request.form, at=now())
        is_whole = all(each.given is not None for each in found.answers)
        if action == "finish" or (action == "submit" and is_whole):
            submit(found, at=now())
            return redirect(url_for(".attempt", key=key))
    except AlreadySubmitted:
        flash(_("Este intento ya estaba terminado. Lo que cambiaste después no cuenta."))
        return redirect(url_for(".attempt", key=key))
    if action == "submit":
        return _page(found, asks_to_finish=True)
    flash(_("Tus respuestas están guardadas."))
    return redirect(url_for(".attempt", key=key))


def questions_part(page: LessonPage) -> LessonPart:
    """Below a lesson's text: its questions, how many, and how they went."""
    lesson = page.lesson
    if not lesson.questions:
        return LessonPart(None, Markup)
    wanted = {"person_id": page.person.id, "lesson_id": lesson.id}
    found = rows(Attempt.so_far(), wanted).one()
    state = {
        "best": found.best,
        "is_open": found.begun > found.finished,
        "is_done": found.finished > 0,
    }

    def show() -> Markup:
        html = render_template(
            "pegup/assessments/_questions.html",
            course=page.course,
            lesson=lesson.slug,
            count=lesson.questions,
            **state,
        )
        return Markup(html)  # noqa: S704  our own template

    return LessonPart(tuple(state.values()), show)


def best_states(person: Person, course: Course) -> Mapping[int, Markup]:
    """Beside each lesson of the outline: the best mark."""
    marks = best_marks(course, [person.id]).get(person.id, {})
    words = _("Preguntas: %(mark)s")
    return {
        lesson: Markup("{}").format(words % {"mark": percent(mark * 100, 0)})
        for lesson, mark in marks.items()
    }


def _page(attempt: Attempt, *, asks_to_finish: bool = False) -> str:
    outline = outline_of(attempt.lesson.course, language())
    entry = outline.entry(attempt.lesson.slug) if attempt.lesson.withdrawn_at is None else None
    query = Attempt.of(g.person, attempt.lesson).where(Attempt.mark.is_not(None))
    is_done = attempt.submitted_at is not None
    best = session.scalar(select(func.max(query.subquery().c.mark)))
    return render_template(
        "pegup/assessments/attempt.html",
        attempt=attempt,
        outline=outline,
        entry=entry,
        after=outline.after(attempt.lesson.slug) if entry else None,
        best=best,
        open_questions=[each for each in attempt.answers if each.given is None],
        asks_to_finish=asks_to_finish,
        is_done=is_done,
        changed=[each for each in attempt.answers if each.since is not None],
        added=0 if is_done else session.scalar(attempt.newer()),
    )


lesson_parts.append(questions_part)
lesson_states.append(best_states)
