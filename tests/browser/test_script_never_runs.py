"""Seven hundred hostile texts in every field that people write, on every page that shows it: none runs."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from sqlalchemy import select

import pegup
from pegup import create_app
from pegup.accounts.models import Person
from pegup.courses.images import Unfit
from pegup.courses.vector import clean_svg
from pegup.db import db, session
from pegup.preview.site import Preview
from pegup.search.words import LONGEST_QUERY
from tests.browser import hostile_world
from tests.browser.addresses import NOT_THERE, PAGES
from tests.browser.hostile_world import CORPUS, fill
from tests.browser.trap import Trap
from tests.courses.folders import LESSON, write_course

GROUP = "/cohorts/agua/{cohort}"
BOXES = (
    *(("stranger", "/search?q="), ("stranger", "/courses/agua/glossary?q=")),
    *(("coordinator", "/people/?q="), ("coordinator", "/teams/?q=")),
    *(("trainer", "/grades/agua/people?q="), ("trainer", f"{GROUP}/people?q=")),
)
"""Where a search's words are typed."""
TITLES = """\
---
id: {id}
title: {quoted}
minutes: 20
objectives: [{quoted}]
---

## Mira

Agua.
"""
QUESTIONS = LESSON.replace(
    "{text}",
    """Agua.

/// question | {text}
    id: {id}-q

{text}

- [ ] {text}
      > {text}
- [x] Sí

> {text}
///""",
)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
)

APART = [each for each in CORPUS if each.family not in {"link", "tag with an address"}]
"""Without those that are others in a frame: a plain field shows the frame as letters."""
THIN = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 6
"""Of what is escaped like every name, ``make test`` takes every sixth; ``make test-long`` takes all."""
TAGS = [
    each.text
    for each in CORPUS
    if each.family == "acting" and each.text.isprintable() and not set("`\\&") & set(each.text)
]
"""What Markdown shows as it was written."""


