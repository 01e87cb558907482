"""What each kind of question reads and what it gives, by itself."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from pegup.assessments.kinds import KINDS, numbers

SINGLE = {"kind": "single", "options": [{"key": "a", "right": False}, {"key": "b", "right": True}]}
MULTIPLE = {
    "kind": "multiple",
    "options": [{"key": key, "right": key in "ab"} for key in "abcd"],
}
NUMERIC = {"kind": "numeric", "answer": "67.7", "tolerance": "0.5", "unit": "%"}
MATCH = {
    "kind": "match",
    "pairs": [
        {"key": "p", "left": "ECA", "right": "ambiente"},
        {"key": "q", "left": "LMP", "right": "chimenea"},
        {"key": "r", "left": "PM10", "right": "ambiente"},
    ],
}
ORDER = {"kind": "order", "items": [{"key": key} for key in "xyz"]}


def points(spec, **sent):
    kind = KINDS[spec["kind"]]
    return kind.points(spec, kind.read(spec, MultiDict(sent), "q"))


@pytest.mark.parametrize(("chosen", "worth"), [("b", 1), ("a", 0), ("hacked", 0), ("", 0)])
def test_single(chosen, worth):
    assert points(SINGLE, q=chosen) == worth


@pytest.mark.parametrize(
    ("chosen", "worth"),
    [("ab", "1"), ("a", "0.5"), ("abc", "0.5"), ("abcd", "0"), ("cd", "0"), ("", "0")],
)
def test_multiple_takes_wrong_from_right(chosen, worth):
    assert points(MULTIPLE, q=list(chosen)) == Decimal(worth)


@pytest.mark.parametrize("typed", ["67.7", "67,7", "67,7 %", " 68.2", "67,20", "67.2%"])
def test_numeric_within_its_tolerance(typed):
    assert points(NUMERIC, q=typed) == 1


@pytest.mark.parametrize(
    "typed", ["68.21", "67.19", "677", "-67.7", "", "%", "sesenta", "67.7.7", "1e2"]
)
def test_numeric_outside(typed):
    assert points(NUMERIC, q=typed) == 0


@pytest.mark.parametrize("typed", ["1187", "1.187", "1,187", "1 187"])
def test_thousands_as_anybody_writes_them(typed):
    assert Decimal(1187) in numbers(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("48,5 µg/m3", "48.5"),
        ("12 m2", "12"),
        ("S/ 25", "25"),
        ("−3,5 %", "-3.5"),
        ("- 3,5", "-3.5"),
        ("2'341'746", "2341746"),
        ("1\u202f187,5", "1187.5"),
        ("aprox. 30.", "30"),
    ],
)
def test_a_unit_beside_a_number_is_not_part_of_it(typed, meant):
    assert numbers(typed) == [Decimal(meant)]


@pytest.mark.parametrize(
    "typed", ["5 de 10", "10-20", "1e5", "2 x 3", "67 , 7", "12 34", "m2", "1/2"]
)
def test_what_is_not_one_number_is_none(typed):
    assert numbers(typed) == []


def test_match_counts_words_not_keys():
    swapped = {"q-p": "r", "q-q": "q", "q-r": "p"}
    assert points(MATCH, **swapped) == 1
    assert points(MATCH, **{"q-p": "q", "q-q": "p"}) == 0
    assert points(MATCH, **{"q-q": "q"}) == Decimal("0.333333")


def test_order_counts_items_in_their_place():
    assert points(ORDER, **{"q-x": "1", "q-y": "2", "q-z": "3"}) == 1
    assert points(ORDER, **{"q-x": "1", "q-y": "3", "q-z": "2"}) == Decimal("0.333333")
    assert points(ORDER, **{"q-x": "99", "q-y": "no", "q-z": ""}) == 0


@given(st.text(), st.sampled_from([SINGLE, MULTIPLE, NUMERIC, MATCH, ORDER]))
def test_no_text_breaks_a_kind_or_is_worth_more_than_everything(text, spec):
    sent = {"q": text} | {f"q-{key}": text for key in "pqrxyz"}
    assert 0 <= points(spec, **sent) <= 1


def test_shuffling_keeps_every_option():
    for seed in range(50):
        assert sorted(KINDS["multiple"].order(MULTIPLE, random.Random(seed))) == list("abcd")
    assert len({tuple(KINDS["order"].order(ORDER, random.Random(s))) for s in range(50)}) > 1


def test_true_and_false_keep_their_places():
    fixed = {**SINGLE, "kind": "true_false", "shuffle": False}
    assert {tuple(KINDS["true_false"].order(fixed, random.Random(s))) for s in range(20)} == {
        ("a", "b")
    }
