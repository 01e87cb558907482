"""A course as readers see it, in one language: kept in this process while the content stays.

What everybody shares is loaded once per import: titles, order and the finished HTML of lessons.
A request reads the course's row anyway; its ``digest`` and ``imported_at`` say whether what is
kept still holds.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import unquote

from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from pegup.accounts.models import Person
from pegup.courses import radio
from pegup.courses.models import (
    Course,
    CourseFile,
    CoursePicture,
    Enrolment,
    Lesson,
    LessonRead,
    LessonText,
    Module,
    Question,
    Term,
)
from pegup.courses.pictures import weights
from pegup.courses.progress import Progress, next_lesson, progress
from pegup.courses.when import When, read_when
from pegup.db import session
from pegup.web.alike import Shared

FRAME = 2_600
"""Bytes of a lesson's page beside its text, as the line carries them."""
LINKED_TERM = re.compile(r'<a [^>]*class="term"[^>]*>')
ANCHOR = re.compile(r'href="[^"#]*#([^"]+)"')


@dataclass(frozen=True)
class Meaning:
    """A word of the glossary as a lesson shows it at a tap."""

    slug: str
    name: str
    text: str
    quechua: str


@dataclass(frozen=True)
class Entry:
    """A lesson in the outline; ``number`` is what readers call it: ``1.2``."""

    id: int
    slug: str
    number: str
    title: str
    minutes: int
    language: str
    """Of the text: the course's own where there is no translation."""
    html: Markup
    objectives: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    """Of the words that the text links to the glossary."""
    questions: int
    """How many the lesson asks."""
    pictures: Mapping[str, int]
    """The text's pictures and their bytes."""
    size: int
    """About how many bytes its page is on the line, with its pictures and without what a phone has."""
    when: When | None
    """What it is planned for, by itself or with its theme."""
    module_slug: str
    module_title: str
    module_language: str

    def spoken(self) -> tuple[radio.Piece, ...]:
        """What somebody who reads the lesson on the radio says; not kept, as few ask for it."""
        return tuple(radio.spoken(self.html))

    @cached_property
    def on_radio(self) -> tuple[int, int]:
        """How many minutes that takes, and the bytes of its script."""
        spoken = self.spoken()
        return radio.minutes(spoken), radio.size(spoken)


@dataclass(frozen=True)
class Theme:
    """A module in the outline."""

    slug: str
    number: int
    language: str
    """Of title and goal: the course's own where there is no translation."""
    title: str
    goal: str
    weight: int
    lessons: tuple[Entry, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def size(self) -> int:
        """Bytes of all its lessons' pages."""
        return sum(lesson.size for lesson in self.lessons)


@dataclass(frozen=True)
class Outline:
    """A whole course in one language."""

    slug: str
    language: str
    title: str
    summary: str
    welcome: Markup
    themes: tuple[Theme, ...]
    shown: dict[Hashable, list[Markup]] = field(default_factory=dict, compare=False, repr=False)
    """What pages keep that they made of it; it goes with this state of the course."""
    pages: dict[Hashable, Shared] = field(default_factory=dict, compare=False, repr=False)
    """Whole pages that many see alike."""

    @cached_property
    def lessons(self) -> tuple[Entry, ...]:
        return tuple(lesson for theme in self.themes for lesson in theme.lessons)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {lesson.slug: place for place, lesson in enumerate(self.lessons)}

    @property
    def minutes(self) -> int:
        return sum(theme.minutes for theme in self.themes)

    def radio_script(self, entry: Entry) -> str:
        """The lesson as timed plain text for a local station."""
        return radio.script(
            entry.spoken(),
            language=entry.language,
            number=entry.number,
            course=self.title,
            title=entry.title,
        )

    def theme(self, slug: str) -> Theme | None:
        """The theme with this slug, while it is of the course."""
        return next((theme for theme in self.themes if theme.slug == slug), None)

    def entry(self, slug: str) -> Entry:
        """The lesson with this slug."""
        return self.lessons[self._places[slug]]

    def before(self, slug: str) -> Entry | None:
        """The lesson that comes before."""
        place = self._places[slug]
        return self.lessons[place - 1] if place else None

    def after(self, slug: str) -> Entry | None:
        """The lesson that comes next."""
        place = self._places[slug] + 1
        return self.lessons[place] if place < len(self.lessons) else None


@dataclass(frozen=True)
class Standing:
    """How far somebody is in one course."""

    outline: Outline
    read: tuple[int, ...]
    """Lesson ids in the order of reading; those of other courses are among them."""

    @property
    def progress(self) -> Progress:
        return progress(self.outline.lessons, self.read)

    @property
    def next_lesson(self) -> Entry | None:
        return next_lesson(self.outline.lessons, self.read)


_kept: dict[tuple[int, str], tuple[str, datetime, Outline]] = {}
"""Course id and language to the state it was made from, and what was made."""


class State(Protocol):
    """What names a state of a course's content: a ``Course``, or the columns that a page has read."""

    @property
    def id(self) -> int: ...
    @property
    def digest(self) -> str: ...
    @property
    def imported_at(self) -> datetime: ...


def outline_of(course: State, language: str) -> Outline:
    """The course in the language, words that are not translated in the course's own."""
    kept = _kept.get((course.id, language))
    if kept and kept[:2] == (course.digest, course.imported_at):
        return kept[2]
    made = _make(session.get_one(Course, course.id), language)
    _kept[course.id, language] = (course.digest, course.imported_at, made)
    return made


def standing_of(person: Person, course: Course, language: str) -> Standing:
    """How far the person is."""
    read = session.scalars(LessonRead.lesson_ids(), {"person_id": person.id})
    return Standing(outline_of(course, language), tuple(read))


def continue_for(person: Person, language: str) -> list[Standing]:
    """Every course that the person attends, latest first, with how far: two queries."""
    courses = session.scalars(
        select(Course)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.person_id == person.id, Enrolment.left_at.is_(None))
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
    ).all()
    if not courses:
        return []
    read = tuple(session.scalars(LessonRead.lesson_ids(), {"person_id": person.id}))
    return [Standing(outline_of(course, language), read) for course in courses]


