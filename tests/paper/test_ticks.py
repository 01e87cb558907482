"""What is typed from a sheet: read, written back, compared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegup.assessments.kinds import KINDS
from pegup.paper.numbers import CHECK, LENGTH, new_number, read_number
from pegup.paper.ticks import LETTERS, Answers, Line, Mistyped, Slip, differing, read, same, write

OPTIONS = [{"key": key, "text": key, "right": key in "bd"} for key in "abcd"]
ONE = Line(1, {"kind": "single", "options": OPTIONS[:2]}, ["b", "a"])
MANY = Line(2, {"kind": "multiple", "options": OPTIONS}, ["d", "c", "b", "a"])
NUMBER = Line(3, {"kind": "numeric", "answer": "48.5"}, [])
PAIRS = [{"key": key, "left": key, "right": key.upper()} for key in "pqr"]
MATCH = Line(4, {"kind": "match", "pairs": PAIRS}, ["q", "r", "p"])
ITEMS = [{"key": key, "text": key} for key in "xyz"]
ORDER = Line(5, {"kind": "order", "items": ITEMS}, ["y", "z", "x"])
LINES = [ONE, MANY, NUMBER, MATCH, ORDER]


@pytest.mark.parametrize(
    ("line", "typed", "points"),
    [
        (ONE, "a", 1),
        (ONE, "B", 0),
        (MANY, "ac", 1),
        (MANY, " C, A ", 1),
        (MANY, "A", Decimal("0.5")),
        (NUMBER, "48,5 µg", 1),
        (MATCH, "c a b", 1),
        (MATCH, "C-B", Decimal("0.666667")),
        (ORDER, "CAB", 1),
        (ORDER, "c--", Decimal("0.333333")),
    ],
)
def test_what_is_typed_is_worth_what_it_is_worth_on_the_site(line, typed, points):
    given = read(line, typed)
    assert KINDS[line.kind].points(line.spec, given) == points
    assert read(line, write(line, given)) == given


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("typed", ["", "  ", "-"])
def test_blank(line, typed):
    assert read(line, typed) is None
    assert write(line, None) == ""


@pytest.mark.parametrize(
    ("line", "typed", "slip"),
    [
        (ONE, "ab", Slip.ONE_LETTER),
        (ONE, "c", Slip.LETTERS),
        (ONE, "x", Slip.LETTERS),
        (MANY, "e", Slip.LETTERS),
        (MANY, "ñ", Slip.LETTERS),
        (MATCH, "ab", Slip.EACH),
        (MATCH, "abca", Slip.EACH),
        (ORDER, "aab", Slip.TWICE),
        (NUMBER, "1" * 31, Slip.LONG),
    ],
)
def test_slips_are_named(line, typed, slip):
    with pytest.raises(Mistyped) as found:
        read(line, typed)
    assert found.value.slip == slip


@given(st.sampled_from(LINES), st.text(max_size=12))
def test_whatever_is_typed_is_read_or_named(line, typed):
    try:
        given = read(line, typed)
    except Mistyped:
        return
    assert read(line, write(line, given)) == given
    KINDS[line.kind].points(line.spec, given)


def test_the_same_number_may_be_written_in_two_ways():
    assert same(NUMBER, "48,5", "48.5 %")
    assert not same(NUMBER, "48,5", "4,85")
    assert not same(NUMBER, "48,5", None)
    assert not same(NUMBER, "1.187", "1187")
    assert not same(NUMBER, "no se lee", "nada")


def test_two_sheets_are_compared_line_by_line():
    one = Answers(frozenset({1}), {1: "a", 3: "5"})
    other = Answers(frozenset(), {1: "a", 2: ["b"], 3: "5,0"})
    assert differing(LINES, one, other) == [MANY]
    assert Answers.of(one.stored()) == one


def test_a_number_shows_every_wrong_letter_and_every_swap():
    number = new_number()
    assert read_number(number) == number
    assert read_number(f" {number[:4].lower()}-{number[4:]} ") == number
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for place in range(LENGTH):
        for letter in set(alphabet) - {number[place]}:
            assert read_number(number[:place] + letter + number[place + 1 :]) is None
    for place in range(LENGTH - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or read_number(swapped) is None
    assert len(alphabet) < CHECK


@pytest.mark.parametrize("typed", ["", "abc", "ññññññññ", "0" * 9, "00000001", "../../..", "²" * 8])
def test_what_is_no_number_is_none(typed):
    assert read_number(typed) is None


def test_letters_are_enough_for_the_longest_question():
    assert len(LETTERS) == 26
