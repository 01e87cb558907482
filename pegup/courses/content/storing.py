"""Brings a course that was read into the database: says what changed, and keeps all progress.

Ids find their rows again, wherever a lesson or question stands now. What left the course is
withdrawn, not deleted; a question whose words changed gets a new version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from pegup.courses import images
from pegup.courses.content import compiled
from pegup.courses.models import (
    Course,
    CourseFile,
    CoursePicture,
    Lesson,
    LessonText,
    Module,
    Question,
    QuestionVersion,
    Term,
)
from pegup.db import session


@dataclass(frozen=True)
class Change:
    """``what`` is ``new``, ``changed``, ``moved``, ``removed`` or ``back``; ``kind`` the table."""

    what: str
    kind: str
    slug: str
    title: str = ""


after_import: list[Callable[[Course], None]] = []
"""Features append what has to follow when a course changed, in the same transaction."""


_prepared: ContextVar[dict[str, list[images.Variant]] | None] = ContextVar("prepared", default=None)
"""Pictures made before the database's lock was taken, by the name that they share."""


def prepare_pictures(read: compiled.Course, release: Callable[[], None] = lambda: None) -> None:
    """Makes what browsers get of new photos, which takes a second each; ``store_course`` then has it.

    ``release`` gives back what of the database is held, before that second.
    """
    prepared: dict[str, list[images.Variant]] = {}
    _prepared.set(prepared)
    names = [file.name for file in read.files if not file.cleaned]
    if not names:
        return
    known = set(
        session.scalars(
            select(CoursePicture.name)
            .join(CoursePicture.file)
            .join(Course, Course.id == CourseFile.course_id)
            .where(Course.slug == read.slug)
        )
    )
    release()
    for file in read.files:
        if file.name in names and f"{file.name}-p.jpg" not in known:
            prepared[file.name] = images.variants(file.content, file.name)


def store_course(read: compiled.Course, at: datetime) -> list[Change]:
    """Makes the database say what the folder says; nothing is touched where nothing changed."""
    digest = _digest(asdict(read))
    course = session.scalar(select(Course).where(Course.slug == read.slug))
    if course is not None and course.digest == digest:
        return []
    changes: list[Change] = []
    if course is None:
        course = Course(slug=read.slug, translations={}, settings={})
        session.add(course)
        changes.append(Change("new", "course", read.slug, read.texts[read.language]["title"]))
        _fill_course(course, read)
    elif _fill_course(course, read):
        changes.append(Change("changed", "course", read.slug, course.title))
    course.digest, course.imported_at = digest, at
    session.flush()
    store = _Store(course, read, at, changes)
    store.modules()
    store.lessons()
    store.questions()
    store.terms()
    store.files()
    session.flush()
    session.expire(course)
    for follow in after_import:
        follow(course)
    return changes


def _fill_course(course: Course, read: compiled.Course) -> bool:
    own = read.texts[read.language]
    others = {lang: words for lang, words in read.texts.items() if lang != read.language}
    return _fill(
        course,
        title=own["title"],
        summary=own["summary"],
        welcome_html=own["welcome_html"],
        language=read.language,
        translations=others,
        settings=read.settings,
    )


