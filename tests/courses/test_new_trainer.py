"""A new trainer's lesson is sound, and each slip is told once, where it is, with what mends it."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from pegup.authoring.words import finding_line
from pegup.courses.content.reading import read_course
from tests.courses.new_trainer import BREAKS, LESSON, PLACE, Break, write

LENGTH = "lesson-length"
"""A warning that every tiny lesson has."""


def test_a_lesson_with_a_picture_a_table_and_every_kind_of_question_is_sound(tmp_path):
    assert [f.code for f in read_course(write(tmp_path)).findings if f.code != LENGTH] == []


@pytest.mark.parametrize("slip", BREAKS, ids=lambda slip: slip.code)
def test_each_slip_is_told_once_with_what_mends_it(app, tmp_path, slip: Break):
    assert LESSON.count(slip.before) == 1
    folder = write(tmp_path, LESSON.replace(slip.before, slip.after))
    found = [f for f in read_course(folder).findings if f.code not in {LENGTH, "picture-unused"}]
    assert [(f.place.file, f.place.line, f.code) for f in found] == [(PLACE, slip.line, slip.code)]
    with app.test_request_context(), force_locale("es"):
        text, _dash, suggestion = finding_line(found[0], folder).partition(" — ")
    assert slip.says in suggestion
    assert f"{PLACE}:{slip.line}:" in text


def test_ten_slips_at_once_are_all_told(tmp_path):
    text = LESSON
    for slip in BREAKS:
        text = text.replace(slip.before, slip.after)
    codes = {f.code for f in read_course(write(tmp_path, text)).findings}
    assert {slip.code for slip in BREAKS} <= codes
