"""What was printed, and what was typed in from it; nothing of it is ever changed or deleted.

An edition keeps the questions and the order of their options as the paper shows them: what the
course asks by the time the sheet comes back does not matter.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.assessments.models import Attempt
from pegup.courses.models import TITLE_LENGTH, Course, Lesson, Module, QuestionVersion
from pegup.db import Model, now


class State(StrEnum):
    """How far a sheet is."""

    OUT = "out"
    """Nobody has typed it in."""
    ONCE = "once"
    """Typed in once; it waits for the second time."""
    STOPPED = "stopped"
    """Both times differ: somebody has to look at the paper."""
    COUNTED = "counted"


class Edition(Model):
    """A theme as it was printed in one language."""

    __tablename__ = "pegup_paper_edition"
    __table_args__ = (UniqueConstraint("module_id", "language", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    module_id: Mapped[int] = mapped_column(ForeignKey(Module.id))
    language: Mapped[str] = mapped_column(String(8))
    """Of the page on which it was asked for."""
    digest: Mapped[str] = mapped_column(String(64))
    mark: Mapped[str] = mapped_column(String(8))
    """Stands on every page of the theme and of its sheets, so that people see what belongs together."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """What the printer gets: the same pages come out again, whatever the course says by then."""
    made_at: Mapped[datetime] = mapped_column(default=now)
    course: Mapped[Course] = relationship()
    module: Mapped[Module] = relationship()
    lessons: Mapped[list[EditionLesson]] = relationship(order_by="EditionLesson.position")
    questions: Mapped[list[EditionQuestion]] = relationship(order_by="EditionQuestion.position")


class EditionLesson(Model):
    """A lesson of an edition: a box on the sheet says that it is read."""

    __tablename__ = "pegup_paper_edition_lesson"
    __table_args__ = (UniqueConstraint("edition_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id, ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    position: Mapped[int]
    """From 1."""
    number: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    language: Mapped[str] = mapped_column(String(8))
    lesson: Mapped[Lesson] = relationship()


class EditionQuestion(Model):
    """A question of an edition, in the version and the order that were printed."""

    __tablename__ = "pegup_paper_edition_question"
    __table_args__ = (UniqueConstraint("edition_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id, ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    question_version_id: Mapped[int] = mapped_column(ForeignKey(QuestionVersion.id))
    position: Mapped[int]
    """Its number on paper, from 1, through the whole theme."""
    shown: Mapped[list[str]] = mapped_column(JSON)
    """Keys behind A, B, C …"""
    version: Mapped[QuestionVersion] = relationship()


class Batch(Model):
    """Sheets that somebody printed together."""

    __tablename__ = "pegup_paper_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    """Made of the page on which it was asked for and what it says: sent twice, it is one."""
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id, ondelete="CASCADE"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    edition: Mapped[Edition] = relationship()
    sheets: Mapped[list[Sheet]] = relationship(back_populates="batch", order_by="Sheet.id")


class Sheet(Model):
    """An answer sheet on paper: for a person, or blank until it is typed in."""

    __tablename__ = "pegup_sheet"
    __table_args__ = (Index("ix_pegup_sheet_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id, ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    """None: the name is written by hand, and found out when the sheet counts."""
    counted_at: Mapped[datetime | None]
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    """Who typed or settled what made it count."""
    batch: Mapped[Batch] = relationship(back_populates="sheets")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    entries: Mapped[list[SheetEntry]] = relationship(order_by="SheetEntry.turn")
    settlement: Mapped[Settlement | None] = relationship()
    attempts: Mapped[list[SheetAttempt]] = relationship(order_by="SheetAttempt.id")

    @property
    def state(self) -> State:
        if self.counted_at is not None:
            return State.COUNTED
        return (State.OUT, State.ONCE, State.STOPPED)[len(self.entries)]

    @property
    def people(self) -> set[int]:
        """Whose it is, or is said to be."""
        named = {self.person_id, *(entry.person_id for entry in self.entries)}
        return {key for key in named if key is not None}

    @classmethod
    def listed(cls) -> Select[Sheet]:
        """Sheets with what a list of them shows; first those that wait for somebody to look."""
        entered = (
            select(func.count())
            .where(SheetEntry.sheet_id == cls.id)
            .correlate(cls)
            .scalar_subquery()
        )
        batch = joinedload(cls.batch)
        return (
            select(cls)
            .join(Batch, Batch.id == cls.batch_id)
            .join(Edition, Edition.id == Batch.edition_id)
            .options(
                batch.joinedload(Batch.edition).joinedload(Edition.course),
                batch.joinedload(Batch.edition).joinedload(Edition.module),
                joinedload(cls.person),
                selectinload(cls.entries).joinedload(SheetEntry.person),
            )
            .order_by(cls.counted_at.is_not(None), entered.desc(), cls.id.desc())
        )

    @classmethod
    def whole(cls) -> Select[Sheet]:
        """Sheets with all that was printed and typed in."""
        edition = joinedload(cls.batch).joinedload(Batch.edition)
        return select(cls).options(
            edition.joinedload(Edition.course),
            edition.joinedload(Edition.module),
            edition.selectinload(Edition.lessons).joinedload(EditionLesson.lesson),
            edition.selectinload(Edition.questions).joinedload(EditionQuestion.version),
            joinedload(cls.person),
            selectinload(cls.entries).joinedload(SheetEntry.by),
            selectinload(cls.entries).joinedload(SheetEntry.person),
            joinedload(cls.settlement).joinedload(Settlement.by),
            selectinload(cls.attempts).joinedload(SheetAttempt.attempt),
        )


class SheetEntry(Model):
    """What one person read on the paper, without seeing what the other did."""

    __tablename__ = "pegup_sheet_entry"
    __table_args__ = (UniqueConstraint("sheet_id", "turn"), UniqueConstraint("sheet_id", "key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey(Sheet.id, ondelete="CASCADE"))
    turn: Mapped[int]
    """1 or 2."""
    key: Mapped[UUID]
    """Made of the page on which it was typed and what it says: sent twice, it is one."""
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    """Whose sheet it is, by the name on it."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(default=now)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As ``pegup.paper.ticks.Answers`` stores them."""
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


class Settlement(Model):
    """What somebody saw on the paper where the two entries differed."""

    __tablename__ = "pegup_sheet_settlement"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey(Sheet.id, ondelete="CASCADE"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    settled_at: Mapped[datetime] = mapped_column(default=now)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole sheet as it counts."""
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


class SheetAttempt(Model):
    """The attempt at a lesson's questions that came from a sheet."""

    __tablename__ = "pegup_sheet_attempt"
    __table_args__ = (UniqueConstraint("sheet_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey(Sheet.id, ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id, ondelete="CASCADE"), unique=True)
    attempt: Mapped[Attempt] = relationship()
