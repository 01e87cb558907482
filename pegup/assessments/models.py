"""Attempts at a lesson's questions, and every answer with the exact version that was asked."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Numeric,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.courses.models import Lesson, QuestionVersion
from pegup.db import Model, now, one_while


class Since(StrEnum):
    """What became of a question after somebody was asked it."""

    REWORDED = "reworded"
    GONE = "gone"


class Attempt(Model):
    """One person's go at the questions of a lesson; the best one counts."""

    __tablename__ = "pegup_attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "lesson_id", "number"),
        one_while(
            "uq_pegup_attempt_person_id_lesson_id_open",
            "person_id",
            "lesson_id",
            where="submitted_at IS NULL",
        ),
        Index("ix_pegup_attempt_lesson_id_person_id_mark", "lesson_id", "person_id", "mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    number: Mapped[int]
    """From 1, per person and lesson."""
    language: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    mark: Mapped[Decimal | None] = mapped_column(Numeric(7, 6))
    """0 to 1, the mean of the answers' points; None until submitted."""
    lesson: Mapped[Lesson] = relationship()
    answers: Mapped[list[Answer]] = relationship(
        back_populates="attempt", order_by="Answer.position", cascade="all, delete-orphan"
    )

    @classmethod
    def whole(cls, key: UUID, person: Person) -> Select[Attempt]:
        """The person's own attempt with its questions as they were asked: two queries."""
        return (
            select(cls)
            .where(cls.uuid == key, cls.person_id == person.id)
            .options(
                joinedload(cls.lesson, innerjoin=True).joinedload(Lesson.course, innerjoin=True),
                selectinload(cls.answers)
                .joinedload(Answer.version, innerjoin=True)
                .joinedload(QuestionVersion.question, innerjoin=True),
            )
        )

    @classmethod
    def of(cls, person: Person, lesson: Lesson) -> Select[Attempt]:
        """All goes of a person at a lesson, newest first."""
        return (
            select(cls)
            .where(cls.person_id == person.id, cls.lesson_id == lesson.id)
            .order_by(cls.number.desc())
        )

    def newer(self) -> Select[int]:
        """How many questions the lesson asks by now that this attempt has not."""
        asked = [answer.version.question_id for answer in self.answers]
        return (
            QuestionVersion.asked_in(self.lesson, self.language)
            .where(QuestionVersion.question_id.not_in(asked))
            .order_by(None)
            .with_only_columns(func.count())
        )

    @classmethod
    def so_far(cls) -> Select[Decimal | None, int, int]:
        """``best``, ``begun`` and ``finished`` of the goes of the person ``:person_id`` at the lesson
        ``:lesson_id``.

        One statement for every lesson page: making it anew would cost more than running it.
        """
        return _SO_FAR


class Answer(Model):
    """One question of an attempt and what was given."""

    __tablename__ = "pegup_answer"
    __table_args__ = (UniqueConstraint("attempt_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id, ondelete="CASCADE"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey(QuestionVersion.id))
    position: Mapped[int]
    """From 1."""
    shown: Mapped[list[str]] = mapped_column(JSON)
    """Keys of the options, pairs or items in the order of this attempt."""
    given: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """As its kind reads it; None: left open."""
    saved_at: Mapped[datetime | None]
    points: Mapped[Decimal | None] = mapped_column(Numeric(7, 6))
    """0 to 1; None until the attempt is submitted."""
    attempt: Mapped[Attempt] = relationship(back_populates="answers")
    version: Mapped[QuestionVersion] = relationship()

    @property
    def since(self) -> Since | None:
        """Whether the lesson asks this otherwise by now, or no more; the answer counts all the same."""
        question = self.version.question
        if question.withdrawn_at is not None or question.lesson_id != self.attempt.lesson_id:
            return Since.GONE
        return Since.REWORDED if self.version.replaced_at is not None else None


_SO_FAR = select(
    func.max(Attempt.mark).label("best"),
    func.count().label("begun"),
    func.count(Attempt.submitted_at).label("finished"),
).where(Attempt.person_id == bindparam("person_id"), Attempt.lesson_id == bindparam("lesson_id"))
