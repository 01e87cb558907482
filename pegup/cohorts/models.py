"""Groups that take a course together, who is in them, and what they write to each other."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.courses.models import SLUG_LENGTH, Course, Enrolment
from pegup.db import Model, now, one_while

NAME_LENGTH = 120
TEXT_LENGTH = 2000
"""Letters of a message: what fits on two screens of a phone."""


class Cohort(Model):
    """One run of a course: a name, and dates from which the weeks of its plan follow."""

    __tablename__ = "pegup_cohort"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    starts_on: Mapped[date]
    """Its week, from Monday to Sunday, is week 1."""
    ends_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    closed_at: Mapped[datetime | None]
    """From then on it gives nobody dates, and nobody is told to be behind."""
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    course: Mapped[Course] = relationship()

    @classmethod
    def of(cls, *courses: Course) -> Select[Cohort]:
        """All groups of these courses, latest first, those that are closed last."""
        return (
            select(cls)
            .where(cls.course_id.in_([course.id for course in courses]))
            .order_by(cls.closed_at.is_not(None), cls.starts_on.desc(), cls.id.desc())
        )

    @classmethod
    def in_which(cls, person: Person) -> Select[Cohort]:
        """The open groups whose member the person is and whose course they attend, latest first."""
        return (
            select(cls)
            .join(CohortMember, CohortMember.cohort_id == cls.id)
            .join(
                Enrolment,
                (Enrolment.course_id == cls.course_id)
                & (Enrolment.person_id == CohortMember.person_id)
                & Enrolment.left_at.is_(None),
            )
            .where(
                CohortMember.person_id == person.id,
                CohortMember.left_at.is_(None),
                cls.closed_at.is_(None),
            )
            .order_by(cls.starts_on.desc(), cls.id.desc())
        )

    @classmethod
    def trained_by(cls, person: Person) -> Select[Cohort]:
        """The groups that were given to this person, latest first."""
        own = select(CohortTrainer.cohort_id).where(
            CohortTrainer.person_id == person.id, CohortTrainer.removed_at.is_(None)
        )
        return select(cls).where(cls.id.in_(own)).order_by(cls.starts_on.desc(), cls.id.desc())


class CohortTrainer(Model):
    """That a person looks after a group; who teaches the course does so without a row."""

    __tablename__ = "pegup_cohort_trainer"
    __table_args__ = (
        one_while(
            "uq_pegup_cohort_trainer_cohort_id_person_id_now",
            "cohort_id",
            "person_id",
            where="removed_at IS NULL",
        ),
        Index("ix_pegup_cohort_trainer_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    added_at: Mapped[datetime] = mapped_column(default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    removed_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @classmethod
    def of(cls, cohort: Cohort) -> Select[CohortTrainer]:
        """Who looks after the group now, by name."""
        return (
            select(cls)
            .join(cls.person)
            .where(cls.cohort_id == cohort.id, cls.removed_at.is_(None))
            .order_by(Person.folded, Person.id)
        )


class CohortMember(Model):
    """That a person takes the course with this group; who leaves keeps the row, with the day."""

    __tablename__ = "pegup_cohort_member"
    __table_args__ = (
        one_while(
            "uq_pegup_cohort_member_cohort_id_person_id_now",
            "cohort_id",
            "person_id",
            where="left_at IS NULL",
        ),
        Index("ix_pegup_cohort_member_person_id_left_at", "person_id", "left_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    joined_at: Mapped[datetime] = mapped_column(default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    left_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @classmethod
    def people_of(cls, cohort: Cohort) -> Select[Person]:
        """The people of the group who attend the course now, by name."""
        return (
            select(Person)
            .join(cls, cls.person_id == Person.id)
            .join(
                Enrolment,
                (Enrolment.person_id == Person.id)
                & (Enrolment.course_id == cohort.course_id)
                & Enrolment.left_at.is_(None),
            )
            .where(cls.cohort_id == cohort.id, cls.left_at.is_(None))
            .order_by(Person.folded, Person.id)
        )


class Mailing(StrEnum):
    """How far the mailed copy of a message is."""

    NONE = "none"
    """The person has no address, or wants no mails."""
    WAITING = "waiting"
    SENDING = "sending"
    """Handed to the mail server; stays so if the site stops in that moment."""
    SENT = "sent"
    REFUSED = "refused"
    UNSURE = "unsure"
    """The mail server fell silent: it may have arrived."""


class Message(Model):
    """What a trainer wrote to people of a group."""

    __tablename__ = "pegup_message"
    __table_args__ = (
        Index("ix_pegup_message_cohort_id_sent_at", "cohort_id", "sent_at"),
        Index("ix_pegup_message_author_id_sent_at", "author_id", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    """Made of the page on which it was written and its words: sent twice, it is one message."""
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id, ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    sent_at: Mapped[datetime] = mapped_column(default=now)
    cohort: Mapped[Cohort] = relationship()
    author: Mapped[Person | None] = relationship()

    @classmethod
    def of(cls, cohort: Cohort) -> Select[Message]:
        """The group's messages, newest first."""
        return (
            select(cls)
            .where(cls.cohort_id == cohort.id)
            .options(selectinload(cls.author))
            .order_by(cls.sent_at.desc(), cls.id.desc())
        )


