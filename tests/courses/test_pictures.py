"""Pictures that wait to be asked for."""

from __future__ import annotations

import pytest

from pegup.courses.content import compiled
from pegup.courses.pictures import on_demand, weights
from tests import make

HTML = '<p><img src="../media/a%20b.svg" alt="El «canal» &amp; yo" loading="lazy"></p>'
SIZES = {"a b.svg": 2001}
LESSON = "/courses/agua/lessons/acequia"


def test_each_picture_becomes_a_link_that_says_what_it_is_and_weighs():
    assert weights(HTML + HTML, SIZES) == SIZES
    light = on_demand(HTML, SIZES, label="Ver:", language="es")
    assert light == (
        '<p><picture-later data-alt="El «canal» &amp; yo"><template>'
        '<img src="../media/a%20b.svg" alt="El «canal» &amp; yo" loading="lazy"></template>'
        '<a class="button secondary" href="../media/a%20b.svg"><span><span lang="es">Ver:</span>'
        " El «canal» &amp; yo (3 kB)</span></a></picture-later></p>"
    )


def test_a_picture_in_several_formats_waits_as_one():
    html = '<picture><source srcset="../media/c.avif"><img alt="C" src="../media/c.jpg"></picture>'
    light = on_demand(html, {}, label="Ver:", language="es")
    assert light.count("<picture-later") == 1
    assert f"<template>{html}</template>" in light
    assert "kB" not in light
    assert on_demand("<p>Sin imagen.</p>", {}, label="", language="es") == "<p>Sin imagen.</p>"


@pytest.fixture
def learner(world, ben):
    picture = compiled.File("a b.svg", "image/svg+xml", "x", b"<svg/>", "a b", b"<svg/>")
    make.enrolment(ben, make.course(htmls={"acequia": HTML}, files=[picture]))
    return ben


def test_the_choice_is_kept_on_the_device(page, client, sign_in, learner):
    assert page(LESSON, as_=learner).all("article p > img")
    switch = page(LESSON, as_=learner).one("form[action='/courses/data-saver']")
    assert switch.select_one("[name=next]")["value"] == LESSON
    sign_in(learner)
    answer = client.post("/courses/data-saver", data={"saver": "on", "next": LESSON})
    assert answer.location == LESSON
    saving = page(LESSON, as_=learner)
    assert saving.one("picture-later a")["href"] == "../media/a%20b.svg"
    assert saving.one("form[action='/courses/data-saver'] button")["value"] == "off"
    assert "está encendido" in page("/phone", as_=learner).text
    client.post("/courses/data-saver", data={"saver": "off", "next": "//elsewhere.org"})
    assert not page(LESSON, as_=learner).all("picture-later")


def test_a_browser_that_saves_data_everywhere_is_heard(client, sign_in, learner):
    sign_in(learner)
    assert "picture-later" in client.get(LESSON, headers={"Save-Data": "on"}).text
    client.post("/courses/data-saver", data={"saver": "off"})
    assert "picture-later" not in client.get(LESSON, headers={"Save-Data": "on"}).text
