"""A theme as a PDF: what stands in it, what must not, and who gets it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from pegup.courses.content import compiled
from pegup.courses.content.reading import read_course
from pegup.courses.content.storing import store_course
from pegup.courses.models import Course
from pegup.courses.outline import outline_of
from pegup.db import now, session
from pegup.paper.operations import content_of
from pegup.paper.printing import theme_pdf
from pegup.paper.words import words
from tests import make

pytestmark = pytest.mark.slow

HOSTILE = (
    '#read("/etc/passwd") #panic("x") #eval("1+1") *no* _no_ $x^2$ @nadie <marca> `c` \\ // no '
    "= no [a] {b} ~ -- ..."
)


def printed(data: bytes) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split()
    )


def squeezed(text: str) -> str:
    """Without the space and hyphens that a line's end may bring."""
    return "".join(text.replace("-", "").replace("\u200b", "").replace("\u00ad", "").split())


@pytest.fixture
def fetch(client, sign_in, world):
    def get(path: str, as_=None, **headers):
        sign_in(as_)
        return client.get(path, headers=headers)

    return get


def test_who_attends_gets_the_theme(fetch, ben):
    make.enrolment(ben, make.course())
    answer = fetch("/paper/agua/uno/theme.pdf", ben)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="agua-uno.pdf"'
    text = printed(answer.data)
    for said in (
        "Lección acequia",
        "Texto de pozo",
        "¿Quién cuida la acequia?",
        "A Nadie",
        "1 / 1",
    ):
        assert said in text or said.replace("A ", "B ") in text, said
    assert "Lección rio" not in text


def test_right_answers_are_not_on_paper(fetch, ben):
    make.enrolment(ben, make.course())
    course = session.scalars(select(Course)).one()
    outline = outline_of(course, "es")
    content = json.dumps(content_of(course, outline, outline.themes[0], words()))
    assert "El barrio" in content
    for secret in ("Alguien la cuida", "entre todos", "es de todos", "right", "a2"):
        assert secret not in content


def test_strangers_and_unknown_themes(fetch, ben, cleo):
    make.enrolment(ben, make.course())
    assert fetch("/paper/agua/uno/theme.pdf", cleo).status_code == 403
    assert fetch("/paper/agua/uno/theme.pdf").status_code == 302
    assert fetch("/paper/agua/nada/theme.pdf", ben).status_code == 404
    assert fetch("/paper/nada/uno/theme.pdf", ben).status_code == 404


