"""Drafts of a course's files with every version, questions for a second pair of eyes, publications.

A draft is open until it is published or discarded; its versions stay. What is live is
``courses.SourceVersion``.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    LargeBinary,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.courses.models import PATH_LENGTH, Course
from pegup.db import Model, now

NOTE_LENGTH = 2_000


class Verdict(StrEnum):
    """What a reviewer says."""

    APPROVED = "approved"
    CHANGES = "changes"


class ReviewRequest(Model):
    """That somebody asked others to read the drafts as they were: one of each state."""

    __tablename__ = "pegup_review_request"
    __table_args__ = (UniqueConstraint("course_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(64))
    """As ``operations.state_of`` gives it: another draft has another, and the review lapses."""
    note: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    asked_by: Mapped[Person | None] = relationship()
    answers: Mapped[list[ReviewAnswer]] = relationship(
        order_by="ReviewAnswer.id", back_populates="request"
    )

    @property
    def answer(self) -> ReviewAnswer | None:
        """The one that counts: the last."""
        return self.answers[-1] if self.answers else None

    @classmethod
    def newest(cls, course: Course) -> Select[ReviewRequest]:
        """What was asked last."""
        return (
            select(cls)
            .where(cls.course_id == course.id)
            .options(
                selectinload(cls.asked_by), selectinload(cls.answers).selectinload(ReviewAnswer.by)
            )
            .order_by(cls.id.desc())
            .limit(1)
        )


class ReviewAnswer(Model):
    """What somebody who did not write the drafts says of them."""

    __tablename__ = "pegup_review_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey(ReviewRequest.id, ondelete="CASCADE"), index=True
    )
    verdict: Mapped[Verdict] = mapped_column(String(10))
    remark: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    by: Mapped[Person | None] = relationship()
    request: Mapped[ReviewRequest] = relationship(back_populates="answers")


class CoursePublication(Model):
    """That the drafts of a course went live together, who did it and who had read them."""

    __tablename__ = "pegup_course_publication"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    number: Mapped[int]
    """From 1, per course."""
    state: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """``{"path", "number"}`` of each source version that it made."""
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    approved_id: Mapped[int | None] = mapped_column(ForeignKey(ReviewAnswer.id))
    """The approval of exactly this state; None: published without a review."""
    published_by: Mapped[Person | None] = relationship()
    approved: Mapped[ReviewAnswer | None] = relationship()

    @classmethod
    def of(cls, course: Course) -> Select[CoursePublication]:
        """What was published in the browser, newest first."""
        return (
            select(cls)
            .where(cls.course_id == course.id)
            .options(
                selectinload(cls.published_by),
                selectinload(cls.approved).selectinload(ReviewAnswer.by),
            )
            .order_by(cls.number.desc())
        )


class DraftVersion(Model):
    """What a draft of one file said from one save to the next."""

    __tablename__ = "pegup_draft_version"
    __table_args__ = (UniqueConstraint("course_id", "path", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(PATH_LENGTH))
    number: Mapped[int]
    """From 1, per file, for ever; a save names the number it was based on."""
    live_number: Mapped[int]
    """The source version on which it stands; 0 where there was no such file."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the content; empty for a removal."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    is_removed: Mapped[bool] = mapped_column(default=False)
    moved_from: Mapped[str | None] = mapped_column(String(PATH_LENGTH))
    """The path under which the file is live, where the draft gives it another."""
    saved_at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]
    """When the draft was published or discarded; None: it is open."""
    publication_id: Mapped[int | None] = mapped_column(ForeignKey(CoursePublication.id))
    """What it went live with; None with ``ended_at``: discarded."""
    by: Mapped[Person | None] = relationship()

    @classmethod
    def open(cls, course: Course) -> Select[DraftVersion]:
        """The newest version of every open draft."""
        last = (
            select(cls.path, func.max(cls.number).label("number"))
            .where(cls.course_id == course.id, cls.ended_at.is_(None))
            .group_by(cls.path)
            .subquery()
        )
        return (
            select(cls)
            .join(last, (cls.path == last.c.path) & (cls.number == last.c.number))
            .where(cls.course_id == course.id)
            .options(selectinload(cls.by))
            .order_by(cls.path)
        )

    @classmethod
    def of(cls, course: Course, path: str) -> Select[DraftVersion]:
        """Every draft version of one file, newest first."""
        return (
            select(cls)
            .where(cls.course_id == course.id, cls.path == path)
            .options(selectinload(cls.by))
            .order_by(cls.number.desc())
        )
