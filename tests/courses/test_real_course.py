"""The course that we ship is sound and whole."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pegup.authoring.findings import Level
from pegup.courses.content.reading import read_course
from tests.clock import computing

FOLDER = Path(__file__).parents[2] / "content" / "promotores-ambientales"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="content/promotores-ambientales is absent"
)
KINDS = {"true_false": 24, "single": 22, "multiple": 14, "numeric": 13, "order": 11, "match": 7}
"""As many as in the outline of the course."""
BOX = re.compile(r'class="block (block-\w+)')
SOURCE = re.compile(r'class="source" href="#fuente-(\d+)"')
TERM = re.compile(r'class="term" href="([^"]+)"')
DECADE = re.compile(r"\b19(\d0)s\b")
TAG = re.compile(r"<[^>]*>")
NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")


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


def test_all_of_it_is_in_english_too(reading):
    course = reading.course
    assert set(course.texts) == {"es", "en"}
    for module in course.modules:
        assert set(module.texts) == {"es", "en"}, module.slug
        for lesson in module.lessons:
            assert set(lesson.htmls) == set(lesson.titles) == {"es", "en"}, lesson.slug
            assert lesson.htmls["en"] != lesson.htmls["es"], lesson.slug
            for question in lesson.questions:
                assert set(question.specs) == {"es", "en"}, question.slug
    terms = {language: {t.slug for t in terms} for language, terms in course.terms.items()}
    assert terms["en"] == terms["es"]


def test_the_english_teaches_the_same(reading):
    """The same boxes in the same order, the same words explained, the same sources and figures."""
    for module in reading.course.modules:
        for lesson in module.lessons:
            spanish, english = lesson.htmls["es"], lesson.htmls["en"]
            for mark in (BOX, SOURCE):
                assert mark.findall(english) == mark.findall(spanish), lesson.slug
            assert set(TERM.findall(english)) == set(TERM.findall(spanish)), lesson.slug
            assert figures(english) == figures(spanish), lesson.slug
            assert len(lesson.objectives["en"]) == len(lesson.objectives["es"]), lesson.slug


def test_the_english_questions_have_the_same_right_answers(reading):
    for module in reading.course.modules:
        for lesson in module.lessons:
            for question in lesson.questions:
                spanish, english = (question.specs[language] for language in ("es", "en"))
                assert answers(english) == answers(spanish), question.slug


def figures(html: str) -> Counter[str]:
    """The numbers that readers see; años 90 and 67,7 in Spanish are the 1990s and 67.7 in English."""
    text = DECADE.sub(r"\1", TAG.sub(" ", html))
    return Counter(re.sub(r"\D", "", found) for found in NUMBER.findall(text))


def answers(spec: dict[str, Any]) -> tuple[Any, ...]:
    """What is asked without its words: which options are right, how many steps or pairs, the number."""
    return (
        spec["kind"],
        spec["shuffle"],
        [option["right"] for option in spec.get("options", ())],
        [bool(option["feedback"]) for option in spec.get("options", ())],
        len(spec.get("pairs", ())),
        len(spec.get("items", ())),
        spec.get("answer"),
        spec.get("tolerance"),
        spec.get("unit") == "%",
        bool(spec["feedback"]),
    )


def test_checking_it_is_quick():
    assert computing(lambda: read_course(FOLDER), most=1.5) < 1.5
