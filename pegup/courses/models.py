"""Courses as they stand after an import, who attends them, and what was read.

The words of a lesson and of a question are rows of their own, one per language. Nothing that a
learner's progress points to is ever deleted: a lesson or question that left the course is
``withdrawn``, and a question that was rewritten gets a new version.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    String,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.db import Model, now, one_while

SLUG_LENGTH = 80
TITLE_LENGTH = 300
PLANNED_LENGTH = 20
PATH_LENGTH = 300
"""Bytes of a file's path below the course's folder."""


class Course(Model):
    """A course, as its folder said at the last import."""

    __tablename__ = "pegup_course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    language: Mapped[str] = mapped_column(String(8), default="es")
    """The language in which every lesson exists."""
    summary: Mapped[str] = mapped_column(String(1000), default="")
    welcome_html: Mapped[str] = mapped_column(Text, default="", deferred=True)
    translations: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    """Language to ``{"title", "summary", "welcome_html"}``."""
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """``grading`` and ``completion`` of course.md: see docs/content.md."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    """Names this state of the whole content: pages keep what they computed while it stays."""
    imported_at: Mapped[datetime] = mapped_column(default=now)
    modules: Mapped[list[Module]] = relationship(
        back_populates="course",
        order_by="Module.position",
        primaryjoin="and_(Module.course_id == Course.id, Module.withdrawn_at.is_(None))",
        viewonly=True,
    )

    @classmethod
    def in_order(cls) -> Select[Course]:
        """Every course, by title."""
        return select(cls).order_by(cls.title, cls.id)

    @classmethod
    def whole(cls) -> Select[Course]:
        """Courses with their modules and lessons as they stand now."""
        return select(cls).options(selectinload(cls.modules).selectinload(Module.lessons))

    def lessons(self) -> list[Lesson]:
        """The lessons in the order in which they are read; load the course with ``whole``."""
        return [lesson for module in self.modules for lesson in module.lessons]


class Module(Model):
    """One theme of a course."""

    __tablename__ = "pegup_module"
    __table_args__ = (Unique("course_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    goal: Mapped[str] = mapped_column(String(1000), default="")
    translations: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Language to ``{"title", "goal"}``."""
    weight: Mapped[int] = mapped_column(default=0)
    """Per cent of the course's grade."""
    planned: Mapped[str | None] = mapped_column(String(PLANNED_LENGTH))
    """When its lessons are planned for, as ``pegup.courses.when`` writes it; None: not said."""
    withdrawn_at: Mapped[datetime | None]
    course: Mapped[Course] = relationship(back_populates="modules")
    lessons: Mapped[list[Lesson]] = relationship(
        order_by="Lesson.position",
        primaryjoin="and_(Lesson.module_id == Module.id, Lesson.withdrawn_at.is_(None))",
        viewonly=True,
    )


