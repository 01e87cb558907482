"""Marks become a grade: exact until the one rounding at the end."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegup.gradebook.grading import Scale, Theme, exact_mark, grade, half_up

SCALE = Scale(top=20, passing=11, decimals=0)
HALVES = (Theme("uno", 50, (1, 2)), Theme("dos", 50, (3,)))


def marks(**given: str) -> dict[int, Decimal]:
    return {int(key[1:]): Decimal(value) for key, value in given.items()}


def test_everything_right_is_the_top_of_the_scale():
    made = grade(HALVES, marks(_1="1", _2="1", _3="1"), SCALE)
    assert (made.value, made.is_passing) == (Decimal(20), True)


def test_what_is_not_answered_counts_as_nothing():
    made = grade(HALVES, marks(_1="1"), SCALE)
    assert made.exact == 5
    assert [theme.mark for theme in made.themes] == [Fraction(1, 2), 0]
    assert [theme.answered for theme in made.themes] == [1, 0]


def test_nothing_answered_is_no_grade_and_not_a_zero():
    made = grade(HALVES, {}, SCALE)
    assert (made.value, made.exact, made.is_passing) == (None, None, False)


def test_all_wrong_is_a_zero():
    assert grade(HALVES, marks(_1="0"), SCALE).value == 0


def test_weights_count():
    themes = (Theme("uno", 75, (1,)), Theme("dos", 25, (2,)))
    assert grade(themes, marks(_1="1", _2="0"), SCALE).value == 15
    assert grade(themes, marks(_1="0", _2="1"), SCALE).value == 5


def test_a_theme_without_questions_leaves_its_weight_to_the_others():
    themes = (Theme("uno", 40, (1,)), Theme("dos", 40, (2,)), Theme("lectura", 20, ()))
    made = grade(themes, marks(_1="1", _2="0.5"), SCALE)
    assert made.value == 15
    assert made.themes[2].mark is None


def test_marks_of_lessons_elsewhere_change_nothing():
    assert grade(HALVES, marks(_3="1", _99="0"), SCALE) == grade(HALVES, marks(_3="1"), SCALE)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("21/2", 0, "11"),
        ("23/2", 0, "12"),
        ("1049/100", 0, "10"),
        ("1005/100", 1, "10.1"),
        ("1/3", 2, "0.33"),
        ("0", 0, "0"),
    ],
)
def test_the_half_goes_up(value, decimals, rounded):
    assert half_up(Fraction(value), decimals) == Decimal(rounded)


def test_ten_and_a_half_passes_and_a_hair_less_does_not():
    half = Fraction(21, 40)
    one = (Theme("uno", 100, (1,)),)
    assert grade(one, {1: Decimal("0.525")}, SCALE).is_passing
    assert half_up(20 * half, 0) == 11
    assert not grade(one, {1: Decimal("0.524")}, SCALE).is_passing


def test_three_thirds_are_a_whole_though_each_is_stored_with_six_places():
    lessons = (Theme("uno", 100, (1, 2, 3)),)
    found = grade(lessons, marks(_1="0.333333", _2="0.666667", _3="0.575"), SCALE)
    assert found.exact == Fraction(21, 2)
    assert found.value == 11  # 10.4999… in floating point, which would fail somebody


@given(st.integers(1, 60), st.data())
def test_a_stored_mark_gives_its_fraction_back(of, data):
    right = data.draw(st.integers(0, of * 4))
    fraction = Fraction(right, of * 4)
    stored = (Decimal(right) / (of * 4)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    assert exact_mark(stored) == fraction


@given(st.dictionaries(st.sampled_from([1, 2, 3]), st.decimals(0, 1, places=6), min_size=1))
def test_a_grade_stays_on_the_scale_and_a_better_mark_never_lowers_it(given_marks):
    before = grade(HALVES, given_marks, SCALE)
    assert before.value is not None
    assert 0 <= before.value <= 20
    for lesson in given_marks:
        after = grade(HALVES, given_marks | {lesson: Decimal(1)}, SCALE)
        assert after.exact >= before.exact
