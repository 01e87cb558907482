"""Students as their universities know them, and every file of grades that was handed out."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.courses.models import Course
from pegup.db import Model, now, one_while
from pegup.directory.models import Organisation

CODE_LENGTH = 30


class Student(Model):
    """A person's student code at a university; without it the university sees nothing of the person."""

    __tablename__ = "pegup_student"
    __table_args__ = (
        one_while(
            "uq_pegup_student_university_id_code_now",
            "university_id",
            "code",
            where="removed_at IS NULL",
        ),
        one_while(
            "uq_pegup_student_person_id_university_id_now",
            "person_id",
            "university_id",
            where="removed_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    university_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    declared_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]
    """When the person took it back or the registrar said that it is nobody of theirs."""
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    university: Mapped[Organisation] = relationship()

    @classmethod
    def of(cls, person: Person) -> Select[Student]:
        """The person's codes that stand."""
        return (
            select(cls)
            .where(cls.person_id == person.id, cls.removed_at.is_(None))
            .options(selectinload(cls.university))
            .order_by(cls.declared_at)
        )

    @classmethod
    def at(cls, university: Organisation) -> Select[Student]:
        """The university's students, by code."""
        return (
            select(cls)
            .where(cls.university_id == university.id, cls.removed_at.is_(None))
            .order_by(cls.code, cls.id)
        )


class GradeExport(Model):
    """A file of grades exactly as it was handed out, so that what a university holds can be compared."""

    __tablename__ = "pegup_grade_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"), index=True)
    university_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    rows: Mapped[int]
    """Students; the headings are not counted."""
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    course: Mapped[Course] = relationship()
    university: Mapped[Organisation] = relationship()
    made_by: Mapped[Person | None] = relationship()

    @classmethod
    def of(cls, course: Course, university: Organisation) -> Select[GradeExport]:
        """What was handed out, newest first."""
        return (
            select(cls)
            .where(cls.course_id == course.id, cls.university_id == university.id)
            .options(selectinload(cls.made_by))
            .order_by(cls.id.desc())
        )
