"""How far somebody is in a course, from what was read and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Readable(Protocol):
    """A lesson, in the order in which the course is read."""

    @property
    def id(self) -> int: ...

    @property
    def minutes(self) -> int: ...


Lesson = TypeVar("Lesson", bound=Readable)


@dataclass(frozen=True)
class Progress:
    """Lessons read, lessons in all, and minutes of those that are left."""

    read: int
    total: int
    minutes_left: int

    @property
    def is_done(self) -> bool:
        return self.read == self.total


def progress(lessons: Sequence[Readable], read: Sequence[int]) -> Progress:
    """``read`` holds lesson ids; those of other courses do not count."""
    left = [lesson for lesson in lessons if lesson.id not in read]
    return Progress(len(lessons) - len(left), len(lessons), sum(lesson.minutes for lesson in left))


def next_lesson(lessons: Sequence[Lesson], read: Sequence[int]) -> Lesson | None:
    """Where to go on: the first unread lesson after the one read last, else the first unread.

    ``read`` is in the order of reading. None where nothing is left.
    """
    unread = [lesson for lesson in lessons if lesson.id not in read]
    places = {lesson.id: place for place, lesson in enumerate(lessons)}
    last = next((places[key] for key in reversed(read) if key in places), -1)
    return next((lesson for lesson in unread if places[lesson.id] > last), next(iter(unread), None))
