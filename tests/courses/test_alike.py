"""Lesson pages that many see alike: each reader has the own name and state in it, nobody another's."""

from __future__ import annotations

import re

import brotli
import pytest
from flask import g

from pegup.accounts.models import Kind
from pegup.courses import operations
from pegup.courses.models import Lesson
from pegup.courses.outline import outline_of
from pegup.db import now, session
from pegup.web import alike
from pegup.web.packing import SEAM
from tests import make
from tests.assessments.conftest import RIGHT
from tests.browser.world import EACH_KIND

LESSON = "/courses/agua/lessons/acequia"
NAMES = ["Ben", "Ana <script>alert(1)</script>", "\"'&lt;" * 9, "Ñusta 北京 \U0001f331", "o" * 200]


@pytest.fixture
def course(world):
    return make.course(questions={"acequia": EACH_KIND})


@pytest.fixture
def readers(course):
    """People who attend the course, the last coordinates too."""
    found = [make.person(name) for name in NAMES]
    found.append(make.person("Tere", roles=[(Kind.COORDINATOR, "")]))
    for person in found:
        make.enrolment(person, course)
    return found


@pytest.fixture
def kept(course):
    """What the process keeps of the course's pages, in Spanish."""

    def pages():
        return outline_of(course, "es").pages

    return pages


@pytest.fixture
def fetch(client, sign_in):
    """``fetch(ben)``: the answer that ben gets for the lesson, as a browser asks."""

    def answer(person, path=LESSON, packed="gzip, deflate, br", **headers):
        sign_in(person)
        for name in list(g):
            g.pop(name)
        return client.get(path, headers={"Accept-Encoding": packed, **headers})

    return answer


def words(answer) -> str:
    """The page without what fills the place up."""
    content = answer.data
    if answer.headers.get("Content-Encoding") == "br":
        content = brotli.decompress(content)
    return re.sub(rf" *{SEAM.decode()}(?=</a>)", "", content.decode())


@pytest.fixture
def made_anew(fetch, monkeypatch):
    """``made_anew(ben)``: the page as it would be if none were kept."""

    def page(person):
        with monkeypatch.context() as patch:
            patch.setattr("pegup.courses.views.for_many", lambda _kept, _state, make: make())
            return words(fetch(person))

    return page


def test_each_has_the_page_that_would_be_made_for_them_alone(fetch, made_anew, readers):
    for _turn in range(2):  # made, then kept
        for person in readers:
            assert words(fetch(person)) == made_anew(person)
            assert words(fetch(person, packed="")) == made_anew(person)


def test_the_same_holds_in_every_state(fetch, made_anew, readers, page, post):
    reader, other = readers[:2]
    attempts = f"{LESSON}/attempts"

    def answered(fields):
        where = page(attempts, as_=reader, data={}, status=302).response.location
        page(where, as_=reader, data={**fields, "action": "finish"}, status=302)

    steps = [
        lambda: post(f"{LESSON}/reading", {}, reader),
        lambda: post(attempts, {}, reader),
        lambda: answered({"q1": "a1"}),
        lambda: post(attempts, {}, reader),
        lambda: answered(RIGHT),
        lambda: post(f"{LESSON}/reading/removal", {}, reader),
    ]
    seen = [words(fetch(reader))]
    untouched = words(fetch(other))
    for step in steps:
        step()
        seen.append(words(fetch(reader)))
        assert seen[-1] == made_anew(reader)
        assert words(fetch(other)) == untouched
    assert len(set(seen)) == len(seen)
    assert ['good">Leída' in page for page in seen] == [False, *[True] * 5, False]


def test_one_page_is_kept_for_all_who_see_it_alike(fetch, readers, kept):
    ben, ana, _long, nusta, _longest, coordinator = readers
    fetch(ben), fetch(make_like(ben, "Eva"))
    assert len(kept()) == 1
    fetch(coordinator)  # has more in the menu
    assert len(kept()) == 2
    operations.mark_read(nusta, session.query(Lesson).filter_by(slug="acequia").one(), at=now())
    session.commit()
    fetch(nusta)
    assert len(kept()) == 3
    assert len({words(fetch(each)) for each in (ben, ana, nusta, coordinator)}) == 4


