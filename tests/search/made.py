"""Documents without courses: made-up words, for counting and for measuring."""

from __future__ import annotations

import random

from pegup.courses.models import Course
from pegup.db import session
from pegup.search import index
from pegup.search.models import Document, DocumentText, Kind

COMMON = ("agua", "basura", "vecinos", "acequia", "ciudad")
"""In nearly every document."""
BATCH = 200


def vocabulary(chance: random.Random, size: int = 4_000) -> list[str]:
    return [
        "".join(chance.choice("bcdfglmn") + chance.choice("aeiou") for _each in range(4))
        for _word in range(size)
    ]


def lesson(course: Course, slug: str, title: str, text: str) -> Document:
    """One that only the search knows, not stored yet."""
    return Document(
        kind=Kind.LESSON,
        language="es",
        text_language="es",
        course_id=course.id,
        is_public=False,
        parent=course.slug,
        slug=slug,
        label="1.1",
        title=title,
        text=DocumentText(text=text, anchors=[]),
    )


def documents(course: Course, number: int, words: int = 300) -> None:
    """Lessons of the course that nobody wrote, with as many words each; the first word is in all."""
    chance = random.Random(1997)
    known = vocabulary(chance)
    for first in range(0, number, BATCH):
        made = []
        for place in range(first, min(first + BATCH, number)):
            text = chance.choices(known, k=words) + list(COMMON)
            chance.shuffle(text)
            title = " ".join(chance.choices(known, k=4))
            document = lesson(course, f"leccion-{place}", title, " ".join(text))
            made.append(document)
        session.add_all(made)
        session.flush()
        index.put(index.Entry(each.id, (each.title,), each.text.text) for each in made)
        for each in made:
            session.expunge(each)
