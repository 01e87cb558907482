"""Who is stuck: each reason at its threshold, and nobody without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegup.cohorts.calendar import Dates
from pegup.cohorts.standing import (
    BEHIND_LESSONS,
    LOW_TRIES,
    NOT_BEGUN_DAYS,
    QUIET_DAYS,
    Facts,
    Group,
    Low,
    Order,
    Reason,
    counts,
    holding_up,
    in_order,
    with_reason,
)
from pegup.courses.when import When


@dataclass(frozen=True)
class Lesson:
    id: int
    when: When | None
    minutes: int = 10


START = date(2026, 9, 7)
"""A Monday."""
DATES = Dates(START, START + timedelta(weeks=12, days=-1))
LESSONS = [Lesson(n, When(week=n)) for n in range(1, 7)]
LOW = Low(lesson=3, tries=LOW_TRIES, best=Fraction(2, 5))


def facts(person: int = 1, **known) -> Facts:
    read = known.pop("read", ())
    return Facts(**{"person": person, "joined_on": date(2026, 9, 1)} | known, read=frozenset(read))


def active(day: date, *read: int, **known) -> Facts:
    return facts(read=read, last_sign_on=day, last_progress_on=day, **known)


def standing(known: Facts, lessons, dates: Dates, day: date):
    return Group(lessons, dates, day).standing(known)


def reasons(known: Facts, day: date):
    return list(standing(known, LESSONS, DATES, day).reasons)


def on(days: int) -> date:
    return START + timedelta(days=days)


def test_who_has_not_begun_is_named_some_days_after_the_start_and_not_before_it():
    assert reasons(facts(), START - timedelta(days=30)) == []
    assert reasons(facts(), on(NOT_BEGUN_DAYS - 1)) == []
    assert reasons(facts(), on(NOT_BEGUN_DAYS)) == [Reason.NOT_BEGUN]


def test_who_came_later_has_as_many_days():
    late = facts(joined_on=on(20))
    assert reasons(late, on(20 + NOT_BEGUN_DAYS - 1)) == []
    assert reasons(late, on(20 + NOT_BEGUN_DAYS)) == [Reason.NOT_BEGUN]


def test_silence_counts_from_the_last_progress():
    assert reasons(active(on(2), 1), on(2 + QUIET_DAYS - 1)) == []
    assert reasons(active(on(2), 1), on(2 + QUIET_DAYS)) == [Reason.QUIET]


def test_who_read_before_the_group_began_is_not_silent_on_its_first_day():
    early = active(START - timedelta(days=40), 1, 2)
    assert reasons(early, START) == []
    assert reasons(early, on(QUIET_DAYS)) == [Reason.QUIET]


def test_who_only_opened_questions_has_begun():
    opened = facts(last_sign_on=on(1))
    assert reasons(opened, on(NOT_BEGUN_DAYS + 1)) == []
    assert reasons(opened, on(QUIET_DAYS)) == [Reason.QUIET]


def test_lessons_of_past_weeks_put_behind_and_one_does_not():
    week = 7 * BEHIND_LESSONS
    assert reasons(active(on(week - 1)), on(week - 1)) == []
    assert reasons(active(on(week)), on(week)) == [Reason.BEHIND]
    assert reasons(active(on(week), 1), on(week)) == []


def test_what_was_planned_before_somebody_came_does_not_put_them_behind():
    day = on(28)
    assert standing(active(day), LESSONS, DATES, day).behind == 4
    assert standing(active(day, joined_on=on(21)), LESSONS, DATES, day).behind == 1
    assert reasons(active(day, joined_on=on(21)), day) == []


def test_many_tries_with_a_low_mark_are_a_reason():
    assert reasons(active(on(1), 1, low=(LOW,)), on(1)) == [Reason.LOW]
    worse = Low(lesson=4, tries=5, best=Fraction(1, 5))
    assert standing(active(on(1), low=(LOW, worse)), LESSONS, DATES, on(1)).lowest == worse


def test_who_completed_the_course_is_never_stuck():
    everything = active(on(1), *range(1, 7), has_marks=True)
    for day in (on(-3), on(1), on(80), on(800)):
        found = standing(everything, LESSONS, DATES, day)
        assert (found.reasons, found.is_done, found.lesson) == ((), True, None)


def test_who_read_everything_and_lacks_questions_may_be_silent():
    found = standing(active(on(1), *range(1, 7)), LESSONS, DATES, on(30))
    assert (found.reasons, found.is_done, found.lesson) == ((Reason.QUIET,), False, None)


def test_after_the_end_silence_grows_no_longer():
    last = standing(active(on(1), 1), LESSONS, DATES, DATES.ends_on)
    later = standing(active(on(1), 1), LESSONS, DATES, DATES.ends_on + timedelta(days=9999))
    assert later == last
    assert last.quiet_days == 82


def test_somebody_stands_at_the_next_lesson_after_the_furthest():
    def at(*read):
        return standing(active(on(1), *read), LESSONS, DATES, on(1)).lesson

    assert at() == 1
    assert at(1, 2) == 3
    assert at(1, 4) == 5
    assert at(2, 3, 4, 5, 6) == 1
    assert at(1, 2, 99) == 3


def test_lists_are_sorted_by_what_matters():
    day = on(40)
    quiet = standing(active(on(20), 1, 2, 3, 4, 5), LESSONS, DATES, day)
    behind = standing(active(on(39), 1), LESSONS, DATES, day)
    low = standing(active(on(40), 1, 2, 3, 4, 5, low=(LOW,)), LESSONS, DATES, day)
    unseen = standing(facts(), LESSONS, DATES, day)
    well = standing(active(on(38), 1, 2, 3, 4, 5), LESSONS, DATES, day)
    people = [low, well, behind, quiet, unseen]
    assert in_order(people, Order.HELP) == [unseen, quiet, behind, low, well]
    assert in_order(people, Order.SIGN) == [unseen, quiet, well, behind, low]
    assert in_order(people, Order.BEHIND)[:2] == [unseen, behind]
    assert in_order(people, Order.MARK)[0] == low
    assert in_order(people, Order.NAME) == people
    assert counts(people) == {Reason.LOW: 1, Reason.BEHIND: 1, Reason.QUIET: 1, Reason.NOT_BEGUN: 1}
    assert with_reason(people, {Reason.LOW, Reason.QUIET}) == [low, quiet]
    assert holding_up(people, 2) == [(3, 1), (2, 1)]


@given(
    st.sets(st.integers(1, 6)),
    st.integers(-10, 120),
    st.one_of(st.none(), st.integers(-10, 120)),
    st.integers(-10, 120),
    st.booleans(),
    st.booleans(),
)
def test_reasons_hold_what_they_say(read, today, last, joined, is_low, has_marks):
    day = on(last) if last is not None else None
    known = facts(
        read=read if last is not None else (),
        joined_on=on(joined),
        last_sign_on=day,
        last_progress_on=day,
        low=(LOW,) if is_low and last is not None else (),
        has_marks=has_marks,
    )
    found = standing(known, LESSONS, DATES, on(today))
    if today < 0 or found.is_done:
        assert found.reasons == ()
    if Reason.NOT_BEGUN in found.reasons:
        assert found.reasons == (Reason.NOT_BEGUN,)
        assert day is None
    if Reason.BEHIND in found.reasons:
        assert len([n for n in range(1, 7) if n not in read]) >= found.behind >= BEHIND_LESSONS
    assert found.quiet_days >= 0
    assert set(found.holding) <= set(range(1, 7))
    assert bool(found.holding) <= bool(found.reasons)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(app, reason):
    from pegup.cohorts.words import REASONS

    assert str(REASONS[reason])