def make_like(person, name):
    """Somebody else in the same course."""
    other = make.person(name)
    make.enrolment(other, session.query(Lesson).filter_by(slug="acequia").one().course)
    return other


def test_names_are_shown_and_never_run(fetch, readers):
    page = words(fetch(readers[1]))
    assert f'<span data-person="{readers[1].uuid}">Ana &lt;script&gt;' in page
    assert "<script>" not in page.replace('<script type="module"', "")


def test_often_asked_for_it_is_packed_closely_and_says_the_same(fetch, readers, kept):
    ben, other = readers[0], make_like(readers[0], "Eva")
    first = fetch(ben)
    for _time in range(alike.OFTEN):
        last = fetch(other)
    again = fetch(ben)
    assert len(again.data) < len(first.data)
    assert words(again) == words(first)
    assert words(last) == words(first).replace("Ben<", "Eva<").replace(
        str(ben.uuid), str(other.uuid)
    )


def test_a_page_that_the_browser_has_is_not_sent_again_however_it_was_packed(fetch, readers):
    tags = {fetch(readers[0], packed=packed).headers["ETag"] for packed in ("br", "gzip", "")}
    assert len(tags) == 1
    answer = fetch(readers[0], **{"If-None-Match": tags.pop()})
    assert (answer.status_code, answer.data) == (304, b"")
    assert fetch(readers[1]).headers["ETag"] != fetch(readers[0]).headers["ETag"]


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_it_is_packed_as_the_browser_asks(fetch, readers, accepted, packed):
    for _turn in range(2):
        answer = fetch(readers[0], packed=accepted)
        assert answer.headers.get("Content-Encoding") == packed
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_what_is_said_once_and_what_is_asked_with_a_query_is_not_kept(
    fetch, readers, kept, client, post
):
    fetch(readers[0], f"{LESSON}?de=whatsapp")
    fetch(readers[0], f"{LESSON}?de=otro")
    assert not kept()
    stranger = make.person("Cleo")
    post("/courses/agua/enrolment", {"lesson": "acequia"}, stranger)
    assert "Ya estás en el curso" in words(fetch(stranger))
    assert not kept()
    assert "Ya estás en el curso" not in words(fetch(stranger))


def test_each_language_has_its_own(fetch, readers, client, made_anew):
    spanish = words(fetch(readers[0]))
    client.set_cookie("pegup-language", "en")
    english = words(fetch(readers[0]))
    assert english == made_anew(readers[0]) != spanish


@pytest.mark.parametrize("text", ["a\0b", f"a{SEAM.decode()}b"])
def test_a_text_that_no_place_fits_into_is_shown_all_the_same(fetch, ben, kept, course, text):
    make.course(htmls={"acequia": f"<p>{text}</p>"})
    make.enrolment(ben, course)
    page = fetch(ben, packed="").text
    assert f"<p>{text}</p>" in page
    assert "Ben Learner" in page


def test_a_name_too_long_for_a_place_is_shown_all_the_same(fetch, course, kept, made_anew):
    person = make.person("&" * 200)
    make.enrolment(person, course)
    assert words(fetch(person)) == made_anew(person)
    assert not kept()


def test_no_more_pages_are_kept_than_fit(fetch, readers, kept, monkeypatch):
    monkeypatch.setattr(alike, "MOST", 2)
    for person in readers:
        fetch(person)
        assert len(kept()) <= 2


def test_a_page_that_fails_leaves_the_next_whole(fetch, readers, made_anew, monkeypatch, app):
    with monkeypatch.context() as patch:
        patch.setattr("pegup.courses.views._around", lambda *_given, **_named: 1 / 0)
        patch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        assert fetch(readers[0]).status_code == 500
    assert readers[0].name in words(fetch(readers[0], "/"))
    assert words(fetch(readers[0])) == made_anew(readers[0])