def _make(course: Course, language: str) -> Outline:
    modules = session.scalars(
        select(Module)
        .where(Module.course_id == course.id, Module.withdrawn_at.is_(None))
        .options(selectinload(Module.lessons).selectinload(Lesson.texts))
        .order_by(Module.position)
        .execution_options(populate_existing=True)
    ).all()
    asked = (
        select(Question.lesson_id, func.count())
        .where(Question.course_id == course.id, Question.withdrawn_at.is_(None))
        .group_by(Question.lesson_id)
    )
    counts = {lesson: int(count) for lesson, count in session.execute(asked)}
    sizes: dict[str, int] = dict(
        session.execute(
            select(CoursePicture.name, func.length(CoursePicture.content))
            .join(CoursePicture.file)
            .where(CourseFile.course_id == course.id)
        ).all()
    )
    terms = {
        (term.language, term.slug): _meaning(term)
        for term in session.scalars(select(Term).where(Term.course_id == course.id))
    }
    own = {"title": course.title, "summary": course.summary, "welcome_html": course.welcome_html}
    words = own | _filled(course.translations.get(language, {}))
    return Outline(
        slug=course.slug,
        language=language if language in course.translations else course.language,
        title=words["title"],
        summary=words["summary"],
        welcome=Markup(words["welcome_html"]),  # noqa: S704  # cleaned at the import
        themes=tuple(_theme(course, module, language, counts, sizes, terms) for module in modules),
    )


def _theme(
    course: Course,
    module: Module,
    language: str,
    counts: Mapping[int, int],
    sizes: Mapping[str, int],
    terms: Mapping[tuple[str, str], Meaning],
) -> Theme:
    own = {"title": module.title, "goal": module.goal}
    words = own | _filled(module.translations.get(language, {}))
    spoken = language if language in module.translations else course.language
    lessons = [
        _entry(
            lesson,
            _text(lesson, language, course.language),
            module=module,
            module_title=words["title"],
            module_language=spoken,
            questions=counts.get(lesson.id, 0),
            sizes=sizes,
            terms=terms,
        )
        for lesson in module.lessons
    ]
    return Theme(
        slug=module.slug,
        number=module.position,
        language=spoken,
        title=words["title"],
        goal=words["goal"],
        weight=module.weight,
        lessons=tuple(lessons),
    )


def _entry(
    lesson: Lesson,
    text: LessonText,
    *,
    module: Module,
    module_title: str,
    module_language: str,
    questions: int,
    sizes: Mapping[str, int],
    terms: Mapping[tuple[str, str], Meaning],
) -> Entry:
    pictures = weights(text.html, sizes)
    linked = [(text.language, slug) for slug in linked_terms(text.html)]
    meanings = tuple(terms[key] for key in linked if key in terms)
    words = text.html + "".join(each.name + each.text for each in meanings)
    return Entry(
        id=lesson.id,
        slug=lesson.slug,
        number=f"{module.position}.{lesson.position}",
        title=text.title,
        minutes=lesson.minutes,
        language=text.language,
        html=Markup(text.html),  # noqa: S704  # cleaned at the import
        objectives=tuple(text.objectives),
        meanings=meanings,
        questions=questions,
        pictures=pictures,
        size=FRAME + len(zlib.compress(words.encode())) + sum(pictures.values()),
        when=read_when(lesson.planned or module.planned or ""),
        module_slug=module.slug,
        module_title=module_title,
        module_language=module_language,
    )


def linked_terms(html: str) -> list[str]:
    """The words of the glossary that the text links to, each once, in its order."""
    anchors = [ANCHOR.search(link) for link in LINKED_TERM.findall(html)]
    return list(dict.fromkeys(unquote(found[1]) for found in anchors if found))


def _meaning(term: Term) -> Meaning:
    text = Markup(term.definition_html).striptags()  # noqa: S704  # only its words are kept
    return Meaning(term.slug, term.name, text, term.quechua)


def _text(lesson: Lesson, language: str, own: str) -> LessonText:
    by_language = {text.language: text for text in lesson.texts}
    return by_language.get(language) or by_language[own]


def _filled(words: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value}
