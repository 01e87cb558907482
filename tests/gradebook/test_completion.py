"""When a person, and when a city, has completed a course."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pegup.gradebook.completion import Document, Product, city_completion, person_completion
from pegup.gradebook.grading import Scale, Theme, grade
from pegup.profiles.summary import Level, ProfileSummary

THEMES = (Theme("uno", 50, (1, 2)), Theme("lectura", 0, ()), Theme("dos", 50, (3,)))
ALL = ("profile", "promotion-plan", "committee")


def completion(read: int, marks: dict[int, str], *, lessons: int = 4):
    given = {lesson: Decimal(mark) for lesson, mark in marks.items()}
    themes = grade(THEMES, given, Scale(20, 11, 0)).themes
    return person_completion(lessons_read=read, lessons=lessons, themes=themes, quiz_mark=60)


def test_all_read_and_every_theme_at_the_mark():
    done = completion(4, {1: "0.5", 2: "0.7", 3: "0.6"})
    assert [theme.slug for theme in done.themes] == ["uno", "dos"]
    assert done.is_done


@pytest.mark.parametrize(
    ("read", "marks"),
    [
        (3, {1: "1", 2: "1", 3: "1"}),
        (4, {1: "0.5", 2: "0.699999", 3: "1"}),
        (4, {1: "1", 3: "1"}),
        (4, {1: "1", 2: "1"}),
        (4, {}),
    ],
)
def test_one_thing_missing_is_not_done(read, marks):
    if marks == {1: "1", 3: "1"}:  # half a theme is 50 %
        assert completion(read, marks).themes_done == 1
    assert not completion(read, marks).is_done


def test_a_course_without_lessons_is_never_complete():
    assert not person_completion(lessons_read=0, lessons=0, themes=(), quiz_mark=60).is_done


def summary(*, level: Level = Level.FULL, settled: int = 12) -> ProfileSummary:
    return ProfileSummary(level, 15, 15, 15, 8, settled, settled, 12, 8, 15)


DONE = Document(summary(), is_published=True)


def city(asked=ALL, *, profile=DONE, plan=DONE, committee="1997-05-20"):
    return city_completion(asked, profile=profile, plan=plan, committee_formed_on=committee)


def test_a_city_with_all_three_is_done():
    done = city()
    assert done.is_done
    assert [state.product for state in done.products] == list(Product)


@pytest.mark.parametrize(
    ("product", "facts"),
    [
        (Product.PROFILE, {"profile": None}),
        (Product.PROFILE, {"profile": Document(summary(), is_published=False)}),
        (Product.PROFILE, {"profile": Document(summary(level=Level.PRELIMINARY), True)}),
        (Product.PROMOTION_PLAN, {"plan": None}),
        (Product.PROMOTION_PLAN, {"plan": Document(summary(), is_published=False)}),
        (Product.PROMOTION_PLAN, {"plan": Document(summary(settled=11), is_published=True)}),
        (Product.COMMITTEE, {"committee": ""}),
    ],
)
def test_each_product_is_needed(product, facts):
    found = city(**facts)
    assert not found.is_done
    assert [state.product for state in found.products if not state.is_done] == [product]


def test_a_course_asks_only_for_what_it_names():
    assert city(["committee"], profile=None, plan=None).is_done
    assert not city([]).is_done
