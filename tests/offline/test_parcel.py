"""What a phone sends is read from JSON that anybody may have made up."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegup.offline.parcel import LONGEST_AGE, MOST_ITEMS, Parcel, Unreadable, read_parcel

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def item(**changed):
    return {"id": str(uuid4()), "kind": "read", "age": 0, "data": {"course": "agua"}} | changed


def parcel(*items, person=None):
    return {"person": person or str(uuid4()), "items": list(items)}


def test_an_item_is_as_old_as_the_phone_says():
    found = read_parcel(parcel(item(age=90_000)), NOW).items[0]
    assert found.made_at == NOW - timedelta(seconds=90)
    assert found.text("course") == "agua"


def test_a_phones_clock_makes_nothing_in_the_future_or_before_the_course():
    ages = [-5_000, 10**18, 1e300]
    made = [read_parcel(parcel(item(age=age)), NOW).items[0].made_at for age in ages]
    assert made == [NOW, NOW - LONGEST_AGE, NOW - LONGEST_AGE]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "7"},
        {"id": None},
        {"kind": "erase"},
        {"kind": ["read"]},
        {"age": "now"},
        {"age": float("nan")},
        {"age": True},
        {"phone": "mine", "made": 1},
        {"phone": str(uuid4())},
        {"phone": str(uuid4()), "made": -1},
        {"phone": str(uuid4()), "made": True},
        {"phone": str(uuid4()), "made": 2**53},
        {"data": "x"},
        {"data": {"course": 7}},
        {"data": {"course": "a" * 401}},
        {"data": {"course": "a\0b"}},
        {"data": {"course": "\ud800"}},
        {"data": {"fields": "q1=a"}},
        {"data": {"fields": [["q1"]]}},
        {"data": {"fields": [["q1", "a"]] * 61}},
        {"data": {str(n): "x" for n in range(11)}},
    ],
)
def test_what_our_script_never_sends_is_not_read(wrong):
    with pytest.raises(Unreadable):
        read_parcel(parcel(item(**wrong)), NOW)


@pytest.mark.parametrize(
    "whole", [None, [], "x", {}, {"person": "x", "items": []}, parcel(*[item()] * (MOST_ITEMS + 1))]
)
def test_another_shape_is_not_read(whole):
    with pytest.raises(Unreadable):
        read_parcel(whole, NOW)


@pytest.mark.slow
@given(JSON)
def test_any_json_is_read_or_refused(sent):
    for whole in (sent, {"person": str(uuid4()), "items": [sent]}, parcel(item(data=sent))):
        with contextlib.suppress(Unreadable):
            assert isinstance(read_parcel(whole, NOW), Parcel)
