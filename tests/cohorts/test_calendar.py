"""The plan of a course on one day: what is for this week, what is behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from pegup.cohorts.calendar import Dates, Phase, plan_of
from pegup.courses.when import When, read_when


@dataclass(frozen=True)
class Lesson:
    id: int
    when: When | None


LESSONS = [
    Lesson(1, read_when("semana 1")),
    Lesson(2, read_when("semana 2, viernes")),
    Lesson(3, read_when("semana 3")),
    Lesson(4, None),
    Lesson(5, read_when("final")),
]
DATES = Dates(date(2026, 9, 10), date(2026, 10, 2))
"""From a Thursday to a Friday of the fourth week."""


def ids(lessons):
    return [each.id for each in lessons]


@pytest.mark.parametrize(
    ("day", "this_week", "behind"),
    [
        (date(2026, 9, 1), [], []),
        (date(2026, 9, 7), [1], []),
        (date(2026, 9, 13), [1], []),
        (date(2026, 9, 14), [2], [1]),
        (date(2026, 9, 18), [2], [1]),
        (date(2026, 9, 20), [2], [1]),
        (date(2026, 9, 21), [3], [1, 2]),
        (date(2026, 9, 28), [5], [1, 2, 3]),
        (date(2026, 12, 1), [], [1, 2, 3, 5]),
    ],
)
def test_what_is_for_this_week_and_what_is_left(day, this_week, behind):
    plan = plan_of(LESSONS, (), DATES, day)
    assert ids(plan.this_week) == this_week
    assert ids(plan.behind) == behind
    read = plan_of(LESSONS, (1, 3), DATES, day)
    assert ids(read.this_week) == this_week
    assert ids(read.behind) == [each for each in behind if each not in (1, 3)]


def test_a_course_that_names_no_weeks_puts_nobody_behind():
    plan = plan_of([Lesson(4, None)], (), DATES, date(2030, 1, 1))
    assert (plan.this_week, plan.behind, plan.periods) == ((), (), {})


def test_a_group_is_before_within_or_after_its_dates():
    assert DATES.phase(date(2026, 9, 9)) is Phase.BEFORE
    assert DATES.phase(date(2026, 9, 10)) is Phase.RUNNING
    assert DATES.phase(date(2026, 10, 2)) is Phase.RUNNING
    assert DATES.phase(date(2026, 10, 3)) is Phase.OVER