class _Store:
    """One import of one course."""

    def __init__(
        self, course: Course, read: compiled.Course, at: datetime, changes: list[Change]
    ) -> None:
        self.course = course
        self.read = read
        self.at = at
        self.changes = changes
        self.module_ids: dict[str, int] = {}
        self.lesson_ids: dict[str, int] = {}

    def modules(self) -> None:
        known = {m.slug: m for m in self._all(Module)}
        for read in self.read.modules:
            own = read.texts[self.read.language]
            others = {lang: w for lang, w in read.texts.items() if lang != self.read.language}
            module, news = self._take(Module, known, "module", read.slug, own["title"])
            moved = _fill(module, position=read.position)
            changed = _fill(
                module,
                title=own["title"],
                goal=own["goal"],
                translations=others,
                weight=read.weight,
                planned=read.when,
            )
            self._note(news, changed, moved, "module", read.slug, own["title"])
        session.flush()
        known |= {m.slug: m for m in self._all(Module)}
        self.module_ids = {slug: module.id for slug, module in known.items()}
        self._withdraw(known.values(), {m.slug for m in self.read.modules}, "module")

    def lessons(self) -> None:
        known = {
            lesson.slug: lesson
            for lesson in session.scalars(
                select(Lesson)
                .where(Lesson.course_id == self.course.id)
                .options(selectinload(Lesson.texts))
            )
        }
        for module in self.read.modules:
            for read in module.lessons:
                title = read.titles[self.read.language]
                lesson, news = self._take(Lesson, known, "lesson", read.slug, title)
                moved = _fill(
                    lesson, module_id=self.module_ids[module.slug], position=read.position
                )
                changed = _fill(
                    lesson,
                    minutes=read.minutes,
                    words=read.words,
                    feeds=read.feeds,
                    review_by=read.review_by,
                    planned=read.when,
                )
                changed |= _fill_texts(lesson, read)
                self._note(news, changed, moved, "lesson", read.slug, title)
                known[read.slug] = lesson
        session.flush()
        self.lesson_ids = {slug: lesson.id for slug, lesson in known.items()}
        kept = {lesson.slug for module in self.read.modules for lesson in module.lessons}
        self._withdraw(known.values(), kept, "lesson")

    def questions(self) -> None:
        query = (
            select(Question)
            .where(Question.course_id == self.course.id)
            .options(selectinload(Question.versions.and_(QuestionVersion.replaced_at.is_(None))))
        )
        known = {question.slug: question for question in session.scalars(query)}
        numbers = self._version_numbers()
        fresh: list[tuple[Question, str, dict[str, Any], str]] = []
        for module in self.read.modules:
            for lesson in module.lessons:
                for read in lesson.questions:
                    question, news = self._take(Question, known, "question", read.slug, "")
                    moved = _fill(
                        question, lesson_id=self.lesson_ids[lesson.slug], position=read.position
                    )
                    current = {} if news == "new" else {v.language: v for v in question.versions}
                    new_versions = self._replace(question, current, read)
                    fresh += new_versions
                    changed = bool(new_versions) or set(current) != set(read.specs)
                    self._note(news, changed, moved, "question", read.slug, "")
                    known[read.slug] = question
        # A version is replaced before the next is there: only one of a language is current.
        session.flush()
        for question, language, spec, digest in fresh:
            number = numbers.get((question.id, language), 0) + 1
            session.add(
                QuestionVersion(
                    question_id=question.id,
                    language=language,
                    number=number,
                    digest=digest,
                    spec=spec,
                    created_at=self.at,
                )
            )
        kept = {q.slug for m in self.read.modules for les in m.lessons for q in les.questions}
        self._withdraw(known.values(), kept, "question")
        session.flush()

    def _replace(
        self, question: Question, current: dict[str, QuestionVersion], read: compiled.Question
    ) -> list[tuple[Question, str, dict[str, Any], str]]:
        fresh = []
        for language, spec in read.specs.items():
            digest = _digest(spec)
            if language in current and current[language].digest == digest:
                continue
            if language in current:
                current[language].replaced_at = self.at
            fresh.append((question, language, spec, digest))
        for language in set(current) - set(read.specs):
            current[language].replaced_at = self.at
        return fresh

    def _version_numbers(self) -> dict[tuple[int, str], int]:
        """The highest number of each question and language so far."""
        query = (
            select(QuestionVersion.question_id, QuestionVersion.language, QuestionVersion.number)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.course_id == self.course.id)
            .order_by(QuestionVersion.number)
        )
        return {(question, language): n for question, language, n in session.execute(query)}

    def terms(self) -> None:
        known = {(t.language, t.slug): t for t in self._all(Term)}
        wanted = {(language, t.slug): t for language, ts in self.read.terms.items() for t in ts}
        for (language, slug), read in wanted.items():
            term = known.get((language, slug))
            news = ""
            if term is None:
                term, news = Term(course_id=self.course.id, slug=slug, language=language), "new"
                session.add(term)
            changed = _fill(
                term,
                name=read.name,
                definition_html=read.definition_html,
                category=read.category,
                also=read.also,
                quechua=read.quechua,
            )
            self._note(news, changed, False, "term", slug, read.name)
        for key, term in known.items():
            if key not in wanted:
                self.changes.append(Change("removed", "term", term.slug, term.name))
                session.delete(term)

    def files(self) -> None:
        known = {file.path: file for file in self._all(CourseFile)}
        for read in self.read.files:
            file = known.pop(read.path, None)
            news = ""
            if file is None:
                file, news = CourseFile(course_id=self.course.id, path=read.path), "new"
                session.add(file)
            changed = _fill(file, digest=read.digest, media_type=read.media_type)
            if changed:
                file.content = read.content
            if not any(picture.name.startswith(read.name) for picture in file.pictures):
                file.pictures = _pictures(read)
            self._note(news, changed, False, "file", read.path, "")
        for file in known.values():
            self.changes.append(Change("removed", "file", file.path))
            session.delete(file)

    def _all(self, table: Any) -> list[Any]:
        return list(session.scalars(select(table).where(table.course_id == self.course.id)))

    def _take(
        self, table: Any, known: dict[str, Any], kind: str, slug: str, title: str
    ) -> tuple[Any, str]:
        """The row with this id, new or back where it was withdrawn."""
        row = known.get(slug)
        if row is None:
            row = table(course_id=self.course.id, slug=slug)
            session.add(row)
            return row, "new"
        if row.withdrawn_at is not None:
            row.withdrawn_at = None
            return row, "back"
        return row, ""

    def _note(
        self, news: str, changed: bool, moved: bool, kind: str, slug: str, title: str
    ) -> None:
        what = news or ("changed" if changed else "moved" if moved else "")
        if what:
            self.changes.append(Change(what, kind, slug, title))

    def _withdraw(self, rows: Iterable[Any], kept: set[str], kind: str) -> None:
        for row in rows:
            if row.slug not in kept and row.withdrawn_at is None:
                row.withdrawn_at = self.at
                self.changes.append(
                    Change("removed", kind, row.slug, getattr(row, "title", "") or "")
                )