class Lesson(Model):
    """A lesson: its place in the course; its words are in ``LessonText``."""

    __tablename__ = "pegup_lesson"
    __table_args__ = (Unique("course_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    module_id: Mapped[int] = mapped_column(ForeignKey(Module.id), index=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    position: Mapped[int]
    """Within its module, from 1."""
    minutes: Mapped[int] = mapped_column(default=0)
    words: Mapped[int] = mapped_column(default=0)
    feeds: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The city products that the activity feeds, such as ``perfil/1.4``."""
    review_by: Mapped[str | None] = mapped_column(String(10))
    """``YYYY-MM-DD``: until when the legal statements may stand unchecked."""
    planned: Mapped[str | None] = mapped_column(String(PLANNED_LENGTH))
    """As of its module; None: as the module says."""
    withdrawn_at: Mapped[datetime | None]
    """When the lesson left the course; who had read it keeps that."""
    course: Mapped[Course] = relationship()
    module: Mapped[Module] = relationship()
    texts: Mapped[list[LessonText]] = relationship(
        back_populates="lesson", cascade="all, delete-orphan"
    )

    @classmethod
    def of(cls, course: Course) -> Select[Lesson]:
        """The lessons of the course as it stands now, in the order in which they are read."""
        return (
            select(cls)
            .join(Module, Module.id == cls.module_id)
            .where(cls.course_id == course.id, cls.withdrawn_at.is_(None))
            .order_by(Module.position, cls.position)
        )


class LessonText(Model):
    """The words of a lesson in one language, compiled and cleaned at the import."""

    __tablename__ = "pegup_lesson_text"
    __table_args__ = (Unique("lesson_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id, ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    html: Mapped[str] = mapped_column(Text)
    """Links and pictures are relative to the lesson's own address."""
    objectives: Mapped[list[str]] = mapped_column(JSON, default=list)
    digest: Mapped[str] = mapped_column(String(64))
    lesson: Mapped[Lesson] = relationship(back_populates="texts")


class Question(Model):
    """A question: its place in a lesson; its words are in ``QuestionVersion``."""

    __tablename__ = "pegup_question"
    __table_args__ = (Unique("course_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    position: Mapped[int]
    """Within its lesson, from 1."""
    withdrawn_at: Mapped[datetime | None]
    lesson: Mapped[Lesson] = relationship()
    versions: Mapped[list[QuestionVersion]] = relationship(
        back_populates="question", order_by="QuestionVersion.number", cascade="all, delete-orphan"
    )


class QuestionVersion(Model):
    """The exact words and right answers that a person is asked; never changed once stored."""

    __tablename__ = "pegup_question_version"
    __table_args__ = (
        Unique("question_id", "language", "number"),
        one_while(
            "uq_pegup_question_version_current",
            "question_id",
            "language",
            where="replaced_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey(Question.id, ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    """From 1, per question and language."""
    digest: Mapped[str] = mapped_column(String(64))
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    replaced_at: Mapped[datetime | None]
    """When a newer version took its place or the translation was taken away; None: asked now."""
    question: Mapped[Question] = relationship(back_populates="versions")

    @classmethod
    def asked_in(cls, lesson: Lesson, language: str) -> Select[QuestionVersion]:
        """What the lesson asks now in one language, in its order.

        A language has all of a lesson's questions or none: the ones that have a ``LessonText``.
        """
        return (
            select(cls)
            .join(Question, Question.id == cls.question_id)
            .where(
                Question.lesson_id == lesson.id,
                Question.withdrawn_at.is_(None),
                cls.language == language,
                cls.replaced_at.is_(None),
            )
            .order_by(Question.position)
        )


class Term(Model):
    """A word of the course's glossary in one language."""

    __tablename__ = "pegup_term"
    __table_args__ = (Unique("course_id", "language", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    definition_html: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(80), default="")
    also: Mapped[list[str]] = mapped_column(JSON, default=list)
    quechua: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")


class CourseFile(Model):
    """A picture as the trainer brought it, stored with the course so that an import is whole or nothing.

    It is shown to nobody: what browsers get are its ``CoursePicture`` rows.
    """

    __tablename__ = "pegup_course_file"
    __table_args__ = (Unique("course_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(200))
    """Below the course's ``media`` folder."""
    digest: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    pictures: Mapped[list[CoursePicture]] = relationship(
        back_populates="file", cascade="all, delete-orphan", passive_deletes=True
    )


class CoursePicture(Model):
    """What browsers get of a file: for a phone or a wide screen, in one format; of a drawing, it cleaned."""

    __tablename__ = "pegup_course_picture"
    __table_args__ = (Unique("file_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey(CourseFile.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(220), index=True)
    """Below the course's ``media``; another content has another name, so browsers keep it."""
    media_type: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    file: Mapped[CourseFile] = relationship(back_populates="pictures")


class Origin(StrEnum):
    """Where a file's version comes from."""

    IMPORT = "import"
    BROWSER = "browser"


class SourceVersion(Model):
    """A file of the course's folder as it was from one import or publication to the next."""

    __tablename__ = "pegup_source_version"
    __table_args__ = (Unique("course_id", "path", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(PATH_LENGTH))
    """Below the course's folder, with ``/``, exactly as the file is called."""
    number: Mapped[int]
    """From 1, per file."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the content; empty for a removal."""
    size: Mapped[int]
    """Bytes."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    is_elsewhere: Mapped[bool] = mapped_column(default=False)
    """Whether the content is that of the ``CourseFile`` of this path: a live picture is kept once."""
    is_removed: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[Origin] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    exported_at: Mapped[datetime | None]
    """When it was first written out as a file."""
    by: Mapped[Person | None] = relationship()

    @classmethod
    def newest(cls, course: Course) -> Select[SourceVersion]:
        """The last version of every file that there ever was."""
        last = (
            select(cls.path, func.max(cls.number).label("number"))
            .where(cls.course_id == course.id)
            .group_by(cls.path)
            .subquery()
        )
        return (
            select(cls)
            .join(last, (cls.path == last.c.path) & (cls.number == last.c.number))
            .where(cls.course_id == course.id)
            .order_by(cls.path)
        )

    @classmethod
    def of(cls, course: Course, path: str) -> Select[SourceVersion]:
        """Every version of one file, newest first."""
        return (
            select(cls)
            .where(cls.course_id == course.id, cls.path == path)
            .options(selectinload(cls.by))
            .order_by(cls.number.desc())
        )


class Enrolment(Model):
    """That a person attends a course: the only thing that opens its lessons to a learner."""

    __tablename__ = "pegup_enrolment"
    __table_args__ = (
        one_while(
            "uq_pegup_enrolment_person_id_course_id_now",
            "person_id",
            "course_id",
            where="left_at IS NULL",
        ),
        Index("ix_pegup_enrolment_person_id_course_id", "person_id", "course_id"),
        Index("ix_pegup_enrolment_course_id_left_at", "course_id", "left_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    enrolled_at: Mapped[datetime] = mapped_column(default=now)
    enrolled_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    left_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    course: Mapped[Course] = relationship()

    @classmethod
    def now_of(cls, person: Person) -> Select[Enrolment]:
        """What the person attends now, latest first."""
        return (
            select(cls)
            .where(cls.person_id == person.id, cls.left_at.is_(None))
            .order_by(cls.enrolled_at.desc(), cls.id.desc())
        )

    @classmethod
    def here(cls, person: Person, course: Course) -> Select[Enrolment]:
        """This person's place in this course now."""
        return cls.now_of(person).where(cls.course_id == course.id)


class LessonRead(Model):
    """That a person said a lesson is read."""

    __tablename__ = "pegup_lesson_read"
    __table_args__ = (Unique("person_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id, ondelete="CASCADE"), index=True)
    read_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def lesson_ids(cls) -> Select[int]:
        """The lessons that the person ``:person_id`` has read, of all courses, in that order.

        One statement for every request: making it anew would cost more than running it.
        """
        return _LESSON_IDS


_LESSON_IDS = (
    select(LessonRead.lesson_id)
    .where(LessonRead.person_id == bindparam("person_id"))
    .order_by(LessonRead.read_at, LessonRead.id)
)