class MessageCopy(Model):
    """A message as one person has it: seen or not, mailed or not, with what was answered."""

    __tablename__ = "pegup_message_copy"
    __table_args__ = (
        UniqueConstraint("message_id", "person_id"),
        Index("ix_pegup_message_copy_person_id_seen_at", "person_id", "seen_at"),
        Index("ix_pegup_message_copy_mailing", "mailing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    seen_at: Mapped[datetime | None]
    """When the person said that it is read, or answered."""
    mailing: Mapped[Mailing] = mapped_column(String(10))
    mailed_at: Mapped[datetime | None]
    message: Mapped[Message] = relationship()
    person: Mapped[Person] = relationship()
    replies: Mapped[list[Reply]] = relationship(
        back_populates="copy", order_by="Reply.sent_at, Reply.id"
    )

    def new_for(self, person: Person) -> list[Reply]:
        """Answers of the other side, the person's or the trainers', that this one has not read."""
        theirs = self.person_id == person.id
        return [
            each
            for each in self.replies
            if each.seen_at is None and (each.author_id == self.person_id) != theirs
        ]

    @classmethod
    def whole(cls) -> Select[MessageCopy]:
        """Copies with their message, its author and group, and the answers."""
        message = joinedload(cls.message)
        return select(cls).options(
            message.joinedload(Message.author),
            message.joinedload(Message.cohort).joinedload(Cohort.course),
            joinedload(cls.person),
            selectinload(cls.replies).joinedload(Reply.author),
        )

    @classmethod
    def waiting_for(cls, person: Person) -> Select[MessageCopy]:
        """What this person has not read yet: messages, and answers to theirs; newest first."""
        answered = select(Reply.copy_id).where(
            Reply.copy_id == cls.id, Reply.seen_at.is_(None), Reply.author_id != person.id
        )
        return (
            cls.whole()
            .join(Message, Message.id == cls.message_id)
            .where(cls.person_id == person.id, cls.seen_at.is_(None) | answered.exists())
            .order_by(Message.sent_at.desc(), cls.id.desc())
        )


class Reply(Model):
    """An answer below a message, by the one who got it or by a trainer."""

    __tablename__ = "pegup_message_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    """As that of ``Message``."""
    copy_id: Mapped[int] = mapped_column(ForeignKey(MessageCopy.id, ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id, ondelete="SET NULL"), index=True
    )
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    sent_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime | None]
    """When the other side said that it is read, or answered."""
    copy: Mapped[MessageCopy] = relationship(back_populates="replies")
    author: Mapped[Person | None] = relationship()


class MailOff(Model):
    """That a person wants no mails of their courses; only they themselves take it back."""

    __tablename__ = "pegup_mail_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), unique=True)
    since_at: Mapped[datetime] = mapped_column(default=now)


class DigestKind(StrEnum):
    """For whom a weekly mail is."""

    MEMBER = "member"
    TRAINER = "trainer"


class Digest(Model):
    """The weekly mail to one person about one group: at most one for each week."""

    __tablename__ = "pegup_digest"
    __table_args__ = (UniqueConstraint("person_id", "cohort_id", "week_on", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id, ondelete="CASCADE"), index=True)
    week_on: Mapped[date]
    """The Monday of the week that it announces."""
    kind: Mapped[DigestKind] = mapped_column(String(10))
    state: Mapped[Mailing] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