def _fill(row: Any, **values: Any) -> bool:
    """Writes what is different; says whether anything was."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _fill_texts(lesson: Lesson, read: compiled.Lesson) -> bool:
    changed = False
    texts = {text.language: text for text in lesson.texts}
    for language, title in read.titles.items():
        html, objectives = read.htmls[language], read.objectives[language]
        digest = _digest([title, html, objectives])
        text = texts.pop(language, None)
        if text is None:
            text = LessonText(language=language)
            lesson.texts.append(text)
        changed |= _fill(text, title=title, html=html, objectives=objectives, digest=digest)
    for text in texts.values():
        lesson.texts.remove(text)
        changed = True
    return changed


def _digest(value: Any) -> str:
    def plain(other: Any) -> str:
        assert isinstance(other, bytes)
        return hashlib.sha256(other).hexdigest()

    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _pictures(read: compiled.File) -> list[CoursePicture]:
    """What browsers get of a file."""
    if read.cleaned:
        made = [images.Variant(f"{read.name}.svg", read.media_type, read.cleaned)]
    else:
        prepared = _prepared.get() or {}
        made = prepared.pop(read.name, []) or images.variants(read.content, read.name)
    return [
        CoursePicture(name=each.name, media_type=each.media_type, content=each.content)
        for each in made
    ]
