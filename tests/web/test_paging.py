"""The way through a long list."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pegup.accounts.models import Person
from pegup.db import session
from pegup.web.paging import paging
from tests import make


@pytest.mark.parametrize(
    ("asked", "number", "start"),
    [
        ("", 1, 0),
        ("2", 2, 50),
        ("3", 3, 100),
        ("99999999999999999999", 3, 100),
        ("-1", 1, 0),
        ("x", 1, 0),
    ],
)
def test_a_page_that_is_not_there_is_the_nearest(app, asked, number, start):
    with app.test_request_context(f"/pegup/?page={asked}"):
        page = paging(101)
        assert (page.number, page.start, page.pages) == (number, start, 3)


def test_an_empty_list_has_one_page(app):
    with app.test_request_context("/"):
        assert (paging(0).pages, paging(0).number) == (1, 1)


def test_only_named_parts_of_the_address_are_kept(page, root):
    for number in range(51):
        make.person(f"P{number} Quispe")
    shown = page("/people/?q=quispe&_external=1&endpoint=x&other=y", as_=root)
    assert shown.one(".pager a[rel=next]")["href"] == "/people/?q=quispe&page=2"


@pytest.mark.parametrize("many", [0, 1, 3, 4, 5, 11, 12])
def test_every_page_is_the_same_from_either_end(app, world, many):
    made = [make.person(f"{'ABCD'[number % 4]}{number} Quispe").id for number in range(many)]
    query = select(Person).where(Person.id.in_(made)).order_by(Person.folded, Person.id)
    expected = [person.id for person in session.scalars(query)]
    for number in range(1, 6):
        with app.test_request_context(f"/?page={number}"):
            page = paging(many, size=3)
            found = page.from_nearer_end(query, (Person.folded, Person.id))
            there = expected[page.start : page.start + 3]
            assert [person.id for person in found] == there
