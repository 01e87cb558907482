"""When a person and when a city has completed a course; neither waits for the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from pegup.gradebook.grading import ThemeMark
from pegup.profiles.summary import Level, ProfileSummary


@dataclass(frozen=True)
class ThemeState:
    """A theme's questions against the mark that the course asks for."""

    slug: str
    mark: Fraction
    """0 to 1"""
    needs: Fraction
    answered: int
    of: int

    @property
    def is_done(self) -> bool:
        return self.mark >= self.needs


@dataclass(frozen=True)
class PersonCompletion:
    """What a person has done of what ``completion`` in course.md asks."""

    lessons_read: int
    lessons: int
    themes: tuple[ThemeState, ...]
    """Only themes that ask something."""

    @property
    def has_read_all(self) -> bool:
        return self.lessons_read >= self.lessons

    @property
    def themes_done(self) -> int:
        return sum(theme.is_done for theme in self.themes)

    @property
    def is_done(self) -> bool:
        return self.lessons > 0 and self.has_read_all and self.themes_done == len(self.themes)


def person_completion(
    *, lessons_read: int, lessons: int, themes: Iterable[ThemeMark], quiz_mark: int
) -> PersonCompletion:
    """``quiz_mark`` is the per cent that each theme's questions must reach."""
    needs = Fraction(quiz_mark, 100)
    states = (
        ThemeState(each.theme.slug, each.mark, needs, each.answered, len(each.theme.lessons))
        for each in themes
        if each.mark is not None
    )
    return PersonCompletion(lessons_read, lessons, tuple(states))


class Product(StrEnum):
    """What a course may ask of a city."""

    PROFILE = "profile"
    PROMOTION_PLAN = "promotion-plan"
    COMMITTEE = "committee"


@dataclass(frozen=True)
class Document:
    """A team's document on a template."""

    summary: ProfileSummary
    is_published: bool


@dataclass(frozen=True)
class ProductState:
    """One product; ``document`` or ``committee_formed_on`` say how far it is."""

    product: Product
    is_done: bool
    document: Document | None = None
    committee_formed_on: str = ""
    """``YYYY-MM-DD``"""


@dataclass(frozen=True)
class CityCompletion:
    """What a city has done of what ``completion`` in course.md asks."""

    products: tuple[ProductState, ...]

    @property
    def is_done(self) -> bool:
        return bool(self.products) and all(each.is_done for each in self.products)


def city_completion(
    asked: Collection[str],
    *,
    profile: Document | None,
    plan: Document | None,
    committee_formed_on: str,
) -> CityCompletion:
    """``asked`` names products, in the order in which they are shown."""
    states = {
        Product.PROFILE: ProductState(Product.PROFILE, _is_full(profile), profile),
        Product.PROMOTION_PLAN: ProductState(Product.PROMOTION_PLAN, _is_settled(plan), plan),
        Product.COMMITTEE: ProductState(
            Product.COMMITTEE, bool(committee_formed_on), committee_formed_on=committee_formed_on
        ),
    }
    return CityCompletion(tuple(states[Product(each)] for each in asked))


def _is_full(document: Document | None) -> bool:
    """Full, and shown to everybody."""
    return document is not None and document.is_published and document.summary.level == Level.FULL


def _is_settled(document: Document | None) -> bool:
    """Every section written or set aside with a reason, and shown to everybody."""
    if document is None or not document.is_published:
        return False
    return document.summary.sections_settled >= document.summary.sections_total