def test_a_second_time_nothing_is_sent(fetch, ben):
    make.enrolment(ben, make.course())
    first = fetch("/paper/agua/uno/theme.pdf", ben, **{"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    tag = first.headers["ETag"]
    again = fetch("/paper/agua/uno/theme.pdf", ben, **{"If-None-Match": tag})
    assert again.status_code == 304
    assert not again.data
    make.course(htmls={"pozo": "<p>Otro pozo</p>"})
    assert fetch("/paper/agua/uno/theme.pdf", ben, **{"If-None-Match": tag}).status_code == 200


def test_the_same_theme_is_printed_to_the_byte(fetch, ben):
    make.enrolment(ben, make.course())
    first = fetch("/paper/agua/uno/theme.pdf", ben).data
    assert first == fetch("/paper/agua/uno/theme.pdf", ben).data


def test_what_reads_like_a_command_is_printed(fetch, ben):
    """In every field that somebody writes."""
    from html import escape

    said = escape(HOSTILE)
    spec = make.SINGLE | {
        "prompt": said,
        "body": f"<p>{said}</p>",
        "options": [{"key": "a1", "text": said, "right": True, "feedback": ""}],
    }
    html = f"<h2>{said}</h2><ul><li>{said}</li></ul><table><tr><td>{said}</td></tr></table><pre><code>{said}</code></pre>"
    make.enrolment(ben, make.course(htmls={"acequia": html}, questions={"acequia": [spec]}))
    text = squeezed(printed(fetch("/paper/agua/uno/theme.pdf", ben).data))
    assert text.count(squeezed(HOSTILE)) == 7
    assert "root:" not in text


def test_deep_and_long_things_are_printed(fetch, ben):
    deep = "<ul><li>" * 60 + "fondo" + "</li></ul>" * 60
    long = f"<p>{'a' * 5000}</p><p>https://example.org/{'x' * 300}</p><p>🌳 \u202e \ufffe</p>"
    broken = (
        '<p><img src="media/no.jpg" alt="Una acequia limpia"></p><p></p><table></table><ol></ol>'
    )
    make.enrolment(ben, make.course(htmls={"acequia": deep + long + broken}))
    text = printed(fetch("/paper/agua/uno/theme.pdf", ben).data)
    assert "fondo" in text
    assert "Una acequia limpia" in text


def test_a_picture_that_cannot_be_read_leaves_its_words():
    image = {"t": "image", "name": "p.jpg", "alt": "La plaza", "width": 10}
    lesson = {
        "number": "1.1", "title": "T", "language": "es", "objectives": [], "questions": [],
        "blocks": [{"t": "box", "kind": "note", "short": True, "c": [image]}],
    }  # fmt: skip
    content = {
        "language": "es", "course": "C", "title": "T", "goal": "", "how": "", "edition": "AB12",
        "words": {}, "lessons": [lesson], "glossary": [], "pictures": {"p.jpg": "bm90IGEgcGljdHVyZQ=="},
    }  # fmt: skip
    content["words"] = {"edition": "edición"}
    assert "[La plaza]" in printed(theme_pdf(content))


def test_a_picture_of_the_course_is_printed(fetch, ben):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    photo = compiled.File(
        path="plaza.jpg",
        media_type="image/jpeg",
        digest="1",
        content=file.getvalue(),
        name="plaza-1",
    )
    image = '<p><img src="../media/plaza-1-p.jpg" alt="La plaza" width="320" height="240"></p>'
    make.enrolment(ben, make.course(htmls={"acequia": image}, files=[photo]))
    answer = fetch("/paper/agua/uno/theme.pdf", ben)
    pages = PdfReader(io.BytesIO(answer.data)).pages
    assert [len(page.images) for page in pages] == [1]
    assert "[La plaza]" not in printed(answer.data)


def test_what_cannot_be_printed_is_said_in_words(page, ben, monkeypatch):
    make.enrolment(ben, make.course())
    monkeypatch.setattr("pegup.paper.printing.PATIENCE_SECONDS", 0.01)
    shown = page("/paper/agua/uno/theme.pdf", as_=ben, status=409)
    assert "no se pudo preparar para imprimir" in shown.text


def test_a_server_that_is_no_python_prints_too(fetch, ben, monkeypatch):
    make.enrolment(ben, make.course())
    usual = fetch("/paper/agua/uno/theme.pdf", ben).data
    monkeypatch.setattr("sys.executable", "/usr/sbin/uwsgi")
    assert fetch("/paper/agua/uno/theme.pdf", ben).data == usual


def test_the_outline_says_what_it_weighs(page, ben):
    make.enrolment(ben, make.course())
    shown = page("/courses/agua", as_=ben)
    link = shown.one('a[href="/paper/agua/uno/theme.pdf"]')
    assert "kB" in link.text


@pytest.mark.slow
def test_the_real_themes_come_out(world):
    reading = read_course(Path(__file__).parents[2] / "content" / "promotores-ambientales")
    store_course(reading.course, now())
    course = session.scalars(select(Course)).one()
    sizes = []
    outlines = [outline_of(course, language) for language in ("es", "en")]
    for outline, theme in [(each, theme) for each in outlines for theme in each.themes]:
        made = theme_pdf(content_of(course, outline, theme, words()))
        pages = PdfReader(io.BytesIO(made)).pages
        sizes.append(len(pages))
    assert max(sizes) <= 12
    reader = PdfReader(io.BytesIO(made))
    text = squeezed(printed(made))
    for lesson in theme.lessons:
        assert squeezed(lesson.title) in text
    assert squeezed(theme.lessons[-1].meanings[0].text) in text
    assert reader.metadata.title.endswith(theme.title)
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
