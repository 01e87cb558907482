"""Every question of the shipped course can be answered, rightly and wrongly, with a form alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pegup.assessments.models import Attempt
from pegup.courses.content.reading import read_course
from pegup.courses.content.storing import store_course
from pegup.courses.models import Course
from pegup.db import now, session
from tests import make
from tests.pages import Page

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[2] / "content" / "promotores-ambientales"


@pytest.fixture(scope="module")
def shipped():
    return read_course(FOLDER).course


def filled(shown: Page, attempt: Attempt, *, rightly: bool) -> dict[str, list[str]]:
    """What a person would send who knows the answers, or who takes the first thing that is wrong."""
    sent = {}
    for answer in attempt.answers:
        name, spec = f"q{answer.position}", answer.version.spec
        for key, value in answers_to(spec, rightly).items():
            field = name if not key else f"{name}-{key}"
            assert shown.all(f"[name={field}]"), f"no control for {field}"
            sent[field] = value
    return sent


def answers_to(spec, rightly: bool) -> dict[str, list[str]]:
    """Part of the field's name to what is sent."""
    if spec["kind"] == "numeric":
        right = Decimal(spec["answer"])
        return {"": [str(right if rightly else right + 10 * Decimal(spec["tolerance"]) + 10**9)]}
    if spec["kind"] == "match":
        keys = [pair["key"] for pair in spec["pairs"]]
        return {key: [key if rightly else keys[i - 1]] for i, key in enumerate(keys)}
    if spec["kind"] == "order":
        keys = [item["key"] for item in spec["items"]]
        return {k: [str(i + 1 if rightly else len(keys) - i)] for i, k in enumerate(keys)}
    chosen = [each["key"] for each in spec["options"] if each["right"] == rightly]
    return {"": chosen if spec["kind"] == "multiple" else chosen[:1]}


@pytest.mark.parametrize("rightly", [True, False], ids=["rightly", "wrongly"])
def test_all_91_questions(page, ben, shipped, rightly):
    store_course(shipped, now())
    course = session.query(Course).one()
    make.enrolment(ben, course)
    asked = 0
    for lesson in session.scalars(Course.whole()).one().lessons():
        where = page(
            f"/courses/{course.slug}/lessons/{lesson.slug}/attempts", as_=ben, data={}, status=302
        ).response.location
        attempt = session.query(Attempt).filter_by(lesson_id=lesson.id).one()
        sent = filled(page(where, as_=ben), attempt, rightly=rightly)
        page(where, as_=ben, data={**sent, "action": "submit"}, status=302)
        result = page(where, as_=ben)
        points = [answer.points for answer in attempt.answers]
        if rightly:
            assert set(points) == {1}, (lesson.slug, points)
        else:
            assert attempt.mark < Decimal("0.6"), (lesson.slug, points)
            feedback = result.all("section.block-question .quote")
            assert len(feedback) >= len(points), f"{lesson.slug}: an answer without an explanation"
        asked += len(points)
    assert asked == 91
