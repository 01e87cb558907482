"""The course that we ship is sound and whole."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from pegup.authoring.findings import Level
from pegup.courses.content.reading import read_course

FOLDER = Path(__file__).parents[2] / "content" / "promotores-ambientales"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="content/promotores-ambientales is absent"
)
KINDS = {"true_false": 24, "single": 22, "multiple": 14, "numeric": 13, "order": 11, "match": 7}
"""As many as in the outline of the course."""


@pytest.fixture(scope="module")
def reading():
    return read_course(FOLDER)


def test_it_has_no_error(reading):
    assert [f for f in reading.findings if f.level == Level.ERROR] == []


def test_it_has_its_lessons_and_questions(reading):
    lessons = [lesson for module in reading.course.modules for lesson in module.lessons]
    questions = [question for lesson in lessons for question in lesson.questions]
    assert [len(module.lessons) for module in reading.course.modules] == [5, 5, 6, 4]
    assert len(questions) == 91
    assert Counter(q.specs["es"]["kind"] for q in questions) == KINDS


def test_it_is_in_plain_words(reading):
    plain = {"lesson-length", "lesson-rather-hard", "sentences-long", "sentence-long"}
    assert [f for f in reading.findings if f.code in plain] == []


def test_every_lesson_shows_what_went_wrong_and_has_something_to_do(reading):
    for module in reading.course.modules:
        for lesson in module.lessons:
            html = lesson.htmls["es"]
            assert "block-failed" in html, lesson.slug
            assert "block-activity" in html, lesson.slug
            assert 'class="footnotes"' in html, lesson.slug


def test_checking_it_is_quick():
    started = time.process_time()
    read_course(FOLDER)
    assert time.process_time() - started < 1.5
