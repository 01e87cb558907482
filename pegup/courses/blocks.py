"""What higher features show on the pages of a course: each registers a function here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pegup.accounts.models import Person
from pegup.courses.models import Course
from pegup.courses.outline import Entry, Outline, Theme


@dataclass(frozen=True)
class LessonPage:
    """A lesson that somebody has open."""

    course: str
    """The course's slug."""
    lesson: Entry
    person: Person
    is_read: bool


@dataclass(frozen=True)
class LessonPart:
    """What stands below the text of a lesson, such as its questions."""

    state: Hashable
    """All that it depends on, beside the lesson and the page's language: readers with equal states see alike."""
    show: Callable[[], Markup]
    """Makes it; not called where a reader in this state has seen it."""


lesson_parts: list[Callable[[LessonPage], LessonPart]] = []
"""Asked for each page of a lesson."""

lesson_states: list[Callable[[Person, Course], Mapping[int, Markup]]] = []
"""Shown beside each lesson of the outline: lesson id to a few words. Asked once for a course."""

course_parts: list[Callable[[Person, Course], Markup]] = []
"""Shown in the outline to people of the course, such as what is missing for the certificate."""

theme_parts: list[Callable[[Outline, Theme], Markup]] = []
"""Shown in the outline below each theme to people of the course, such as keeping it on the phone."""
