"""The words for dates of a group."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, format_skeleton

from pegup.courses.when import Period, When
from pegup.web.language import DATE_LOCALES, language
from pegup.web.language import gettext as _


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