@pytest.fixture(scope="module")
def hostile(site, tmp_path_factory) -> Iterator[Flask]:
    """An app with the texts in it, and in nobody else's way."""
    data = tmp_path_factory.mktemp("hostile")
    with site.app.app_context():
        source = sqlite3.connect(str(db.engine.url.database))
    with source, sqlite3.connect(data / "pegup.sqlite") as target:
        source.backup(target)
    source.close()
    target.close()
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{data / 'pegup.sqlite'}",
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": data,
        }
    )
    fill(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def trap(chromium, hostile) -> Iterator[Trap]:
    trap = Trap(chromium, hostile)
    yield trap
    trap.close()


Look = Callable[..., str]


@pytest.fixture
def look(trap: Trap, site, hostile) -> Look:
    """``look("learner", "/teams/{team}")``: opens it and gives its words; ``sent`` is a form."""
    with hostile.app_context():
        emails = {
            each.email: each.id
            for each in session.scalars(select(Person).where(Person.email.is_not(None)))
        }
        session.remove()

    def look(role: str, path: str, sent: dict | None = None) -> str:
        for name, place in site.cast.places.items():
            path = path.replace(f"{{{name}}}", place)
        return trap.see(emails.get(f"{role}@example.org"), path, sent)

    return look


def squeezed(text: str) -> str:
    return "".join(text.split())


def unseen(shown: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The texts that no page showed as they were written."""
    everything = squeezed("\n".join(shown))
    return [each for each in wanted if squeezed(each) not in everything]


def test_the_corpus_is_large_and_each_text_is_another():
    assert len(CORPUS) >= 500
    assert len({each.text for each in CORPUS}) == len(CORPUS)


def test_the_trap_catches_what_nobody_cleaned(trap):
    """One text after the other in pages that clean nothing: else nothing below could fail."""
    acting = [
        p for p in CORPUS if p.family in {"acting", "handler", "mended", "styled", "attribute"}
    ]
    tried = acting[::9]
    pages = (f'<!doctype html><main><input value="{p.text}"><b>{p.text}</b></main>' for p in tried)
    missed = [p.text for p, page in zip(tried, pages, strict=True) if not trap.see_raw(page)]
    assert len(missed) < len(tried) / 10, missed


def test_names_of_people_teams_cities_and_organisations(look, trap):
    people = [look("coordinator", f"/people/?page={number}") for number in range(1, 17)]
    assert unseen(people, [each.text for each in CORPUS]) == []
    for page in (1, 9):
        look("trainer", f"/grades/agua/people?page={page}")
        look("trainer", f"{GROUP}?reason=all&page={page}")
        look("trainer", f"{GROUP}/people?page={page}")
    for role, path in (
        *(("trainer", "/paper/agua/uno/sheets?show=all"), ("trainer", "/cohorts/")),
        *(("stranger", "/cities/"), ("stranger", "/organisations/"), ("stranger", "/profiles/")),
        *(("coordinator", "/teams/"), ("coordinator", "/calls/{call}/teams"), ("learner", "/")),
        *(("learner", "/teams/"), ("learner", "/grades/"), ("learner", "/calls/{call}")),
    ):
        look(role, path)
    for number in range(3):
        look("stranger", f"/cities/ciudad-{number}")
    assert trap.caught == []


def test_what_teams_say_of_themselves(look, trap, hostile):
    with hostile.app_context():
        slugs = hostile_world.slugs()
        session.remove()
    shown = [look("learner", f"/teams/{slug}") for slug in slugs[:14]]
    shown += [look("learner", f"/teams/{slug}/committee") for slug in slugs[:14]]
    assert unseen(shown, [each.text for each in CORPUS]) == []
    for part in ("agenda-process", "invitations", "seat", "members/new"):
        look("learner", f"/teams/{slugs[0]}/{part}")
    for slug in slugs[:9]:
        look("learner", f"/calls/{{call}}/teams/{slug}")
        look("coordinator", f"/calls/{{call}}/teams/{slug}/judgements/C3")
    assert trap.caught == []


def test_sections_and_indicators_of_a_profile(look, trap):
    at = "/profiles/{team}/perfil-ambiental"
    look("learner", f"{at}/")
    look("learner", f"{at}/publication", {})
    shown = look("stranger", f"{at}/published")
    assert trap.caught == []
    assert unseen([shown], TAGS) == []
    parts = ["completeness", "indicators/", "sections/own-90", "sections/own-90/versions/"]
    parts += [
        "sections/own-90/versions/1",
        "sections/1.2",
        *(f"indicators/A{n:02}" for n in range(3, 9)),
    ]
    for part in parts:
        look("learner", f"{at}/{part}")
    for word in ("alert", "img", "script", "onerror", "svg", "javascript"):
        look("stranger", f"/search?q={word}")
    assert trap.caught == []


def test_messages_and_answers(look, trap, hostile):
    with hostile.app_context():
        copies, messages = hostile_world.correspondence()
        session.remove()
    shown = [look("learner", f"/messages/{key}") for key in copies]
    assert trap.caught == []
    assert unseen(shown, TAGS) == []
    for path in [
        "/messages/",
        "/messages/groups/agua/{cohort}",
        *(f"/messages/sent/{m}" for m in messages),
    ]:
        look("trainer", path)
    look("learner", "/messages/")
    assert trap.caught == []


def test_names_of_files(look, trap, hostile):
    names = [f"{each.text}.pdf" for each in APART[::THIN]]
    for start in range(0, len(names), 20):
        with hostile.app_context():
            path, kept = hostile_world.keep_files(names[start : start + 20])
            session.remove()
        look("learner", f"{path}/publication", {})
        assert unseen([look("stranger", f"{path}/published")], kept) == []
    look("learner", f"{path}/indicators/A01")
    assert trap.caught == []


def test_words_of_a_search(look, trap):
    chunks = [""]
    for each in APART[::THIN]:
        if len(chunks[-1]) + len(each.text) > LONGEST_QUERY:
            chunks.append("")
        chunks[-1] += each.text
    for number, words in enumerate(chunks):
        role, path = BOXES[number % len(BOXES)]
        shown = look(role, path + quote(words, safe=""))
        assert squeezed(words)[:60] in squeezed(shown) or len(words) > LONGEST_QUERY
    assert trap.caught == []


def test_addresses_and_forms_that_come_back(look, trap):
    """Every page with a text in each part of its question, then with one in each field of its forms."""
    fields = set()
    for role, path in PAGES[:: min(THIN, 3)]:
        some = hostile_world.some(len(PARAMETERS))
        asked = {name: each.text for name, each in zip(PARAMETERS, some, strict=True)}
        look(role, f"{path.partition('?')[0]}?{urlencode(asked)}")
        for form in trap.page.evaluate(FORMS):
            typed = dict(zip(form["typed"], (each.text for each in some), strict=False))
            if typed and form["post"]:
                fields |= {f"{path} {name}" for name in typed}
                look(role, form["address"], form["kept"] | typed)
    for each in CORPUS[::25]:
        look("stranger", f"{NOT_THERE}/{quote(each.text, safe='')}")
    assert len(fields) > 60 / THIN
    assert trap.caught == []


FORMS = """() => [...document.querySelectorAll("main form")].map((form) => ({
  address: (form.getAttribute("action") || location.pathname).replace(/^https?:\\/\\/[^/]*/, ""),
  post: form.method === "post",
  kept: Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string")),
  typed: [...form.querySelectorAll("textarea[name], input[name]")].filter(({ type, name }) =>
    !["hidden", "radio", "checkbox", "file", "submit"].includes(type) && name !== "starts_on").map(({ name }) => name),
}))"""
PARAMETERS = sorted(
    {
        name
        for file in Path(pegup.__file__).parent.glob("*/views.py")
        for name in re.findall(r'(?:args|values)\.get\("(\w+)"', file.read_text())
    }
)
"""What views read behind an address's question mark."""


def test_a_list_of_people_with_hostile_names(look, trap):
    lines = "".join(
        f'"{each.text.replace(chr(34), chr(34) * 2)}",x{each.text}@y,Ilo\n' for each in CORPUS
    )
    file = BytesIO(("nombre,correo,ciudad\n" + lines).encode())
    look("coordinator", "/people/import", {"file": (file, 'x"><img src=x onerror=alert(1)>.csv')})
    assert trap.caught == []


def test_lessons_titles_and_the_glossary(look, trap, hostile, tmp_path):
    titled = hostile_world.course(tmp_path / "titles", TITLES)
    texts = hostile_world.own_lessons(hostile_world.course(tmp_path / "texts", LESSON))
    words = hostile_world.terms(tmp_path / "terms")
    titles = [each.titles["es"] for each in hostile_world.own_lessons(titled)]
    assert len(titles) > 500
    assert len(texts) > 150  # the others are refused: raw HTML, links that lead nowhere
    assert len(words) > 40
    with hostile.app_context():
        paths = hostile_world.store(titled, texts, words)
        session.remove()
    assert unseen([look("trainer", "/courses/hostil")], titles) == []
    some = [f"/courses/hostil/lessons/{each.slug}" for each in titled.modules[0].lessons[2::60]]
    for path in [*paths, *some, "/courses/hostil/glossary", "/courses/"]:
        look("administrator", path)
    for word in ("alert", "img", "onerror"):
        look("stranger", f"/search?q={word}")
    assert trap.caught == []


def test_questions_and_their_answers(look, trap, hostile, tmp_path):
    asked = hostile_world.own_lessons(hostile_world.course(tmp_path, QUESTIONS))
    assert len(asked) > 100
    with hostile.app_context():
        attempts = hostile_world.attempts(asked)
        session.remove()
    for attempt in attempts:
        look("learner", attempt)
        look("learner", attempt, {"action": "finish"})
        look("learner", attempt, {"action": "finish", "sure": "yes"})
    assert trap.caught == []


def test_findings_of_a_preview(chromium, tmp_path):
    """Everything that the check says of hostile files, with their words and their names."""
    folder = write_course(tmp_path / 'x"><img src=x onerror=alert(1)>')
    for shape, name in (
        (LESSON, "1-uno/{}-t.md"),
        (TITLES, "2-dos/{}-<img src=x onerror=alert(2)>.md"),
    ):
        for each in CORPUS[::3]:
            text = hostile_world.written(shape, each)
            (folder / name.format(each.number + 10)).write_text(text)
    (tmp_path / "data").mkdir()
    trap = Trap(chromium, Preview(folder, tmp_path / "data").app, may_frame=True)
    shown = trap.see(None, "/preview/")
    assert shown.count("-t.md:") > 150
    trap.close()
    assert trap.caught == []


def test_drawings(trap, hostile):
    """What the cleaner lets through of a drawing, opened by itself as the page of its own that it may be."""
    kept = []
    for each in CORPUS:
        for inside in (each.text, f"<g {each.text}/>", f"<text>{each.text}</text>"):
            try:
                kept.append(clean_svg(DRAWING.format(inside).encode()).content.decode())
            except Unfit:
                continue
    assert len(kept) > 300
    for start in range(0, len(kept), 100):
        trap.see_drawing(DRAWING.format("".join(kept[start : start + 100])))
    assert trap.caught == []
