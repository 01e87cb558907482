"""Where somebody stands in a group, and whether that asks for a word from the trainer.

Nobody is called stuck before the group begins, after completing the course, or for what was planned
before they came. After the group's last day nobody's silence grows any longer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from pegup.cohorts.calendar import Dates, Phase, Planned, plan_of

QUIET_DAYS = 7
"""Without a lesson read or questions answered, by somebody who had begun."""
NOT_BEGUN_DAYS = 4
"""After the start of the group, or after coming in."""
LOW_TRIES = 3
"""Goes at the questions of one lesson without reaching the mark that the course asks for."""
BEHIND_LESSONS = 2
"""Lessons of past weeks that are not read; one may be a busy week."""


class Reason(StrEnum):
    """Why a trainer may want to write, the most pressing first."""

    NOT_BEGUN = "not-begun"
    QUIET = "quiet"
    LOW = "low"
    BEHIND = "behind"


@dataclass(frozen=True)
class Low:
    """A lesson whose questions somebody tried again and again."""

    lesson: int
    tries: int
    best: Fraction
    """0 to 1"""


@dataclass(frozen=True)
class Facts:
    """What is known of a person in the course."""

    person: int
    joined_on: date
    read: frozenset[int] = frozenset()
    """Lesson ids."""
    last_sign_on: date | None = None
    """The last day on which they read a lesson, or began or sent in questions."""
    last_progress_on: date | None = None
    """The last day on which they read a lesson or sent in questions."""
    low: tuple[Low, ...] = ()
    """In the order of the course."""
    has_marks: bool = False
    """Whether the questions of every theme are at the mark."""


@dataclass(frozen=True)
class Standing:
    """Where the person stands today."""

    facts: Facts
    lesson: int | None
    """The next one after the furthest that is read; None: all are read."""
    behind: int
    """Lessons of past weeks that are not read."""
    quiet_days: int
    """Since the last progress, or since the start."""
    is_done: bool
    reasons: tuple[Reason, ...]

    @property
    def lowest(self) -> Low | None:
        """The lesson with the worst best mark of those tried again and again."""
        return min(self.facts.low, key=lambda low: low.best, default=None)

    @property
    def holding(self) -> tuple[int, ...]:
        """The lessons that hold the person up; none of somebody who moves on or has not begun."""
        if not self.reasons or Reason.NOT_BEGUN in self.reasons:
            return ()
        if self.facts.low:
            return tuple(low.lesson for low in self.facts.low)
        return (self.lesson,) if self.lesson is not None else ()


class Group:
    """A group on one day: what is the same for everybody in it is reckoned once."""

    def __init__(self, lessons: Sequence[Planned], dates: Dates, today: date) -> None:
        """``lessons`` in the order in which the course is read."""
        self.day = min(today, dates.ends_on)
        self.starts_on = dates.starts_on
        self.is_running = dates.phase(self.day) is not Phase.BEFORE
        self.order = [each.id for each in lessons]
        plan = plan_of(lessons, (), dates, self.day)
        self.past = [(each.id, plan.periods[each.id].last) for each in plan.behind]

    def standing(self, facts: Facts) -> Standing:
        """Where one of its people stands."""
        since = max(self.starts_on, facts.joined_on)
        quiet_days = max((self.day - max(facts.last_progress_on or since, since)).days, 0)
        behind = sum(key not in facts.read and last >= facts.joined_on for key, last in self.past)
        following = self._following(facts.read)
        is_done = following is None and facts.has_marks and bool(self.order)
        wants = self.is_running and not is_done
        reasons = tuple(_reasons(facts, quiet_days, behind)) if wants else ()
        return Standing(facts, following, behind, quiet_days, is_done, reasons)

    def _following(self, read: Collection[int]) -> int | None:
        """The first lesson that is not read after the furthest that is, else the first of all."""
        furthest = max((at for at, key in enumerate(self.order) if key in read), default=-1)
        ahead = (*self.order[furthest + 1 :], *self.order)
        return next((key for key in ahead if key not in read), None)


def _reasons(facts: Facts, quiet_days: int, behind: int) -> Iterable[Reason]:
    if facts.last_sign_on is None:
        if quiet_days >= NOT_BEGUN_DAYS:
            yield Reason.NOT_BEGUN
        return
    if quiet_days >= QUIET_DAYS:
        yield Reason.QUIET
    if facts.low:
        yield Reason.LOW
    if behind >= BEHIND_LESSONS:
        yield Reason.BEHIND


class Order(StrEnum):
    """By what a list of people is sorted."""

    HELP = "help"
    """Longest without progress first."""
    SIGN = "sign"
    """Oldest sign of life first, those without any before all."""
    BEHIND = "behind"
    """Most lessons behind first."""
    MARK = "mark"
    """Lowest best mark first; those without one last."""
    NAME = "name"


def in_order(people: Sequence[Standing], order: Order) -> list[Standing]:
    """``people`` come by name, and stay so where they are equal."""
    keys = {
        Order.HELP: lambda each: (not each.reasons, -each.quiet_days, -each.behind),
        Order.SIGN: lambda each: each.facts.last_sign_on or date.min,
        Order.BEHIND: lambda each: -each.behind,
        Order.MARK: lambda each: each.lowest.best if each.lowest else 2,
        Order.NAME: lambda each: 0,
    }
    return sorted(people, key=keys[order])


def counts(people: Iterable[Standing]) -> Mapping[Reason, int]:
    """How many people each reason is true of."""
    return Counter(reason for each in people for reason in each.reasons)


def holding_up(people: Iterable[Standing], most: int) -> list[tuple[int, int]]:
    """The lessons that hold most people up, with how many, most first."""
    found = Counter(lesson for each in people for lesson in each.holding)
    return sorted(found.items(), key=lambda item: -item[1])[:most]


def with_reason(people: Iterable[Standing], wanted: Collection[Reason]) -> list[Standing]:
    """Those of whom at least one of these reasons is true."""
    return [each for each in people if not set(wanted).isdisjoint(each.reasons)]
