"""The grade of a course from the marks of its lessons: exact fractions, rounded once at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any

PLACES = 6
"""Decimals of a stored mark."""
LARGEST_DENOMINATOR = 700
"""Two fractions with smaller denominators differ by more than the last of a mark's six places."""


@dataclass(frozen=True)
class Theme:
    """A module as the grade sees it."""

    slug: str
    weight: int
    """Per cent of the course's grade."""
    lessons: tuple[int, ...]
    """Ids of the lessons that ask something."""


@dataclass(frozen=True)
class Scale:
    """``grading`` of course.md; the rounding there is half up, the only one there is."""

    top: int
    passing: int
    decimals: int

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Scale:
        """From ``Course.settings``."""
        grading = settings["grading"]
        return cls(int(grading["scale"]), int(grading["passing"]), int(grading["decimals"]))


@dataclass(frozen=True)
class ThemeMark:
    """How well a theme's questions were answered; a lesson without an attempt counts as zero."""

    theme: Theme
    answered: int
    """Lessons with an attempt, of ``len(theme.lessons)``."""
    mark: Fraction | None
    """0 to 1; None where the theme asks nothing."""


@dataclass(frozen=True)
class Grade:
    """A grade and how it came about."""

    themes: tuple[ThemeMark, ...]
    exact: Fraction | None
    """On the scale, not rounded; None as long as nothing was answered."""
    value: Decimal | None
    is_passing: bool


def grade(themes: Sequence[Theme], marks: Mapping[int, Decimal], scale: Scale) -> Grade:
    """The weighted mean of the themes on the course's scale.

    ``marks`` is lesson id to the best mark, 0 to 1. Themes that ask nothing have no weight: the
    others share it in proportion.
    """
    found = tuple(_theme_mark(theme, marks) for theme in themes)
    counted = [(each.theme.weight, each.mark) for each in found if each.mark is not None]
    weight = sum(weight for weight, _mark in counted)
    if not weight or not any(each.answered for each in found):
        return Grade(found, None, None, False)
    exact = scale.top * _total(counted) / weight
    value = half_up(exact, scale.decimals)
    return Grade(found, exact, value, value >= scale.passing)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Rounded to so many decimals, the half away from zero: 10.5 is 11."""
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    return quotient.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@lru_cache(maxsize=10_000)
def exact_mark(mark: Decimal) -> Fraction:
    """The fraction that a mark of six places stands for: 0.333333 is a third, so three make one.

    Kept: of a lesson's few questions there are few marks, and a list of grades asks for thousands.
    """
    near = Fraction(mark).limit_denominator(LARGEST_DENOMINATOR)
    return near if half_up(near, PLACES) == mark else Fraction(mark)


def _theme_mark(theme: Theme, marks: Mapping[int, Decimal]) -> ThemeMark:
    given = [(1, exact_mark(marks[lesson])) for lesson in theme.lessons if lesson in marks]
    mean = _total(given) / len(theme.lessons) if theme.lessons else None
    return ThemeMark(theme, len(given), mean)


def _total(weighed: Sequence[tuple[int, Fraction]]) -> Fraction:
    """The sum of so many times each: over what all divide, since fractions are slow to add one by one."""
    below = lcm(*(each.denominator for _times, each in weighed))
    above = sum(times * each.numerator * (below // each.denominator) for times, each in weighed)
    return Fraction(above, below)
