"""A lesson as a radio script."""

from __future__ import annotations

import pytest

from pegup.courses.radio import Piece, clock, minutes, script, seconds, spoken
from tests import make

HTML = """<h2>El río</h2><p>Baja <strong>turbio</strong>.<sup class="footnote-ref"><a
href="#fuente-1">1</a></sup> Mira.</p>
<div class="table-scroll"><table><thead><tr><th>Barrio</th><th>Horas de agua</th><th>Quién</th></tr>
</thead><tbody><tr><td>Pampa</td><td>4</td><td>—</td></tr></tbody></table></div>
<p><img src="../media/a.svg" alt="Un canal"></p><ul><li>Uno<ul><li>Dos</li></ul></li></ul>
<details class="block block-deeper"><summary>Más</summary><p>Detalle.</p></details>
<section class="footnotes"><h2>Fuentes</h2><ol><li>Junta,
<a href="https://example.org/a">acta</a> <a href="#cita-1">↩</a></li></ol></section>"""


def test_what_is_said_comes_from_the_finished_text():
    assert spoken(HTML) == [
        Piece("heading", "El río"),
        Piece("text", "Baja turbio. Mira."),
        Piece("text", "Pampa. Horas de agua: 4."),
        Piece("picture", "Un canal"),
        Piece("text", "Uno"),
        Piece("text", "Dos"),
        Piece("heading", "Más"),
        Piece("text", "Detalle."),
        Piece("source", "Junta, acta (https://example.org/a)"),
    ]


def test_the_script_says_when_each_piece_begins():
    pieces = [
        Piece("heading", "Uno dos"),
        Piece("text", "sí " * 128),
        Piece("picture", "Canal"),
        Piece("text", "Ya."),
        Piece("source", "Junta"),
    ]
    text = script(pieces, language="es", number="1.2", course="El agua", title="El río")
    assert text.splitlines()[:3] == [
        "GUION DE RADIO",
        "Lección 1.2 del curso «El agua»: El río",
        "Dura unos 2 min: 131 palabras, a 130 por minuto.",
    ]
    assert "[00:00] UNO DOS" in text
    assert "[00:01] sí sí" in text
    assert "(Imagen, no se lee: Canal)" in text
    assert "[01:00] Ya." in text
    assert text.endswith("[01:01] FIN\n\nFUENTES (no se leen)\n- Junta\n")
    assert max(map(len, text.splitlines())) <= 72


def test_the_pace_is_130_words_a_minute():
    assert [seconds(0), seconds(1), seconds(130), seconds(131), seconds(650)] == [0, 1, 60, 61, 300]
    assert clock(425) == "07:05"
    assert minutes([]) == 1


def test_a_learner_downloads_the_script(page, client, sign_in, ben, cleo):
    course = make.course(htmls={"acequia": HTML}, english=True)
    make.enrolment(ben, course)
    lesson = page("/courses/agua/lessons/acequia", as_=ben)
    link = lesson.one("a[href$='/radio-script']")
    assert "(1 minuto, texto, 1 kB)" in lesson.text
    got = client.get(link["href"])
    assert got.mimetype == "text/plain"
    assert got.headers["Content-Disposition"] == 'attachment; filename="radio-acequia.txt"'
    assert got.text.startswith("GUION DE RADIO\nLección 1.1 del curso «El agua (es)»")
    sign_in(cleo)
    assert client.get(link["href"]).status_code == 403


@pytest.mark.parametrize("wrong", ["", "<p>", "<td>solo</td>", "</table></p>", "<table><td>a"])
def test_half_a_text_is_no_error(wrong):
    spoken(wrong)
