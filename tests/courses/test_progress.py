"""How far, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pegup.courses.progress import next_lesson, progress


@dataclass(frozen=True)
class Lesson:
    id: int
    minutes: int = 10


LESSONS = [Lesson(5), Lesson(3), Lesson(9, 25)]


def test_progress_counts_only_this_courses_lessons():
    done = progress(LESSONS, [3, 77])
    assert (done.read, done.total, done.minutes_left, done.is_done) == (1, 3, 35, False)
    assert progress(LESSONS, [5, 3, 9]).is_done


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ([], 5),
        ([5], 3),
        ([3], 9),  # somebody who jumped ahead goes on from there
        ([9], 5),  # and comes back for what was left out
        ([5, 9], 3),
        ([3, 5], 9),
        ([5, 77], 3),
        ([5, 3, 9], None),
    ],
)
def test_next_lesson(read, expected):
    found = next_lesson(LESSONS, read)
    assert (found.id if found else None) == expected
