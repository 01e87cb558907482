"""The words for dates of a group and for why somebody may need a word."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, format_skeleton

from pegup.cohorts.models import Mailing
from pegup.cohorts.standing import Order, Reason, Standing
from pegup.courses.outline import Outline
from pegup.courses.when import Period, When
from pegup.gradebook.words import share
from pegup.web.language import DATE_LOCALES, language, lazy, ngettext
from pegup.web.language import day as whole_day
from pegup.web.language import gettext as _

REASONS = {
    Reason.NOT_BEGUN: lazy("Todavía no empieza"),
    Reason.QUIET: lazy("Varios días sin avanzar"),
    Reason.LOW: lazy("Muchos intentos, nota baja"),
    Reason.BEHIND: lazy("Atrás del plan"),
}
MAILINGS = {
    Mailing.NONE: lazy("lo ve en el sitio"),
    Mailing.WAITING: lazy("el correo está por salir"),
    Mailing.SENDING: lazy("el correo estaba saliendo"),
    Mailing.SENT: lazy("el correo salió"),
    Mailing.REFUSED: lazy("su correo lo rechazó"),
    Mailing.UNSURE: lazy("no se sabe si el correo llegó"),
}
LONG_AGO = 60
"""Days after which nobody counts them."""
ORDERS = {
    Order.HELP: lazy("Más días sin avanzar"),
    Order.SIGN: lazy("Última señal más antigua"),
    Order.BEHIND: lazy("Más lecciones atrás del plan"),
    Order.MARK: lazy("Nota más baja"),
    Order.NAME: lazy("Nombre"),
}


def planned_words(when: When, period: Period) -> str:
    """``semana 3 · del 14 al 20 de setiembre``."""
    days = period_words(period)
    if when.week:
        return _("semana %(number)s · %(days)s", number=when.week, days=days)
    if when.is_last:
        return _("última semana · %(days)s", days=days)
    return days


def period_words(period: Period) -> str:
    """``del 14 al 20 de setiembre`` or ``18 de setiembre``; weeks that span two months say both."""
    first, last = period.first, period.last
    if first == last:
        return short_day(first)
    if first.month == last.month:
        month = format_date(last, "MMMM", locale=DATE_LOCALES[language()])
        return _(
            "del %(first)s al %(last)s de %(month)s", first=first.day, last=last.day, month=month
        )
    return _("del %(first)s al %(last)s", first=short_day(first), last=short_day(last))


def short_day(day: date) -> str:
    """``18 de setiembre``; the year is known from where it stands."""
    shown: str = format_skeleton("MMMMd", day, locale=DATE_LOCALES[language()])
    return shown


def days_ago(day: date, today: date) -> str:
    """``hoy``, ``ayer`` or ``hace 8 días``; what is long ago as the day itself."""
    days = (today - day).days
    if days > LONG_AGO:
        return whole_day(day)
    if days <= 0:
        return _("hoy")
    return ngettext("ayer", "hace %(num)d días", days)


def place_words(each: Standing, outline: Outline) -> str:
    """``en la lección 2.3``."""
    if each.lesson is None:
        return _("leyó todo") if each.is_done else _("leyó todo y le faltan preguntas")
    return _("en la lección %(number)s", number=_number(outline, each.lesson))


def why(each: Standing, outline: Outline) -> list[str]:
    """Each reason as a person would say it: ``8 días sin avanzar, en la lección 2.3``."""
    lowest = each.lowest
    said = {
        Reason.NOT_BEGUN: ngettext(
            "Todavía no empieza: pasó un día.",
            "Todavía no empieza: pasaron %(num)d días.",
            each.quiet_days,
        ),
        Reason.QUIET: ngettext(
            "%(num)d día sin avanzar, %(place)s.",
            "%(num)d días sin avanzar, %(place)s.",
            each.quiet_days,
            place=place_words(each, outline),
        ),
        Reason.BEHIND: ngettext(
            "Tiene %(num)d lección de semanas pasadas por leer.",
            "Tiene %(num)d lecciones de semanas pasadas por leer.",
            each.behind,
        ),
    }
    if lowest is not None:
        said[Reason.LOW] = ngettext(
            "Lección %(number)s: %(num)d intento, el mejor %(best)s.",
            "Lección %(number)s: %(num)d intentos, el mejor %(best)s.",
            lowest.tries,
            number=_number(outline, lowest.lesson),
            best=share(lowest.best),
        )
    return [said[reason] for reason in each.reasons]


def _number(outline: Outline, lesson: int) -> str:
    return next(each.number for each in outline.lessons if each.id == lesson)
