"""When a lesson is planned for: "semana 3" in its file, a week of the calendar for each group.

A plan, not a lock: nothing opens or closes by it. The week in which a group starts is week 1; weeks
go from Monday to Sunday, and nobody guesses holidays.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

MOST_WEEKS = 99
DAYS = (
    ("lunes", "monday"),
    ("martes", "tuesday"),
    ("miercoles", "wednesday"),
    ("jueves", "thursday"),
    ("viernes", "friday"),
    ("sabado", "saturday"),
    ("domingo", "sunday"),
)
LAST = ("final", "fin", "ultima semana", "last week", "end")
SHAPE = re.compile(r"(?:semana|week) (?P<week>[1-9]\d?)(?:(?: ?, ?| )(?P<day>[a-z]+))?")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"(?<!\d)0*([1-9]\d?)(?!\d)")


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both of them in it."""

    first: date
    last: date


@dataclass(frozen=True)
class When:
    """One of: a week, perhaps with its day (1 is Monday); the last week; a date."""

    week: int = 0
    weekday: int = 0
    on: date | None = None

    @property
    def is_last(self) -> bool:
        return self.week == 0 and self.on is None

    def __str__(self) -> str:
        if self.on is not None:
            return self.on.isoformat()
        if self.is_last:
            return "final"
        return f"week {self.week}" + (f", {DAYS[self.weekday - 1][1]}" if self.weekday else "")

    def period(self, starts_on: date, ends_on: date) -> Period:
        """In the calendar of a group that starts and ends on these days."""
        if self.on is not None:
            return Period(self.on, self.on)
        monday = monday_of(ends_on) if self.is_last else monday_of(starts_on, self.week)
        if self.weekday:
            day = monday + timedelta(days=self.weekday - 1)
            return Period(day, day)
        return Period(monday, monday + timedelta(days=6))


def monday_of(day: date, week: int = 1) -> date:
    """The Monday of this day's week, or of the ``week``-th from there."""
    return day - timedelta(days=day.weekday()) + timedelta(weeks=week - 1)


def week_at(starts_on: date, day: date) -> int:
    """Which week of the group a day lies in: 1 is the one in which it starts, less is before."""
    return (monday_of(day) - monday_of(starts_on)).days // 7 + 1


def read_when(text: str) -> When | None:
    """What the words say, in Spanish or English, accents and case aside; None: not understood."""
    plain = _plain(text)
    if plain in LAST:
        return When()
    if ISO.fullmatch(plain):
        try:
            return When(on=date.fromisoformat(plain))
        except ValueError:
            return None
    return _week(plain)


def meant(text: str) -> str:
    """What was probably meant by words that are not understood."""
    plain = _plain(text)
    number = None if ISO.fullmatch(plain) else NUMBER.search(plain)
    if number is None:
        return "final" if plain[:3] in {"fin", "ult", "las", "end"} else "semana 3"
    said = [names[0] for names in DAYS if any(name[:3] in plain for name in names)]
    day = said[0] if said else ""
    day = {"miercoles": "miércoles", "sabado": "sábado"}.get(day, day)
    return f"semana {number[1]}" + (f", {day}" if day else "")


def _week(plain: str) -> When | None:
    found = SHAPE.fullmatch(plain)
    if found is None:
        return None
    named = found["day"]
    if named is None:
        return When(week=int(found["week"]))
    weekday = next((number for number, names in enumerate(DAYS, 1) if named in names), 0)
    return When(week=int(found["week"]), weekday=weekday) if weekday else None


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", " ".join(text.split()).lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
