"""The plan of a course in the calendar of a group: what is for this week, what is behind.

A plan, not a lock: every lesson is open from the first day to the last and after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from pegup.courses.when import Period, When, week_at


class Planned(Protocol):
    """A lesson in the order in which the course is read."""

    @property
    def id(self) -> int: ...

    @property
    def when(self) -> When | None: ...


Lesson = TypeVar("Lesson", bound=Planned)


class Phase(StrEnum):
    """Where a group is in its dates."""

    BEFORE = "before"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True)
class Dates:
    """When a group takes place."""

    starts_on: date
    ends_on: date

    def phase(self, day: date) -> Phase:
        if day < self.starts_on:
            return Phase.BEFORE
        return Phase.OVER if day > self.ends_on else Phase.RUNNING

    def week(self, day: date) -> int:
        """1 is the week in which it starts."""
        return week_at(self.starts_on, day)

    def period(self, lesson: Planned) -> Period | None:
        """When the lesson is planned for; None where the course does not say."""
        return lesson.when.period(self.starts_on, self.ends_on) if lesson.when else None


@dataclass(frozen=True)
class Plan(Generic[Lesson]):
    """What a person has before them on one day."""

    this_week: tuple[Lesson, ...]
    """Planned for a time that this week touches, read or not."""
    behind: tuple[Lesson, ...]
    """Planned for before, and not read yet."""
    periods: Mapping[int, Period]
    """Lesson id to when it is planned for."""


def plan_of(
    lessons: Sequence[Lesson], read: Collection[int], dates: Dates, day: date
) -> Plan[Lesson]:
    """``read`` holds lesson ids. On the weekend the whole week still counts as this week."""
    periods = {each.id: found for each in lessons if (found := dates.period(each))}
    week = When(week=1).period(day, day)
    this_week = tuple(
        each
        for each in lessons
        if each.id in periods
        and periods[each.id].first <= week.last
        and periods[each.id].last >= week.first
    )
    behind = tuple(
        each
        for each in lessons
        if each.id in periods and periods[each.id].last < week.first and each.id not in read
    )
    return Plan(this_week, behind, periods)
