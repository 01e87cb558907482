"""Grades and completion in the words of the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from flask import url_for

from pegup.courses.models import Course
from pegup.gradebook.completion import Document, Product, ProductState
from pegup.gradebook.export import File, Row, csv_file
from pegup.gradebook.grading import Grade, half_up
from pegup.gradebook.operations import Line
from pegup.profiles.summary import Level
from pegup.teams.models import Team
from pegup.web.language import day, lazy, ngettext, number, percent
from pegup.web.language import gettext as _

PRODUCTS = {
    Product.PROFILE: lazy("Perfil ambiental"),
    Product.PROMOTION_PLAN: lazy("Plan de promoción"),
    Product.COMMITTEE: lazy("Comité de la Agenda 21 local"),
}


def share(part: Fraction) -> str:
    """A mark in per cent, whole: ``67 %``; never 100 % for what is not whole."""
    whole = int(half_up(part * 100, 0))
    return percent(min(whole, 99) if part < 1 else whole)


def points(value: Fraction) -> str:
    """Points of a grade with two decimals."""
    return number(half_up(value, 2), 2)


def result_words(course: Course, made: Grade, *, has_left: bool = False) -> str:
    """Passed or not, as a register writes it."""
    if has_left:
        return _("Se retiró")
    if made.value is None:
        return _("No respondió")
    return _("Aprobado") if made.is_passing else _("Desaprobado")


def product_has(state: ProductState) -> str:
    """What there is of a product."""
    if state.product == Product.COMMITTEE:
        if not state.committee_formed_on:
            return _("Todavía no está registrado.")
        formed = day(date.fromisoformat(state.committee_formed_on))
        return _("Se formó el %(day)s.", day=formed)
    if state.document is None:
        return _("Está sin empezar.")
    return " ".join([_counted(state.product, state.document), _shown(state.document)])


def product_missing(state: ProductState) -> str:
    """What is still to be done; empty where it is complete."""
    if state.is_done:
        return ""
    if state.product == Product.COMMITTEE:
        return _("Registren el comité con su acta.")
    if state.document is None:
        return _("Empiécenlo con el equipo.")
    return " ".join(_steps(state.product, state.document))


def product_address(state: ProductState, team: Team) -> str:
    """Where the team goes on."""
    if state.product == Product.COMMITTEE:
        return url_for("pegup.teams.committee", slug=team.slug)
    template = "perfil-ambiental" if state.product == Product.PROFILE else "plan-de-promocion"
    return url_for("pegup.profiles.show", team=team.slug, template=template)


def grades_file(course: Course, lines: Iterable[Line]) -> File:
    """The CSV of these lines, in the language of the page or terminal."""
    headings = [
        _("Código"),
        _("Nombre"),
        _("Universidad"),
        _("Lecciones leídas"),
        _("Lecciones"),
        _("Nota"),
        _("Resultado"),
        _("Completó el curso"),
    ]
    return csv_file(headings, (_row(course, line) for line in lines))


def _row(course: Course, line: Line) -> Row:
    done = line.result.completion
    return Row(
        code=line.student.code if line.student else "",
        name=line.person.name,
        university=line.student.university.name if line.student else "",
        lessons_read=done.lessons_read,
        lessons=done.lessons,
        grade=line.result.grade.value,
        result=result_words(course, line.result.grade, has_left=line.has_left),
        completed=_("Sí") if done.is_done else _("No"),
    )


def _counted(product: Product, document: Document) -> str:
    summary = document.summary
    if product == Product.PROFILE:
        return ngettext(
            "Un indicador básico respondido.",
            "%(num)d indicadores básicos respondidos.",
            summary.core_answered,
        )
    return _(
        "%(done)s de %(total)s secciones escritas.",
        done=summary.sections_settled,
        total=summary.sections_total,
    )


def _shown(document: Document) -> str:
    return _("Está publicado.") if document.is_published else _("No está publicado.")


def _steps(product: Product, document: Document) -> Iterable[str]:
    summary = document.summary
    if product == Product.PROFILE and summary.level != Level.FULL:
        yield _level_step(document)
    left = summary.sections_total - summary.sections_settled
    if product == Product.PROMOTION_PLAN and left > 0:
        yield ngettext(
            "Falta una sección: escríbanla o digan por qué no corresponde.",
            "Faltan %(num)d secciones: escríbanlas o digan por qué no corresponden.",
            left,
        )
    if not document.is_published:
        yield _("Falta publicarlo.")


def _level_step(document: Document) -> str:
    summary = document.summary
    core = summary.preliminary_needs - summary.core_answered
    if core > 0:
        return ngettext(
            "Falta responder un indicador básico.",
            "Falta responder %(num)d indicadores básicos.",
            core,
        )
    return ngettext(
        "Falta responder un indicador.",
        "Falta responder %(num)d indicadores.",
        summary.full_needs - summary.answered,
    )
