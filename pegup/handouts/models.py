"""Files that were handed out, the phones' copies of them, and the codes that came back.

A file is the edition that would be printed at that moment: the same questions in the same order.
Nothing of it is ever changed or deleted; one that was lost is voided.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.assessments.models import Attempt
from pegup.courses.models import Lesson
from pegup.db import Model, now, one_while
from pegup.paper.models import Edition, EditionLesson, EditionQuestion


class Handout(Model):
    """A theme in one file, for a person or for whoever has it."""

    __tablename__ = "pegup_handout"
    __table_args__ = (
        one_while(
            "uq_pegup_handout_edition_id_person_id_valid",
            "edition_id",
            "person_id",
            where="voided_at IS NULL",
        ),
        one_while(
            "uq_pegup_handout_edition_id_made_by_id_open",
            "edition_id",
            "made_by_id",
            where="voided_at IS NULL AND person_id IS NULL",
        ),
        Index("ix_pegup_handout_person_id", "person_id"),
        Index("ix_pegup_handout_made_by_id", "made_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Signs the codes of this file, and of no other; whoever has the file has it."""
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id, ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    """None: for whoever has it; then each copy is one person's."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    voided_at: Mapped[datetime | None]
    """From then on none of its codes counts; what counted stays."""
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    edition: Mapped[Edition] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])
    copies: Mapped[list[HandoutCopy]] = relationship(
        back_populates="handout", order_by="HandoutCopy.id"
    )

    @classmethod
    def listed(cls) -> Select[Handout]:
        """Files with what a list of them shows, the newest first."""
        edition = joinedload(cls.edition)
        return (
            select(cls)
            .join(Edition, Edition.id == cls.edition_id)
            .options(
                edition.joinedload(Edition.course),
                edition.joinedload(Edition.module),
                joinedload(cls.person),
                selectinload(cls.copies),
            )
            .order_by(cls.id.desc())
        )

    @classmethod
    def whole(cls) -> Select[Handout]:
        """Files with the questions they ask and all that came back."""
        edition = joinedload(cls.edition)
        copies = selectinload(cls.copies)
        return select(cls).options(
            edition.joinedload(Edition.course),
            edition.joinedload(Edition.module),
            edition.selectinload(Edition.lessons).joinedload(EditionLesson.lesson),
            edition.selectinload(Edition.questions).joinedload(EditionQuestion.version),
            joinedload(cls.person),
            joinedload(cls.made_by),
            copies.joinedload(HandoutCopy.person),
            copies.selectinload(HandoutCopy.codes).joinedload(HandoutCode.by),
        )


class HandoutCopy(Model):
    """A file on one phone, from the first code that came back from there: it is one person's."""

    __tablename__ = "pegup_handout_copy"
    __table_args__ = (
        UniqueConstraint("handout_id", "mark"),
        Index("ix_pegup_handout_copy_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handout_id: Mapped[int] = mapped_column(ForeignKey(Handout.id, ondelete="CASCADE"))
    mark: Mapped[str] = mapped_column(String(5))
    """Drawn by the phone; empty for a file with a name, whose copies are all that person's."""
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    bound_at: Mapped[datetime] = mapped_column(default=now)
    handout: Mapped[Handout] = relationship(back_populates="copies")
    person: Mapped[Person] = relationship()
    codes: Mapped[list[HandoutCode]] = relationship(
        back_populates="copy", order_by="HandoutCode.id"
    )


class HandoutCode(Model):
    """A code that counted, once."""

    __tablename__ = "pegup_handout_code"
    __table_args__ = (UniqueConstraint("copy_id", "contents"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    copy_id: Mapped[int] = mapped_column(ForeignKey(HandoutCopy.id, ondelete="CASCADE"))
    contents: Mapped[str] = mapped_column(String(400))
    """As ``pegup.handouts.codes`` packs them."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(default=now)
    copy: Mapped[HandoutCopy] = relationship(back_populates="codes")
    by: Mapped[Person | None] = relationship()
    attempts: Mapped[list[HandoutAttempt]] = relationship(order_by="HandoutAttempt.id")

    @classmethod
    def whole(cls, key: UUID) -> Select[HandoutCode]:
        """The code with its file, whose it is and what it counted."""
        handout = joinedload(cls.copy).joinedload(HandoutCopy.handout)
        edition = handout.joinedload(Handout.edition)
        return (
            select(cls)
            .where(cls.uuid == key)
            .options(
                joinedload(cls.copy).joinedload(HandoutCopy.person),
                edition.joinedload(Edition.course),
                edition.joinedload(Edition.module),
                edition.selectinload(Edition.lessons),
                edition.selectinload(Edition.questions).joinedload(EditionQuestion.version),
                joinedload(cls.by),
                selectinload(cls.attempts).joinedload(HandoutAttempt.attempt),
            )
        )


class HandoutAttempt(Model):
    """The attempt at a lesson's questions that came with a code."""

    __tablename__ = "pegup_handout_attempt"
    __table_args__ = (UniqueConstraint("code_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_id: Mapped[int] = mapped_column(ForeignKey(HandoutCode.id, ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id, ondelete="CASCADE"), unique=True)
    attempt: Mapped[Attempt] = relationship()


class ForgedCode(Model):
    """A code that somebody typed whose lines were whole and whose signature was not the file's."""

    __tablename__ = "pegup_handout_forged_code"
    __table_args__ = (Index("ix_pegup_handout_forged_code_person_id_at", "person_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    handout_id: Mapped[int] = mapped_column(ForeignKey(Handout.id, ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    """Who typed it."""
    at: Mapped[datetime] = mapped_column(default=now)
