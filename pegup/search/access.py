"""What a reader may find: nobody finds what they could not open.

=====================  =========  =================================
..                     everybody  who may open the course's lessons
words of the glossary  yes        yes
published profiles     yes        yes
lessons                no         yes
=====================  =========  =================================

The rule for lessons is that of ``pegup.courses.access``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select

from pegup.accounts.models import Person
from pegup.courses.access import courses_for
from pegup.courses.models import Course
from pegup.search.models import Document


@dataclass(frozen=True)
class Reach:
    """How far this reader's search goes."""

    open: Sequence[Course]
    closed: Sequence[Course]
    """Courses whose lessons are for their people."""

    @property
    def courses(self) -> Sequence[Course]:
        """All of them, the reader's own first."""
        return [*self.open, *self.closed]

    def documents(self, language: str) -> Select[Document]:
        """What may be found."""
        return Document.seen_by([course.id for course in self.open], language)


def reach_of(person: Person | None) -> Reach:
    """Asks once, however many courses there are."""
    both = courses_for(person)
    return Reach(
        open=[course for course, is_open in both if is_open],
        closed=[course for course, is_open in both if not is_open],
    )
