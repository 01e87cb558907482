"""A lesson with a question of each kind, and somebody who attends its course."""

from __future__ import annotations

import pytest

from tests import make
from tests.browser.world import EACH_KIND

RIGHT = {
    "q1": "a2",
    "q2": "v",
    "q3": ["b", "c"],
    "q4": "67,5",
    "q5-p": "p",
    "q5-q": "q",
    "q6-x": "1",
    "q6-y": "2",
    "q6-z": "3",
}
"""The right answers of ``EACH_KIND``, as a browser sends them."""


@pytest.fixture
def course(world):
    return make.course(questions={"acequia": EACH_KIND, "pozo": [make.SINGLE]})


@pytest.fixture
def learner(course, ben):
    make.enrolment(ben, course)
    return ben


@pytest.fixture
def begin(page, learner):
    """``begin()`` starts or goes on with the attempt at a lesson; gives its address."""

    def started(lesson: str = "acequia", as_=None) -> str:
        path = f"/courses/agua/lessons/{lesson}/attempts"
        return page(path, as_=as_ or learner, data={}, status=302).response.location

    return started
