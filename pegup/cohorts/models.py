"""Groups that take a course together, who trains them and who is in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pegup.accounts.models import Person
from pegup.courses.models import SLUG_LENGTH, Course, Enrolment
from pegup.db import Model, now, one_while

NAME_LENGTH = 120


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
    def of(cls, course: Course) -> Select[Cohort]:
        """All groups of a course, latest first, those that are closed last."""
        return (
            select(cls)
            .where(cls.course_id == course.id)
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
